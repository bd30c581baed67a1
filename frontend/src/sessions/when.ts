/** When a session is, in words: for the reader's own clock, and the venue's where that shows another time. */

import { clockTime, dayInWords, dayKey, plannedDay } from "../strings/dates";
import { sessions as words } from "../strings/en_sessions";
import { zoneName } from "./plan_words";
import type { SessionLine } from "./shapes";
import { sameClock } from "./zones";

export interface When {
  day: string;
  times: string;
  /** The same at the venue; empty where clocks agree. */
  there: string;
}

type Timed = Pick<SessionLine, "starts_at" | "ends_at" | "time_zone">;

/** `Tomorrow`, `18:00 to 19:30`, and `19:00 to 20:30, Helsinki time` for somebody elsewhere. */
export function whenOf(session: Timed, zone: string, now: number): When {
  const { starts_at: from, ends_at: until, time_zone: venue } = session;
  const times = words.line.to(clockTime(from, zone), clockTime(until, zone));
  const day = plannedDay(from, zone, now);
  if (sameClock(from, zone, venue)) return { day, times, there: "" };
  const otherDay = dayKey(from, zone) !== dayKey(from, venue);
  const thereTimes = words.line.to(clockTime(from, venue), clockTime(until, venue));
  const there = otherDay ? `${dayInWords(from, venue, now)}, ${thereTimes}` : thereTimes;
  return { day, times, there: words.line.there(zoneName(venue), there) };
}

export type Phase = "cancelled" | "open" | "soon" | "coming" | "over";

const SOON_MS = 60 * 60_000;

/** Where a session stands now. `open`: people are in its room, or its time has come. */
export function phaseOf(session: Pick<SessionLine, "starts_at" | "ends_at" | "state" | "room_open">, now: number): Phase {
  if (session.state === "cancelled") return "cancelled";
  if (session.room_open) return "open";
  const begins = Date.parse(session.starts_at);
  if (Date.parse(session.ends_at) <= now) return "over";
  if (begins <= now) return "open";
  return begins - now <= SOON_MS ? "soon" : "coming";
}

/** Whole minutes until a session begins, rounded up. */
export function minutesUntil(moment: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(moment) - now) / 60_000));
}

/** Those that are not over, the next one first. */
export function comingOf<L extends SessionLine>(lines: readonly L[], now: number): L[] {
  return lines
    .filter((line) => (line.state === "cancelled" ? Date.parse(line.ends_at) > now : phaseOf(line, now) !== "over"))
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at));
}

/** Those that are over, the last one first. */
export function pastOf<L extends SessionLine>(lines: readonly L[], now: number): L[] {
  const coming = new Set(comingOf(lines, now));
  return lines.filter((line) => !coming.has(line)).sort((a, b) => b.starts_at.localeCompare(a.starts_at));
}

/** The next one that takes place; one that is going on counts. */
export function nextOf<L extends SessionLine>(lines: readonly L[], now: number): L | null {
  return comingOf(lines, now).find((line) => line.state === "planned") ?? null;
}

/** Those of the reader's day. */
export function onDay<L extends SessionLine>(lines: readonly L[], zone: string, now: number): L[] {
  const today = dayKey(now, zone);
  return lines.filter((line) => dayKey(line.starts_at, zone) === today).sort((a, b) => a.starts_at.localeCompare(b.starts_at));
}

/** What a session is called where it stands alone. */
export function nameOf(session: Pick<SessionLine, "title" | "group_name" | "with">): string {
  return session.title || (session.with ? words.oneToOne(session.with) : session.group_name) || words.unnamed;
}
