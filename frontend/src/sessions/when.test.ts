import { expect, it } from "vitest";
import type { SessionLine } from "./shapes";
import { comingOf, minutesUntil, nameOf, nextOf, onDay, pastOf, phaseOf, whenOf } from "./when";

const NOW = Date.parse("2026-12-03T16:30Z");
const LINE: SessionLine = {
  id: "a", group: "g", group_name: "Evenings", with: null, title: "", starts_at: "2026-12-03T17:00:00Z", ends_at: "2026-12-03T18:30:00Z",
  time_zone: "Europe/Berlin", state: "planned", rhythm: "prepare", place: "", link: "", why: "", topic: null, series: null,
  changed_alone: false, version: 1, you_lead: false, attendance: null, has_agenda: false, summary: null, opens_at: null, room_open: false,
}; // prettier-ignore
const at = (id: string, day: string, more: Partial<SessionLine> = {}): SessionLine => ({
  ...LINE, id, starts_at: `${day}T17:00:00Z`, ends_at: `${day}T18:30:00Z`, ...more,
}); // prettier-ignore

it("shows the reader's own time, and the venue's where it differs", () => {
  expect(whenOf(LINE, "Europe/Paris", NOW)).toEqual({ day: "Today", times: "18:00 to 19:30", there: "" });
  expect(whenOf(LINE, "America/New_York", NOW)).toEqual({
    day: "Today",
    times: "12:00 to 13:30",
    there: "18:00 to 19:30, Berlin time",
  });
  expect(whenOf({ ...LINE, starts_at: "2026-12-04T23:30:00Z", ends_at: "2026-12-05T00:30:00Z" }, "Europe/London", NOW)).toEqual({
    day: "Tomorrow",
    times: "23:30 to 00:30",
    there: "Saturday 5 December, 00:30 to 01:30, Berlin time",
  });
});

it("knows where a session stands", () => {
  const table: [Partial<SessionLine>, string, string][] = [
    [{}, "2026-12-03T15:59Z", "coming"],
    [{}, "2026-12-03T16:01Z", "soon"],
    [{ room_open: true }, "2026-12-03T16:50Z", "open"],
    [{}, "2026-12-03T17:00Z", "open"],
    [{}, "2026-12-03T18:30Z", "over"],
    [{ room_open: true }, "2026-12-03T18:40Z", "open"],
    [{ state: "cancelled", room_open: true }, "2026-12-03T17:00Z", "cancelled"],
  ];
  for (const [change, now, phase] of table) expect(phaseOf({ ...LINE, ...change }, Date.parse(now)), now).toBe(phase);
  expect(minutesUntil(LINE.starts_at, NOW)).toBe(30);
  expect(minutesUntil(LINE.starts_at, NOW + 3_600_000)).toBe(0);
});

it("puts the next one first, and what is over last one first", () => {
  const lines = [at("c", "2026-12-10"), at("b", "2026-12-03"), at("x", "2026-12-02"), at("y", "2026-11-26"), at("k", "2026-12-05", { state: "cancelled" })];
  expect(comingOf(lines, NOW).map((line) => line.id)).toEqual(["b", "k", "c"]);
  expect(pastOf(lines, NOW).map((line) => line.id)).toEqual(["x", "y"]);
  expect(nextOf(lines, NOW)?.id).toBe("b");
  expect(nextOf([at("k", "2026-12-05", { state: "cancelled" })], NOW)).toBeNull();
  expect(onDay(lines, "Europe/Berlin", NOW).map((line) => line.id)).toEqual(["b"]);
});

it("has a name for every session", () => {
  expect(nameOf(LINE)).toBe("Evenings");
  expect(nameOf({ ...LINE, title: "Closing circle" })).toBe("Closing circle");
  expect(nameOf({ ...LINE, group_name: "", with: "Anna" })).toBe("With Anna");
});
