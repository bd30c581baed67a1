// @vitest-environment node
import { describe, expect, it } from "vitest";
import { changesOf, dayTroubles, fieldsOf, linesOf, whileAway, type Availability, type ClientRow, type ContactLine } from "./shapes";

const TODAY = "2026-05-01";
const now: Availability = {
  person: "p",
  name: "Dr. Okafor",
  reply_days: 2,
  away_from: null,
  away_until: null,
  away_note: "",
  cover: null,
  version: 0,
  today: TODAY,
  clients: 1,
  covering: [],
  staff: [],
};
const line = (name: string, lane: ContactLine["lane"], more: Partial<ContactLine> = {}): ContactLine => ({
  contact: name,
  person: name,
  name,
  lane,
  since: TODAY,
  you: false,
  away_until: null,
  covered_by: null,
  ...more,
});
const row = (may: string[], ...contacts: ContactLine[]): ClientRow => ({ person: "c", contacts, may });

describe("who looks after a client", () => {
  it("stands in one line for each lane", () => {
    const both = row(["client.assign"], line("Ana", "clinical"), line("Ida", "administrative"), line("Ben", "clinical"));
    expect(linesOf(both)).toEqual(["Therapist: Ana, Ben", "Office: Ida"]);
  });

  it("says who is away, and who covers", () => {
    const away = line("Ana", "clinical", { away_until: "2026-05-03", covered_by: "Ben" });
    expect(linesOf(row([], away))).toEqual(["Therapist: Ana (away until 3 May 2026, Ben covers)"]);
  });

  it("says that nobody does only to who can change it", () => {
    expect(linesOf(row(["client.assign"]))).toEqual(["No therapist yet"]);
    expect(linesOf(row([]))).toEqual([]);
    expect(linesOf(undefined)).toEqual([]);
    expect(linesOf(row(["client.assign"], line("Ida", "administrative")))).toEqual(["No therapist yet", "Office: Ida"]);
  });
});

describe("time away", () => {
  it("goes out as days, numbers and nothing", () => {
    expect(changesOf(fieldsOf(now))).toEqual({ reply_days: 2, away_from: null, away_until: null, away_note: "", cover: null });
    expect(changesOf({ away_from: "2026-05-02", cover: "p" })).toEqual({ away_from: "2026-05-02", cover: "p" });
  });

  it("needs two days in order that are not over", () => {
    expect(dayTroubles("", "", TODAY)).toEqual({});
    expect(Object.keys(dayTroubles("2026-05-02", "", TODAY))).toEqual(["away_until"]);
    expect(Object.keys(dayTroubles("", "2026-05-02", TODAY))).toEqual(["away_from"]);
    expect(Object.keys(dayTroubles("2026-05-03", "2026-05-02", TODAY))).toEqual(["away_until"]);
    expect(Object.keys(dayTroubles("2026-04-01", "2026-04-30", TODAY))).toEqual(["away_until"]);
    expect(dayTroubles("2026-04-01", TODAY, TODAY)).toEqual({});
  });

  it("is shown as clients will read it", () => {
    const fields = { ...fieldsOf(now), away_from: "2026-05-02", away_until: "2026-05-03", away_note: " By the sea. " };
    expect(whileAway(now.name, fields, TODAY, "Priya Shah")).toEqual(["Dr. Okafor is away until 3 May 2026. Priya Shah covers.", "By the sea."]);
    expect(whileAway(now.name, { ...fields, away_note: "" }, TODAY, "")).toEqual(["Dr. Okafor is away until 3 May 2026."]);
    expect(whileAway(now.name, { ...fields, away_until: "" }, TODAY, "")).toEqual([]);
  });
});
