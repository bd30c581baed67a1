/** The sections of a draft: adding, moving, removing, and putting two people's versions together without losing a word. */

import type { Section, SectionKind } from "./shapes";

export const KINDS: readonly SectionKind[] = ["agenda", "notes", "themes", "assignments", "resources", "next", "own"];

/** A new, empty section. */
export function newSection(kind: SectionKind, heading: string, text = ""): Section {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { id, kind, heading, text, source: "own" };
}

/** The sections with the one at `at` moved by `step`; the same list when it stands at that end already. */
export function moved(sections: readonly Section[], at: number, step: -1 | 1): readonly Section[] {
  const to = at + step;
  const section = sections[at];
  if (!section || to < 0 || to >= sections.length) return sections;
  return sections.toSpliced(at, 1).toSpliced(to, 0, section);
}

/** The sections with `section` back at its place, or as near to it as there is. */
export function putBack(sections: readonly Section[], section: Section, at: number): readonly Section[] {
  return sections.some(({ id }) => id === section.id) ? sections : sections.toSpliced(Math.min(at, sections.length), 0, section);
}

/** Puts words from the session into the summary: at the end of the section of their kind, or as a section of their own.
 * Answers the sections and the id of the one that has them now; words that stand there already are not doubled. */
export function putIn(sections: readonly Section[], kind: SectionKind, heading: string, words: string): { sections: readonly Section[]; id: string } {
  const text = words.trim();
  const at = sections.findIndex((section) => section.kind === kind);
  const there = sections[at];
  if (!there) {
    const made = newSection(kind, heading, text);
    return { sections: [...sections, made], id: made.id };
  }
  if (holds(there.text, text)) return { sections, id: there.id };
  const before = there.text.trimEnd();
  const gap = !before ? "" : isItem(text) && isItem(before.split("\n").at(-1) ?? "") ? "\n" : "\n\n";
  return { sections: sections.with(at, { ...there, text: `${before}${gap}${text}` }), id: there.id };
}

const isItem = (line: string) => /^\s*[-*] /.test(line);
const plain = (text: string) => text.replace(/\s+/g, " ").trim().toLocaleLowerCase();

/** Whether `text` has `words` already, whatever the spaces and capitals; never for no words at all. */
export function holds(text: string, words: string): boolean {
  return words.trim() !== "" && plain(text).includes(plain(words));
}

/** Whether one of the sections of that kind has the words already. */
export function isIn(sections: readonly Section[], kind: SectionKind, words: string): boolean {
  return sections.some((section) => section.kind === kind && holds(section.text, words));
}

const sameWords = (one: Section, two: Section) => one.heading === two.heading && one.text === two.text;

/** True when both say the same in the same order. */
export function sameSections(one: readonly Section[], two: readonly Section[]): boolean {
  return one.length === two.length && one.every((section, at) => section.id === two[at]!.id && sameWords(section, two[at]!));
}

export interface Clash {
  /** The other one's section; null when they took it out. */
  theirs: Section | null;
}

export interface MergedSections {
  sections: Section[];
  /** Sections that both changed, by id: what stands on this page is mine, theirs is kept here until somebody chose. */
  clashes: Record<string, Clash>;
  /** True when something of the other one came in. */
  came: boolean;
}

/** Puts what was typed here and what somebody else saved meanwhile together. `base` is what both began with. */
export function mergeSections(base: readonly Section[], mine: readonly Section[], theirs: readonly Section[]): MergedSections {
  const was = new Map(base.map((section) => [section.id, section]));
  const here = new Map(mine.map((section) => [section.id, section]));
  const there = new Map(theirs.map((section) => [section.id, section]));
  const clashes: Record<string, Clash> = {};
  const kept = new Map<string, Section>();
  for (const id of new Set([...here.keys(), ...there.keys()])) {
    const one = mergeOne(was.get(id), here.get(id), there.get(id));
    if (one.section) kept.set(id, one.section);
    if (one.clash) clashes[id] = one.clash;
  }
  const sections = inOrder(base, mine, theirs, kept);
  return { sections, clashes, came: !sameSections(sections, mine) || Object.keys(clashes).length > 0 };
}

function mergeOne(was: Section | undefined, mine: Section | undefined, theirs: Section | undefined): { section?: Section; clash?: Clash } {
  if (mine && theirs) {
    if (sameWords(mine, theirs) || (was && sameWords(theirs, was))) return { section: mine };
    if (was && sameWords(mine, was)) return { section: theirs };
    return { section: mine, clash: { theirs } };
  }
  if (mine) {
    if (!was) return { section: mine };
    return sameWords(mine, was) ? {} : { section: mine, clash: { theirs: null } };
  }
  if (theirs && (!was || !sameWords(theirs, was))) return { section: theirs };
  return {};
}

/** In my order when I moved something, else in theirs; what only the other has goes in behind what it followed there. */
function inOrder(base: readonly Section[], mine: readonly Section[], theirs: readonly Section[], kept: ReadonlyMap<string, Section>): Section[] {
  const ids = (sections: readonly Section[]) => sections.map(({ id }) => id).filter((id) => kept.has(id));
  const common = new Set(ids(base));
  const order = (sections: readonly Section[]) => ids(sections).filter((id) => common.has(id) && mine.some((one) => one.id === id) && theirs.some((one) => one.id === id)).join();
  const [first, second] = order(mine) === order(base) ? [ids(theirs), ids(mine)] : [ids(mine), ids(theirs)];
  for (const [at, id] of second.entries()) {
    if (first.includes(id)) continue;
    const before = second.slice(0, at).findLast((earlier) => first.includes(earlier));
    first.splice(before === undefined ? 0 : first.indexOf(before) + 1, 0, id);
  }
  return first.map((id) => kept.get(id)!);
}
