// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { Entry } from "../outbox";
import { sinceName, dayName, dayKey } from "../strings/dates";
import { feedRows, firstWords } from "./rows";
import type { OwnPost, Post } from "./shapes";

function post(seq: number, at: string, change: Partial<Post> = {}): Post {
  const base = { id: `p${seq}`, topic: "t", seq, state: "published", author: "ana", at, version: 1 };
  return { ...base, body: "words", html: "<p>words</p>", edited_at: null, reply_to: null, content_note: null, ...change };
}

function held(id: string, written_at: string, change: Partial<OwnPost> = {}): OwnPost {
  const base = { id, state: "held" as const, topic: "t", body: "words", html: "<p>words</p>", content_note: null, reply_to: null, written_at };
  const about = { seq: null, version: 1, revision: false, reason: "Why.", message: null, policy: null, wait: null, talk: [], asked: false };
  return { ...base, ...about, can: [], second_look: null, ...change };
}

const entry = (nonce: string, change: Partial<Entry> = {}) => ({ nonce, post: "", data: { body: nonce }, ...change }) as Entry;
const feed = (posts: Post[], change: Partial<Parameters<typeof feedRows>[0]> = {}) =>
  feedRows({ posts, entries: [], zone: "Europe/London", mine: "me", openedAt: Infinity, ...change });

describe("rows", () => {
  it("group by author, day and pause", () => {
    const rows = feed([
      post(1, "2026-11-20T10:00:00Z"),
      post(2, "2026-11-20T10:02:00Z"),
      post(3, "2026-11-20T10:30:00Z"),
      post(4, "2026-11-20T10:31:00Z", { author: "kim" }),
      post(5, "2026-11-20T10:32:00Z", { author: "kim", reply_to: "p1" }),
      post(6, "2026-11-21T10:32:00Z", { author: "kim" }),
    ]);
    expect(rows.map((row) => row.head)).toEqual([true, false, true, true, true, true]);
    expect(rows.map((row) => row.day !== null)).toEqual([true, false, false, false, false, true]);
  });

  it("a day is the reader's day", () => {
    const posts = [post(1, "2026-11-20T23:30:00Z"), post(2, "2026-11-21T00:30:00Z")];
    expect(feed(posts).map((row) => row.day !== null)).toEqual([true, true]);
    expect(feed(posts, { zone: "America/New_York" }).map((row) => row.day !== null)).toEqual([true, false]);
  });

  it("the divider stands before the first new post of somebody else", () => {
    const rows = feed([post(1, "2026-11-20T10:00:00Z"), post(2, "2026-11-20T10:01:00Z", { author: "me" }), post(3, "2026-11-20T10:02:00Z")], {
      openedAt: 1,
    });
    expect(rows.map((row) => row.fresh !== null)).toEqual([false, false, true]);
    expect(rows[2]?.fresh?.since).toBe("2026-11-20T10:01:00Z");
  });

  it("own held posts stand at the moment they were written, and reading them marks nothing unread as read", () => {
    const posts = [post(1, "2026-11-20T10:00:00Z"), post(5, "2026-11-20T12:00:00Z")];
    const rows = feed(posts, { own: [held("h1", "2026-11-20T11:00:00Z"), held("h2", "2026-11-21T09:00:00Z")], entries: [entry("e")] });
    expect(rows.map((row) => [row.key, row.seq])).toEqual([["p1", 1], ["h1", 1], ["p5", 5], ["h2", 5], ["e", 5]]);
    expect(rows.map((row) => row.day !== null)).toEqual([true, false, false, true, false]);
    expect(rows[2]?.head).toBe(true);
  });

  it("an own held post where pages are missing waits for its page", () => {
    const posts = [post(3, "2026-11-20T10:00:00Z"), post(5, "2026-11-20T12:00:00Z")];
    const own = [held("early", "2026-11-19T11:00:00Z"), held("late", "2026-11-22T09:00:00Z")];
    expect(feed(posts, { own, olderMore: true }).map((row) => row.key)).toEqual(["p3", "p5", "late"]);
    expect(feed(posts, { own, newerMore: true }).map((row) => row.key)).toEqual(["early", "p3", "p5"]);
  });

  it("a hidden post keeps its place and gives its author the words; new words stand with the post they are for", () => {
    const posts = [post(1, "2026-11-20T10:00:00Z", { author: "me", state: "hidden", body: null }), post(2, "2026-11-20T10:01:00Z", { author: "me" })];
    const own = [held("p1", "2026-11-20T10:00:00Z", { state: "hidden", seq: 1 }), held("p2", "2026-11-20T11:00:00Z", { revision: true, seq: 2 })];
    const rows = feed(posts, { own });
    expect(rows.map((row) => row.key)).toEqual(["p1", "p2"]);
    expect(rows.map((row) => row.own?.revision)).toEqual([false, true]);
  });

  it("a held entry and the server's row for it are one row", () => {
    const rows = feed([], { own: [held("h1", "2026-11-20T11:00:00Z")], entries: [entry("a", { post: "h1", state: "held" }), entry("b")] });
    expect(rows.map((row) => row.key)).toEqual(["h1", "b"]);
  });

  it("an entry whose post is here is not shown twice", () => {
    const rows = feed([post(1, "2026-11-20T10:00:00Z", { author: "me" })], { entries: [entry("a", { post: "p1" }), entry("b")] });
    expect(rows.map((row) => row.key)).toEqual(["p1", "b"]);
    expect(rows[1]?.head).toBe(false);
  });
});

it("first words lose their marks and are cut", () => {
  expect(firstWords("> **Hello**\n\nthere")).toBe("Hello there");
  expect(firstWords("a".repeat(200))).toHaveLength(121);
  expect(firstWords(null)).toBe("");
});

describe("days in words", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const zone = "Europe/London";

  it("are near when they are near", () => {
    expect(dayName("2026-11-23T08:00:00Z", zone, now)).toBe("Today");
    expect(dayName("2026-11-22T08:00:00Z", zone, now)).toBe("Yesterday");
    expect(dayName("2026-11-19T08:00:00Z", zone, now)).toBe("Thursday");
    expect(dayName("2026-11-03T08:00:00Z", zone, now)).toBe("Tuesday 3 November");
    expect(sinceName("2026-11-23T08:05:00Z", zone, now)).toBe("08:05");
    expect(sinceName("2026-11-17T08:05:00Z", zone, now)).toBe("Tuesday");
  });

  it("an unknown zone still has days", () => {
    expect(dayKey("2026-11-23T12:00:00Z", "Nowhere/Else")).toBe("2026-11-23");
  });
});
