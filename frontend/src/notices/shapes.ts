/** Notices as the server gives them, and the plain parts of showing them. */

import { dayKey, dayName } from "../strings/dates";
import { notices as words } from "../strings/en_notices";
import type { IconName } from "../ui/Icon.svelte";

export interface Notice {
  id: string;
  kind: string;
  /** A name that only this page shows: of a group, a session, a person. Empty when there is none. */
  about: string;
  link: string;
  at: string;
  read: boolean;
}

export interface NoticePage {
  notices: Notice[];
  unread: number;
  more: boolean;
}

export type Channel = "push" | "mail";

export interface KindChoice {
  kind: string;
  push: boolean;
  mail: boolean;
  push_default: boolean;
  mail_default: boolean;
  /** Nobody can switch it off. */
  fixed: boolean;
}

export interface Quiet {
  begins: string;
  ends: string;
  time_zone: string;
}

export interface Device {
  id: string;
  name: string;
  at: string;
  this: boolean;
}

export interface Choices {
  kinds: KindChoice[];
  quiet: Quiet | null;
  push: { key: string; devices: Device[] };
}

export interface Delivery {
  id: string;
  kind: string;
  channel: string;
  state: string;
  why: string;
  at: string;
  due_at: string;
  ended_at: string | null;
}

export interface Doubt {
  id: string;
  kind: string;
  channel: string;
  /** Whom it was for. */
  name: string;
  at: string;
}

/** What a notice says, and what its kind is called. A kind that this page does not know yet has words too. */
export const wordsOf = (kind: string) => words.kinds[kind] ?? words.other;

const SECTIONS: readonly (readonly [string, RegExp])[] = [
  ["sessions", /^(session|appointment)\./],
  ["summaries", /^(summary|quote|draft)\./],
  ["work", /^(assignment|resource)\./],
  ["words", /^(message|post)\./],
  ["care", /^care\./],
];

const ICONS: Readonly<Record<string, IconName>> = {
  sessions: "clock",
  summaries: "file",
  work: "plan",
  words: "messages",
  care: "care",
  other: "info",
};

/** Which part of the choices a kind belongs to. */
export const sectionOf = (kind: string): string => SECTIONS.find(([, mark]) => mark.test(kind))?.[0] ?? "other";

export const iconOf = (kind: string): IconName => (kind === "post.decided" ? "topic" : (ICONS[sectionOf(kind)] ?? "info"));

/** Kinds that only staff are given. */
const STAFF_ONLY = /^(care|draft)\.|^assignment\.handed_in$|^quote\.withdrawn$/;

/** The choices in parts, in a fixed order; `staff` sees those of staff. */
export function inSections(kinds: readonly KindChoice[], staff: boolean): { section: string; kinds: KindChoice[] }[] {
  const open = kinds.filter((row) => staff || !STAFF_ONLY.test(row.kind));
  return [...SECTIONS.map(([section]) => section), "other"]
    .map((section) => ({ section, kinds: open.filter((row) => sectionOf(row.kind) === section) }))
    .filter((part) => part.kinds.length > 0);
}

/** The list in days of the reader's zone, as it came: the newest first. */
export function byDay<T extends { at: string }>(lines: readonly T[], zone: string): { key: string; name: string; lines: T[] }[] {
  const days: { key: string; name: string; lines: T[] }[] = [];
  for (const line of lines) {
    const key = dayKey(line.at, zone);
    const last = days.at(-1);
    if (last?.key === key) last.lines.push(line);
    else days.push({ key, name: dayName(line.at, zone), lines: [line] });
  }
  return days;
}

/** What became of a delivery, in words. */
export function fateOf({ state, why }: Pick<Delivery, "state" | "why">): string {
  const because = state === "sent" || state === "doubt" ? "" : (words.log.why[why] ?? "");
  return words.log.line(words.log.state[state] ?? words.log.state.waiting ?? "", because);
}
