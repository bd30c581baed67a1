import { describe, expect, it } from "vitest";
import { codeOf, isCodeOf, keyIdOf, makePracticeKey, openCopy, sealCopy } from "./practice_key";

const WRITTEN = "0N2H-3C6E-396H-H9RB-05ZF-96K2-1WCK";
const USER = "@11111111-1111-4111-8111-111111111111:hearthside";

describe("a copy for the practice", () => {
  it("opens with the practice's private key, for just that person, key and version", async () => {
    const { publicKey, secret } = await makePracticeKey();
    const of = { keyId: await keyIdOf(publicKey), user: USER, version: 3 };
    const box = await sealCopy(publicKey, of, WRITTEN);
    expect(await openCopy(secret.toLowerCase().replaceAll("-", " "), publicKey, of, box)).toBe(WRITTEN);
    expect(await openCopy(secret, publicKey, { ...of, version: 4 }, box)).toBeNull();
    expect(await openCopy(secret, publicKey, { ...of, user: USER.replace("1", "2") }, box)).toBeNull();
    expect(await openCopy(secret, publicKey, of, { ...box, ciphertext: `A${box.ciphertext.slice(1)}` === box.ciphertext ? `B${box.ciphertext.slice(1)}` : `A${box.ciphertext.slice(1)}` })).toBeNull();
    const other = await makePracticeKey();
    expect(await openCopy(other.secret, publicKey, of, box)).toBeNull();
    expect(await openCopy(`${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}`, publicKey, of, box)).toBeNull();
  });

  it("is never the same twice", async () => {
    const { publicKey } = await makePracticeKey();
    const of = { keyId: await keyIdOf(publicKey), user: USER, version: 1 };
    const boxes = [await sealCopy(publicKey, of, WRITTEN), await sealCopy(publicKey, of, WRITTEN)];
    expect(boxes[0]!.ephemeral).not.toBe(boxes[1]!.ephemeral);
    expect(boxes[0]!.ciphertext).not.toBe(boxes[1]!.ciphertext);
  });
});

describe("the check code", () => {
  it("is of one key, and forgiving in how it is typed", async () => {
    const [one, other] = [await makePracticeKey(), await makePracticeKey()];
    const code = await codeOf(one.publicKey);
    expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    expect(await isCodeOf(one.publicKey, code.toLowerCase().replaceAll("-", " "))).toBe(true);
    expect(await isCodeOf(other.publicKey, code)).toBe(false);
    expect(await isCodeOf(one.publicKey, "")).toBe(false);
  });
});
