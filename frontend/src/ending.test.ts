import { expect, it, vi } from "vitest";
import { endParts, whenEnding } from "./ending";

it("ends every part, whatever is wrong with one, until it asks no more", () => {
  const last = vi.fn();
  const stops = [whenEnding(() => { throw new Error("broken"); }), whenEnding(last)];
  endParts();
  expect(last).toHaveBeenCalledOnce();
  for (const stop of stops) stop();
  endParts();
  expect(last).toHaveBeenCalledOnce();
});
