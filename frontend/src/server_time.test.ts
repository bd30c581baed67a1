import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { heardAt, serverNow, setServerTime } from "./server_time";

const HERE = Date.parse("2026-11-23T10:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: HERE });
});

afterEach(() => {
  setServerTime(new Date().toISOString(), Date.now());
  vi.useRealTimers();
});

it("goes by the server's clock when this one is wrong, in either direction", () => {
  setServerTime("2026-11-23T12:00:00Z", HERE);
  expect(serverNow()).toBe(HERE + 2 * 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(serverNow()).toBe(HERE + 2 * 3_600_000 + 1000);
  setServerTime("2026-11-23T09:00:00Z", Date.now());
  expect(serverNow()).toBe(Date.parse("2026-11-23T09:00:00Z"));
});

it("takes a slow answer for what it is, and small differences for none", () => {
  setServerTime("2026-11-23T10:00:02Z", HERE - 4000);
  expect(serverNow()).toBe(HERE);
});

it("is never behind what it has heard of, and not moved by old news", () => {
  heardAt("2026-11-23T11:00:00Z");
  expect(serverNow()).toBe(HERE + 3_600_000);
  heardAt("2026-11-23T08:00:00Z");
  heardAt("nonsense");
  expect(serverNow()).toBe(HERE + 3_600_000);
});
