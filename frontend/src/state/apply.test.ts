// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { LiveEvent, PostPublished } from "../wire";
import { apply, applyRead, joinPage, orderTopics, placePost, postOf, viewOf, type GroupView, type Room } from "./apply";
import type { GroupDetail, Post } from "./shapes";

function snapshot(): GroupDetail {
  return {
    id: "g",
    name: "Evenings",
    description: "",
    role: "member",
    membership: "me",
    closed: false,
    version: 1,
    newcomers_see: "all",
    switches: { members_start_topics: true },
    first_posts: 0,
    paused_until: null,
    posts_held: false,
    blocked: ["kim"],
    agreement: { version: 1, text: "Kind words.", accepted: true },
    members: [
      { id: "me", name: "Robin", role: "member", you: true, state: "active" },
      { id: "ana", name: "Ana", role: "facilitator", you: false, state: "active" },
    ],
    topics: [
      { id: "t", title: "Sleep", pinned: false, locked: false, slow_seconds: 0, version: 1, unread: 1, last_seq: 10, last_at: "2026-11-20T10:00:00Z", created_by: "ana" },
    ],
    stream: { name: "group:g", offset: 10, epoch: "e" },
  };
}

function event(seq: number, change: Partial<PostPublished> & { type?: string } = {}): LiveEvent {
  const base = { v: 1, id: `event ${seq}`, seq, at: "2026-11-20T11:00:00Z", actor: "ana", type: "post.published" };
  const post = { post: `p${seq}`, post_seq: seq, posted_at: "2026-11-20T11:00:00Z", topic: "t", state: "published", author: "ana" };
  const words = { body: "hello", html: "<p>hello</p>", edited_at: null, reply_to: null, content_note: null, version: 1 };
  return { ...base, ...post, ...words, ...change } as unknown as LiveEvent;
}

const room = (change: Partial<Room> = {}): Room => ({ posts: [], olderMore: false, newerMore: false, readSeq: 5, ...change });
const withRoom = (change: Partial<Room> = {}): GroupView => viewOf(snapshot(), { t: room(change) });
const topicOf = (view: GroupView) => view.detail.topics.find((topic) => topic.id === "t")!;
const post = (seq: number, change: Partial<Post> = {}): Post => ({ ...postOf(event(seq) as PostPublished), ...change });

describe("a new post", () => {
  it("joins the loaded topic and counts as unread", () => {
    const next = apply(withRoom(), event(11));
    expect(next.rooms.t?.posts.map((item) => item.id)).toEqual(["p11"]);
    expect(topicOf(next)).toMatchObject({ unread: 2, last_seq: 11 });
    expect(next.seq).toBe(11);
  });

  it("seen twice changes nothing", () => {
    const once = apply(withRoom(), event(11));
    expect(apply(once, event(11))).toBe(once);
    expect(apply(once, event(9))).toBe(once);
  });

  it("of one's own is not unread", () => {
    expect(topicOf(apply(withRoom(), event(11, { author: "me" }))).unread).toBe(1);
  });

  it("does not join a room whose newest posts are not loaded", () => {
    const next = apply(withRoom({ posts: [post(6)], newerMore: true }), event(11));
    expect(next.rooms.t?.posts).toHaveLength(1);
    expect(topicOf(next).unread).toBe(2);
  });

  it("replayed after it was taken back shows no words and is not unread", () => {
    const taken = { state: "withdrawn", body: null, html: null, version: 2 };
    let view = apply(withRoom(), event(11, taken));
    view = apply(view, event(12, { type: "post.withdrawn", post: "p11", post_seq: 11, ...taken } as never));
    expect(topicOf(view).unread).toBe(1);
    expect(view.rooms.t?.posts[0]).toMatchObject({ state: "withdrawn", body: null });
    expect(view.stale).toBe(false);
  });
});

describe("later events about a post", () => {
  it("taking back and restoring keep the unread number exact", () => {
    let view = apply(withRoom(), event(11));
    view = apply(view, event(12, { type: "post.withdrawn", post: "p11", post_seq: 11, state: "withdrawn", body: null, version: 2 } as never));
    expect(topicOf(view).unread).toBe(1);
    view = apply(view, event(13, { type: "post.restored", post: "p11", post_seq: 11, version: 3 } as never));
    expect(topicOf(view).unread).toBe(2);
    expect(view.rooms.t?.posts.map((item) => item.body)).toEqual(["hello"]);
  });

  it("a facilitator's hiding takes the words and the unread number away; showing it again gives both back", () => {
    let view = apply(withRoom(), event(11));
    const gone = { state: "hidden", body: null, html: null, content_note: null, version: 2 };
    view = apply(view, event(12, { type: "post.hidden", post: "p11", post_seq: 11, ...gone } as never));
    expect(view.rooms.t?.posts[0]).toMatchObject({ id: "p11", seq: 11, state: "hidden", body: null, html: null });
    expect(topicOf(view).unread).toBe(1);
    view = apply(view, event(13, { type: "post.restored", post: "p11", post_seq: 11, version: 3 } as never));
    expect(view.rooms.t?.posts[0]).toMatchObject({ state: "published", body: "hello" });
    expect(topicOf(view).unread).toBe(2);
    expect(view.stale).toBe(false);
  });

  it("about an unread post from before the snapshot ask for a new snapshot", () => {
    const view = apply(withRoom(), event(11, { type: "post.withdrawn", post: "p9", post_seq: 9, state: "withdrawn" } as never));
    expect(view.stale).toBe(true);
  });

  it("about a post already read need no snapshot", () => {
    const view = apply(withRoom(), event(11, { type: "post.withdrawn", post: "p4", post_seq: 4, state: "withdrawn" } as never));
    expect(view.stale).toBe(false);
    expect(topicOf(view).unread).toBe(1);
  });

  it("an edit never brings back older words", () => {
    const view = withRoom({ posts: [post(8, { body: "new", version: 3 })] });
    const next = apply(view, event(11, { type: "post.edited", post: "p8", post_seq: 8, body: "old", version: 2 } as never));
    expect(next.rooms.t?.posts[0]?.body).toBe("new");
  });
});

describe("other events", () => {
  it("a blank frame only moves the sequence", () => {
    const view = withRoom();
    const next = apply(view, { v: 1, type: "skipped", seq: 11 });
    expect(next.seq).toBe(11);
    expect(next.detail).toBe(view.detail);
  });

  it("of an unknown type are passed over", () => {
    expect(apply(withRoom(), event(11, { type: "weather.changed" as never })).seq).toBe(11);
  });

  it("topics, members and settings take their present state", () => {
    let view = withRoom();
    const common = { v: 1 as const, id: "e", at: "", actor: "ana" };
    view = apply(view, { ...common, seq: 11, type: "topic.created", topic: "u", title: "Work", pinned: false, locked: false, slow_seconds: 0, version: 1, created_by: "ana", session: null });
    view = apply(view, { ...common, seq: 12, type: "topic.updated", topic: "t", title: "Rest", pinned: true, locked: false, slow_seconds: 60, version: 2, created_by: "ana", session: null });
    view = apply(view, { ...common, seq: 13, type: "member.joined", member: "kim", name: "Kim", role: "member", state: "active" });
    view = apply(view, { ...common, seq: 14, type: "member.left", member: "ana", name: "Ana", role: "facilitator", state: "left" });
    expect(view.detail.topics.map((topic) => topic.title).sort()).toEqual(["Rest", "Work"]);
    expect(topicOf(view)).toMatchObject({ unread: 1, slow_seconds: 60 });
    expect(view.detail.members.map((member) => `${member.name} ${member.state}`)).toEqual(["Robin active", "Ana left", "Kim active"]);
  });

  it("settings leave what is the reader's own", () => {
    const settings = { name: "Nights", description: "", version: 2, newcomers_see: "all", switches: { premoderated: true }, first_posts: 3, closed: false };
    const view = apply(withRoom(), { v: 1, id: "e", at: "", actor: "ana", seq: 11, type: "group.updated", group: "g", ...settings });
    expect(view.detail).toMatchObject({ name: "Nights", first_posts: 3, switches: { premoderated: true }, blocked: ["kim"] });
  });

  it("a new agreement asks for a new snapshot", () => {
    const frame = { v: 1 as const, id: "e", at: "", actor: null, seq: 11, group: "g", agreement_version: 2 };
    expect(apply(withRoom(), { ...frame, type: "agreement.published" }).stale).toBe(true);
  });
});

describe("the read mark", () => {
  it("at the newest post clears the number", () => {
    expect(topicOf(applyRead(withRoom(), "t", 10)).unread).toBe(0);
  });

  it("half way counts what is loaded, or asks for a snapshot", () => {
    const posts = [post(6), post(8, { author: "me" }), post(10)];
    const view = withRoom({ posts });
    expect(topicOf(applyRead(view, "t", 6)).unread).toBe(1);
    expect(applyRead(viewOf(snapshot()), "t", 6).stale).toBe(true);
  });

  it("never moves back", () => {
    const view = withRoom();
    expect(applyRead(view, "t", 3)).toBe(view);
  });
});

describe("pages", () => {
  it("join without doubles, in order", () => {
    const joined = joinPage(room({ posts: [post(6), post(8)] }), [post(8), post(4), post(2)], { olderMore: true });
    expect(joined.posts.map((item) => item.seq)).toEqual([2, 4, 6, 8]);
    expect(joined.olderMore).toBe(true);
  });

  it("a post older than the loaded part waits for its page", () => {
    const start = room({ posts: [post(6)], olderMore: true });
    expect(placePost(start, post(3))).toBe(start);
  });
});

it("any stretch of the log, replayed with repeats, ends the same", () => {
  const log = [event(11), event(12, { author: "me" }), event(13, { type: "post.withdrawn", post: "p11", post_seq: 11, state: "withdrawn", version: 2 } as never), event(14)];
  const straight = log.reduce(apply, withRoom());
  const repeated = [log[0]!, log[0]!, log[1]!, log[0]!, ...log, ...log].reduce(apply, withRoom());
  expect(repeated).toEqual(straight);
});

it("pinned topics come first, then the newest", () => {
  const line = (title: string, pinned: boolean, last_at: string | null) => ({ title, pinned, last_at });
  const sorted = orderTopics([line("a", false, "2026-01-01"), line("b", true, null), line("c", false, "2026-02-01")]);
  expect(sorted.map((topic) => topic.title)).toEqual(["b", "c", "a"]);
});
