import { expect, it } from "vitest";
import { nextLine, paragraphs, quoteLine, sureness, themeLine, thingLine } from "./put";

it("cuts notes into paragraphs", () => {
  expect(paragraphs("One\ntwo\n\n\n  Three \n")).toEqual(["One\ntwo", "Three"]);
  expect(paragraphs(" ")).toEqual([]);
});

it("writes lines as a summary has them", () => {
  expect(themeLine({ id: "1", words: "sleep", weight: 1, how: "", posts: 2 })).toBe("- sleep");
  expect(thingLine({ id: "1", title: "Breathe", due_at: "2026-12-10T18:00:00Z" }, (day) => `until ${day}`, "UTC")).toBe("- Breathe (until 10 December 2026)");
  expect(thingLine({ id: "1", title: "Read" }, String, "UTC")).toBe("- Read");
  expect(quoteLine("I slept.")).toBe("> I slept.");
});

it("says the next session on the clock of its zone", () => {
  const next = { session: "x", starts_at: "2026-12-10T18:00:00Z", title: "Evening group" };
  expect(nextLine(next, "Europe/Berlin")).toBe("Evening group: Thursday 10 December at 19:00");
  expect(nextLine({ ...next, title: "" }, "UTC")).toMatch(/^Thursday 10 December/);
});

it("says how sure a theme is in three steps", () => {
  expect([0.1, 0.5, 0.9].map(sureness)).toEqual([0, 1, 2]);
});
