/** What somebody was told about a thing counts as read once the thing's page is open before them. */

import { command, get } from "../api";
import type { NoticePage } from "./shapes";

const NEWEST = 50;
/** These are read by more than opening a page: by seeing the words, or by answering. */
const BY_THEMSELVES = new Set(["summary.published", "summary.corrected", "summary.waiting", "quote.asked", "message.waiting", "care.called"]);

/** Reads the notices that lead to `path`, on all devices; without a line, or while the page is out of sight, they stay unread. */
export async function readNoticesAt(path: string): Promise<void> {
  if (document.visibilityState !== "visible") return;
  try {
    const { notices } = await get<NoticePage>(`/api/notices?limit=${NEWEST}`);
    const here = notices.filter((notice) => !notice.read && !BY_THEMSELVES.has(notice.kind) && notice.link.split(/[?#]/)[0] === path);
    await Promise.all(here.map(({ id }) => command("notice.read", { id })));
  } catch {
    // The centre still shows them.
  }
}
