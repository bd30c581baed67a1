/** Weekly slots of duty as they are set on the screen. */

import type { Duty } from "../shapes";

export interface Slot {
  member: string;
  order: string;
  weekday: number;
  starts: string;
  ends: string;
}

export interface RosterPage {
  slots: (Slot & { id: string; name: string })[];
  version: number;
  time_zone: string;
  now: Duty;
}

export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const WORKDAYS = [1, 2, 3, 4] as const;

const place = (slot: Slot) => `${slot.weekday} ${slot.starts} ${slot.order === "first" ? 0 : 1} ${slot.ends}`;

/** The slots without what only the server adds, in the order of the week. */
export function slotsOf(slots: readonly Slot[]): Slot[] {
  return slots
    .map(({ member, order, weekday, starts, ends }) => ({ member, order, weekday, starts, ends }))
    .sort((a, b) => place(a).localeCompare(place(b)));
}

/** True when both are the same roster, in whatever order. */
export function same(a: readonly Slot[], b: readonly Slot[]): boolean {
  return JSON.stringify(slotsOf(a)) === JSON.stringify(slotsOf(b));
}

/** True when a slot ends on the next day. */
export function overnight(slot: Slot): boolean {
  return slot.ends <= slot.starts;
}

/** The day after, Monday after Sunday. */
export const dayAfter = (weekday: number) => (weekday + 1) % 7;

/** The slots with those of Monday on Tuesday to Friday too, in place of what is there. */
export function mondayToAll(slots: readonly Slot[]): Slot[] {
  const monday = slots.filter((slot) => slot.weekday === 0);
  const kept = slots.filter((slot) => !WORKDAYS.some((day) => day === slot.weekday));
  return [...kept, ...WORKDAYS.flatMap((weekday) => monday.map((slot) => ({ ...slot, weekday })))];
}

/** A slot to begin with: after the last one of its day. */
export function freshSlot(slots: readonly Slot[], weekday: number, member: string): Slot {
  const last = slots.filter((slot) => slot.weekday === weekday && !overnight(slot)).at(-1);
  return { member, order: "first", weekday, starts: last?.ends ?? "09:00", ends: last ? (last.ends < "20:00" ? "20:00" : "09:00") : "17:00" };
}
