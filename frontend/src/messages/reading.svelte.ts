/** How far the reader has come in a conversation: the divider of what is new, and the mark that clears it on every device. */

import type { Item, Timeline } from "../crypto/types";
import { client } from "../sealed/client.svelte";
import { countAfter, readUpTo } from "./rows";

const MARK_MS = 500;

/** Where the reader left each conversation on this tab: the first row that was in sight. */
export const places = new Map<string, string>();

export class Reading {
  /** The newest event that was read when the conversation was opened. Undefined until it is known. */
  openedAt = $state.raw<number | undefined>(undefined);
  seen = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly conversation: string) {}

  /** Takes note of what was unread at first: once, when the messages are there. */
  begin(timeline: Timeline, unread: number): void {
    if (this.openedAt !== undefined || !timeline.loaded) return;
    this.openedAt = readUpTo(timeline.items, unread);
    this.seen = this.openedAt === Infinity ? lastSeq(timeline.items) : this.openedAt;
  }

  /** Messages of others that came while the foot was out of sight. */
  unseen(items: readonly Item[]): number {
    return this.openedAt === undefined ? 0 : countAfter(items, this.seen);
  }

  /** A row came into sight; once it is the newest, the conversation is read. */
  saw(seq: number, items: readonly Item[], unread: number): void {
    this.seen = Math.max(this.seen, seq);
    if (unread > 0 && this.seen >= lastSeq(items)) this.#mark();
  }

  #mark(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tell();
    }, MARK_MS);
  }

  async #tell(): Promise<void> {
    try {
      await client.sealed.markRead(this.conversation);
    } catch {
      // Without a line it stays unread, and is marked when the next row comes into sight.
    }
  }

  /** The reader goes elsewhere. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#timer !== undefined) void this.#tell();
  }
}

const lastSeq = (items: readonly Item[]) => items.findLast((item) => item.seq !== null)?.seq ?? 0;
