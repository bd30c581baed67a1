/** The recovery key: 128 random bits that a person can write down and type again, and what is derived from it. */

import { aesKey, fromBase64, hkdf, open, random, same, seal, text, toBase64, utf8, type Bytes } from "./codec";
import { lengthOf, readWritten, write } from "./written_key";

export { groupsOf, slipsIn, tidyKey, write } from "./written_key";

const LENGTH = 16;

/** Letters and digits of a written key. */
export const KEY_CHARS = lengthOf(LENGTH);

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

/** The key that somebody typed, however they spaced it; null when it is no recovery key. */
export const readKey = (typed: string): Bytes | null => readWritten(typed, LENGTH);

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
