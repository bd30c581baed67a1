/** How long ago, and how long still, in words. */

import { staff } from "../strings/en_staff";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time in words: `a moment`, `3 min`, `2 h`, `4 days`. */
export function stretch(ms: number): string {
  const { ages } = staff;
  if (ms < MINUTE) return ages.now;
  if (ms < HOUR) return ages.minutes(Math.floor(ms / MINUTE));
  if (ms < 2 * DAY) return ages.hours(Math.floor(ms / HOUR));
  return ages.days(Math.floor(ms / DAY));
}

/** How long `moment` is ago. */
export function age(moment: string, now: number): string {
  return stretch(now - Date.parse(moment));
}

/** Seconds in words, for numbers of the metrics page. */
export function seconds(value: number): string {
  const { metrics } = staff;
  if (value < 90) return metrics.seconds(Math.round(value));
  if (value < 90 * 60) return metrics.minutes(Math.round(value / 60));
  if (value < 48 * 3600) return metrics.hours(Math.round(value / 3600));
  return metrics.days2(Math.round(value / 86_400));
}
