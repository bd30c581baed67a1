import { describe, expect, it } from "vitest";
import { notices as words } from "../strings/en_notices";
import { isApple } from "./install";
import { keyBytes, standing, type Browser } from "./push.svelte";
import { meaning, overnight, short, troubleOf } from "./quiet";
import { byDay, fateOf, iconOf, inSections, sectionOf, wordsOf, type KindChoice } from "./shapes";

const KINDS = Object.keys(words.kinds);
const choice = (kind: string): KindChoice => ({ kind, push: true, mail: true, push_default: true, mail_default: true, fixed: false });

describe("words of a kind", () => {
  it.each(KINDS)("%s has words of its own, a place and a sign", (kind) => {
    expect(wordsOf(kind)).not.toBe(words.other);
    expect(words.choices.sections[sectionOf(kind)]).toBeTruthy();
    expect(sectionOf(kind)).not.toBe("other");
    expect(iconOf(kind)).not.toBe("info");
  });

  it("are there for a kind that comes later", () => {
    expect(wordsOf("something.new")).toBe(words.other);
    expect(sectionOf("something.new")).toBe("other");
    expect(iconOf("something.new")).toBe("info");
  });
});

describe("the choices", () => {
  const all = [...KINDS, "something.new"].map(choice);

  it("stand in parts, each kind once, for staff", () => {
    const shown = inSections(all, true).flatMap((part) => part.kinds.map((row) => row.kind));
    expect([...shown].sort()).toEqual(all.map((row) => row.kind).sort());
  });

  it("leave the staff's own kinds out for members", () => {
    const shown = inSections(all, false).flatMap((part) => part.kinds.map((row) => row.kind));
    expect(shown).toContain("summary.published");
    for (const kind of ["care.called", "draft.ready", "assignment.handed_in", "quote.withdrawn"]) expect(shown).not.toContain(kind);
  });

  it("have no empty part", () => expect(inSections([choice("session.reminder")], false).map((part) => part.section)).toEqual(["sessions"]));
});

describe("the list by days", () => {
  const line = (id: string, at: string) => ({ id, at });
  const lines = [line("c", "2026-11-25T00:30:00Z"), line("b", "2026-11-24T23:30:00Z"), line("a", "2026-11-23T12:00:00Z")];

  it("goes by the reader's own clock", () => {
    expect(byDay(lines, "UTC").map((day) => day.lines.map((one) => one.id))).toEqual([["c"], ["b"], ["a"]]);
    expect(byDay(lines, "Europe/Berlin").map((day) => day.lines.map((one) => one.id))).toEqual([["c", "b"], ["a"]]);
    expect(byDay([], "UTC")).toEqual([]);
  });
});

describe("what became of a delivery", () => {
  it("is said in words, with the reason where there is one", () => {
    expect(fateOf({ state: "sent", why: "" })).toBe("Sent");
    expect(fateOf({ state: "skipped", why: "read" })).toBe("Not sent: you had read it already");
    expect(fateOf({ state: "skipped", why: "a_new_reason" })).toBe("Not sent");
    expect(fateOf({ state: "doubt", why: "" })).toContain("cannot know");
    expect(fateOf({ state: "waiting", why: "quiet_hours" })).toBe("Waits to be sent: these are quiet hours");
    expect(fateOf({ state: "a_new_state", why: "" })).toBe("Waits to be sent");
  });

  it("never shows the reason of something that was sent", () => expect(fateOf({ state: "sent", why: "choice" })).toBe("Sent"));
});

describe("quiet hours", () => {
  it.each([
    ["22:00", "07:00", true],
    ["13:00", "15:00", false],
    ["00:00", "06:30", false],
    ["22:00", "00:00", true],
  ])("%s to %s", (begins, ends, over) => {
    expect(troubleOf(begins, ends)).toEqual({ begins: "", ends: "" });
    expect(overnight(begins, ends)).toBe(over);
    expect(meaning(begins, ends).includes("the next morning")).toBe(over);
  });

  it.each([
    ["", "07:00"],
    ["25:00", "07:00"],
    ["7:00", "08:00"],
    ["07:00", "07:00"],
  ])("%s to %s do not fit", (begins, ends) => {
    const found = troubleOf(begins, ends);
    expect(found.begins + found.ends).not.toBe("");
    expect(meaning(begins, ends)).toBe("");
  });

  it("are read from the server's longer times", () => expect(short("22:00:00")).toBe("22:00"));
});

describe("notes on this device", () => {
  const browser: Browser = { able: true, apple: false, installed: false, permission: "granted" };
  const practice = { key: "BKey", known: true, consent: true };

  it.each([
    [{}, {}, "on"],
    [{ permission: "default" }, {}, "off"],
    [{}, { known: false }, "off"],
    [{}, { consent: false }, "off"],
    [{ permission: "denied" }, {}, "denied"],
    [{}, { key: "" }, "closed"],
    [{ able: false }, {}, "unsupported"],
    [{ able: false, apple: true }, {}, "install"],
    [{ able: false, apple: true, installed: true }, {}, "unsupported"],
  ] as const)("%o and %o are %s", (here, there, expected) => {
    expect(standing({ ...browser, ...here }, { ...practice, ...there })).toBe(expected);
  });

  it("take the key as bytes", () => {
    expect([...keyBytes("-_8")]).toEqual([251, 255]);
  });

  it("know an iPhone and an iPad", () => {
    expect(isApple("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", 5)).toBe(true);
    expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 5)).toBe(true);
    expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0)).toBe(false);
    expect(isApple("Mozilla/5.0 (Linux; Android 15)", 5)).toBe(false);
  });
});
