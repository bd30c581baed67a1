/** What the feed shows, row by row: days, the divider of what is new, posts grouped by author, and what waits to be sent. */

import type { Entry } from "../outbox";
import { dayKey } from "../strings/dates";
import type { OwnPost, Post } from "./shapes";

const GROUP_MS = 5 * 60_000;

/** One post, or one entry of the outbox. Day and divider stand above it in the same row, so that rows and posts match. */
export interface Row {
  key: string;
  post: Post | null;
  entry: Entry | null;
  /** The person's own post that the group does not see, or new words of it that wait. */
  own: OwnPost | null;
  /** The number of the newest shown post at or before this row. */
  seq: number;
  /** Shows its author; the posts that follow it at once do not. */
  head: boolean;
  /** A day begins here: a moment of it. */
  day: string | null;
  /** What is new begins here; `since` is when the last post before it was written. */
  fresh: { since: string | null } | null;
}

export interface Feed {
  posts: readonly Post[];
  entries: readonly Entry[];
  /** The person's own posts that wait or are not shown. */
  own?: readonly OwnPost[];
  /** Whether posts before the first or after the last are not loaded yet. */
  olderMore?: boolean;
  newerMore?: boolean;
  zone: string;
  /** The reader's membership. */
  mine: string;
  /** The read mark when the topic was opened: the divider stays there while it is read. */
  openedAt: number;
}

/** The rows of a topic, oldest first. */
export function feedRows(feed: Feed): Row[] {
  const rows: Row[] = [];
  const own = new Map((feed.own ?? []).toSorted((a, b) => Number(b.revision) - Number(a.revision)).map((item) => [item.id, item]));
  const apart = ownRows(feed);
  let previous: Post | null = null;
  let day = "";
  let divided = false;
  const put = (row: Pick<Row, "key"> & Partial<Row>, at: string, seq: number): void => {
    const today = dayKey(at, feed.zone);
    rows.push({ post: null, entry: null, own: null, head: true, day: today === day ? null : at, fresh: null, ...row, seq });
    day = today;
  };
  for (const post of feed.posts) {
    while (apart[0] && Date.parse(apart[0].written_at) < Date.parse(post.at)) {
      const item = apart.shift()!;
      put({ key: item.id, own: item }, item.written_at, previous?.seq ?? 0);
      previous = null;
    }
    const newDay = dayKey(post.at, feed.zone) !== day;
    const opens: boolean = !divided && post.seq > feed.openedAt && post.author !== feed.mine && post.state === "published";
    divided ||= opens;
    const head = newDay || opens || startsGroup(previous, post);
    const since = rows.findLast((row) => row.post)?.post?.at ?? null;
    put({ key: post.id, post, own: own.get(post.id) ?? null, head, fresh: opens ? { since } : null }, post.at, post.seq);
    previous = post;
  }
  for (const item of apart) put({ key: item.id, own: item }, item.written_at, feed.posts.at(-1)?.seq ?? 0);
  return [...rows, ...entryRows(feed, apart.length ? null : previous)];
}

/** Own posts that have no place among the loaded ones: by the moment they were written, where there is no hole. */
function ownRows(feed: Feed): OwnPost[] {
  const shown = new Set(feed.posts.map((post) => post.id));
  const first = Date.parse(feed.posts[0]?.at ?? "");
  const last = Date.parse(feed.posts.at(-1)?.at ?? "");
  return (feed.own ?? [])
    .filter((item) => !shown.has(item.id) && !item.revision && item.seq === null)
    .filter((item) => !(feed.olderMore && Date.parse(item.written_at) < first))
    .filter((item) => !(feed.newerMore && Date.parse(item.written_at) > last))
    .toSorted((a, b) => Date.parse(a.written_at) - Date.parse(b.written_at));
}

function entryRows(feed: Feed, last: Post | null): Row[] {
  const shown = new Set([...feed.posts, ...(feed.own ?? [])].map((post) => post.id));
  const rest = feed.entries.filter((entry) => !entry.post || !shown.has(entry.post));
  const seq = feed.posts.at(-1)?.seq ?? 0;
  return rest.map((entry, at) => {
    const head = Boolean(entry.data.reply_to) || (at === 0 && (last?.author !== feed.mine || last.state !== "published"));
    return { key: entry.nonce, post: null, entry, own: null, seq, head: head || (at === 0 && !last), day: null, fresh: null };
  });
}

/** True when a post shows its author anew: another author, a pause, a reply, or a post that is not shown before it. */
function startsGroup(previous: Post | null, post: Post): boolean {
  if (!previous || previous.author !== post.author || post.reply_to !== null) return true;
  if (previous.state !== "published" || post.state !== "published") return true;
  return Date.parse(post.at) - Date.parse(previous.at) > GROUP_MS;
}

/** The first words of a post's Markdown, on one line, for a reply's context. */
export function firstWords(body: string | null, most = 120): string {
  const line = (body ?? "").replace(/[*_>#`~]+/g, "").replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most).trimEnd()}…` : line;
}
