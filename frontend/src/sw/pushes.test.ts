import { describe, expect, it, vi } from "vitest";
import { addressOf, CENTRE, lead, noteOf, optionsOf, renew, safeLink, type Window } from "./pushes";

const payload = (more: Record<string, unknown> = {}) =>
  JSON.stringify({ v: 1, title: "Linden House", body: "There is something new for you.", link: "/summaries/1", tag: "n1", ...more });
const plain = noteOf("");

describe("what a push shows", () => {
  it("is what the server said, when that can be read", () => {
    expect(noteOf(payload())).toEqual({ title: "Linden House", body: "There is something new for you.", link: "/summaries/1", tag: "n1" });
  });

  it.each(["", "nonsense", "null", "[]", "7", '"text"', payload({ v: 2 })])("is the plain sentence for %s", (text) => {
    expect(noteOf(text)).toEqual(plain);
    expect(plain.link).toBe(CENTRE);
  });

  it("is plain in each part that is of the wrong kind, and short", () => {
    expect(noteOf(payload({ title: 3, body: null, tag: {} }))).toMatchObject({ title: plain.title, body: plain.body, tag: plain.tag });
    expect(noteOf(payload({ body: `a${" b".repeat(900)}` })).body.length).toBeLessThanOrEqual(160);
  });

  it("has a picture, and carries only where it leads", () => {
    const options = optionsOf(noteOf(payload()));
    expect(options.data).toEqual({ link: "/summaries/1" });
    expect(options.icon).toBe("/static/icon-192.png");
  });
});

it.each([
  ["/summaries/1", "/summaries/1"],
  ["/", "/"],
  ["/a?b=1#c", "/a?b=1#c"],
  ["//evil.example/a", CENTRE],
  ["/\\evil.example", CENTRE],
  ["https://evil.example", CENTRE],
  ["javascript:alert(1)", CENTRE],
  ["/a b", CENTRE],
  ["", CENTRE],
  [undefined, CENTRE],
])("%s leads to %s", (given, link) => expect(safeLink(given)).toBe(link));

describe("pressing a notice", () => {
  const window = (more: Partial<Window> = {}): Window => ({
    focus: vi.fn(async () => undefined),
    postMessage: vi.fn(),
    focused: false,
    visibilityState: "hidden",
    ...more,
  });

  it("goes there in the window that is in sight", async () => {
    const [hidden, seen, open] = [window(), window({ visibilityState: "visible" }), vi.fn()];
    await lead("/notices", [hidden, seen], open);
    expect(seen.postMessage).toHaveBeenCalledWith({ type: "open", link: "/notices" });
    expect(seen.focus).toHaveBeenCalled();
    expect(hidden.postMessage).not.toHaveBeenCalled();
    expect(open).not.toHaveBeenCalled();
  });

  it("opens one when there is none, and does not mind one that may not come to the front", async () => {
    const open = vi.fn(async () => null);
    await lead("/notices", [], open);
    expect(open).toHaveBeenCalledWith("/notices");
    await lead("/notices", [window({ focus: () => Promise.reject(new Error("no")) })], open);
    expect(open).toHaveBeenCalledTimes(1);
  });
});

describe("another address", () => {
  const subscription = (endpoint: string, keys: Record<string, string> = { p256dh: "p", auth: "a" }) => ({
    endpoint,
    toJSON: (): PushSubscriptionJSON => ({ endpoint, keys }),
  });

  it("is told with the old one as the proof", async () => {
    const tell = vi.fn(async () => undefined);
    expect(await renew("https://push.example/1", async () => subscription("https://push.example/2"), tell)).toBe(true);
    expect(tell).toHaveBeenCalledWith({ old: "https://push.example/1", endpoint: "https://push.example/2", p256dh: "p", auth: "a" });
  });

  type Case = readonly [string | null, Parameters<typeof renew>[1]];
  const cases: readonly Case[] = [
    [null, async () => subscription("https://push.example/2")],
    ["https://push.example/1", async () => subscription("https://push.example/1")],
    ["https://push.example/1", async () => subscription("https://push.example/2", {})],
    ["https://push.example/1", async () => null],
    ["https://push.example/1", () => Promise.reject(new Error("denied"))],
  ];

  it.each(cases)("is left for the next visit when something is missing (%#)", async (old, subscribe) => {
    const tell = vi.fn();
    expect(await renew(old, subscribe, tell)).toBe(false);
    expect(tell).not.toHaveBeenCalled();
  });

  it("needs both keys", () => expect(addressOf(subscription("https://push.example/1", { auth: "a" }))).toBeNull());
});
