import { expect, it } from "vitest";
import { isWide, percent, points } from "./shapes";

it("says shares, and rounds a range outwards", () => {
  expect(percent(0.665)).toBe("67\u00a0%");
  expect([percent(0.619, "down"), percent(0.611, "up")]).toEqual(["61\u00a0%", "62\u00a0%"]);
  expect([percent(0.29, "down"), percent(0.29, "up")]).toEqual(["29\u00a0%", "29\u00a0%"]);
  expect([percent(0, "down"), percent(1, "up")]).toEqual(["0\u00a0%", "100\u00a0%"]);
});

it("knows a range that says little", () => {
  expect(isWide({ value: 0.5, low: 0.1, high: 0.9 })).toBe(true);
  expect(isWide({ value: 0.8, low: 0.7, high: 0.9 })).toBe(false);
});

it("says how far without the direction", () => {
  expect([points(0.083), points(-0.045), points(0.1)]).toEqual(["8.3", "4.5", "10"]);
});
