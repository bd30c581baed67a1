import { describe, expect, it } from "vitest";
import { dueFields, dueForStaff, dueLocal, dueWords, sorted, toTry, type OwnLine } from "./shapes";

const NOW = Date.parse("2026-11-25T10:00:00Z");
const ZONE = "Europe/Berlin";
const line = (id: string, more: Partial<OwnLine> = {}): OwnLine => ({
  id, title: id, group: "g", group_name: "Thursday", by_name: "Anna", due_at: null, late: false, state: "open", handed_in_at: null, answered_at: null, taken_back: false, ...more,
});

describe("when a task is meant for", () => {
  it("never says that something is late", () => {
    expect(dueWords({ due_at: "2026-11-01T10:00:00Z", late: true }, ZONE, NOW)).toBe("Whenever you are ready");
    expect(dueWords({ due_at: "2026-11-25T09:59:00Z", late: false }, ZONE, NOW)).toBe("Whenever you are ready");
    expect(dueWords({ due_at: null, late: false }, ZONE, NOW)).toBe("In your own time");
  });

  it("says the day, and today the hour", () => {
    expect(dueWords({ due_at: "2026-11-25T17:00:00Z", late: false }, ZONE, NOW)).toBe("today, by 18:00");
    expect(dueWords({ due_at: "2026-11-26T17:00:00Z", late: false }, ZONE, NOW)).toBe("by tomorrow at 18:00");
    expect(dueWords({ due_at: "2026-12-03T17:00:00Z", late: false }, ZONE, NOW)).toBe("by Thursday 3 December at 18:00");
  });

  it("tells staff the day without a judgement", () => {
    expect(dueForStaff({ due_at: "2026-11-01T10:00:00Z" }, ZONE, NOW)).toBe("was for 1 November 2026");
    expect(dueForStaff({ due_at: null }, ZONE, NOW)).toBe("In your own time");
  });
});

describe("lists", () => {
  it("puts what is due first and leaves out what was taken back", () => {
    const lines = [line("b"), line("later", { due_at: "2026-12-01T00:00:00Z" }), line("soon", { due_at: "2026-11-26T00:00:00Z", state: "revise" }), line("gone", { taken_back: true }), line("done", { state: "answered" })];
    expect(toTry(lines).map((one) => one.id)).toEqual(["soon", "later", "b"]);
  });

  it("keeps apart what waits for an answer and what has one", () => {
    const lines = [line("a", { state: "handed_in", handed_in_at: "2026-11-20" }), line("b", { state: "handed_in", handed_in_at: "2026-11-22" }), line("c", { state: "answered", answered_at: "2026-11-23" }), line("d", { taken_back: true })];
    const found = sorted(lines);
    expect(found.handedIn.map((one) => one.id)).toEqual(["b", "a"]);
    expect(found.answered.map((one) => one.id)).toEqual(["c"]);
    expect(found.takenBack.map((one) => one.id)).toEqual(["d"]);
  });
});

describe("day and time in a form", () => {
  it("goes there and back", () => {
    expect(dueFields("2026-12-03T17:30:00Z", ZONE)).toEqual({ day: "2026-12-03", time: "18:30" });
    expect(dueLocal("2026-12-03", "18:30")).toBe("2026-12-03T18:30");
    expect(dueLocal("2026-12-03", "")).toBe("2026-12-03T18:00");
    expect(dueLocal("", "18:00")).toBeNull();
    expect(dueFields(null, ZONE)).toEqual({ day: "", time: "18:00" });
  });
});
