/** Wall-clock times and moments: what a clock in a time zone shows, and when that is. Wall-clock times are `2026-12-03T18:00`. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function parts(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
    found = new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", timeZone: zone });
    formats.set(zone, found);
  }
  return found;
}

/** Whether this browser knows the zone. */
export function isZone(zone: string): boolean {
  try {
    parts(zone);
    return true;
  } catch {
    return false;
  }
}

/** What a clock in `zone` shows at a moment, as if it were UTC, in milliseconds. */
function shown(at: number, zone: string): number {
  const part = Object.fromEntries(parts(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
}

/** By how many minutes the clocks of `zone` are ahead of UTC at a moment. */
export function offsetAt(at: number, zone: string): number {
  const whole = Math.floor(at / 1000) * 1000;
  return Math.round((shown(whole, zone) - whole) / MINUTE_MS);
}

/** What a clock in `zone` shows at a moment: `2026-12-03T18:00`. */
export function localOf(at: number | string, zone: string): string {
  const moment = typeof at === "string" ? Date.parse(at) : at;
  return new Date(shown(moment, zone)).toISOString().slice(0, 16);
}

/** When a clock in `zone` shows `local`, in milliseconds; of two such moments the first, and a time that the clocks leave out
 * counts on from the time before them, as in a calendar file. */
export function momentOf(local: string, zone: string): number {
  const wall = Date.parse(`${local}Z`);
  const [before, after] = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const fits = [before, after].map((offset) => wall - offset * MINUTE_MS).filter((at) => shown(at, zone) === wall);
  return fits.length ? Math.min(...fits) : wall - before * MINUTE_MS;
}

/** Whether two zones' clocks show the same time at a moment. */
export function sameClock(at: number | string, one: string, other: string): boolean {
  return one === other || localOf(at, one) === localOf(at, other);
}

export interface ClockChange {
  /** The moment it happens, in milliseconds. */
  at: number;
  /** By how many minutes the clocks go forward; negative when back. */
  minutes: number;
}

/** The first change of the clocks of `zone` after `from` and before `until`, in milliseconds; null when there is none. */
export function nextClockChange(from: number, until: number, zone: string): ClockChange | null {
  let [low, before] = [from, offsetAt(from, zone)];
  for (let high = from + DAY_MS; low < until; low = high, high += DAY_MS) {
    const after = offsetAt(high, zone);
    if (after === before) continue;
    let [left, right] = [low, high];
    while (right - left > MINUTE_MS) {
      const middle = left + Math.floor((right - left) / 2 / MINUTE_MS) * MINUTE_MS;
      if (middle === left) break;
      if (offsetAt(middle, zone) === before) left = middle;
      else right = middle;
    }
    before = offsetAt(left, zone);
    return right < until ? { at: right, minutes: offsetAt(right, zone) - before } : null;
  }
  return null;
}

/** The zone by its place: `Berlin` of `Europe/Berlin`. */
export function placeOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}
