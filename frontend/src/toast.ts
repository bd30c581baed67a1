/** The bar at the foot of the page: one sentence, and for a few seconds a way to undo. */

import { writable, type Readable } from "svelte/store";
import { announce } from "./announce";

const SHORT_MS = 5000;

export interface Toast {
  words: string;
  undo: (() => void) | null;
}

const shown = writable<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export const toast: Readable<Toast | null> = { subscribe: shown.subscribe };

/** Shows `words`; with `undo` for `forMs` milliseconds (10 s when somebody can take something back). */
export function showToast(words: string, undo: (() => void) | null = null, forMs: number = SHORT_MS): void {
  clearTimeout(timer);
  shown.set({ words, undo });
  announce(words);
  timer = setTimeout(hideToast, forMs);
}

export function hideToast(): void {
  clearTimeout(timer);
  shown.set(null);
}
