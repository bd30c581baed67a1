import { afterEach, expect, it, vi } from "vitest";
import { announce, announceBurst, announcement } from "./announce";
import { bindKeys } from "./keys";

const press = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
});

it("works for single keys and pairs, and not while somebody types", () => {
  const table = { j: vi.fn(), "g h": vi.fn() };
  const stop = bindKeys(table);
  document.body.innerHTML = "<textarea></textarea>";
  press("j");
  press("j", document.querySelector("textarea")!);
  press("j", document.body, { ctrlKey: true });
  press("g");
  press("h");
  press("h");
  expect(table.j).toHaveBeenCalledOnce();
  expect(table["g h"]).toHaveBeenCalledOnce();
  stop();
  press("j");
  expect(table.j).toHaveBeenCalledOnce();
});

it("a burst is said as one sentence", async () => {
  vi.useFakeTimers();
  let said = "";
  const stop = announcement.subscribe((words) => (said = words));
  let count = 0;
  for (let time = 0; time < 5; time += 1) {
    count += 1;
    announceBurst(() => `${count} new posts`);
  }
  announce("Sent.");
  announce("Sent.");
  expect(said).toBe("");
  await vi.advanceTimersByTimeAsync(1000);
  expect(said).toBe("Sent. 5 new posts");
  stop();
});
