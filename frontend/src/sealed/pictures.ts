/** Files on their way into a conversation: how large they may be, what a picture tells of itself, and the small one that goes ahead. */

import type { Thumb } from "../crypto/types";

const MIB = 1024 * 1024;
/** The relay's limit; sealing adds 16 bytes. */
export const MOST_BYTES = 25 * MIB - 16;

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const SIDE = 480;
const QUALITY = 0.75;
/** Moving pictures would stand still. */
const REDRAWN = new Set(["image/png", "image/jpeg", "image/webp"]);
const FULL_QUALITY = 0.92;

/** True for files that a page may show; everything else is only saved. */
export const isPicture = (type: string) => PICTURES.has(type);

/** A size in words of the file system: `340 kB`, `2.4 MB`. */
export function sizeName(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, "")} MB`;
}

/** The size that fits into a square of `side` without changing its form; never larger than it is. */
export function fitInto(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Draws a picture anew into so much room; null for what this browser can't draw. */
async function redraw(file: File, side: number, type: string, quality: number): Promise<{ blob: Blob; width: number; height: number } | null> {
  let drawn: ImageBitmap;
  try {
    drawn = await createImageBitmap(file);
  } catch {
    return null;
  }
  const { width, height } = fitInto(drawn.width, drawn.height, side);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(drawn, 0, 0, width, height);
  drawn.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality));
  return blob && { blob, width, height };
}

/** A small picture of a picture, drawn here; null for everything else, and for what this browser can't draw. */
export async function makeThumb(file: File): Promise<Thumb | null> {
  const small = isPicture(file.type) ? await redraw(file, SIDE, "image/webp", QUALITY) : null;
  return small && { bytes: new Uint8Array(await small.blob.arrayBuffer()), type: small.blob.type, width: small.width, height: small.height };
}

/** The picture without what a camera writes into it: where and when it was taken, and by which phone. Other files stay as they are. */
export async function withoutTraces(file: File): Promise<File> {
  if (!REDRAWN.has(file.type)) return file;
  const anew = await redraw(file, Infinity, file.type, FULL_QUALITY);
  if (!anew || anew.blob.type !== file.type || anew.blob.size > MOST_BYTES) return file;
  return new File([anew.blob], file.name, { type: file.type });
}
