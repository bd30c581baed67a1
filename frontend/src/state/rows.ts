/** What the feed shows, row by row: days, the divider of what is new, posts grouped by author, and what waits to be sent. */

import type { Entry } from "../outbox";
import { dayKey } from "../strings/dates";
import type { Post } from "./shapes";

const GROUP_MS = 5 * 60_000;

/** One post, or one entry of the outbox. Day and divider stand above it in the same row, so that rows and posts match. */
export interface Row {
  key: string;
  post: Post | null;
  entry: Entry | null;
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
  zone: string;
  /** The reader's membership. */
  mine: string;
  /** The read mark when the topic was opened: the divider stays there while it is read. */
  openedAt: number;
}

/** The rows of a topic, oldest first. */
export function feedRows(feed: Feed): Row[] {
  const rows: Row[] = [];
  let previous: Post | null = null;
  let divided = false;
  for (const post of feed.posts) {
    const newDay = !previous || dayKey(previous.at, feed.zone) !== dayKey(post.at, feed.zone);
    const opens: boolean = !divided && post.seq > feed.openedAt && post.author !== feed.mine && post.state === "published";
    divided ||= opens;
    rows.push({
      key: post.id,
      post,
      entry: null,
      head: newDay || opens || startsGroup(previous, post),
      day: newDay ? post.at : null,
      fresh: opens ? { since: previous?.at ?? null } : null,
    });
    previous = post;
  }
  return [...rows, ...entryRows(feed, previous)];
}

function entryRows(feed: Feed, last: Post | null): Row[] {
  const shown = new Set(feed.posts.map((post) => post.id));
  const rest = feed.entries.filter((entry) => !entry.post || !shown.has(entry.post));
  return rest.map((entry, at) => {
    const head = Boolean(entry.data.reply_to) || (at === 0 && (last?.author !== feed.mine || last.state !== "published"));
    return { key: entry.nonce, post: null, entry, head: head || (at === 0 && !last), day: null, fresh: null };
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
