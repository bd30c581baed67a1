import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Follower } from "../socket";
import type { LiveEvent } from "../wire";
import { groups } from "./groups.svelte";
import { OpenTopic } from "./topic.svelte";

const followers = new Map<string, Follower>();

vi.mock("../socket", () => ({
  follow: (stream: string, _since: unknown, follower: Follower) => {
    followers.set(stream, follower);
    return () => followers.delete(stream);
  },
}));

/** A small server: what is in the group now, and the newest sequence number. */
const server = { offset: 10, unread: 0, posts: [] as number[], broken: 0, held: [] as (() => void)[], hold: false };

const post = (seq: number) => ({ id: `p${seq}`, topic: "t", seq, state: "published", author: "ana", body: `words ${seq}`, html: "", at: "2026-11-20T10:00:00Z", edited_at: null, reply_to: null, content_note: null, version: 1, files: [] });

function published(seq: number): LiveEvent {
  const { id, seq: post_seq, at, ...rest } = post(seq);
  return { v: 1, id: `e${seq}`, seq, at, actor: "ana", type: "post.published", post: id, post_seq, posted_at: at, ...rest };
}

function group() {
  const topic = { id: "t", title: "Sleep", unread: server.unread, pinned: false, locked: false, slow_seconds: 0, version: 1, last_seq: server.posts.at(-1) ?? 0, last_at: null, created_by: "ana" };
  const stream = { name: "group:g", offset: server.offset, epoch: "e" };
  const settings = { closed: false, version: 1, newcomers_see: "all", switches: {}, agreement: { version: 1, text: "", accepted: true } };
  return { id: "g", name: "Evenings", description: "", role: "member", membership: "me", ...settings, members: [], topics: [topic], stream };
}

function answer(path: string): unknown {
  const url = new URL(path, "http://x.invalid");
  if (url.pathname === "/api/groups") return { groups: [{ ...group(), facilitators: [], member_count: 1, unread: 0 }] };
  if (url.pathname === "/api/groups/g") return group();
  if (url.pathname === "/api/topics/t") return { id: "t", group: "g", title: "Sleep", read_seq: 0, first_unread_seq: null, unread: 0, head_seq: server.offset };
  const before = Number(url.searchParams.get("before") ?? Infinity);
  const limit = Number(url.searchParams.get("limit"));
  const older = server.posts.filter((seq) => seq < before).reverse();
  return { posts: older.slice(0, limit).map(post), more: older.length > limit };
}

beforeEach(() => {
  Object.assign(server, { offset: 10, unread: 0, posts: [8, 10], broken: 0, held: [], hold: false });
  vi.stubGlobal("fetch", async (path: string) => {
    if (server.broken-- > 0) throw new TypeError("no line");
    const body = JSON.stringify(answer(path));
    if (server.hold) await new Promise<void>((done) => server.held.push(done));
    return new Response(body, { status: 200 });
  });
});

afterEach(() => {
  groups.clear();
  vi.unstubAllGlobals();
});

const seqs = () => groups.views.g?.rooms.t?.posts.map((item) => item.seq);

it("follows each group from its snapshot and applies what comes", async () => {
  await groups.load();
  followers.get("group:g")!.event(published(11));
  expect(groups.views.g).toMatchObject({ seq: 11 });
  expect(groups.lineOf(groups.lines[0]!).unread).toBe(1);
});

it("an event that comes while a snapshot is fetched is not lost and not counted twice", async () => {
  await groups.load();
  server.hold = true;
  const refreshed = groups.refresh("g");
  await vi.waitFor(() => expect(server.held).toHaveLength(1));
  followers.get("group:g")!.event(published(11));
  server.hold = false;
  server.held[0]!();
  server.offset = 11;
  server.unread = 1;
  await refreshed;
  await vi.waitFor(() => expect(groups.views.g?.detail.topics[0]).toMatchObject({ unread: 1, last_seq: 11 }));
});

it("a post that comes while the topic's page is fetched is shown", async () => {
  await groups.load();
  server.hold = true;
  const topic = new OpenTopic("g", "t");
  const loaded = topic.load();
  await vi.waitFor(() => expect(server.held).toHaveLength(2));
  followers.get("group:g")!.event(published(11));
  server.hold = false;
  server.held.forEach((go) => go());
  await loaded;
  expect(seqs()).toEqual([8, 10, 11]);
  topic.close();
});

it("a post whose event is overtaken by a snapshot is shown", async () => {
  await groups.load();
  const topic = new OpenTopic("g", "t");
  await topic.load();
  server.offset = 11;
  server.unread = 1;
  await groups.refresh("g");
  expect(groups.views.g?.seq).toBe(11);
  followers.get("group:g")!.event(published(11));
  expect(seqs()).toEqual([8, 10, 11]);
  expect(groups.views.g?.detail.topics[0]?.unread).toBe(1);
  topic.close();
});

it("after a hole the open topic is loaded anew, also when the line is still bad", async () => {
  await groups.load();
  const open = new OpenTopic("g", "t");
  await open.load();
  expect(seqs()).toEqual([8, 10]);
  Object.assign(server, { offset: 14, posts: [8, 10, 12, 14] });
  vi.useFakeTimers();
  server.broken = 1;
  followers.get("group:g")!.lost();
  await vi.advanceTimersByTimeAsync(5000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(seqs()).toEqual([8, 10, 12, 14]));
  followers.get("group:g")!.event(published(15));
  expect(seqs()).toEqual([8, 10, 12, 14, 15]);
  open.close();
});

it("a number that was left out is treated as a hole", async () => {
  await groups.load();
  Object.assign(server, { offset: 13, posts: [8, 10, 12, 13] });
  followers.get("group:g")!.event(published(13));
  await vi.waitFor(() => expect(groups.views.g?.seq).toBe(13));
});

it("a group that is closed to the person is forgotten", async () => {
  await groups.load();
  followers.get("group:g")!.gone();
  expect(groups.views.g).toBeUndefined();
  expect(groups.lines).toEqual([]);
  expect(followers.size).toBe(0);
});

it("older pages join in front, once", async () => {
  server.posts = Array.from({ length: 120 }, (_, at) => at + 1);
  server.offset = 120;
  await groups.load();
  const open = new OpenTopic("g", "t");
  await open.load();
  expect(seqs()?.[0]).toBe(71);
  await Promise.all([open.older(), open.older()]);
  expect(seqs()?.[0]).toBe(21);
  expect(await open.reach("p3")).toBe(true);
  expect(seqs()).toEqual(server.posts);
  expect(groups.views.g?.rooms.t?.olderMore).toBe(false);
  open.close();
});
