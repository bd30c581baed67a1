import { expect, it } from "vitest";
import { momentOf } from "./zoned";

it("reads a typed time in its zone, on both sides of a change of the clock", () => {
  expect(momentOf("2026-11-23T18:05", "Europe/Berlin")).toBe("2026-11-23T17:05:00.000Z");
  expect(momentOf("2026-07-01T18:05", "Europe/Berlin")).toBe("2026-07-01T16:05:00.000Z");
  expect(momentOf("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  expect(momentOf("2026-01-05T00:10", "America/New_York")).toBe("2026-01-05T05:10:00.000Z");
});

it("says nothing for what is no time", () => {
  expect(momentOf("", "UTC")).toBe("");
  expect(momentOf("soon", "UTC")).toBe("");
});
