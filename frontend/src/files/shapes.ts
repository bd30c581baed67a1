/** Pictures and PDFs: what the server says of one, what this device keeps of one on its way, and what may be sent. */

export interface FileInfo {
  id: string;
  name: string;
  kind: "picture" | "pdf";
  type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  /** What it shows, in words, by who sent it; may be empty. */
  alt: string;
}

/** A file that goes with words that are not yet sent. Its bytes lie on this device under `key`. */
export interface FileRef {
  key: string;
  name: string;
  type: string;
  size: number;
  alt: string;
}

export const MOST_BYTES = 10 * 1024 * 1024;
export const MOST_FILES = 4;
export const ALT_LIMIT = 500;
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const PDF = "application/pdf";
const ENDINGS: Readonly<Record<string, string>> = { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", gif: "image/gif", webp: "image/webp", pdf: PDF };

/** What the file chooser offers. */
export const ACCEPT = [...PICTURES, PDF].join(",");

export const isPicture = (type: string) => PICTURES.has(type);

/** The type of a file that may be sent, by what the browser says or else by its ending; empty for all others. */
export function typeOf(file: { name: string; type: string }): string {
  const said = file.type.toLowerCase();
  if (PICTURES.has(said) || said === PDF) return said;
  if (said && said !== "application/octet-stream") return "";
  return ENDINGS[file.name.toLowerCase().split(".").at(-1) ?? ""] ?? "";
}

export type Misfit = "kind" | "empty" | "tooLarge" | "broken" | "many";

/** Why a file cannot go, as far as that shows without opening it; null when it may. */
export function misfit(file: { name: string; type: string; size: number }, already: number): Misfit | null {
  if (already >= MOST_FILES) return "many";
  if (!typeOf(file)) return "kind";
  if (file.size === 0) return "empty";
  return file.size > MOST_BYTES ? "tooLarge" : null;
}

/** The address of a file's bytes. */
export const addressOf = (id: string, how: "" | "small" | "save" = "") => `/api/files/${encodeURIComponent(id)}${how && `?${how}=1`}`;
