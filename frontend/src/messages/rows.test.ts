import { describe, expect, it } from "vitest";
import type { Item } from "../crypto/types";
import { beginning, countAfter, pieces, readUpTo, talkRows } from "./rows";

let count = 0;
function item(minute: number, more: Partial<Item> = {}): Item {
  count += 1;
  return {
    id: `$${count}`,
    seq: count,
    sender: "ana",
    senderName: "Ana",
    yours: false,
    at: new Date(Date.parse("2026-11-23T10:00:00Z") + minute * 60_000).toISOString(),
    state: "sent",
    problem: null,
    hidden: null,
    erased: null,
    kind: "text",
    body: "Hello",
    notice: null,
    reply: null,
    edited: false,
    reactions: [],
    file: null,
    expiresAt: null,
    ...more,
  };
}

describe("rows of a conversation", () => {
  it("group what one person says within minutes", () => {
    const rows = talkRows([item(0), item(1), item(9), item(10, { sender: "me", yours: true }), item(10)], "UTC", Infinity);
    expect(rows.map((row) => row.head)).toEqual([true, false, true, true, true]);
  });

  it("begin a group after a notice, at a reply and after what is not shown", () => {
    const rows = talkRows(
      [item(0), item(0, { kind: "notice" }), item(0), item(0, { reply: { id: "$1", senderName: "Ana", body: "Hello" } }), item(0, { state: "hidden" }), item(0)],
      "UTC",
      Infinity,
    );
    expect(rows.map((row) => row.head)).toEqual([true, true, true, true, true, true]);
  });

  it("begin each day in the reader's own zone", () => {
    const late = item(13 * 60 + 30); // 23:30 in UTC, the next day in Berlin
    expect(talkRows([item(0), late], "UTC", Infinity).map((row) => row.day !== null)).toEqual([true, false]);
    expect(talkRows([item(0), late], "Europe/Berlin", Infinity).map((row) => row.day !== null)).toEqual([true, true]);
  });

  it("put the divider before the first unread message of others, once", () => {
    const items = [item(0), item(1, { yours: true, sender: "me" }), item(2), item(3, { kind: "notice" }), item(4)];
    const openedAt = readUpTo(items, 2);
    const rows = talkRows(items, "UTC", openedAt);
    expect(rows.map((row) => row.fresh !== null)).toEqual([false, false, true, false, false]);
    expect(rows[2]!.fresh!.since).toBe(items[1]!.at);
    expect(countAfter(items, openedAt)).toBe(2);
  });

  it("have no divider when all is read, and stand at the first loaded when more is unread than that", () => {
    const items = [item(0), item(1)];
    expect(readUpTo(items, 0)).toBe(Infinity);
    expect(talkRows(items, "UTC", readUpTo(items, 9))[0]!.fresh).toEqual({ since: null });
    expect(talkRows(items, "UTC", Infinity).every((row) => row.fresh === null)).toBe(true);
  });

  it("keep the number of the newest event for what waits to be sent", () => {
    const first = item(0);
    const rows = talkRows([first, item(1, { seq: null, state: "queued", yours: true, sender: "me" })], "UTC", Infinity);
    expect(rows.map((row) => row.seq)).toEqual([first.seq, first.seq]);
  });
});

describe("words on the page", () => {
  it("keep links apart from what stands round them", () => {
    expect(pieces("See https://example.org/a?b=1, or http://x.test).")).toEqual([
      { text: "See ", href: null },
      { text: "https://example.org/a?b=1", href: "https://example.org/a?b=1" },
      { text: ", or ", href: null },
      { text: "http://x.test", href: "http://x.test" },
      { text: ").", href: null },
    ]);
  });

  it("take nothing else for a link", () => {
    const body = "<b>hi</b> javascript:alert(1) example.org data:text/html,x";
    expect(pieces(body)).toEqual([{ text: body, href: null }]);
  });

  it("are cut for a list", () => {
    expect(beginning("a\n\n  b")).toBe("a b");
    expect(beginning("x".repeat(200), 10)).toBe(`${"x".repeat(10)}…`);
  });
});
