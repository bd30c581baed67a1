import { expect, it } from "vitest";
import { goesOnAfter, isDay, partsOf, rruleOf, timesOf, weekIn, type Plan } from "./rule";

const BASE: Plan = { repeat: "weekly", weekday: 3, week: 1, from: "2026-12-01", time: "18:00", zone: "Europe/Berlin", ends: "never", count: 10, until: "" };

it("makes the rule and the dates of every repeat", () => {
  const table: [Partial<Plan>, string, string[]][] = [
    [{}, "FREQ=WEEKLY;BYDAY=TH", ["2026-12-03T18:00", "2026-12-10T18:00", "2026-12-17T18:00"]],
    [{ from: "2026-12-03" }, "FREQ=WEEKLY;BYDAY=TH", ["2026-12-03T18:00", "2026-12-10T18:00", "2026-12-17T18:00"]],
    [{ from: "2026-12-04" }, "FREQ=WEEKLY;BYDAY=TH", ["2026-12-10T18:00", "2026-12-17T18:00", "2026-12-24T18:00"]],
    [{ repeat: "fortnightly" }, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", ["2026-12-03T18:00", "2026-12-17T18:00", "2026-12-31T18:00"]],
    [{ repeat: "monthly" }, "FREQ=MONTHLY;BYDAY=1TH", ["2026-12-03T18:00", "2027-01-07T18:00", "2027-02-04T18:00"]],
    [{ repeat: "monthly", week: -1 }, "FREQ=MONTHLY;BYDAY=-1TH", ["2026-12-31T18:00", "2027-01-28T18:00", "2027-02-25T18:00"]],
    [{ repeat: "monthly", from: "2026-12-04" }, "FREQ=MONTHLY;BYDAY=1TH", ["2027-01-07T18:00", "2027-02-04T18:00", "2027-03-04T18:00"]],
    [{ ends: "count", count: 2 }, "FREQ=WEEKLY;BYDAY=TH;COUNT=2", ["2026-12-03T18:00", "2026-12-10T18:00"]],
    [{ ends: "until", until: "2026-12-10" }, "FREQ=WEEKLY;BYDAY=TH;UNTIL=20261210T235959", ["2026-12-03T18:00", "2026-12-10T18:00"]],
    [{ repeat: "once" }, "", ["2026-12-01T18:00"]],
  ];
  for (const [change, rule, times] of table) {
    const plan = { ...BASE, ...change };
    expect(rruleOf(plan)).toBe(rule);
    expect(timesOf(plan, 3)).toEqual(times);
  }
});

it("has no dates without a day, or where it ends before it begins", () => {
  expect(timesOf({ ...BASE, from: "" }, 5)).toEqual([]);
  expect(timesOf({ ...BASE, ends: "until", until: "2026-12-02" }, 5)).toEqual([]);
  expect(goesOnAfter(BASE, "2026-12-31T18:00")).toBe(true);
  expect(goesOnAfter({ ...BASE, ends: "count", count: 2 }, "2026-12-10T18:00")).toBe(false);
});

it("reads back what it made, and says so when a rule is of another kind", () => {
  for (const change of [{}, { repeat: "fortnightly" }, { repeat: "monthly", week: -1 }, { ends: "count", count: 4 }, { ends: "until", until: "2027-01-31" }] as const) {
    const plan = { ...BASE, ...change };
    const { repeat, weekday, ends } = plan;
    expect(partsOf(rruleOf(plan), "2026-12-03T18:00")).toMatchObject({ repeat, weekday, ends, week: repeat === "monthly" ? plan.week : 1 });
  }
  expect(partsOf("FREQ=WEEKLY", "2026-12-03T18:00")).toMatchObject({ weekday: 3 });
  for (const other of ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=MONTHLY;BYMONTHDAY=3", ""]) {
    expect(partsOf(other, "2026-12-03T18:00")).toBeNull();
  }
});

it("knows days and weeks", () => {
  expect(["2026-12-03", "2026-02-30", "3.12.2026", ""].map(isDay)).toEqual([true, false, false, false]);
  expect(["2026-12-01", "2026-12-08", "2026-12-28", "2026-12-29"].map(weekIn)).toEqual([1, 2, 4, -1]);
});
