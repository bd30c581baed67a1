import { expect, it } from "vitest";
import { clockNote, nextDates, planSentence, seriesSentence } from "./plan_words";
import type { Plan } from "./rule";
import { localOf, momentOf, nextClockChange, offsetAt, placeOf, sameClock } from "./zones";

const NOW = Date.parse("2026-11-27T09:00Z");
const BASE: Plan = { repeat: "weekly", weekday: 3, week: 1, from: "2026-12-01", time: "18:00", zone: "Europe/Berlin", ends: "never", count: 10, until: "" };

it("says a plan in plain words", () => {
  const table: [Partial<Plan>, string][] = [
    [{}, "Every Thursday at 18:00 (Berlin time)"],
    [{ repeat: "fortnightly", zone: "UTC" }, "Every second Thursday at 18:00 (UTC)"],
    [{ repeat: "monthly", week: -1, zone: "America/New_York" }, "The last Thursday of each month at 18:00 (New York time)"],
    [{ ends: "count", count: 1 }, "Every Thursday at 18:00 (Berlin time), 1 time"],
    [{ ends: "until", until: "2027-03-31" }, "Every Thursday at 18:00 (Berlin time), until Wednesday 31 March 2027"],
    [{ repeat: "once", ends: "until", until: "2026-12-01" }, "Once, on Tuesday 1 December at 18:00 (Berlin time)"],
  ];
  for (const [change, said] of table) expect(planSentence({ ...BASE, ...change }, NOW)).toBe(said);
  expect(seriesSentence("FREQ=WEEKLY;BYDAY=TH", "2026-12-03T18:00", "Europe/Berlin", NOW)).toBe("Every Thursday at 18:00 (Berlin time)");
  expect(seriesSentence("FREQ=YEARLY", "2026-12-03T18:00", "Europe/Berlin", NOW)).toBe("By a rule of its own (Berlin time)");
});

it("shows the next five dates, and the reader's own time where it differs", () => {
  const here = nextDates(BASE, "Europe/Paris", NOW);
  expect(here.map((line) => [line.day, line.time, line.yours])).toEqual([
    ["Thursday 3 December", "18:00", ""],
    ["Thursday 10 December", "18:00", ""],
    ["Thursday 17 December", "18:00", ""],
    ["Thursday 24 December", "18:00", ""],
    ["Thursday 31 December", "18:00", ""],
  ]);
  expect(nextDates(BASE, "America/New_York", NOW)[0]!.yours).toBe("12:00");
  expect(nextDates({ ...BASE, time: "00:30" }, "America/New_York", NOW)[0]!.yours).toBe("Wednesday 2 December, 18:30");
  expect(nextDates({ ...BASE, from: "2026-11-01" }, "Europe/Berlin", NOW)[0]!.day).toBe("Thursday 3 December");
});

it("keeps the clock time across a change of the clocks, and says so before saving", () => {
  const spring = { ...BASE, from: "2027-03-20" };
  const dates = nextDates(spring, "UTC", NOW);
  expect(dates.map((line) => [line.time, line.yours])).toEqual([
    ["18:00", "17:00"],
    ["18:00", "16:00"],
    ["18:00", "16:00"],
    ["18:00", "16:00"],
    ["18:00", "16:00"],
  ]);
  expect(clockNote(spring, "Europe/Berlin", NOW)).toEqual({
    said: "The clocks go forward on Sunday 28 March 2027. It stays 18:00 in Berlin.",
    yours: "",
    first: "The first one after that is on Thursday 1 April 2027.",
  });
  expect(clockNote(spring, "UTC", NOW)!.yours).toBe("For you in UTC it is at 16:00 from then on.");
  expect(clockNote({ ...BASE, from: "2027-10-20" }, "Europe/Berlin", NOW)!.said).toBe(
    "The clocks go back on Sunday 31 October 2027. It stays 18:00 in Berlin.",
  );
});

it("says nothing of clocks where none change, or no session comes after", () => {
  expect(clockNote({ ...BASE, zone: "Asia/Tokyo" }, "Asia/Tokyo", NOW)).toBeNull();
  expect(clockNote({ ...BASE, ends: "count", count: 3 }, "Europe/Berlin", NOW)).toBeNull();
  expect(clockNote({ ...BASE, repeat: "once" }, "Europe/Berlin", NOW)).toBeNull();
});

it("turns clock times into moments and back, in three zones across their changes", () => {
  const table: [string, string, string][] = [
    ["2027-03-25T18:00", "Europe/Berlin", "2027-03-25T17:00:00.000Z"],
    ["2027-04-01T18:00", "Europe/Berlin", "2027-04-01T16:00:00.000Z"],
    ["2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"], // a time the clocks leave out
    ["2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"], // a time they show twice: the first
    ["2027-03-13T18:00", "America/New_York", "2027-03-13T23:00:00.000Z"],
    ["2027-03-14T18:00", "America/New_York", "2027-03-14T22:00:00.000Z"],
    ["2027-04-03T18:00", "Australia/Lord_Howe", "2027-04-03T07:00:00.000Z"],
    ["2027-04-04T18:00", "Australia/Lord_Howe", "2027-04-04T07:30:00.000Z"],
  ];
  for (const [local, zone, moment] of table) {
    expect(new Date(momentOf(local, zone)).toISOString(), `${local} ${zone}`).toBe(moment);
    if (local !== "2027-03-28T02:30") expect(localOf(moment, zone)).toBe(local);
  }
  expect(offsetAt(NOW, "Asia/Kolkata")).toBe(330);
  expect(sameClock(NOW, "Europe/Berlin", "Europe/Paris")).toBe(true);
  expect(placeOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
});

it("finds the moment at which clocks change", () => {
  const found = nextClockChange(NOW, Date.parse("2027-12-01T00:00Z"), "Europe/Berlin");
  expect(found).toEqual({ at: Date.parse("2027-03-28T01:00Z"), minutes: 60 });
  expect(nextClockChange(NOW, Date.parse("2027-03-01T00:00Z"), "Europe/Berlin")).toBeNull();
});
