/** The pure reducer: a group as one tab knows it, and what each live event makes of it. No DOM, no network.
 *
 * Every event carries its object's present state and a sequence number of the group's stream, so an event seen twice, or
 * late, changes nothing. What cannot be worked out from an event sets `stale`: the caller then fetches a new snapshot.
 */

import type { LiveEvent, PostEdited, PostHidden, PostPublished, PostRestored, PostWithdrawn } from "../wire";
import type { GroupDetail, Member, Post, TopicInfo } from "./shapes";

/** The posts of one topic that are loaded, oldest first, without holes between them. */
export interface Room {
  readonly posts: readonly Post[];
  readonly olderMore: boolean;
  readonly newerMore: boolean;
  readonly readSeq: number;
}

export interface GroupView {
  readonly detail: Omit<GroupDetail, "stream">;
  /** The last sequence number applied. */
  readonly seq: number;
  readonly epoch: string;
  readonly rooms: Readonly<Record<string, Room>>;
  /** Posts seen to be published or not since the snapshot, for exact unread counts. */
  readonly counted: Readonly<Record<string, boolean>>;
  readonly stale: boolean;
}

export type PostEvent = PostPublished | PostEdited | PostWithdrawn | PostRestored | PostHidden;

/** The view that a fresh snapshot stands for, with the rooms already loaded. */
export function viewOf(snapshot: GroupDetail, rooms: GroupView["rooms"] = {}): GroupView {
  const { stream, ...detail } = snapshot;
  return { detail, seq: stream.offset, epoch: stream.epoch, rooms, counted: {}, stale: false };
}

/** The view after `event`; the same object when the event is old or of an unknown type. */
export function apply(view: GroupView, event: LiveEvent): GroupView {
  if (event.seq <= view.seq) return view;
  return { ...applyBody(view, event), seq: event.seq };
}

function applyBody(view: GroupView, event: LiveEvent): GroupView {
  switch (event.type) {
    case "post.published":
    case "post.edited":
    case "post.withdrawn":
    case "post.restored":
    case "post.hidden":
      return applyPost(view, event);
    case "topic.created":
    case "topic.updated": {
      const { topic: id, title, pinned, locked, slow_seconds, version, created_by, session } = event;
      const now = { title, pinned, locked, slow_seconds, version, created_by, session };
      const known = view.detail.topics.find((topic) => topic.id === id);
      const base: TopicInfo = known ?? { id, ...now, unread: 0, last_seq: 0, last_at: null };
      return withTopic(view, version < base.version ? base : { ...base, ...now });
    }
    case "member.joined":
    case "member.left":
    case "member.renamed":
      return withMember(view, { id: event.member, name: event.name, role: event.role, state: event.state });
    case "group.updated":
    case "group.closed": {
      const { name, description, version, newcomers_see, switches, first_posts, closed } = event;
      return { ...view, detail: { ...view.detail, name, description, version, newcomers_see, switches, first_posts, closed } };
    }
    case "agreement.published":
      return { ...view, stale: true };
    default:
      return view;
  }
}

/** Whether an event carries a post. */
export function isPostEvent(event: LiveEvent): event is PostEvent {
  return event.type.startsWith("post.") && "post_seq" in event;
}

/** The post that an event carries, as the reads spell it. */
export function postOf(event: PostEvent): Post {
  const { topic, state, author, body, html, edited_at, reply_to, content_note, version } = event;
  const files = (event.files ?? []) as NonNullable<Post["files"]>;
  const words = { body, html, edited_at, reply_to, content_note, version, files };
  return { id: event.post, topic, seq: event.post_seq, state, author, at: event.posted_at, ...words };
}

function applyPost(view: GroupView, event: PostEvent): GroupView {
  const post = postOf(event);
  const room = view.rooms[post.topic];
  let next = view;
  if (room) next = { ...view, rooms: { ...view.rooms, [post.topic]: placePost(room, post) } };
  const topic = next.detail.topics.find((item) => item.id === post.topic);
  if (!topic) return { ...next, stale: true };
  if (event.type === "post.published" && post.seq > topic.last_seq) {
    next = withTopic(next, { ...topic, last_seq: post.seq, last_at: post.at });
  }
  return countPost(next, event, post);
}

/** Keeps the topic's unread number right, or marks the view stale when this tab cannot know it. */
function countPost(view: GroupView, event: PostEvent, post: Post): GroupView {
  if (post.author === view.detail.membership) return view;
  const now = post.state === "published";
  const counted = { ...view.counted, [post.id]: now };
  const room = view.rooms[post.topic];
  if (room && post.seq <= room.readSeq) return { ...view, counted };
  const before = event.type === "post.published" ? (view.counted[post.id] ?? false) : view.counted[post.id];
  if (before === undefined) return event.type === "post.edited" && now ? view : { ...view, stale: true };
  const topic = view.detail.topics.find((item) => item.id === post.topic);
  if (!topic || before === now) return { ...view, counted };
  return { ...withTopic(view, { ...topic, unread: Math.max(0, topic.unread + (now ? 1 : -1)) }), counted };
}

function withTopic(view: GroupView, topic: TopicInfo): GroupView {
  const others = view.detail.topics.filter((item) => item.id !== topic.id);
  return { ...view, detail: { ...view.detail, topics: [...others, topic] } };
}

function withMember(view: GroupView, member: Member): GroupView {
  const known = view.detail.members.find((item) => item.id === member.id);
  const members = known
    ? view.detail.members.map((item) => (item.id === member.id ? { ...item, ...member } : item))
    : [...view.detail.members, { ...member, you: member.id === view.detail.membership }];
  return { ...view, detail: { ...view.detail, members } };
}

/** The room with `post` in its place: a known post is replaced unless the news is older; a new one joins only where the
 * room has no hole before it. */
export function placePost(room: Room, post: Post): Room {
  const at = room.posts.findIndex((item) => item.id === post.id);
  if (at >= 0) {
    const known = room.posts[at]!;
    if (known.version > post.version) return room;
    return { ...room, posts: room.posts.with(at, post) };
  }
  const first = room.posts[0]?.seq ?? 0;
  const last = room.posts.at(-1)?.seq ?? 0;
  if (post.seq > last ? room.newerMore : post.seq < first && room.olderMore) return room;
  const place = room.posts.findLastIndex((item) => item.seq < post.seq) + 1;
  return { ...room, posts: room.posts.toSpliced(place, 0, post) };
}

/** The room with a fetched page added at either end. */
export function joinPage(room: Room, posts: readonly Post[], ends: Partial<Pick<Room, "olderMore" | "newerMore">>): Room {
  const byId = new Map(room.posts.map((post) => [post.id, post]));
  for (const post of posts) {
    const known = byId.get(post.id);
    if (!known || known.version <= post.version) byId.set(post.id, post);
  }
  return { ...room, ...ends, posts: [...byId.values()].sort((a, b) => a.seq - b.seq) };
}

/** The view after the reader's own mark moved to `readSeq` in a topic. */
export function applyRead(view: GroupView, topicId: string, readSeq: number): GroupView {
  const topic = view.detail.topics.find((item) => item.id === topicId);
  if (!topic) return view;
  const room = view.rooms[topicId];
  if (room && readSeq <= room.readSeq) return view;
  let next = view;
  if (room) next = { ...view, rooms: { ...view.rooms, [topicId]: { ...room, readSeq } } };
  if (readSeq >= topic.last_seq) return withTopic(next, { ...topic, unread: 0 });
  if (!room || room.newerMore || (room.posts[0]?.seq ?? 0) > readSeq + 1) return { ...next, stale: true };
  const mine = view.detail.membership;
  const unread = room.posts.filter((post) => post.seq > readSeq && post.author !== mine && post.state === "published").length;
  return withTopic(next, { ...topic, unread });
}

/** Topics in the order of the list: pinned first, then by the newest post, then by title. */
export function orderTopics<T extends { pinned: boolean; last_at: string | null; title: string }>(topics: readonly T[]): T[] {
  return topics.toSorted(
    (a, b) =>
      Number(b.pinned) - Number(a.pinned) ||
      (b.last_at ?? "").localeCompare(a.last_at ?? "") ||
      a.title.localeCompare(b.title),
  );
}
