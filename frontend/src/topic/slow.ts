/** Slow mode: when the next post of this person is taken. */

import type { Entry } from "../outbox";
import { serverNow } from "../server_time";
import type { Post } from "../state/shapes";

/** The moment, in milliseconds, from which a topic that goes slowly takes a post of `mine` again; 0 when that is now.
 *
 * `seconds` is the topic's gap. What the server said about a waiting post counts before what the shown posts tell.
 */
export function writableFrom(seconds: number, posts: readonly Post[], mine: string, entries: readonly Entry[], now = serverNow()): number {
  if (!seconds) return 0;
  const told = entries.map((entry) => (entry.state === "waiting" ? (entry.not_before ?? 0) : 0));
  const last = posts.findLast((post) => post.author === mine);
  const from = Math.max(0, ...told, last ? Date.parse(last.at) + seconds * 1000 : 0);
  // A clock that goes wrong here must not keep anybody from writing.
  return from > now ? Math.min(from, now + seconds * 1000) : 0;
}
