/** Hints that a resource changed: they carry its id only, and whoever shows it reads it again. */

import { onGroupEvent, onOwnEvent } from "../session";
import type { LiveEvent } from "../wire";

/** Calls `hear` with a resource's id whenever it changed; the returned function ends that. */
export function onResource(hear: (resource: string) => void): () => void {
  const take = (event: LiveEvent) => {
    if (event.type === "resource.changed") hear(event.resource);
  };
  const stops = [onOwnEvent(take), onGroupEvent((_group, event) => take(event))];
  return () => {
    for (const stop of stops) stop();
  };
}
