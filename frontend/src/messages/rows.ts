/** What a conversation shows, row by row: days, the divider of what is new, messages grouped by sender. */

import type { Item } from "../crypto/types";
import { dayKey } from "../strings/dates";

const GROUP_MS = 5 * 60_000;

/** One item. Day and divider stand above it in the same row, so that rows and items match. */
export interface TalkRow {
  key: string;
  item: Item;
  /** The number of the newest event at or before this row. */
  seq: number;
  /** Shows its sender; what follows it at once does not. */
  head: boolean;
  /** A day begins here: a moment of it. */
  day: string | null;
  /** What is new begins here; `since` is when the last message before it was written. */
  fresh: { since: string | null } | null;
}

const said = (item: Item) => item.kind !== "notice" && (item.state === "sent" || item.seq === null);

/** True for a message of somebody else that makes the conversation unread. */
const counts = (item: Item) => !item.yours && item.kind !== "notice" && item.seq !== null && item.state !== "erased";

/** The event after which everything is new: as many messages of others lie behind it as are `unread`; Infinity when none are. */
export function readUpTo(items: readonly Item[], unread: number): number {
  if (unread <= 0) return Infinity;
  const theirs = items.filter(counts);
  const first = theirs.at(-unread) ?? theirs[0];
  return first ? first.seq! - 1 : Infinity;
}

/** How many messages of others came after `seq`. */
export const countAfter = (items: readonly Item[], seq: number): number =>
  items.filter((item) => counts(item) && item.seq! > seq).length;

/** The rows of a conversation, oldest first; `openedAt` is how far it was read when it was opened: the divider stays there. */
export function talkRows(items: readonly Item[], zone: string, openedAt: number): TalkRow[] {
  const rows: TalkRow[] = [];
  let day = "";
  let seq = 0;
  let divided = false;
  let previous: Item | null = null;
  for (const item of items) {
    const today = dayKey(item.at, zone);
    const opens: boolean = !divided && counts(item) && item.seq! > openedAt;
    divided ||= opens;
    seq = item.seq ?? seq;
    rows.push({
      key: item.id,
      item,
      seq,
      head: today !== day || opens || startsGroup(previous, item),
      day: today === day ? null : item.at,
      fresh: opens ? { since: rows.findLast((row) => row.item.kind !== "notice")?.item.at ?? null } : null,
    });
    day = today;
    previous = item;
  }
  return rows;
}

/** True when an item shows its sender anew: another one, a pause, a reply, or something between that shows none. */
function startsGroup(previous: Item | null, item: Item): boolean {
  if (!previous || previous.sender !== item.sender || item.reply !== null) return true;
  if (!said(previous) || !said(item)) return true;
  return Date.parse(item.at) - Date.parse(previous.at) > GROUP_MS;
}

/** A message's beginning on one line, for a reply's context and for lists. */
export function beginning(body: string, most = 120): string {
  const line = body.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most).trimEnd()}…` : line;
}

export interface Piece {
  text: string;
  /** An address of the web, to be followed in a tab of its own. */
  href: string | null;
}

/** A body as plain words and links; nothing in it is ever taken for HTML. */
export function pieces(body: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of body.matchAll(/\bhttps?:\/\/[^\s<>"']+/g)) {
    const text = match[0].replace(/[.,;:!?)\]}]+$/, "");
    if (!URL.canParse(text)) continue;
    if (match.index > at) found.push({ text: body.slice(at, match.index), href: null });
    found.push({ text, href: text });
    at = match.index + text.length;
  }
  if (at < body.length) found.push({ text: body.slice(at), href: null });
  return found;
}
