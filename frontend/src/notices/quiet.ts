/** Quiet hours as somebody types them. */

import { notices } from "../strings/en_notices";

const words = notices.choices;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export const USUAL = { begins: "22:00", ends: "07:00" } as const;

/** A time as the server gives it (`22:00:00`) as the field takes it. */
export const short = (time: string): string => time.slice(0, 5);

/** What is wrong with each of the two times, in words; empty when nothing is. */
export function troubleOf(begins: string, ends: string): { begins: string; ends: string } {
  const missing = (time: string) => (TIME.test(time) ? "" : words.quietMissing);
  const found = { begins: missing(begins), ends: missing(ends) };
  if (!found.begins && !found.ends && begins === ends) found.ends = words.quietSame;
  return found;
}

/** Whether they go over midnight. */
export const overnight = (begins: string, ends: string): boolean => ends <= begins;

/** What the two times mean; nothing while something is wrong with them. */
export function meaning(begins: string, ends: string): string {
  const { begins: first, ends: second } = troubleOf(begins, ends);
  return first || second ? "" : words.quiet(begins, ends, overnight(begins, ends));
}
