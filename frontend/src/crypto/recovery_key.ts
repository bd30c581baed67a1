/** The recovery key: 128 random bits that a person can write down and type again, and what is derived from it. */

import { aesKey, fromBase64, hkdf, open, random, same, seal, text, toBase64, utf8, type Bytes } from "./codec";

// Crockford's alphabet: no I, L, O, U, so that nothing looks like something else (https://www.crockford.com/base32.html).
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const CHARS = 26;

/** What a recovery key opens: the private keys of the identity and of the backup. */
export interface Secrets {
  master: string;
  selfSigning: string;
  userSigning: string;
  backup: string;
  backupVersion: string;
  dehydration: string;
}

export interface Past {
  salt: string;
  check: string;
}

export interface Blob {
  v: 1;
  salt: string;
  iv: string;
  ciphertext: string;
  check: string;
  /** Keys that this one replaced: so an outdated one can be told from a wrong one. */
  past: Past[];
}

export function newRecoveryKey(): string {
  return write(random(LENGTH));
}

/** The key in groups of four, the last two characters check the others. */
export function write(bytes: Bytes): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let chars = "";
  for (let place = CHARS - 1; place >= 0; place -= 1) chars += ALPHABET[Number((bits >> BigInt(place * 5)) & 31n)];
  return (chars + checkOf(chars)).replace(/.{4}(?=.)/g, "$&-");
}

/** Letters and digits of a written key. */
export const KEY_CHARS = CHARS + 2;

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

/** The key that somebody typed, however they spaced it; null when it is no recovery key (a slip of a finger, for example). */
export function readKey(typed: string): Bytes | null {
  const tidy = tidyKey(typed);
  const chars = tidy.slice(0, CHARS);
  if (tidy.length !== KEY_CHARS || [...tidy].some((char) => !ALPHABET.includes(char)) || checkOf(chars) !== tidy.slice(CHARS)) return null;
  let bits = 0n;
  for (const char of chars) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(char));
  const bytes = new Uint8Array(LENGTH);
  for (let place = LENGTH - 1; place >= 0; place -= 1, bits >>= 8n) bytes[place] = Number(bits & 255n);
  return bits === 0n ? bytes : null;
}

/** Two characters that change with any one character and with any two neighbours swapped. */
function checkOf(chars: string): string {
  let sum = 0;
  for (const char of chars) sum = (sum * 37 + ALPHABET.indexOf(char) + 1) % 1021;
  return `${ALPHABET[sum >> 5]}${ALPHABET[sum & 31]}`;
}

async function derive(key: Bytes, salt: Bytes): Promise<{ box: CryptoKey; check: Bytes }> {
  const box = await aesKey(await hkdf(key, salt, "hs.recovery.1", 32));
  return { box, check: await hkdf(key, salt, "hs.recovery.check.1", 16) };
}

export async function sealSecrets(written: string, secrets: Secrets, past: Past[]): Promise<Blob> {
  const key = readKey(written);
  if (!key) throw new RangeError("no recovery key");
  const salt = random(16);
  const { box, check } = await derive(key, salt);
  const sealed = await seal(box, utf8(JSON.stringify(secrets)), "hs.recovery.1");
  return { v: 1, salt: toBase64(salt), ...sealed, check: toBase64(check), past: past.slice(-10) };
}

/** The secrets, or why this key does not open them. */
export async function openSecrets(written: string, blob: Blob): Promise<Secrets | "wrong" | "outdated"> {
  const key = readKey(written);
  if (!key) return "wrong";
  const { box, check } = await derive(key, fromBase64(blob.salt));
  if (!same(check, fromBase64(blob.check))) {
    for (const old of blob.past ?? []) {
      const former = await derive(key, fromBase64(old.salt));
      if (same(former.check, fromBase64(old.check))) return "outdated";
    }
    return "wrong";
  }
  try {
    return JSON.parse(text(await open(box, blob, "hs.recovery.1"))) as Secrets;
  } catch {
    return "wrong";
  }
}
