/** Names for what the queue's lines carry as ids. */

import { groups } from "../state/groups.svelte";
import { review as live } from "../state/review.svelte";
import { review as words } from "../strings/en_review";
import { sealedReview as sealed } from "../strings/en_sealed_review";
import { PRACTICE } from "./queue";
import type { ReviewLine } from "./shapes";

/** The name a membership goes by in its group; empty when it is not known here. */
export function memberName(group: string, member: string | null): string {
  if (!member) return "";
  return groups.views[group]?.detail.members.find((one) => one.id === member)?.name ?? "";
}

/** The reader's own membership in a group; empty for one who is not in it. */
export function ownIn(group: string): string {
  return groups.views[group]?.detail.membership ?? groups.lines.find((line) => line.id === group)?.membership ?? "";
}

/** A group's name, wherever it is known; the practice's items have none. */
export function groupName(group: string): string {
  if (!group || group === PRACTICE) return sealed.practice;
  return live.nameOf(group) || (groups.lines.find((line) => line.id === group)?.name ?? "");
}

/** What a line is about: `Post by Wren`. */
export function whatOf(line: ReviewLine): string {
  const name = line.author_name || memberName(line.group, line.author) || words.somebody;
  return (words.kinds[line.target_kind] ?? words.kinds.post!)(name);
}

/** A code in words; one that is not known here as it is, readable. */
export function inWords(table: Readonly<Record<string, string>>, code: string): string {
  const plain = code.replaceAll(/[_.-]+/g, " ").trim();
  return table[code] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** A choice in words: what is taken back of a step is not shown again but lifted. */
export function choiceName(kind: string, choice: string): string {
  if (kind === "sealed" && sealed.choices[choice]) return sealed.choices[choice];
  return (kind === "step" ? words.choicesOfStep[choice] : undefined) ?? words.choices[choice] ?? choice;
}

/** What a choice does, in one sentence. */
export function choiceAbout(kind: string, choice: string): string {
  if (kind === "sealed" && sealed.choicesAbout[choice]) return sealed.choicesAbout[choice];
  return (kind === "step" ? words.choicesOfStepAbout[choice] : undefined) ?? words.choicesAbout[choice] ?? "";
}

/** Where a line stands, in words; a call is not shown or hidden but looked after. */
export function stateOf(line: ReviewLine): string {
  if (line.target_kind === "sealed" && sealed.states[line.state]) return sealed.states[line.state]!;
  if (line.lane === "care" && line.state === "approved") return words.lookedAfter;
  return words.states[line.state] ?? line.state;
}
