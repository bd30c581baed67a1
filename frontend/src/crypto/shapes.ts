/** What the relay answers about conversations, and what people seal in them. */

import type { ContactView } from "./types";

export interface EventReply {
  event_id: string;
  seq: number;
  sender: string;
  device_id: string;
  content: { algorithm: string; ciphertext: string; session_id: string; device_id: string } | null;
  erased: "sender" | "timer" | null;
  commitment: string;
  at: number;
  quiet: boolean;
}

export interface MemberReply {
  person: string;
  name: string;
  state: "active" | "left" | "removed";
  joined_seq: number;
  left_seq: number | null;
  you: boolean;
  set_up: boolean;
  copy_made_at: string | null;
  copy_opened_at: string | null;
}

export interface ConversationReply {
  id: string;
  kind: "pair" | "circle";
  lane: ContactView["lane"];
  creator: string;
  seed: string;
  members: MemberReply[];
  head: number;
  read: number;
  unread: number;
  /** ms */
  last_at: number | null;
  timer_seconds: number;
  history: boolean;
  version: number;
  closed: string | null;
  cover: string | null;
  reply_days: number | null;
  away_until: string | null;
  away_note: string;
}

export interface SealedFile {
  blob: string;
  key: string;
  iv: string;
  /** SHA-256 of the ciphertext. */
  hash: string;
}

export interface SealedThumb extends SealedFile {
  type: string;
  w: number;
  h: number;
}

/** `n` counts what the sending device said in this conversation, from 1: a gap shows that something was kept back. */
interface Common {
  n: number;
  at: number;
}

export interface RosterWords {
  k: "roster";
  version: number;
  /** Who may write the next roster. */
  creator: string;
  /** Who made the conversation, when that is somebody else by now. */
  origin?: string;
  seed: string;
  members: string[];
  title: string;
  history: boolean;
}

export type Said =
  | { k: "text"; body: string; reply?: string; timer?: number }
  | ({ k: "file"; name: string; type: string; size: number; thumb?: SealedThumb; body?: string; reply?: string; timer?: number } & SealedFile)
  | { k: "reaction"; to: string; word: string; off?: boolean }
  | { k: "edit"; to: string; body: string }
  | { k: "exported" }
  | RosterWords;

export type Words = Said & Common;

/** Quiet events make nothing unread. */
export const isQuiet = (said: Said): boolean => said.k !== "text" && said.k !== "file";

/** Reads what was sealed; null for what does not have its shape. */
export function readWords(pt: string): Words | null {
  let words: Words;
  try {
    words = JSON.parse(pt) as Words;
  } catch {
    return null;
  }
  if (typeof words !== "object" || words === null || !Number.isInteger(words.n)) return null;
  const strings = (...values: unknown[]) => values.every((value) => typeof value === "string");
  switch (words.k) {
    case "text":
      return strings(words.body) ? words : null;
    case "file":
      return strings(words.name, words.type, words.blob, words.key, words.iv, words.hash) && Number.isInteger(words.size) ? words : null;
    case "reaction":
      return strings(words.to, words.word) && words.word.length <= 40 ? words : null;
    case "edit":
      return strings(words.to, words.body) ? words : null;
    case "exported":
      return words;
    case "roster":
      return strings(words.creator, words.seed, words.title) && Array.isArray(words.members) && strings(...words.members) ? words : null;
    default:
      return null;
  }
}
