import { expect, it } from "vitest";
import { givenSection } from "./given";
import { marksIn, pieces } from "./marks";
import type { Finding } from "./shapes";

const finding = (start: number, end: number, more: Partial<Finding> = {}): Finding => ({ section: "a", field: "text", start, end, why: "name", words: "", ...more });
const checked = [givenSection("a", "Then Robin said that Robin was tired.", "About Robin")];

it("stands where it was found while nothing was typed", () => {
  expect(marksIn([finding(21, 26), finding(5, 10)], checked, checked).map(({ from, to }) => [from, to])).toEqual([[5, 10], [21, 26]]);
});

it("follows its words while somebody types before them, and goes when they are gone", () => {
  const now = (text: string) => marksIn([finding(5, 10), finding(21, 26)], checked, [{ ...checked[0]!, text }]);
  expect(now("Yes. Then Robin said that Robin was tired.").map(({ from }) => from)).toEqual([10, 26]);
  expect(now("Then a member said that they were tired.")).toEqual([]);
});

it("finds a place in a heading, and forgets one in a section that was removed", () => {
  const found = marksIn([finding(6, 11, { field: "heading" })], checked, checked);
  expect(found).toMatchObject([{ field: "heading", from: 6, to: 11 }]);
  expect(marksIn([finding(5, 10)], checked, [])).toEqual([]);
});

it("cuts a text at its marks, without losing or doubling a letter", () => {
  const text = "Then Robin said 0161 496 0000.";
  const marks = marksIn([finding(5, 10), finding(16, 29, { why: "contact" }), finding(16, 20)], [givenSection("a", text)], [givenSection("a", text)]);
  const cut = pieces(text, marks);
  expect(cut.map((piece) => piece.text).join("")).toBe(text);
  expect(cut.filter((piece) => piece.mark).map((piece) => piece.text)).toEqual(["Robin", "0161 496 0000"]);
  expect(pieces("", [])).toEqual([{ text: "", mark: null }]);
});
