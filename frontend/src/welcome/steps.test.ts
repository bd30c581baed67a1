import { expect, it } from "vitest";
import { addressOf, stepAt, stepsFor } from "./steps";

const query = (text: string) => new URLSearchParams(text);

it("there are at most five, and members and staff each begin with who reads what", () => {
  for (const staff of [true, false]) {
    expect(stepsFor(staff).length).toBeLessThanOrEqual(5);
    expect(stepsFor(staff)[0]).toBe("place");
    expect(new Set(stepsFor(staff)).size).toBe(stepsFor(staff).length);
  }
  expect(stepsFor(false)).toContain("hard");
  expect(stepsFor(false)).toContain("agree");
});

it.each([
  ["", 0],
  ["step=1", 0],
  ["step=3", 2],
  ["step=9", 4],
  ["step=0", 0],
  ["step=-2", 0],
  ["step=x", 0],
  ["step=1.5", 0],
])("%s is step %i", (text, step) => expect(stepAt(query(text), 5)).toBe(step));

it("an address names the step and where it leads in the end", () => {
  expect(addressOf(1, "/")).toBe("/welcome?step=2");
  const address = new URL(addressOf(2, "/groups/1?a=b"), "http://x.invalid");
  expect(stepAt(address.searchParams, 5)).toBe(2);
  expect(address.searchParams.get("next")).toBe("/groups/1?a=b");
});
