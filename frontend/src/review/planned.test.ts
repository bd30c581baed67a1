import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DELAY_MS, PlannedDecision, type Planned } from "./planned.svelte";

const decision = (item: string): Planned => ({ item, group: "g", choice: "publish", label: "Show it", words: item, data: { item }, nonce: `n-${item}` });

function setUp(fail: unknown = null) {
  const sent: string[] = [];
  const left: string[] = [];
  const ended: [string, unknown][] = [];
  const planned = new PlannedDecision({
    send: async ({ item }) => {
      sent.push(item);
      if (fail) throw fail;
    },
    leave: ({ item }) => left.push(item),
    ended: ({ item }, error) => ended.push([item, error]),
  });
  return { planned, sent, left, ended };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("waits, then sends once", async () => {
  const { planned, sent, ended } = setUp();
  planned.plan(decision("a"));
  await vi.advanceTimersByTimeAsync(DELAY_MS - 1);
  expect(sent).toEqual([]);
  expect(planned.has("a")).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual(["a"]);
  expect(ended).toEqual([["a", null]]);
  expect(planned.has("a")).toBe(false);
  await vi.advanceTimersByTimeAsync(DELAY_MS * 2);
  expect(sent).toEqual(["a"]);
});

it("can be taken back until then, and sends nothing", async () => {
  const { planned, sent } = setUp();
  planned.plan(decision("a"));
  await vi.advanceTimersByTimeAsync(DELAY_MS - 1000);
  expect(planned.undo()?.item).toBe("a");
  await vi.advanceTimersByTimeAsync(DELAY_MS);
  expect(sent).toEqual([]);
  expect(planned.undo()).toBeNull();
});

it("sends the one before when the next is decided", async () => {
  const { planned, sent } = setUp();
  planned.plan(decision("a"));
  planned.plan(decision("b"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["a"]);
  expect(planned.waiting?.item).toBe("b");
  expect(planned.undo()?.item).toBe("b");
});

it("goes out when the page goes away, once", async () => {
  const { planned, sent, left } = setUp();
  planned.plan(decision("a"));
  planned.leave();
  planned.leave();
  await vi.advanceTimersByTimeAsync(DELAY_MS * 2);
  expect(left).toEqual(["a"]);
  expect(sent).toEqual([]);
});

it("tells what went wrong", async () => {
  const trouble = new Error("stale");
  const { planned, ended } = setUp(trouble);
  planned.plan(decision("a"));
  await planned.flush();
  expect(ended).toEqual([["a", trouble]]);
  expect(planned.sending).toEqual([]);
});
