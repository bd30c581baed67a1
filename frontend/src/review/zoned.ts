/** A day and time as typed, in a time zone of choice, as a moment. */

const MINUTE = 60_000;

/** How far `zone` is ahead of UTC at a moment, in milliseconds. */
function ahead(moment: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const there = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return Math.round((there - moment) / MINUTE) * MINUTE;
}

/** `2026-11-23T18:05` in `zone` as an ISO moment in UTC; empty when it is no time. */
export function momentOf(typed: string, zone: string): string {
  const plain = Date.parse(`${typed}Z`);
  if (Number.isNaN(plain)) return "";
  const guess = plain - ahead(plain, zone);
  return new Date(plain - ahead(guess, zone)).toISOString();
}
