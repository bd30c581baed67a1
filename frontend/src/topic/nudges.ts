/** What the group's rules would say about words before they are sent. It never keeps anything back. */

import { post } from "../api";

const NUDGE_MS = 600;

/** Kind sentences, or none: also when no answer came in time, or `left` did first. */
export async function nudgesFor(
  words: { topic: string; body: string; content_note: string },
  left: Promise<void>,
): Promise<readonly string[]> {
  const late = new Promise<null>((done) => setTimeout(done, NUDGE_MS, null));
  const asked = post<{ nudges: { words: string }[] }>("/api/post.check", words, NUDGE_MS).catch(() => null);
  const answer = await Promise.race([asked, late, left.then(() => null)]);
  return (answer?.nudges ?? []).map((item) => item.words);
}
