/** Files: sealed here with a key of their own, carried in parts, opened only when the bytes are those that were committed to. */

import { aesKey, fromBase64, random, same, sha256, toBase64, type Bytes } from "./codec";
import type { Relay } from "./relay";
import type { SealedFile } from "./shapes";

const PART = 256 * 1024;

/** Seals bytes (AES-256-GCM, random key and iv) and leaves the ciphertext with the relay. */
export async function sendBytes(relay: Relay, conversation: string, bytes: Bytes): Promise<SealedFile> {
  const key = random(32);
  const iv = random(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await aesKey(key), bytes));
  const hash = toBase64(await sha256(sealed));
  const chunks = Math.ceil(sealed.length / PART);
  const { id } = await relay.post<{ id: string }>("blobs", { conversation, size: sealed.length, chunks, sha256: hash });
  for (let part = 0; part < chunks; part += 1) await relay.putBytes(`blobs/${id}/${part}`, sealed.slice(part * PART, (part + 1) * PART));
  await relay.post(`blobs/${id}/done`);
  return { blob: id, key: toBase64(key), iv: toBase64(iv), hash };
}

/** Raises Error("does_not_check") when what came is not what was sent. */
export async function fetchBytes(relay: Relay, file: SealedFile): Promise<Bytes> {
  const { size, chunks } = await relay.get<{ size: number; chunks: number }>(`blobs/${file.blob}`);
  const sealed = new Uint8Array(size);
  let place = 0;
  for (let part = 0; part < chunks; part += 1) {
    const bytes = await relay.getBytes(`blobs/${file.blob}/${part}`);
    if (place + bytes.length > size) throw new Error("does_not_check");
    sealed.set(bytes, place);
    place += bytes.length;
  }
  if (place !== size || !same(await sha256(sealed), fromBase64(file.hash))) throw new Error("does_not_check");
  const how = { name: "AES-GCM", iv: fromBase64(file.iv) };
  return new Uint8Array(await crypto.subtle.decrypt(how, await aesKey(fromBase64(file.key)), sealed));
}

/** Types that a browser may show; everything else is only saved. */
const SHOWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function asBlob(bytes: Bytes, type: string): Blob {
  return new Blob([bytes], { type: SHOWN.has(type) ? type : "application/octet-stream" });
}
