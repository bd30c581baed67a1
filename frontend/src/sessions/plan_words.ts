/** A plan in plain words, before anything is saved: the rule as a sentence, the next dates, and what the clocks will do. */

import { dayInWords, clockTime } from "../strings/dates";
import { sessions as words } from "../strings/en_sessions";
import { isDay, partsOf, timesOf, weekdayIn, type Plan, type RuleParts } from "./rule";
import { localOf, momentOf, nextClockChange, offsetAt, placeOf, sameClock } from "./zones";

const YEAR_MS = 366 * 86_400_000;
const SHOWN = 5;
const MOST = 60;

/** The zone as it stands in a sentence: `Berlin time`. */
export const zoneName = (zone: string) => words.zone(placeOf(zone));

function dayOfLocal(local: string, now: number): string {
  return dayInWords(`${local.slice(0, 10)}T12:00Z`, "UTC", now);
}

/** `Every Thursday at 18:00 (Berlin time)`. */
export function planSentence(plan: Plan, now: number): string {
  if (plan.repeat === "once") return words.once(isDay(plan.from) ? dayOfLocal(plan.from, now) : "", plan.time, zoneName(plan.zone));
  return ruleSentence({ ...plan }, plan.time, plan.zone, now);
}

function ruleSentence(rule: RuleParts, time: string, zone: string, now: number): string {
  const until = isDay(rule.until) ? dayOfLocal(rule.until, now) : "";
  return words.rule(rule, time, zoneName(zone), until);
}

/** A kept series in words; `begins` is its first wall-clock time. */
export function seriesSentence(rrule: string, begins: string, zone: string, now: number): string {
  const rule = partsOf(rrule, begins);
  return rule ? ruleSentence(rule, begins.slice(11, 16), zone, now) : words.otherRule(zoneName(zone));
}

export interface DateLine {
  at: number;
  /** `Thursday 3 December` and `18:00`, there. */
  day: string;
  time: string;
  /** What the reader's own clock shows; empty where that is the same. */
  yours: string;
}

/** The first dates of the plan that are still to come. */
export function nextDates(plan: Plan, readerZone: string, now: number): DateLine[] {
  const coming = timesOf(plan, MOST)
    .map((local) => ({ local, at: momentOf(local, plan.zone) }))
    .filter(({ at }) => at > now);
  return coming.slice(0, SHOWN).map(({ local, at }) => ({
    at,
    day: dayOfLocal(local, now),
    time: localOf(at, plan.zone).slice(11),
    yours: sameClock(at, plan.zone, readerZone) ? "" : yoursAt(at, local, readerZone, now),
  }));
}

function yoursAt(at: number, local: string, zone: string, now: number): string {
  const sameDay = localOf(at, zone).slice(0, 10) === local.slice(0, 10);
  return sameDay ? clockTime(at, zone) : `${dayInWords(at, zone, now)}, ${clockTime(at, zone)}`;
}

export interface ClockNote {
  said: string;
  /** For a reader elsewhere whose clock then shows another time; else empty. */
  yours: string;
  /** The first session after the change. */
  first: string;
}

/** What the next change of the clocks means for the plan; null when no session comes after one within a year. */
export function clockNote(plan: Plan, readerZone: string, now: number): ClockNote | null {
  if (plan.repeat === "once") return null;
  const all = timesOf(plan, MOST).map((local) => ({ local, at: momentOf(local, plan.zone) }));
  const first = all.find(({ at }) => at > now);
  if (!first) return null;
  const change = nextClockChange(first.at, first.at + YEAR_MS, plan.zone);
  const after = change && all.find(({ at }) => at >= change.at);
  if (!change || !after) return null;
  const day = dayInWords(change.at, plan.zone, now);
  const said = change.minutes > 0 ? words.plan.forwards : words.plan.backwards;
  const moved = offsetAt(after.at, readerZone) - offsetAt(first.at, readerZone) !== change.minutes;
  return {
    said: said(day, placeOf(plan.zone), plan.time),
    yours: moved ? words.plan.shifts(placeOf(readerZone), clockTime(after.at, readerZone)) : "",
    first: words.plan.afterwards(dayOfLocal(after.local, now)),
  };
}

/** A plan that begins in the coming days, for an empty form. */
export function freshPlan(zone: string, now: number): Plan {
  const day = localOf(now + 86_400_000, zone).slice(0, 10);
  return { repeat: "weekly", weekday: weekdayIn(day), week: 1, from: day, time: "18:00", zone, ends: "never", count: 10, until: "" };
}
