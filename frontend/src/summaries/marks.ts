/** Places in a draft that may not leave like this: where they are now, also after somebody has typed on. */

import type { Finding, Section } from "./shapes";

/** A finding at its place in the words as they stand. */
export interface Mark extends Finding {
  from: number;
  to: number;
}

/** A piece of a text, and what is the matter with it. */
export interface Piece {
  text: string;
  mark: Mark | null;
}

/** Where the findings stand in the sections now. `checked` are the sections as they were when they were looked through:
 * a finding whose words are gone has most likely been mended, and the next look will tell. */
export function marksIn(findings: readonly Finding[], checked: readonly Section[], now: readonly Section[]): Mark[] {
  const before = new Map(checked.map((section) => [section.id, section]));
  const marks: Mark[] = [];
  for (const section of now) {
    const was = before.get(section.id);
    if (!was) continue;
    for (const field of ["heading", "text"] as const) {
      const found = findings.filter((one) => one.section === section.id && one.field === field);
      marks.push(...found.flatMap((finding) => place(finding, was[field], section[field])).sort((a, b) => a.from - b.from));
    }
  }
  return marks;
}

function place(finding: Finding, was: string, now: string): Mark[] {
  const { start: from, end: to } = finding;
  if (was === now) return [{ ...finding, from, to }];
  const words = was.slice(from, to);
  if (!words) return [];
  const at = nearest(now, words, from);
  return at < 0 ? [] : [{ ...finding, from: at, to: at + words.length }];
}

function nearest(text: string, words: string, hint: number): number {
  let best = -1;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (best < 0 || Math.abs(at - hint) < Math.abs(best - hint)) best = at;
  }
  return best;
}

/** The text cut at its marks. Where two overlap, the one that begins first has the words. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const mark of marks.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const from = Math.max(at, mark.from);
    const to = Math.min(text.length, mark.to);
    if (to <= from) continue;
    if (from > at) found.push({ text: text.slice(at, from), mark: null });
    found.push({ text: text.slice(from, to), mark });
    at = to;
  }
  if (at < text.length || found.length === 0) found.push({ text: text.slice(at), mark: null });
  return found;
}
