/** Sentences for screen readers: bursts become one sentence, and nothing is said twice in a row. */

import { writable, type Readable } from "svelte/store";

const BATCH_MS = 900;

const spoken = writable("");
let waiting: string[] = [];
let summary: (() => string) | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What the live region holds now. */
export const announcement: Readable<string> = { subscribe: spoken.subscribe };

function speak(): void {
  timer = undefined;
  const parts = summary ? [...waiting, summary()] : waiting;
  waiting = [];
  summary = null;
  spoken.set("");
  queueMicrotask(() => spoken.set(parts.join(" ")));
}

/** Says `words` politely within a second. */
export function announce(words: string): void {
  if (!waiting.includes(words)) waiting.push(words);
  timer ??= setTimeout(speak, BATCH_MS);
}

/** Says one sentence for a burst: the last `sentence` given before the region speaks is asked for its words. */
export function announceBurst(sentence: () => string): void {
  summary = sentence;
  timer ??= setTimeout(speak, BATCH_MS);
}
