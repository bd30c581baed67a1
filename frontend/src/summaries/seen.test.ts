import { expect, it } from "vitest";
import { Seen } from "./seen";

it("is seen only after its end was there and the page was looked at for a while", () => {
  const quick = new Seen();
  expect(quick.reachEnd()).toBe(false);
  expect(quick.pass(2500, true)).toBe(false);
  expect(quick.pass(500, true)).toBe(true);
  const hidden = new Seen();
  hidden.reachEnd();
  expect(hidden.pass(60_000, false)).toBe(false);
  const unread = new Seen();
  expect(unread.pass(60_000, true)).toBe(false);
  expect(unread.reachEnd()).toBe(true);
});
