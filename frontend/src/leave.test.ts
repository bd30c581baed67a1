import { expect, it } from "vitest";
import { ShiftCount } from "./leave";

const presses = (...keys: [string, number, boolean?][]) => {
  const count = new ShiftCount();
  return keys.map(([key, at, repeat = false]) => count.press(key, repeat, at));
};

it("three presses of Shift alone within five seconds leave", () => {
  expect(presses(["Shift", 0], ["Shift", 2000], ["Shift", 4900])).toEqual([false, false, true]);
});

it("slow presses do not", () => {
  expect(presses(["Shift", 0], ["Shift", 3000], ["Shift", 5100])).toEqual([false, false, false]);
});

it("nor does writing in capitals, nor holding the key", () => {
  expect(presses(["Shift", 0], ["I", 100], ["Shift", 200], ["A", 300], ["Shift", 400], ["M", 500])).not.toContain(true);
  expect(presses(["Shift", 0], ["Shift", 50, true], ["Shift", 100, true], ["Shift", 150, true])).not.toContain(true);
});
