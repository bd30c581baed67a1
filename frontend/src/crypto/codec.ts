/** Bytes, text and the few primitives of WebCrypto that the protocol uses. Base64 is unpadded, standard alphabet. */

export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function text(bytes: Bytes): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

export function toBase64(bytes: Bytes): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(binary).replace(/=+$/, "");
}

/** Raises RangeError for what is no base64. */
export function fromBase64(words: string): Bytes {
  let binary: string;
  try {
    binary = atob(words);
  } catch {
    throw new RangeError("not base64");
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export function join(...parts: Bytes[]): Bytes {
  const made = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    made.set(part, place);
    place += part.length;
  }
  return made;
}

export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function same(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}

/** Canonical JSON: keys sorted, no spaces (https://spec.matrix.org/latest/appendices/#canonical-json). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function hmac(key: Bytes, bytes: Bytes): Promise<Bytes> {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, bytes));
}

/** HKDF-SHA256 (RFC 5869) of `length` bytes. */
export async function hkdf(secret: Bytes, salt: Bytes, info: string, length: number): Promise<Bytes> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: utf8(info) }, base, length * 8);
  return new Uint8Array(bits);
}

export interface Box {
  iv: string;
  ciphertext: string;
}

export async function aesKey(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** AES-256-GCM with a fresh iv; `place` is bound in. */
export async function seal(key: CryptoKey, bytes: Bytes, place: string): Promise<Box> {
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, bytes);
  return { iv: toBase64(iv), ciphertext: toBase64(new Uint8Array(sealed)) };
}

/** Raises OperationError when key, place or bytes are not those that were sealed. */
export async function open(key: CryptoKey, box: Box, place: string): Promise<Bytes> {
  const how = { name: "AES-GCM", iv: fromBase64(box.iv), additionalData: utf8(place) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, fromBase64(box.ciphertext)));
}
