import { expect, it } from "vitest";
import { groupsOf, KEY_CHARS, newRecoveryKey, openSecrets, readKey, sealSecrets, slipsIn, tidyKey, write, type Secrets } from "./recovery_key";

const SECRETS: Secrets = { master: "m", selfSigning: "s", userSigning: "u", backup: "b", backupVersion: "3", dehydration: "d" };
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bytes = (...values: number[]) => Uint8Array.from({ length: 16 }, (_, place) => values[place % values.length]! & 255);

it("writes 128 bits in seven groups of four, and reads them back", () => {
  for (const key of [bytes(1), bytes(255), bytes(0, 0, 0, 1), bytes(7, 130, 42, 99, 200)]) {
    const written = write(key);
    expect(written).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
    expect(tidyKey(written)).toHaveLength(KEY_CHARS);
    expect(readKey(written)).toEqual(key);
  }
});

it("makes another key each time", () => {
  expect(new Set(Array.from({ length: 50 }, newRecoveryKey)).size).toBe(50);
});

it("forgives case, spaces and dashes, O for 0, and I or L for 1", () => {
  const key = bytes(0, 8, 66, 16);
  const written = write(key);
  expect(written).toMatch(/0/);
  expect(written).toMatch(/1/);
  const typed = written.toLowerCase().replaceAll("-", "  ").replaceAll("0", "o").replace("1", "l").replace("1", "i");
  expect(readKey(` ${typed}\n`)).toEqual(key);
  expect(readKey(written.replaceAll("-", ""))).toEqual(key);
});

it("finds every slip of one character", () => {
  const written = tidyKey(write(bytes(3, 141, 59, 26, 53)));
  for (let place = 0; place < written.length; place += 1) {
    for (const char of ALPHABET) {
      if (char === written[place]) continue;
      expect(readKey(written.slice(0, place) + char + written.slice(place + 1)), `${char} at ${place}`).toBeNull();
    }
  }
});

it("finds every pair of neighbours that were swapped", () => {
  const written = tidyKey(write(bytes(3, 141, 59, 26, 53)));
  for (let place = 0; place + 1 < written.length; place += 1) {
    if (written[place] === written[place + 1]) continue;
    const swapped = written.slice(0, place) + written[place + 1] + written[place] + written.slice(place + 2);
    expect(readKey(swapped), `at ${place}`).toBeNull();
  }
});

it("takes neither too little, nor too much, nor other letters", () => {
  const written = write(bytes(9));
  expect(readKey(written.slice(0, -1))).toBeNull();
  expect(readKey(`${written}0`)).toBeNull();
  expect(readKey(`U${written.slice(1)}`)).toBeNull();
  expect(readKey("")).toBeNull();
});

it("names the groups that differ from the key that was shown", () => {
  const shown = "0N2H-3C6E-396H-H9RB-05ZF-96K2-1WCK";
  expect(slipsIn("on2h 3c6e 396h h9rb o5zf 96k2 lwck", shown)).toEqual([]);
  expect(slipsIn("0N2H-3C6E-936H-H9RB-05ZF-96K2-1WCX", shown)).toEqual([3, 7]);
  expect(slipsIn("0N2H", shown)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(groupsOf("on2h3")).toEqual(["0N2H", "3"]);
});

it("opens what it sealed, and nothing else does", async () => {
  const written = newRecoveryKey();
  const blob = await sealSecrets(written, SECRETS, []);
  expect(await openSecrets(written.toLowerCase().replaceAll("-", " "), blob)).toEqual(SECRETS);
  expect(await openSecrets(newRecoveryKey(), blob)).toBe("wrong");
  expect(await openSecrets("no key at all", blob)).toBe("wrong");
  expect(JSON.stringify(blob)).not.toContain(tidyKey(written));
});

it("tells a key that was replaced from a wrong one", async () => {
  const [first, second, third] = [newRecoveryKey(), newRecoveryKey(), newRecoveryKey()];
  const one = await sealSecrets(first, SECRETS, []);
  const two = await sealSecrets(second, SECRETS, [{ salt: one.salt, check: one.check }]);
  const three = await sealSecrets(third, SECRETS, [...two.past, { salt: two.salt, check: two.check }]);
  expect(await openSecrets(first, three)).toBe("outdated");
  expect(await openSecrets(second, three)).toBe("outdated");
  expect(await openSecrets(third, three)).toEqual(SECRETS);
  expect(await openSecrets(newRecoveryKey(), three)).toBe("wrong");
});

it("opens nothing that was changed by one bit", async () => {
  const written = newRecoveryKey();
  const blob = await sealSecrets(written, SECRETS, []);
  const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
  expect(await openSecrets(written, { ...blob, ciphertext: flipped(blob.ciphertext) })).toBe("wrong");
  expect(await openSecrets(written, { ...blob, iv: flipped(blob.iv) })).toBe("wrong");
  expect(await openSecrets(written, { ...blob, salt: flipped(blob.salt) })).toBe("wrong");
});

it("remembers the last ten keys that were replaced", async () => {
  const past = Array.from({ length: 14 }, (_, n) => ({ salt: `${n}`, check: `${n}` }));
  const { past: kept } = await sealSecrets(newRecoveryKey(), SECRETS, past);
  expect(kept).toEqual(past.slice(4));
});
