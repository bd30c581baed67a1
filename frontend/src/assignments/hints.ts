/** Hints that a task changed somewhere: they carry its id only, and whoever shows it reads it again. */

import { onOwnEvent } from "../session";

/** Calls `hear` with a task's id whenever it changed; the returned function ends that. */
export function onTask(hear: (task: string) => void): () => void {
  return onOwnEvent((event) => {
    if (event.type === "assignment.changed") hear(event.assignment);
  });
}
