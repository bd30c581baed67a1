import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { unread } from "./unread.svelte";

const line = (id: string, count: number) => ({ id, kind: "pair", unread: count, last_at: null, members: [] });
let answer: unknown[] = [];
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify({ conversations: answer }), { headers: { "Content-Type": "application/json" } })));
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("keeps those with something unread, and forgets them with the person", async () => {
  answer = [line("a", 0), line("b", 2)];
  stop = unread.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(unread.lines.map((one) => one.id)).toEqual(["b"]);
  expect(unread.fresh).toBe(true);
  answer = [line("a", 0), line("b", 0)];
  await unread.load();
  expect(unread.fresh).toBe(false);
  answer = [line("a", 1)];
  await unread.load();
  stop();
  expect(unread.lines).toEqual([]);
});

it("an answer that comes after the person has gone is not kept", async () => {
  answer = [line("a", 1)];
  unread.start()();
  await vi.advanceTimersByTimeAsync(10);
  expect(unread.lines).toEqual([]);
});

it("without a line what was known stays", async () => {
  answer = [line("a", 1)];
  stop = unread.start();
  await vi.advanceTimersByTimeAsync(10);
  vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("no line"))));
  await unread.load();
  expect(unread.lines.map((one) => one.id)).toEqual(["a"]);
});
