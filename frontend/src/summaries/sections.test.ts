import { describe, expect, it } from "vitest";
import { givenSection } from "./given";
import { holds, isIn, mergeSections, moved, newSection, putBack, putIn, sameSections } from "./sections";

const a = givenSection("a", "one");
const b = givenSection("b", "two");
const c = givenSection("c", "three");
const ids = (sections: readonly { id: string }[]) => sections.map(({ id }) => id).join("");

describe("order", () => {
  it("moves by one, and not over an end", () => {
    expect(ids(moved([a, b, c], 2, -1))).toBe("acb");
    expect(ids(moved([a, b, c], 0, 1))).toBe("bac");
    expect(ids(moved([a, b, c], 0, -1))).toBe("abc");
    expect(ids(moved([a, b, c], 2, 1))).toBe("abc");
  });

  it("puts what was removed back where it was, once", () => {
    expect(ids(putBack([a, c], b, 1))).toBe("abc");
    expect(ids(putBack([a], c, 2))).toBe("ac");
    expect(ids(putBack([a, b], b, 0))).toBe("ab");
  });
});

describe("putting in", () => {
  it("begins a section of its kind, then adds to it as a list or a paragraph, and never twice", () => {
    const first = putIn([a], "themes", "What came up", "- sleep");
    expect(first.sections[1]).toMatchObject({ kind: "themes", heading: "What came up", text: "- sleep" });
    const second = putIn(first.sections, "themes", "x", "- work");
    expect(second.sections[1]!.text).toBe("- sleep\n- work");
    expect(second.id).toBe(first.id);
    const third = putIn(second.sections, "themes", "x", "> A sentence.");
    expect(third.sections[1]!.text).toBe("- sleep\n- work\n\n> A sentence.");
    expect(putIn(third.sections, "themes", "x", "-  WORK").sections).toBe(third.sections);
  });

  it("fills a section of that kind that is empty", () => {
    const empty = newSection("notes", "From us");
    expect(putIn([empty], "notes", "x", "Words").sections[0]).toMatchObject({ id: empty.id, text: "Words" });
  });

  it("knows what is there already, and that no words are nowhere", () => {
    expect(isIn([givenSection("t", "- Sleep at  night", "x", "themes")], "themes", "sleep at night")).toBe(true);
    expect(isIn([givenSection("t", "- sleep", "x", "notes")], "themes", "sleep")).toBe(false);
    expect(holds("anything", "  ")).toBe(false);
  });

  it("gives every new section an id of its own, and says whose it is as the server spells it", () => {
    expect(newSection("own", "").source).toBe("own");
    expect(newSection("own", "").id).not.toBe(newSection("own", "").id);
  });
});

describe("two people at once", () => {
  const changed = (section: typeof a, text: string) => ({ ...section, text });

  it("joins changes of different sections without asking", () => {
    const merged = mergeSections([a, b], [changed(a, "mine"), b], [a, changed(b, "theirs")]);
    expect(merged.sections.map(({ text }) => text)).toEqual(["mine", "theirs"]);
    expect(merged.clashes).toEqual({});
    expect(merged.came).toBe(true);
  });

  it("keeps both texts of a section that both changed", () => {
    const merged = mergeSections([a], [changed(a, "mine")], [changed(a, "theirs")]);
    expect(merged.sections[0]!.text).toBe("mine");
    expect(merged.clashes.a!.theirs!.text).toBe("theirs");
  });

  it("is no clash when both made the same of it", () => {
    const merged = mergeSections([a], [changed(a, "same")], [changed(a, "same")]);
    expect(merged.clashes).toEqual({});
    expect(merged.came).toBe(false);
  });

  it("keeps what one added, and lets go of what one removed untouched", () => {
    const merged = mergeSections([a, b], [a, c, b], [b, givenSection("d", "four")]);
    expect(ids(merged.sections)).toBe("cbd");
    expect(merged.clashes).toEqual({});
  });

  it("asks about a section that one removed while the other wrote in it", () => {
    const here = mergeSections([a, b], [changed(a, "mine"), b], [b]);
    expect(here.clashes.a).toEqual({ theirs: null });
    expect(ids(here.sections)).toBe("ab");
    const there = mergeSections([a, b], [b], [changed(a, "theirs"), b]);
    expect(there.sections.map(({ text }) => text)).toEqual(["theirs", "two"]);
    expect(there.clashes).toEqual({});
  });

  it("keeps the order of whoever moved something", () => {
    expect(ids(mergeSections([a, b, c], [c, a, b], [a, b, c]).sections)).toBe("cab");
    expect(ids(mergeSections([a, b, c], [a, b, c], [b, a, c]).sections)).toBe("bac");
  });

  it("loses no word of either side, whatever they did", () => {
    let seed = 7;
    const chance = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
    for (let round = 0; round < 300; round++) {
      const base = Array.from({ length: chance(4) }, (_, n) => givenSection(`b${n}`, `base ${n}`));
      const side = (name: string) => {
        let list = base.map((section) => (chance(3) ? section : changed(section, `${name} ${section.id}`)));
        if (list.length && !chance(4)) list = list.toSpliced(chance(list.length), 1);
        if (!chance(3)) list = [...list, givenSection(`${name}${round}`, `${name} new`)];
        return list.length > 1 && !chance(3) ? [...moved(list, 0, 1)] : list;
      };
      const [mine, theirs] = [side("mine"), side("theirs")];
      const { sections, clashes } = mergeSections(base, mine, theirs);
      const all = [...sections, ...Object.values(clashes).flatMap(({ theirs: one }) => one ?? [])].map(({ text }) => text);
      for (const { text } of [...mine, ...theirs].filter((section) => !section.text.startsWith("base"))) expect(all).toContain(text);
      expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    }
  });
});

it("says whether two versions are the same", () => {
  expect(sameSections([a, b], [{ ...a }, { ...b, source: "edited" }])).toBe(true);
  expect(sameSections([a, b], [b, a])).toBe(false);
  expect(sameSections([a], [{ ...a, heading: "other" }])).toBe(false);
});
