/** What somebody was told about a session counts as read once its page is open. */

import { command, get } from "../api";
import type { NoticePage } from "../notices/shapes";

const NEWEST = 50;

/** Reads the notices that lead to this session, on all devices; without a line they stay unread. */
export async function readNotices(session: string): Promise<void> {
  try {
    const { notices } = await get<NoticePage>(`/api/notices?limit=${NEWEST}`);
    const here = notices.filter((notice) => !notice.read && notice.link.split(/[?#]/)[0] === `/sessions/${session}`);
    await Promise.all(here.map(({ id }) => command("notice.read", { id })));
  } catch {
    // The centre still shows them.
  }
}
