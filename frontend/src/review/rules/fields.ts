/** A rule as flat fields that several facilitators may change, and back. */

import { rules as words } from "../../strings/en_rules";
import type { Fields } from "../../versioned.svelte";
import type { Limits, Rule, Trigger } from "./shapes";

const ACTION = "action.";

export const EVENTS = ["send", "edit", "profile"] as const;
export const KINDS = ["keyword", "pattern", "contact", "member_name", "method", "rate", "hour", "unattended", "label"] as const;
export const ACTIONS = ["nudge", "content_note", "hold", "queue", "support_card", "page_on_call", "slow_topic", "log"] as const;
export const LABELS = [
  ...["toxicity", "severe_toxicity", "insult", "threat"],
  ...["identity_attack", "sexual", "harassment", "self_harm"],
] as const;

/** What a rule begins as. */
export const BLANK: Omit<Rule, "id" | "matches_30d" | "shadow_30d"> = {
  ...{ name: "", event: "send", trigger: { kind: "keyword", words: [], allow: [], evasions: true }, actions: ["queue"] },
  ...{ exempt: ["facilitator"], mode: "off", fail_mode: "flag", nudge: "", version: 0 },
};

const lines = (value: unknown) => (Array.isArray(value) ? value.join("\n") : "");
const listOf = (text: string | boolean | undefined) =>
  String(text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** The rule as fields; an action stands under `action.<its name>`. */
export function fieldsOf(rule: Pick<Rule, "name" | "event" | "trigger" | "actions" | "exempt" | "fail_mode" | "nudge">): Fields {
  const { trigger } = rule;
  const text = (name: string, usual: string) => String(trigger[name] ?? usual);
  return {
    ...{ name: rule.name, event: rule.event, kind: trigger.kind, fail_mode: rule.fail_mode, nudge: rule.nudge ?? "" },
    ...{ words: lines(trigger.words), allow: lines(trigger.allow), evasions: trigger.evasions !== false },
    ...{ patterns: lines(trigger.patterns), label: text("label", "toxicity"), threshold: text("threshold", "0.8") },
    ...{ posts: text("posts", "5"), minutes: text("minutes", "10"), from: text("from", "22"), to: text("to", "7") },
    exempt: rule.exempt.includes("facilitator"),
    ...Object.fromEntries(ACTIONS.map((name) => [ACTION + name, rule.actions.includes(name)])),
  };
}

function triggerOf(fields: Fields): Trigger {
  const kind = String(fields.kind);
  const number = (name: string) => Number(String(fields[name]).replace(",", "."));
  switch (kind) {
    case "keyword":
      return { kind, words: listOf(fields.words), allow: listOf(fields.allow), evasions: fields.evasions === true };
    case "pattern":
      return { kind, patterns: listOf(fields.patterns) };
    case "label":
      return { kind, label: String(fields.label), threshold: number("threshold") };
    case "rate":
      return { kind, posts: number("posts"), minutes: number("minutes") };
    case "hour":
      return { kind, from: number("from"), to: number("to") };
    default:
      return { kind };
  }
}

/** The actions that are ticked. */
export function actionsIn(fields: Fields): string[] {
  return ACTIONS.filter((name) => fields[ACTION + name] === true);
}

/** Fields as `rule.save` takes them. */
export function ruleOf(fields: Fields): Record<string, unknown> {
  return {
    ...{ name: String(fields.name).trim(), event: fields.event, trigger: triggerOf(fields), actions: actionsIn(fields) },
    ...{ exempt: fields.exempt === true ? ["facilitator"] : [], fail_mode: fields.fail_mode },
    nudge: String(fields.nudge).trim(),
  };
}

function within(value: unknown, least: number, most: number, whole = true): string {
  const number = Number(String(value).replace(",", "."));
  const fits = String(value).trim() !== "" && number >= least && number <= most && (!whole || Number.isInteger(number));
  return fits ? "" : words.needNumber(least, most);
}

function listTrouble(list: readonly string[], most: number, long: number, none: string): string {
  if (!list.length) return none;
  if (list.length > most) return words.tooMany(most);
  return list.some((line) => [...line].length > long) ? words.tooLong(long) : "";
}

/** What does not fit yet, by field. */
export function troubles(fields: Fields, limits: Limits, needed: string): Record<string, string> {
  const kind = fields.kind;
  const found: Record<string, string> = { name: String(fields.name).trim() ? "" : needed };
  found.actions = actionsIn(fields).length ? "" : words.needAction;
  if (kind === "keyword") {
    found.words = listTrouble(listOf(fields.words), limits.keywords, limits.keyword_characters, words.needWords);
    const allow = listOf(fields.allow);
    if (allow.length) found.allow = listTrouble(allow, limits.keywords, limits.keyword_characters, "");
  }
  if (kind === "pattern")
    found.patterns = listTrouble(listOf(fields.patterns), limits.patterns, limits.pattern_characters, words.needPattern);
  if (kind === "label") found.threshold = within(fields.threshold, 0.05, 1, false);
  if (kind === "rate") {
    found.posts = within(fields.posts, 1, 100);
    found.minutes = within(fields.minutes, 1, 1440);
  }
  if (kind === "hour") {
    found.from = within(fields.from, 0, 23);
    found.to = within(fields.to, 0, 24);
  }
  return found;
}
