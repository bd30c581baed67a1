/** Resources as the reads answer them, and what follows from them for the screens. */

import type { FileInfo } from "../files/shapes";
import { resources as words } from "../strings/en_resources";
import type { Fields } from "../versioned.svelte";

export interface ResourceLine {
  id: string;
  title: string;
  kind: "library" | "group";
  group: string | null;
  group_name: string | null;
  language: string;
  source: string;
  /** `2027-01-31`, or null. */
  review_date: string | null;
  review_due: boolean;
  /** School years that the text asks for; null for texts in languages that cannot be judged. */
  grade: number | null;
  state: "draft" | "published" | "withdrawn";
  version: number;
  files: number;
  updated_at: string;
}

export interface ResourceList {
  resources: ResourceLine[];
  languages: string[];
  may_add: boolean;
}

export interface SectionInfo {
  id: string;
  heading: string;
  /** Who wrote it, by the name they have in the group; null for who does not want to be named. */
  name: string | null;
  yours: boolean;
  /** As it is being written: for its writer and the facilitators. */
  words: string | null;
  /** As it was published. */
  html: string | null;
  version: number;
  credit: boolean;
  state: "writing" | "withdrawn";
  taken_by: { member: string | null; name: string | null } | null;
  /** Whether somebody else can take it. */
  free: boolean;
  yours_now: boolean;
  published: boolean;
}

export interface Shared {
  share: string;
  group: string | null;
  client: string | null;
  name: string;
}

export interface ResourcePage extends Omit<ResourceLine, "files"> {
  html: string;
  words: string | null;
  files: FileInfo[];
  shared: Shared[];
  credits: string[];
  may: string[];
  sections: SectionInfo[];
  /** What publishing would change; only for those who write on it. */
  unpublished: { id: string; what: "new" | "changed" }[];
}

/** How much a text asks of its reader, in plain words; empty when nobody can tell. */
export function gradeWords(grade: number | null): string {
  if (grade === null) return "";
  if (grade <= 6) return words.grade.easy;
  if (grade <= 9) return words.grade.plain;
  return grade <= 12 ? words.grade.some : words.grade.hard;
}

/** A language by its name, or as it is written down. */
export function languageName(code: string): string {
  const known = words.languages[code] ?? words.languages[code.split("-")[0] ?? ""];
  return known ?? code;
}

/** The list's address for what is looked for. */
export function listPath(filter: { group?: string; language?: string; q?: string }): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value?.trim()) as [string, string][]);
  const text = query.toString();
  return text ? `/api/resources?${text}` : "/api/resources";
}

/** The fields of the editor. */
export const fieldsOf = (page: Pick<ResourcePage, "title" | "language" | "source" | "review_date" | "words">): Fields => ({
  title: page.title,
  language: page.language,
  source: page.source,
  review_date: page.review_date ?? "",
  words: page.words ?? "",
});

/** What publishing would change, each part by the version that the page shows. */
export const seenParts = (page: Pick<ResourcePage, "sections" | "unpublished">): Record<string, number> => {
  const changes = new Set(page.unpublished.map((one) => one.id));
  return Object.fromEntries(page.sections.filter((one) => changes.has(one.id)).map((one) => [one.id, one.version]));
};

/** Who is writing now, besides the reader; those who are not to be named as somebody. */
export const writersOf = (sections: readonly SectionInfo[]): string[] => [
  ...new Set(sections.filter((one) => one.taken_by && !one.yours).map((one) => one.taken_by?.name || words.together.somebody)),
];
