import { expect, it } from "vitest";
import { BLANK, fieldsOf, ruleOf, troubles } from "./fields";

const LIMITS = { keywords: 3, keyword_characters: 5, patterns: 1, pattern_characters: 4 };

it("goes from a rule to fields and back", () => {
  const rule = {
    ...{ name: "Numbers", event: "send", actions: ["hold", "log"], exempt: ["facilitator"], fail_mode: "hold", nudge: "" },
    trigger: { kind: "keyword", words: ["a*", "b c"], allow: ["abba"], evasions: false },
  };
  expect(ruleOf(fieldsOf(rule))).toEqual(rule);
  const hours = { ...rule, trigger: { kind: "hour", from: 22, to: 7 } };
  expect(ruleOf(fieldsOf(hours))).toEqual(hours);
});

it("says what is missing or too much, and nothing when all fits", () => {
  const blank = fieldsOf(BLANK);
  const words = (text: string) => troubles({ ...blank, name: "x", words: text }, LIMITS, "needed").words;
  expect(troubles(blank, LIMITS, "needed").name).toBe("needed");
  expect(words("")).not.toBe("");
  expect(words("1\n2\n3\n4")).not.toBe("");
  expect(words("longer")).not.toBe("");
  expect(words("fine\n\n fit ")).toBe("");
  expect(troubles({ ...blank, "action.queue": false }, LIMITS, "").actions).not.toBe("");
  expect(troubles({ ...blank, kind: "hour", from: "24" }, LIMITS, "").from).not.toBe("");
  expect(troubles({ ...blank, kind: "label", threshold: "0,5" }, LIMITS, "").threshold).toBe("");
});
