import { expect, it } from "vitest";
import { dayAfter, freshSlot, mondayToAll, overnight, same, type Slot } from "./slots";

const slot = (weekday: number, starts: string, ends: string, member = "a"): Slot => ({ member, order: "first", weekday, starts, ends });

it("knows which slots pass midnight", () => {
  expect(overnight(slot(0, "20:00", "08:00"))).toBe(true);
  expect(overnight(slot(0, "09:00", "09:00"))).toBe(true);
  expect(overnight(slot(0, "09:00", "17:00"))).toBe(false);
  expect(dayAfter(6)).toBe(0);
});

it("compares rosters whatever their order", () => {
  const one = slot(0, "09:00", "12:00");
  const two = slot(3, "09:00", "12:00", "b");
  expect(same([one, two], [two, { ...one }])).toBe(true);
  expect(same([one], [two])).toBe(false);
});

it("copies Monday to the other weekdays and leaves the weekend", () => {
  const all = mondayToAll([slot(0, "09:00", "17:00"), slot(2, "10:00", "11:00"), slot(6, "12:00", "13:00")]);
  expect(all.map((one) => `${one.weekday} ${one.starts}`).sort()).toEqual([
    ...["0 09:00", "1 09:00", "2 09:00", "3 09:00", "4 09:00", "6 12:00"],
  ]);
});

it("begins a new slot where the last one of the day ends", () => {
  expect(freshSlot([], 1, "a")).toEqual(slot(1, "09:00", "17:00"));
  expect(freshSlot([slot(1, "09:00", "17:00")], 1, "a")).toEqual(slot(1, "17:00", "20:00"));
});
