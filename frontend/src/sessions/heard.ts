/** Hints that sessions have changed, from the streams of groups and the person's own: whoever shows them reads anew. */

import { onGroupEvent, onOwnEvent } from "../session";
import type { LiveEvent } from "../wire";

type HintType = "session.changed" | "room.changed";

/** Calls `hear` with the session of each of these `types` of hint; the returned function ends that. */
export function onHint(types: readonly HintType[], hear: (session: string) => void): () => void {
  const take = (event: LiveEvent) => {
    if ((event.type === "session.changed" || event.type === "room.changed") && types.includes(event.type)) hear(event.session);
  };
  const stops = [onGroupEvent((_group, event) => take(event)), onOwnEvent(take)];
  return () => stops.forEach((stop) => stop());
}
