import { get } from "svelte/store";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announcement } from "../announce";
import type { Item } from "../crypto/types";
import { Arrivals } from "./arrivals";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const item = (seq: number, more: Partial<Item> = {}) => ({ seq, kind: "text", yours: false, senderName: "Ana", ...more }) as Item;

async function said(): Promise<string> {
  await vi.advanceTimersByTimeAsync(2000);
  return get(announcement);
}

it("says nothing of what is there at first, of one's own words, and of notices", async () => {
  const arrivals = new Arrivals();
  arrivals.hear([item(1), item(2)], "Walkers");
  arrivals.hear([item(1), item(2), item(3, { yours: true }), item(4, { kind: "notice" })], "Walkers");
  expect(await said()).toBe("");
});

it("names who wrote one, and counts several that come together", async () => {
  const arrivals = new Arrivals();
  arrivals.hear([], "Walkers");
  arrivals.hear([item(1)], "Walkers");
  expect(await said()).toBe("New message by Ana");
  arrivals.hear([item(1), item(2)], "Walkers");
  arrivals.hear([item(1), item(2), item(3), item(4)], "Walkers");
  expect(await said()).toBe("3 new messages in Walkers");
  arrivals.hear([item(1), item(2), item(3), item(4), item(5)], "Walkers");
  expect(await said()).toBe("New message by Ana");
});
