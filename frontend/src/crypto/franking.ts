/** What stands inside a sealed message: exact words, the franking key that proves them, and padding.
 *
 * Source: Grubbs, Lu, Ristenpart 2017 (ePrint 2017/664); docs/how/a_sealed_message.md has the format.
 */

import { fromBase64, hmac, random, same, toBase64, utf8 } from "./codec";

export const EVENT_TYPE = "hs.message";
export const LONGEST = 32_768;
const BUCKETS = [256, 512, 1024, 2048, 4096, 8192, 16_384, LONGEST];

export interface Sealable {
  /** The exact JSON that is sealed and committed to. */
  pt: string;
  /** Franking key, base64 of 32 bytes. */
  fk: string;
}

interface Envelope extends Sealable {
  v: 1;
  pad: string;
}

export function sealable(content: object): Sealable {
  return { pt: JSON.stringify(content), fk: toBase64(random(32)) };
}

/** The commitment that travels in clear beside the ciphertext. */
export async function commitment(room: string, { pt, fk }: Sealable): Promise<string> {
  return toBase64(await hmac(fromBase64(fk), utf8(`hs.frank.1\0${room}\0${pt}`)));
}

/** The event content to encrypt; raises RangeError when the words are too long. */
export function pack({ pt, fk }: Sealable): string {
  const size = utf8(pt).length;
  const bucket = BUCKETS.find((most) => size <= most);
  if (bucket === undefined) throw new RangeError("too_long");
  const envelope: Envelope = { v: 1, pt, fk, pad: " ".repeat(bucket - size) };
  return JSON.stringify(envelope);
}

/** What was sealed, once its commitment opens; null otherwise. */
export async function unpack(room: string, content: unknown, commits: string): Promise<Sealable | null> {
  const { v, pt, fk } = (content ?? {}) as Partial<Envelope>;
  if (v !== 1 || typeof pt !== "string" || typeof fk !== "string") return null;
  return (await opens(room, { pt, fk }, commits)) ? { pt, fk } : null;
}

export async function opens(room: string, sealed: Sealable, commits: string): Promise<boolean> {
  try {
    if (fromBase64(sealed.fk).length !== 32) return false;
    return same(fromBase64(await commitment(room, sealed)), fromBase64(commits));
  } catch {
    return false;
  }
}

/** The message index in a Megolm ciphertext (https://gitlab.matrix.org/matrix-org/olm/-/blob/master/docs/megolm.md): version, then field 1 as varint. */
export function messageIndex(ciphertext: string): number | null {
  const bytes = fromBase64(ciphertext.slice(0, 16));
  if (bytes[0] !== 3 || bytes[1] !== 0x08) return null;
  let value = 0;
  for (let place = 2, shift = 0; place < bytes.length && shift < 35; place += 1, shift += 7) {
    const byte = bytes[place]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  return null;
}
