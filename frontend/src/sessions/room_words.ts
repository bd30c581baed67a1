/** A live room in words: whether one may write now and why not, where the round is, and how somebody is there. Pure. */

import { atName, clockTime, untilName } from "../strings/dates";
import { room as words } from "../strings/en_room";
import type { PresenceState, Rhythm, RoomPage, RoomPerson, SessionPage } from "./shapes";

export type NameOf = (membership: string) => string;

const minutesSince = (moment: string | null, now: number) => (moment ? Math.max(0, Math.floor((now - Date.parse(moment)) / 60_000)) : 0);

/** Where `mine` is in a round: 0 has the turn, -1 is not in it. */
export function placeIn(order: readonly string[], mine: string): number {
  return order.indexOf(mine);
}

/** Why nobody but facilitators writes now, in words; empty when the person may. */
export function shutWords(page: SessionPage, order: readonly string[], mine: string, nameOf: NameOf, zone: string, now: number): string {
  const { room } = page;
  if (page.you_lead || !room || room.may_write) return "";
  switch (room.why_not) {
    case "turn":
      return words.shut.turn(nameOf(order[0] ?? room.turn ?? ""), placeIn(order, mine));
    case "paused":
      return words.shut.paused;
    case "cancelled":
      return words.shut.cancelled;
    case "over":
      return words.shut.over;
    default:
      return words.shut.before(Date.parse(room.opens_at) > now ? atName(room.opens_at, zone, now) : "");
  }
}

/** What the rhythm means now. */
export function rhythmWords(page: SessionPage, zone: string, now: number): string {
  const times: Partial<Record<Rhythm, string>> = {
    prepare: page.room && Date.parse(page.room.opens_at) > now ? atName(page.room.opens_at, zone, now) : "",
    arrive: atName(page.starts_at, zone, now),
    live: clockTime(page.ends_at, zone),
    reflect: page.room?.closes_at ? untilName(page.room.closes_at, zone, now) : "",
  };
  return words.now[page.rhythm](times[page.rhythm] ?? "");
}

/** How somebody is there, in words: `quiet for 12 min`, `line lost`, `left at 18:40`. */
export function presenceWords(person: Pick<RoomPerson, "state" | "since" | "spoken_at">, zone: string, now: number): string {
  const { states } = words.cockpit;
  switch (person.state) {
    case "here":
      return states.here;
    case "away":
      return hasCome(person) ? states.away : states.notCome;
    case "quiet":
      return states.quiet(minutesSince(person.spoken_at ?? person.since, now));
    case "lost":
      return states.lost(minutesSince(person.since, now));
    case "left":
      return person.since ? states.left(clockTime(person.since, zone)) : states.notCome;
    default:
      return states.notCome;
  }
}

/** Whether somebody is or was in the room: who never came has no moment since when they are away. */
export const hasCome = (person: Pick<RoomPerson, "state" | "since">) => person.since !== null || person.state === "here";

const SORT: Record<PresenceState, number> = { lost: 0, here: 1, quiet: 1, away: 1, left: 2 };

const placeOf = (person: RoomPerson) => (hasCome(person) ? SORT[person.state] : 3);

/** Those whose line is lost first, then who is there, then who has left; else in the order of the names. */
export function inOrder(people: readonly RoomPerson[]): RoomPerson[] {
  return [...people].sort((a, b) => placeOf(a) - placeOf(b) || a.name.localeCompare(b.name));
}

/** Whether somebody counts as in the room. */
export const isIn = (person: Pick<RoomPerson, "state" | "since">) =>
  hasCome(person) && (person.state === "here" || person.state === "quiet" || person.state === "away");

/** Who could speak in a round now: the members that are in. */
export function forRound(people: readonly RoomPerson[]): string[] {
  return people.filter((person) => isIn(person) && person.role !== "facilitator").map((person) => person.membership);
}

/** How many of the members that are in have answered the check-in. */
export function answered(room: Pick<RoomPage, "people">): { n: number; all: number } {
  const members = (room.people ?? []).filter((person) => person.role !== "facilitator" && (isIn(person) || person.check_in));
  return { n: members.filter((person) => person.check_in).length, all: members.length };
}
