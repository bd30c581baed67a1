/** What went wrong with an act in a sealed conversation, in words. The worker's errors carry a slug. */

import { troubleOf, type Trouble } from "../act.svelte";
import { Offline, Problem } from "../api";
import { messages } from "../strings/en_messages";

/** Any failure in words for a screen. */
export function sealedTrouble(error: unknown): Trouble {
  const slug = error instanceof Problem ? error.type : error instanceof Error ? error.message : "";
  const known = messages.problems[slug];
  return known && !(error instanceof Offline) ? known : troubleOf(error);
}

/** Runs what a screen asks of the worker; raises its failure in words as a Problem, which forms and dialogs show. `absent` are the
 * words for "not found", where that says more than usual. */
export async function inWords<T>(work: () => Promise<T>, absent?: Trouble): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const slug = error instanceof Error ? error.message : "";
    const { title, detail } = absent && slug === "not_found" ? absent : sealedTrouble(error);
    throw new Problem({ type: error instanceof Error ? error.message : "problem", title, detail }, 409);
  }
}
