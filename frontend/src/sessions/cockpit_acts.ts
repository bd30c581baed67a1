/** What facilitators do from the cockpit: each act, said in words when it does not work, and the room read anew. */

import { command, explain } from "../api";
import { room as words } from "../strings/en_room";
import { showToast } from "../toast";
import type { LiveRoom } from "./live_room.svelte";

/** Does one act of the cockpit; true when it went well. */
export async function steer(live: LiveRoom, name: string, data: Record<string, unknown> = {}): Promise<boolean> {
  try {
    await command(name, { session: live.id, ...data });
    return true;
  } catch (error) {
    showToast(explain(error).detail || words.cockpit.failed);
    return false;
  } finally {
    await live.load();
  }
}
