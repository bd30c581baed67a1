/** What a facilitator can choose: keys, what a choice asks for, and what goes out. */

import { review as words } from "../strings/en_review";
import type { Choice, Code } from "./shapes";

/** Letters that the queue uses itself; a choice that would have one of them gets another. */
const INSTEAD: Readonly<Record<string, string>> = { j: "z", k: "a", o: "q", t: "y", n: "m", u: "b" };

export const MOST_CHOICES = 5;

/** The one key of a choice. */
export function keyOf(choice: Choice): string {
  return INSTEAD[choice.key] ?? choice.key;
}

/** The line of the agreement for what is as it should be. */
const IN_KEEPING = "in_keeping";

/** What goes out for a choice that its key alone decides: nothing is wrong, and the reason says so. Null when it asks
 * for more. */
export function plainFields(choice: Choice, policies: readonly Code[]): DecisionFields | null {
  const reason = words.plainReasons[choice.name];
  const known = policies.some((line) => line.code === IN_KEEPING);
  if (!reason || !known || choice.needs_message || choice.needs_outcome) return null;
  return { policy: choice.needs_policy ? IN_KEEPING : "", outcome: "", reason, message: "" };
}

export interface DecisionFields {
  policy: string;
  outcome: string;
  reason: string;
  message: string;
}

/** What the form begins with: what was typed before, or the kind words that fit. */
export function firstFields(choice: Choice, draft: Readonly<Record<string, unknown>> | undefined): DecisionFields {
  const kept = draft?.choice === choice.name ? draft : undefined;
  const text = (name: string) => (typeof kept?.[name] === "string" ? (kept[name] as string) : "");
  return {
    policy: text("policy"),
    outcome: text("outcome"),
    reason: text("reason"),
    message: kept ? text("message") : (words.messages[choice.name] ?? ""),
  };
}

/** True when a form holds more than it began with. */
export function isTyped(choice: Choice, fields: DecisionFields): boolean {
  const first = firstFields(choice, undefined);
  return (Object.keys(first) as (keyof DecisionFields)[]).some((name) => fields[name].trim() !== first[name].trim());
}

/** What is missing, by field; empty when all is there. */
export function missing(choice: Choice, fields: DecisionFields): Record<string, string> {
  return {
    policy: choice.needs_policy && !fields.policy ? words.policyNone : "",
    outcome: choice.needs_outcome && !fields.outcome ? words.outcomeNone : "",
    reason: fields.reason.trim() ? "" : words.reasonNone,
    message: choice.needs_message && !fields.message.trim() ? words.messageNone : "",
  };
}
