/** How often a group meets: what the planning form holds, the rule it stands for (RFC 5545), and the dates that follow. */

export type Repeat = "once" | "weekly" | "fortnightly" | "monthly";
export type Ends = "never" | "count" | "until";
/** Which of its weekdays in a month; -1 is the last. */
export type Week = 1 | 2 | 3 | 4 | -1;

export interface Plan {
  repeat: Repeat;
  /** Monday is 0. */
  weekday: number;
  week: Week;
  /** No session before this day, `2026-12-03`; of a single one its day. */
  from: string;
  /** `18:00` */
  time: string;
  zone: string;
  ends: Ends;
  count: number;
  /** The last day on which there may be one. */
  until: string;
}

const DAY_MS = 86_400_000;
const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const KINDS: Readonly<Record<string, Repeat>> = { "WEEKLY 1": "weekly", "WEEKLY 2": "fortnightly", "MONTHLY 1": "monthly" };
const MOST_STEPS = 600;

const dayMs = (day: string) => Date.parse(`${day}T00:00Z`);
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const weekdayOf = (ms: number) => (new Date(ms).getUTCDay() + 6) % 7;

/** The weekday of `2026-12-03`, Monday being 0. */
export function weekdayIn(day: string): number {
  return weekdayOf(dayMs(day));
}

/** Whether a day is one, as `2026-12-03`. */
export function isDay(day: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(dayMs(day)) && dayOf(dayMs(day)) === day;
}

/** Which of its weekday in its month a day is; the fifth counts as the last. */
export function weekIn(day: string): Week {
  const nth = Math.ceil(Number(day.slice(8)) / 7);
  return nth > 4 ? -1 : (nth as Week);
}

/** The day in the month that begins at `first` (milliseconds). */
function inMonth(first: number, weekday: number, week: Week): number {
  const begins = new Date(first);
  if (week > 0) return first + (((weekday - weekdayOf(first) + 7) % 7) + (week - 1) * 7) * DAY_MS;
  const last = Date.UTC(begins.getUTCFullYear(), begins.getUTCMonth() + 1, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7) * DAY_MS;
}

/** Every day of the rule without its end, from `from` on. */
function* days(plan: Plan): Generator<string> {
  const from = dayMs(plan.from);
  if (plan.repeat === "once") {
    yield plan.from;
  } else if (plan.repeat === "monthly") {
    const begin = new Date(from);
    for (let month = 0; month < MOST_STEPS; month += 1) {
      const day = inMonth(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + month, 1), plan.weekday, plan.week);
      if (day >= from) yield dayOf(day);
    }
  } else {
    const step = (plan.repeat === "weekly" ? 7 : 14) * DAY_MS;
    const first = from + ((plan.weekday - weekdayOf(from) + 7) % 7) * DAY_MS;
    for (let at = 0; at < MOST_STEPS; at += 1) yield dayOf(first + at * step);
  }
}

/** The first `most` wall-clock times of the plan, `2026-12-03T18:00`; fewer where it ends before. */
export function timesOf(plan: Plan, most: number): string[] {
  const found: string[] = [];
  if (!isDay(plan.from) || most < 1) return found;
  const limit = plan.ends === "count" && plan.repeat !== "once" ? Math.min(most, plan.count) : most;
  for (const day of days(plan)) {
    if (plan.ends === "until" && plan.repeat !== "once" && isDay(plan.until) && day > plan.until) break;
    if (found.length >= limit) break;
    found.push(`${day}T${plan.time}`);
  }
  return found;
}

/** Whether there is a session on `local` or later beside the first `timesOf`: false where the plan has ended. */
export function goesOnAfter(plan: Plan, local: string): boolean {
  return timesOf(plan, MOST_STEPS).some((time) => time > local);
}

/** The rule without its beginning, as the server keeps it; empty for a single session. */
export function rruleOf(plan: Plan): string {
  if (plan.repeat === "once") return "";
  const day = CODES[plan.weekday]!;
  const every = {
    weekly: `FREQ=WEEKLY;BYDAY=${day}`,
    fortnightly: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${day}`,
    monthly: `FREQ=MONTHLY;BYDAY=${plan.week}${day}`,
  }[plan.repeat];
  if (plan.ends === "count") return `${every};COUNT=${plan.count}`;
  if (plan.ends === "until") return `${every};UNTIL=${plan.until.replaceAll("-", "")}T235959`;
  return every;
}

export interface RuleParts {
  repeat: Repeat;
  weekday: number;
  week: Week;
  ends: Ends;
  count: number;
  until: string;
}

/** What a rule says, in the form's terms; null for a rule that this form can't make. `begins` is its first wall-clock time. */
export function partsOf(rrule: string, begins: string): RuleParts | null {
  const given = new Map(rrule.split(";").map((part) => part.split("=") as [string, string]));
  const day = begins.slice(0, 10);
  const [, nth = "", code = ""] = /^(-?\d)?([A-Z]{2})$/.exec(given.get("BYDAY") ?? CODES[weekdayIn(day)]!) ?? [];
  const weekday = CODES.indexOf(code);
  const interval = given.get("INTERVAL") ?? "1";
  const known = new Set(["FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST"]);
  if (weekday < 0 || [...given.keys()].some((name) => !known.has(name))) return null;
  const repeat = KINDS[`${given.get("FREQ")} ${interval}`];
  if (!repeat || (repeat === "monthly" && !given.has("BYDAY"))) return null;
  const count = Number(given.get("COUNT") ?? 0);
  const until = /^(\d{4})(\d\d)(\d\d)/.exec(given.get("UNTIL") ?? "");
  const ends = count ? "count" : until ? "until" : "never";
  return { repeat, weekday, week: Number(nth || 1) as Week, ends, count, until: until ? until.slice(1, 4).join("-") : "" };
}
