/** Leaving fast: the page is gone at once, then this device forgets who was here, then another site stands in its place. */

import { endSessionSoon } from "./api";
import { endParts } from "./ending";
import { LEFT, me } from "./state/me.svelte";

const NEUTRAL = "https://www.wikipedia.org/";
const NEUTRAL_TITLE = "Wikipedia";
const PRESSES = 3;
const WITHIN_MS = 5000;

/** Hides everything, ends the sign-in here and on the server, and puts a neutral page in this page's place in the history. */
export function leaveFast(): void {
  document.documentElement.hidden = true;
  document.title = NEUTRAL_TITLE;
  try {
    sessionStorage.clear();
  } catch {
    // Without storage nothing is kept that would have to go.
  }
  endSessionSoon();
  me.forget();
  endParts();
  location.replace(NEUTRAL);
}

/** Counts Shift pressed alone: three times within five seconds is a wish to leave. Any other key starts the count anew. */
export class ShiftCount {
  #at: number[] = [];

  /** True when this press is the third; `at` is its moment in milliseconds. */
  press(key: string, repeat: boolean, at: number): boolean {
    if (key !== "Shift") {
      this.#at = [];
      return false;
    }
    if (repeat) return false;
    this.#at = [...this.#at.filter((moment) => at - moment < WITHIN_MS), at];
    return this.#at.length >= PRESSES;
  }
}

/** Listens on the whole window, dialogs and text boxes too; returns a function that stops it. */
export function watchForLeaving(): () => void {
  const count = new ShiftCount();
  const onKey = (event: KeyboardEvent) => {
    if (count.press(event.key, event.repeat, event.timeStamp)) leaveFast();
  };
  const onOther = (event: StorageEvent) => {
    if (event.key === LEFT && event.newValue) me.leave();
  };
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("storage", onOther);
  return () => {
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("storage", onOther);
  };
}
