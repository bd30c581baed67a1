/** The first steps are over: here at once, and on the server as soon as it can be. */

import { command } from "../api";
import { me } from "../state/me.svelte";

/** Notes it; without a line they are offered once more another time. */
export async function endWelcome(): Promise<void> {
  if (me.welcomed) return;
  me.welcomed = true;
  await command("welcome.done").catch(() => {});
}
