/** Contacts as the staff's reads answer them, and what follows from them for the screens. */

import { contacts as words } from "../strings/en_contacts";
import type { Role } from "../state/shapes";
import type { Fields } from "../versioned.svelte";

export type Lane = "clinical" | "administrative";
export const LANES: readonly Lane[] = ["clinical", "administrative"];

/** Who looks after a client. */
export interface ContactLine {
  contact: string;
  person: string;
  name: string;
  lane: Lane;
  since: string;
  you: boolean;
  away_until: string | null;
  covered_by: string | null;
  may?: string[];
}

export interface ClientRow {
  person: string;
  contacts: ContactLine[];
  may: string[];
}

export interface Clients {
  clients: ClientRow[];
  yours: { contact: string; person: string; name: string; lane: Lane }[];
}

export interface StaffLine {
  person: string;
  name: string;
  role: Role;
  away_from: string | null;
  away_until: string | null;
  you?: boolean;
}

export interface ClientPage {
  person: string;
  name: string;
  contacts: ContactLine[];
  staff: StaffLine[];
}

export interface Availability {
  person: string;
  name: string;
  reply_days: number;
  away_from: string | null;
  away_until: string | null;
  away_note: string;
  cover: string | null;
  version: number;
  /** The practice's day. */
  today: string;
  clients: number;
  covering: string[];
  staff: StaffLine[];
}

/** One line for each lane that somebody stands in, with who is away. */
export function linesOf(row: ClientRow | undefined): string[] {
  if (!row) return [];
  const lines = LANES.flatMap((lane) => {
    const names = row.contacts
      .filter((one) => one.lane === lane)
      .map((one) => (one.away_until ? words.people.awayUntil(one.name, one.away_until, one.covered_by) : one.name));
    return names.length > 0 ? [words.people.line(words.lanes[lane], names.join(", "))] : [];
  });
  const seen = row.contacts.some((one) => one.lane === "clinical");
  return seen || row.may.length === 0 ? lines : [words.people.nobody, ...lines];
}

/** What a person may change, as flat fields; no day or nobody is an empty one. */
export function fieldsOf(now: Availability): Fields {
  const { reply_days, away_from, away_until, away_note, cover } = now;
  return {
    reply_days: String(reply_days),
    away_from: away_from ?? "",
    away_until: away_until ?? "",
    away_note,
    cover: cover ?? "",
  };
}

/** Changed fields as `availability.update` takes them. */
export function changesOf(fields: Fields): Record<string, unknown> {
  const given = (name: string, value: string | boolean) => {
    if (name === "reply_days") return Number(value);
    return value === "" && name !== "away_note" ? null : value;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, given(name, value)]));
}

/** What does not fit about the days, in words for each field; days are ISO dates, so they compare as text. */
export function dayTroubles(from: string, until: string, today: string): Record<string, string> {
  const say = words.availability;
  if (!from && !until) return {};
  if (!from) return { away_from: say.needsFrom };
  if (!until) return { away_until: say.needsUntil };
  if (until < from) return { away_until: say.order };
  return until < today ? { away_until: say.past } : {};
}

/** What clients read on most days. */
export function usually(name: string, days: string): string {
  return words.expect(name, Number(days));
}

/** What clients read while somebody is away; empty without days that make sense. */
export function whileAway(name: string, fields: Fields, today: string, cover: string): string[] {
  const from = String(fields.away_from ?? "");
  const until = String(fields.away_until ?? "");
  if (!from || !until || Object.keys(dayTroubles(from, until, today)).length > 0) return [];
  const note = String(fields.away_note ?? "").trim();
  const first = [words.away(name, until), cover && words.covers(cover)].filter(Boolean).join(" ");
  return [first, note].filter(Boolean);
}
