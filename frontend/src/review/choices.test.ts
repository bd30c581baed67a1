import { afterEach, expect, it } from "vitest";
import { firstFields, isTyped } from "./choices";
import { decisions } from "./decisions.svelte";
import type { Choice } from "./shapes";

const reword: Choice = { name: "reword", key: "w", needs_policy: true, needs_message: false, needs_outcome: false };

afterEach(() => decisions.clear());

it("a form that was only looked at holds nothing to keep; a line of the agreement or a word is something", () => {
  const first = firstFields(reword, undefined);
  expect(isTyped(reword, first)).toBe(false);
  expect(isTyped(reword, { ...first, policy: "kindness" })).toBe(true);
  expect(isTyped(reword, { ...first, message: `${first.message} Please.` })).toBe(true);
});

it("what was typed for one item is there again after another, and only for that choice", () => {
  const typed = { ...firstFields(reword, undefined), message: "Could you say it without the name?" };
  decisions.typed("one", "reword", typed);
  decisions.typed("two", "reword", { ...typed, message: "Another." });
  expect(firstFields(reword, decisions.drafts.one).message).toBe("Could you say it without the name?");
  expect(firstFields({ ...reword, name: "reject" }, decisions.drafts.one).message).not.toContain("without the name");
  decisions.clear();
  expect(decisions.drafts.one).toBeUndefined();
});
