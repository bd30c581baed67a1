/** Keys that people write down and type again: Crockford's base32 in groups of four, the last two characters check the others. */

import type { Bytes } from "./codec";

// No I, L, O, U, so that nothing looks like something else (https://www.crockford.com/base32.html).
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Letters and digits that so many bytes take, with the two that check them. */
export const lengthOf = (bytes: number): number => Math.ceil((bytes * 8) / 5) + 2;

/** The bytes as characters, without a check. */
export function spell(bytes: Bytes): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let chars = "";
  for (let place = lengthOf(bytes.length) - 3; place >= 0; place -= 1) chars += ALPHABET[Number((bits >> BigInt(place * 5)) & 31n)];
  return chars;
}

/** In groups of four. */
export const inGroups = (chars: string): string => chars.replace(/.{4}(?=.)/g, "$&-");

/** The key in groups of four, checked by its last two characters. */
export function write(bytes: Bytes): string {
  const chars = spell(bytes);
  return inGroups(chars + checkOf(chars));
}

/** What somebody typed, as the key would be written without its dashes: forgiving about case, spaces, dashes, O and 0, I, L and 1. */
export function tidyKey(typed: string): string {
  return typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
}

/** The groups of four, as they are shown; the last one may be shorter while somebody types. */
export function groupsOf(typed: string): string[] {
  return tidyKey(typed).match(/.{1,4}/g) ?? [];
}

/** Which groups, counted from 1, differ from the key that was shown; only for what has its length. */
export function slipsIn(typed: string, shown: string): number[] {
  const given = groupsOf(typed);
  return groupsOf(shown).flatMap((group, index) => (given[index] === group ? [] : [index + 1]));
}

/** The `length` bytes that somebody typed, however they spaced them; null when it is no such key (a slip of a finger, for example). */
export function readWritten(typed: string, length: number): Bytes | null {
  const tidy = tidyKey(typed);
  const chars = tidy.slice(0, -2);
  if (tidy.length !== lengthOf(length) || [...tidy].some((char) => !ALPHABET.includes(char)) || checkOf(chars) !== tidy.slice(-2)) return null;
  let bits = 0n;
  for (const char of chars) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(char));
  const bytes = new Uint8Array(length);
  for (let place = length - 1; place >= 0; place -= 1, bits >>= 8n) bytes[place] = Number(bits & 255n);
  return bits === 0n ? bytes : null;
}

/** Two characters that change with any one character and with any two neighbours swapped. */
function checkOf(chars: string): string {
  let sum = 0;
  for (const char of chars) sum = (sum * 37 + ALPHABET.indexOf(char) + 1) % 1021;
  return `${ALPHABET[sum >> 5]}${ALPHABET[sum & 31]}`;
}
