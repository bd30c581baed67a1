/** Tasks as the reads answer them, and what follows from them for the screens. */

import { serverNow } from "../server_time";
import { clockTime, dayKey, shortDay, sinceName, untilName } from "../strings/dates";
import { assignments as words } from "../strings/en_assignments";

export type TaskState = "open" | "working" | "handed_in" | "answered" | "revise";

export interface OwnLine {
  id: string;
  title: string;
  group: string | null;
  group_name: string | null;
  by_name: string;
  due_at: string | null;
  late: boolean;
  state: TaskState;
  handed_in_at: string | null;
  answered_at: string | null;
  taken_back: boolean;
}

export interface GivenLine {
  id: string;
  title: string;
  group: string | null;
  group_name: string | null;
  client_name: string | null;
  due_at: string | null;
  given: number;
  handed_in: number;
  /** Handed in and not answered. */
  waiting: number;
  taken_back: boolean;
  created_at: string;
}

export interface TaskList {
  own: OwnLine[];
  given: GivenLine[];
  may_give: boolean;
}

export interface TaskAnswer {
  id: string;
  by_name: string;
  at: string;
  html: string;
  words: string;
  revise: boolean;
}

export interface Submission {
  id: string | null;
  state: TaskState;
  /** For staff only once it is handed in. */
  words: string | null;
  html: string | null;
  version: number;
  handed_in_at: string | null;
  answers: TaskAnswer[];
}

export interface MemberSubmission extends Submission {
  member: string | null;
  name: string;
}

export interface Task {
  id: string;
  title: string;
  words: string;
  html: string;
  group: string | null;
  group_name: string | null;
  client_name: string | null;
  by_name: string;
  due_at: string | null;
  late: boolean;
  resource: { id: string; title: string } | null;
  version: number;
  taken_back: boolean;
  may: string[];
  own: Submission | null;
  subs: MemberSubmission[];
}

/** When it is meant for, in words that never blame: what is over reads as an invitation. */
export function dueWords(line: { due_at: string | null; late: boolean; state?: TaskState }, zone: string, now: number = serverNow()): string {
  if (!line.due_at) return words.due.none;
  if (line.late || Date.parse(line.due_at) < now) return words.due.late;
  if (dayKey(line.due_at, zone) === dayKey(now, zone)) return words.due.today(clockTime(line.due_at, zone));
  return words.due.by(untilName(line.due_at, zone, now));
}

/** The same for those who gave it: the day, whether it is over or not. */
export function dueForStaff(line: { due_at: string | null }, zone: string, now: number = serverNow()): string {
  if (!line.due_at) return words.due.none;
  if (Date.parse(line.due_at) < now) return words.due.was(shortDay(line.due_at, zone));
  return dueWords({ due_at: line.due_at, late: false }, zone, now);
}

const begun = (line: OwnLine) => line.state === "open" || line.state === "working" || line.state === "revise";

/** Those that can be worked on: what is due first, what is in one's own time after it. */
export function toTry(lines: readonly OwnLine[]): OwnLine[] {
  return lines
    .filter((line) => !line.taken_back && begun(line))
    .toSorted((a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9") || a.title.localeCompare(b.title));
}

export interface Lists {
  open: OwnLine[];
  handedIn: OwnLine[];
  answered: OwnLine[];
  takenBack: OwnLine[];
}

/** A person's tasks by where they stand, the newest of the done ones first. */
export function sorted(lines: readonly OwnLine[]): Lists {
  const latest = (at: "handed_in_at" | "answered_at") => (a: OwnLine, b: OwnLine) => (b[at] ?? "").localeCompare(a[at] ?? "");
  const there = lines.filter((line) => !line.taken_back);
  return {
    open: toTry(lines),
    handedIn: there.filter((line) => line.state === "handed_in").toSorted(latest("handed_in_at")),
    answered: there.filter((line) => line.state === "answered").toSorted(latest("answered_at")),
    takenBack: lines.filter((line) => line.taken_back),
  };
}

/** What a task's day and time make as the server takes it, `2026-12-03T18:00`; null when no day is chosen. */
export const dueLocal = (day: string, time: string): string | null => (day ? `${day}T${time || "18:00"}` : null);

/** A moment as the two fields of a form hold it. */
export function dueFields(due: string | null, zone: string): { day: string; time: string } {
  return due ? { day: dayKey(due, zone), time: clockTime(due, zone) } : { day: "", time: "18:00" };
}

/** A moment that is over, as the end of a sentence: `at 18:05` today, `yesterday`, `on Tuesday`. */
export function pastWords(at: string, zone: string, now: number = serverNow()): string {
  const when = sinceName(at, zone, now);
  const today = dayKey(at, zone) === dayKey(now, zone);
  return today ? words.due.at(when) : /^[a-z]/.test(when) ? when : words.due.on(when);
}
