import { describe, expect, it } from "vitest";
import { toBase64 } from "./codec";
import { commitment, LONGEST, messageIndex, opens, pack, sealable, unpack } from "./franking";

const ROOM = "!7f1a8a52-2b1f-4f0e-9a63-0d8a4f0f6b11:hearthside";

describe("padding", () => {
  const sizeOf = (body: string) => pack(sealable({ k: "text", body })).length;

  it("gives short sentences one length", () => {
    expect(sizeOf("a".repeat(20))).toBe(sizeOf("b".repeat(60)));
    expect(sizeOf("é".repeat(20)) - sizeOf("b".repeat(40))).toBe(-20);
  });

  it("grows by buckets and ends with the longest", () => {
    expect(sizeOf("a".repeat(300))).toBe(sizeOf("a".repeat(490)));
    expect(sizeOf("a".repeat(300))).toBeGreaterThan(sizeOf("a".repeat(100)));
    expect(() => pack({ pt: "a".repeat(LONGEST + 1), fk: "" })).toThrow("too_long");
  });
});

describe("franking", () => {
  it("opens with the words, the room and the key that were committed to, and with nothing else", async () => {
    const sealed = sealable({ k: "text", body: "I was not well on Sunday" });
    const commits = await commitment(ROOM, sealed);
    expect(await opens(ROOM, sealed, commits)).toBe(true);
    expect(await opens(ROOM, { ...sealed, pt: sealed.pt.replace("not ", "") }, commits)).toBe(false);
    expect(await opens(ROOM, sealable(JSON.parse(sealed.pt) as object), commits)).toBe(false);
    expect(await opens(ROOM.replace("7f1a", "7f1b"), sealed, commits)).toBe(false);
    expect(await opens(ROOM, { ...sealed, fk: sealed.fk.slice(2) }, commits)).toBe(false);
    expect(await opens(ROOM, sealed, "not base64!")).toBe(false);
  });

  it("shows nothing whose commitment does not open", async () => {
    const sealed = sealable({ k: "text", body: "yes" });
    const content: unknown = JSON.parse(pack(sealed));
    expect(await unpack(ROOM, content, await commitment(ROOM, sealed))).toEqual(sealed);
    expect(await unpack(ROOM, content, toBase64(new Uint8Array(32)))).toBeNull();
    expect(await unpack(ROOM, { ...(content as object), v: 2 }, await commitment(ROOM, sealed))).toBeNull();
    expect(await unpack(ROOM, null, "")).toBeNull();
  });
});

describe("message index", () => {
  it("is read from the ciphertext's first field", () => {
    const at = (bytes: number[]) => messageIndex(toBase64(Uint8Array.from([...bytes, ...new Array<number>(12).fill(0x12)])));
    expect(at([3, 0x08, 0])).toBe(0);
    expect(at([3, 0x08, 49])).toBe(49);
    expect(at([3, 0x08, 0xac, 0x02])).toBe(300);
    expect(at([4, 0x08, 1])).toBeNull();
    expect(at([3, 0x12, 1])).toBeNull();
  });
});
