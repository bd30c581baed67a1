import { expect, it } from "vitest";
import { answered, forRound, inOrder, isIn, presenceWords, rhythmWords, shutWords } from "./room_words";
import type { RoomMark, RoomPerson, SessionPage } from "./shapes";

const NOW = Date.parse("2026-12-03T17:20:30Z");
const ROOM: RoomMark = {
  opens_at: "2026-12-03T16:45:00Z", closes_at: "2026-12-04T18:30:00Z", open: true, enter: true, facilitator_present: true,
  may_write: false, why_not: null, turn: null, paused: false,
}; // prettier-ignore
const page = (room: Partial<RoomMark>, more: Partial<SessionPage> = {}): SessionPage =>
  ({ you_lead: false, rhythm: "live", starts_at: "2026-12-03T17:00:00Z", ends_at: "2026-12-03T18:30:00Z", room: { ...ROOM, ...room }, ...more }) as SessionPage;
const names: Record<string, string> = { a: "Rosa", b: "Merle" };
const nameOf = (id: string) => names[id] ?? "?";
const shut = (room: Partial<RoomMark>, order: string[] = [], mine = "b", now = NOW) => shutWords(page(room), order, mine, nameOf, "UTC", now);
const person = (more: Partial<RoomPerson>): RoomPerson => ({
  membership: "a", name: "Rosa", role: "member", you: false, state: "here", since: "2026-12-03T17:00:00Z", spoken_at: null, check_in: null, hand: false, lost_times: 0, ...more,
}); // prettier-ignore

it("says why nobody writes, and nothing to who may", () => {
  expect(shut({ may_write: true })).toBe("");
  expect(shutWords(page({ why_not: "paused" }, { you_lead: true }), [], "b", nameOf, "UTC", NOW)).toBe("");
  expect(shut({ why_not: "before", opens_at: "2026-12-03T18:00:00Z" })).toBe("The room opens at 18:00.");
  expect(shut({ why_not: "before", opens_at: "2026-12-10T18:00:00Z" })).toBe("The room opens on Thursday 10 December at 18:00.");
  expect(shut({ why_not: "before" })).toContain("not open yet");
  expect(shut({ why_not: "over" })).toContain("closed for this time");
  expect(shut({ why_not: "paused" })).toContain("paused the room");
  expect(shut({ why_not: "cancelled" })).toContain("cancelled");
  expect(shut({ why_not: "turn" }, ["a", "b"])).toBe("It is the turn of Rosa. You are second in the round.");
  expect(shut({ why_not: "turn" }, ["a"])).toBe("It is the turn of Rosa. A round is going on.");
});

it("says what each rhythm means", () => {
  const say = (rhythm: SessionPage["rhythm"], now = NOW) => rhythmWords(page({}, { rhythm }), "UTC", now);
  expect(say("prepare", Date.parse("2026-12-03T09:00Z"))).toBe("Before the session. Writing opens at 16:45.");
  expect(say("prepare")).toBe("Before the session. You can read here already.");
  expect(say("arrive", Date.parse("2026-12-03T16:50Z"))).toBe("Arriving. You can write; the session begins at 17:00.");
  expect(say("live")).toBe("The session is on, until about 18:30.");
  expect(say("closing")).toContain("closing round");
  expect(say("reflect")).toBe("The session is over. You can still write until tomorrow at 18:30.");
  expect(say("quiet")).toContain("closed");
});

it("says how somebody is there: quiet, line lost and left are three things", () => {
  const table: [Partial<RoomPerson>, string][] = [
    [{}, "here"],
    [{ state: "quiet", spoken_at: "2026-12-03T17:08:00Z" }, "quiet for 12 min"],
    [{ state: "quiet" }, "quiet for 20 min"],
    [{ state: "lost", since: "2026-12-03T17:20:00Z" }, "line lost"],
    [{ state: "lost", since: "2026-12-03T17:17:00Z" }, "line lost for 3 min"],
    [{ state: "left", since: "2026-12-03T17:17:00Z" }, "left at 17:17"],
    [{ state: "away" }, "looks elsewhere"],
    [{ state: "away", since: null }, "not here"],
  ];
  for (const [more, said] of table) expect(presenceWords(person(more), "UTC", NOW)).toBe(said);
});

it("puts lost lines first, and offers a round to members who are in", () => {
  const people = [
    person({ membership: "n", name: "Ned", state: "away", since: null }),
    person({ membership: "l", name: "Lou", state: "left" }),
    person({ membership: "b", name: "Ben" }),
    person({ membership: "f", name: "Anna", role: "facilitator" }),
    person({ membership: "x", name: "Xu", state: "lost" }),
    person({ membership: "q", name: "Quinn", state: "quiet" }),
  ];
  expect(inOrder(people).map((one) => one.membership)).toEqual(["x", "f", "b", "q", "l", "n"]);
  expect(people.filter(isIn).map((one) => one.membership)).toEqual(["b", "f", "q"]);
  expect(forRound(people)).toEqual(["b", "q"]);
  const check_in = { word: 4, words: "", at: "" };
  expect(answered({ people: people.map((one) => (one.membership === "b" ? { ...one, check_in } : one)) })).toEqual({ n: 1, all: 2 });
  expect(answered({ people: null })).toEqual({ n: 0, all: 0 });
});
