/** Days and times in words, in the reader's own time zone. */

import { serverNow } from "../server_time";
import { core } from "./en_core";

const LOCALE = "en-GB";
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A format of days or times in `zone`, made once for each `key`. */
export function format(zone: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${zone}|${key}`;
  let found = formats.get(name);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone });
    } catch {
      found = new Intl.DateTimeFormat(LOCALE, options);
    }
    formats.set(name, found);
  }
  return found;
}

/** The calendar day of a moment in `zone`, as `2026-11-23`: equal exactly when the day is the same. */
export function dayKey(moment: string | number | Date, zone: string): string {
  const parts = format(zone, "key", { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(moment));
  const part = (type: string) => parts.find((item) => item.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Whole calendar days between the moment's day and today, in `zone`. */
export function daysAgo(moment: string | number, zone: string, now: number): number {
  return Math.round((Date.parse(dayKey(now, zone)) - Date.parse(dayKey(moment, zone))) / DAY_MS);
}

/** A moment's clock time, `18:05`. */
export function clockTime(moment: string | number, zone: string): string {
  return format(zone, "time", { hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}

/** A moment in full, for titles and readers: `Monday 23 November 2026 at 18:05`. */
export function fullTime(moment: string, zone: string): string {
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  return format(zone, "full", options).format(new Date(moment));
}

/** A day's heading: `Today`, `Yesterday`, `Tuesday`, or `Tuesday 3 November`. */
export function dayName(moment: string, zone: string, now: number = serverNow()): string {
  const ago = daysAgo(moment, zone, now);
  if (ago === 0) return core.when.today;
  if (ago === 1) return core.when.yesterday;
  if (ago > 1 && ago < 7) return format(zone, "weekday", { weekday: "long" }).format(new Date(moment));
  const sameYear = dayKey(moment, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  if (!sameYear) options.year = "numeric";
  return format(zone, sameYear ? "day" : "dayYear", options).format(new Date(moment));
}

/** In the middle of a sentence: `at 18:05` today, `yesterday`, `on Tuesday`, `on 3 November`. */
export function sinceName(moment: string, zone: string, now: number = serverNow()): string {
  const ago = daysAgo(moment, zone, now);
  if (ago <= 0) return clockTime(moment, zone);
  if (ago === 1) return core.when.yesterday.toLowerCase();
  if (ago < 7) return format(zone, "weekday", { weekday: "long" }).format(new Date(moment));
  return format(zone, "dayMonth", { day: "numeric", month: "long" }).format(new Date(moment));
}

/** Short, for lists: `18:05` today, `Yesterday`, `Tue`, `3 Nov`. */
export function shortWhen(moment: string, zone: string, now: number = serverNow()): string {
  const ago = daysAgo(moment, zone, now);
  if (ago <= 0) return clockTime(moment, zone);
  if (ago === 1) return core.when.yesterday;
  if (ago < 7) return format(zone, "shortWeekday", { weekday: "short" }).format(new Date(moment));
  return format(zone, "shortDay", { day: "numeric", month: "short" }).format(new Date(moment));
}

/** A calendar day as it is written, `3 November 2026`, from `2026-11-03` or a moment. */
export function shortDay(day: string, zone = "UTC"): string {
  return format(zone, "dayInFull", { day: "numeric", month: "long", year: "numeric" }).format(new Date(day));
}

/** A moment to come, as part of a sentence: `09:00` today, `tomorrow at 09:00`, `Thursday 3 December at 09:00`. */
export function untilName(moment: string, zone: string, now: number = serverNow()): string {
  const ahead = -daysAgo(moment, zone, now);
  const time = clockTime(moment, zone);
  if (ahead <= 0) return time;
  if (ahead === 1) return `${core.when.tomorrow} ${core.when.at(time)}`;
  const day = format(zone, "day", { weekday: "long", day: "numeric", month: "long" }).format(new Date(moment));
  return `${day} ${core.when.at(time)}`;
}

/** The day of something planned: `Today`, `Tomorrow`, `Thursday 3 December`, with the year when it is another one. */
export function plannedDay(moment: string | number, zone: string, now: number = serverNow()): string {
  const ago = daysAgo(moment, zone, now);
  if (ago === 0) return core.when.today;
  if (ago === -1) return core.when.tomorrowDay;
  return dayInWords(moment, zone, now);
}

/** A day in full, `Thursday 3 December`, with the year when it is another one. */
export function dayInWords(moment: string | number, zone: string, now: number = serverNow()): string {
  const sameYear = dayKey(moment, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  if (!sameYear) options.year = "numeric";
  return format(zone, sameYear ? "day" : "dayYear", options).format(new Date(moment)).replace(",", "");
}

/** A moment to come after "opens" or "begins": `at 09:00` today, `tomorrow at 09:00`, `on Thursday 3 December at 09:00`. */
export function atName(moment: string, zone: string, now: number = serverNow()): string {
  const ahead = -daysAgo(moment, zone, now);
  const said = untilName(moment, zone, now);
  if (ahead === 0) return core.when.at(said);
  return ahead === 1 ? said : core.when.on(said);
}
