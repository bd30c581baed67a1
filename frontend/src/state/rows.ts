/** What the feed shows, row by row: days, the divider of what is new, posts grouped by author, and what waits to be sent. */

import { dayKey } from "../strings/dates";
import type { Entry } from "../outbox";
import type { Post } from "./shapes";

const GROUP_MS = 5 * 60_000;

export type Row =
  | { kind: "start"; key: string }
  | { kind: "older"; key: string }
  | { kind: "day"; key: string; at: string }
  | { kind: "new"; key: string; since: string | null }
  | { kind: "post"; key: string; post: Post; head: boolean }
  | { kind: "entry"; key: string; entry: Entry; head: boolean };

export interface Feed {
  posts: readonly Post[];
  entries: readonly Entry[];
  olderMore: boolean;
  zone: string;
  mine: string;
  /** The read mark when the topic was opened: the divider stays there while it is read. */
  openedAt: number;
}

/** The rows of a topic, oldest first. */
export function feedRows(feed: Feed): Row[] {
  const rows: Row[] = [feed.olderMore ? { kind: "older", key: "older" } : { kind: "start", key: "start" }];
  let day = "";
  let previous: Post | null = null;
  let divided = false;
  for (const post of feed.posts) {
    const today = dayKey(post.at, feed.zone);
    const newDay = today !== day;
    if (newDay) rows.push({ kind: "day", key: `day ${today}`, at: post.at });
    const opens = !divided && post.seq > feed.openedAt && post.author !== feed.mine && post.state === "published";
    if (opens) {
      divided = true;
      rows.push({ kind: "new", key: "new", since: previous?.at ?? null });
    }
    rows.push({ kind: "post", key: post.id, post, head: newDay || opens || startsGroup(previous, post) });
    day = today;
    previous = post;
  }
  const shown = new Set(feed.posts.map((post) => post.id));
  let head = previous?.author !== feed.mine;
  for (const entry of feed.entries) {
    if (entry.post && shown.has(entry.post)) continue;
    rows.push({ kind: "entry", key: entry.nonce, entry, head });
    head = false;
  }
  return rows;
}

/** True when a post shows its author anew: another author, a pause, a reply, or a post that is not shown before it. */
function startsGroup(previous: Post | null, post: Post): boolean {
  if (!previous || previous.author !== post.author || post.reply_to !== null) return true;
  if (previous.state !== "published" || post.state !== "published") return true;
  return Date.parse(post.at) - Date.parse(previous.at) > GROUP_MS;
}
