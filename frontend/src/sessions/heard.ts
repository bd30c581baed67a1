/** Hints that sessions have changed, from the streams of groups and the person's own: whoever shows them reads anew. */

import { onGroupEvent, onOwnEvent } from "../session";
import type { LiveEvent } from "../wire";

interface Hint {
  type: string;
  session?: string;
}

/** Calls `hear` with the session of each `type` of hint, "session.changed" or "room.changed"; the returned function ends that. */
export function onHint(types: readonly string[], hear: (session: string) => void): () => void {
  const take = (event: LiveEvent) => {
    const hint = event as unknown as Hint;
    if (types.includes(hint.type)) hear(hint.session ?? "");
  };
  const stops = [onGroupEvent((_group, event) => take(event)), onOwnEvent(take)];
  return () => stops.forEach((stop) => stop());
}
