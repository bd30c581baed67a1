/** How things of a session read when they are put into its summary. */

import { shortDay, untilName } from "../strings/dates";
import type { NextDate, Theme, Thing } from "./shapes";

/** The paragraphs of a text, each to be put in by itself. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean);

export const themeLine = (theme: Theme): string => `- ${theme.words}`;

/** An assignment or resource as a line of a list, with its day where it has one. */
export const thingLine = (thing: Thing, until: (day: string) => string, zone: string): string =>
  thing.due_at ? `- ${thing.title} (${until(shortDay(thing.due_at, zone))})` : `- ${thing.title}`;

/** The next session as people say it, on the clock of `zone`. */
export const nextLine = (next: NextDate, zone: string): string => {
  const when = untilName(next.starts_at, zone, 0);
  return next.title ? `${next.title}: ${when}` : when;
};

/** How sure a theme is: 0 a trace, 1 it came up, 2 it came up a lot. */
export const sureness = (weight: number): 0 | 1 | 2 => (weight >= 0.67 ? 2 : weight >= 0.34 ? 1 : 0);

/** A sentence somebody said yes to, as it stands in the summary. */
export const quoteLine = (sentence: string): string => `> ${sentence}`;
