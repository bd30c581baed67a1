/** The practice's recovery key: made in an admin's browser, and what staff's devices seal to it (ECIES: P-256, HKDF-SHA256, AES-256-GCM).
 *
 * A server that put another public key in its place would collect staff's recovery keys. So a device seals only to a key whose check
 * code the person typed, which the practice gave them outside of Hearthside, and holds on to just that key.
 */

import { aesKey, fromBase64, hkdf, join, open, seal, sha256, text, toBase64, utf8, type Bytes } from "./codec";
import { inGroups, readWritten, spell, tidyKey, write } from "./written_key";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const SECRET_BYTES = 32;
const CODE_BYTES = 10;

export interface CopyBox {
  ephemeral: string;
  iv: string;
  ciphertext: string;
}

/** For whom and what a copy is: bound in, so that no copy passes for another. */
export interface CopyOf {
  keyId: string;
  user: string;
  /** Of the recovery blob that the key opens. */
  version: number;
}

export interface MadeKey {
  publicKey: string;
  /** The private part as it is written down; it opens every copy. */
  secret: string;
}

const base64url = (bytes: Bytes): string => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_");
const fromBase64url = (words: string): Bytes => fromBase64(words.replaceAll("-", "+").replaceAll("_", "/"));

export async function makePracticeKey(): Promise<MadeKey> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const { d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { publicKey: toBase64(point), secret: write(fromBase64url(d!)) };
}

/** As the server names the key (messaging/curve.py). */
export async function keyIdOf(publicKey: string): Promise<string> {
  return toBase64((await sha256(join(utf8("hs.practice.1\0"), fromBase64(publicKey)))).slice(0, 16));
}

/** The check code that staff get from their practice by another way: 80 bits of a hash of the key, in groups of four. */
export async function codeOf(publicKey: string): Promise<string> {
  return inGroups(spell((await sha256(join(utf8("hs.practice.code.1\0"), fromBase64(publicKey)))).slice(0, CODE_BYTES)));
}

export async function isCodeOf(publicKey: string, typed: string): Promise<boolean> {
  return tidyKey(await codeOf(publicKey)) === tidyKey(typed);
}

async function shared(own: CryptoKey, theirs: string, ephemeral: string, { keyId, user, version }: CopyOf): Promise<CryptoKey> {
  const other = await crypto.subtle.importKey("raw", fromBase64(theirs), CURVE, false, []);
  const bits = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: other }, own, 256));
  const info = ["hs.practice.copy.1", keyId, user, String(version), ephemeral].join("\0");
  return aesKey(await hkdf(bits, new Uint8Array(), info, 32));
}

export async function sealCopy(publicKey: string, of: CopyOf, written: string): Promise<CopyBox> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ephemeral = toBase64(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const key = await shared(pair.privateKey, publicKey, ephemeral, of);
  return { ephemeral, ...(await seal(key, utf8(written), "hs.practice.copy.1")) };
}

/** The recovery key in a copy; null when this is not the practice key's private part, or the copy is another's. */
export async function openCopy(secret: string, publicKey: string, of: CopyOf, box: CopyBox): Promise<string | null> {
  const bytes = readWritten(secret, SECRET_BYTES);
  if (!bytes) return null;
  const point = fromBase64(publicKey);
  const jwk = { kty: "EC", crv: "P-256", x: base64url(point.slice(1, 33)), y: base64url(point.slice(33)), d: base64url(bytes) };
  try {
    const own = await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["deriveBits"]);
    return text(await open(await shared(own, box.ephemeral, box.ephemeral, of), box, "hs.practice.copy.1"));
  } catch {
    return null;
  }
}

