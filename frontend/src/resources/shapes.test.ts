import { describe, expect, it } from "vitest";
import { gradeWords, languageName, listPath, seenParts, writersOf, type SectionInfo } from "./shapes";

const part = (id: string, name: string | null, mine = false): SectionInfo => ({
  id, heading: id, name: "", yours: mine, words: "", html: "", version: 1, credit: false, state: "writing", taken_by: name ? { member: name, name } : null, free: !name, yours_now: mine, published: false,
});

describe("how a resource reads", () => {
  it("says it in plain words, and nothing where nobody can tell", () => {
    expect([null, 4, 6, 8.5, 11, 15].map(gradeWords)).toEqual(["", "Easy to read", "Easy to read", "Plain", "Takes a little patience", "Hard to read"]);
  });

  it("names languages, and leaves unknown ones as they are", () => {
    expect(["en", "pt-BR", "tlh"].map(languageName)).toEqual(["English", "Portuguese", "tlh"]);
  });
});

describe("looking for one", () => {
  it("asks only for what was chosen", () => {
    expect(listPath({})).toBe("/api/resources");
    expect(listPath({ q: "  ", language: "" })).toBe("/api/resources");
    expect(listPath({ group: "g", q: "sleep & rest" })).toBe("/api/resources?group=g&q=sleep+%26+rest");
  });
});

describe("what is published", () => {
  it("is what changes, by the versions on the page", () => {
    const sections = [part("a", null), { ...part("b", "Anna"), version: 4 }, { ...part("c", null), version: 7 }];
    expect(seenParts({ sections, unpublished: [{ id: "c", what: "new" }, { id: "b", what: "changed" }] })).toEqual({ b: 4, c: 7 });
    expect(seenParts({ sections, unpublished: [] })).toEqual({});
  });
});

describe("who writes", () => {
  it("names everybody else once", () => {
    const nameless = { ...part("e", ""), taken_by: { member: null, name: null } };
    expect(writersOf([part("a", "Anna"), part("b", null), part("c", "Anna"), part("d", "Robin", true), nameless])).toEqual(["Anna", "Somebody"]);
  });
});
