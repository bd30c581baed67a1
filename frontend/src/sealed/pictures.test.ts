import { expect, it } from "vitest";
import { fitInto, isPicture, makeThumb, sizeName, withoutTraces } from "./pictures";

it("says sizes as people do", () => {
  expect([0, 999, 340_000, 2_400_000, 25_000_000].map(sizeName)).toEqual(["0 B", "999 B", "340 kB", "2.4 MB", "25 MB"]);
});

it("a small picture keeps its form and never grows", () => {
  expect(fitInto(4000, 3000, 480)).toEqual({ width: 480, height: 360 });
  expect(fitInto(100, 50, 480)).toEqual({ width: 100, height: 50 });
  expect(fitInto(10_000, 3, 480)).toEqual({ width: 480, height: 1 });
});

it("only what a page may show is a picture", async () => {
  expect(["image/png", "image/webp", "image/svg+xml", "text/html"].map(isPicture)).toEqual([true, true, false, false]);
  expect(await makeThumb(new File(["<svg/>"], "a.svg", { type: "image/svg+xml" }))).toBeNull();
});

it("what this browser can't draw has no small picture", async () => {
  expect(await makeThumb(new File(["no picture"], "a.png", { type: "image/png" }))).toBeNull();
});

it("what is no picture, moves, or can't be drawn goes out as it is", async () => {
  for (const type of ["application/pdf", "image/gif", "image/png"]) {
    const file = new File(["no picture"], "a", { type });
    expect(await withoutTraces(file)).toBe(file);
  }
});
