/** The list of notices: what there is, reading one or all, and earlier ones. */

import { command, get, Offline } from "../api";
import { notices } from "../state/notices.svelte";
import type { Notice, NoticePage } from "./shapes";

const PAGE = 30;
const MOST = 100;

export class Centre {
  lines = $state.raw<readonly Notice[]>([]);
  more = $state(false);
  status = $state<"loading" | "ready" | "failed">("loading");
  problem = $state.raw<unknown>(null);
  /** What is shown was read before the line was lost. */
  old = $state(false);
  #turn = 0;
  /** Read here, though the server may not have heard of it yet. */
  #read = new Set<string>();

  /** Reads as many as are shown. A failure shows only while there is nothing to show. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    const limit = Math.min(MOST, Math.max(PAGE, this.lines.length));
    try {
      const page = await get<NoticePage>(`/api/notices?limit=${limit}`);
      if (turn !== this.#turn) return;
      this.#take(page, []);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.problem = error;
      this.old = this.status === "ready" && error instanceof Offline;
      if (this.status !== "ready") this.status = "failed";
    }
  }

  /** Adds the ones before the last that is shown; raises Problem or Offline. */
  async earlier(): Promise<void> {
    const last = this.lines.at(-1);
    if (!last) return;
    const turn = ++this.#turn;
    const page = await get<NoticePage>(`/api/notices?limit=${PAGE}&before=${last.id}`);
    if (turn === this.#turn) this.#take(page, this.lines);
  }

  #take(page: NoticePage, before: readonly Notice[]): void {
    const known = new Set(before.map((line) => line.id));
    this.lines = [...before, ...page.notices.filter((line) => !known.has(line.id))].map((line) => this.#seen(line));
    this.more = page.more;
    this.status = "ready";
    this.problem = null;
    this.old = false;
    notices.take(page.unread);
  }

  #seen = (line: Notice): Notice => (this.#read.has(line.id) && !line.read ? { ...line, read: true } : line);

  /** Marks one as read, here at once and then everywhere. */
  read(line: Notice): void {
    if (line.read) return;
    this.#read.add(line.id);
    this.lines = this.lines.map(this.#seen);
    notices.take(Math.max(0, notices.unread - 1));
    command("notice.read", { id: line.id }).catch(() => {
      this.#read.delete(line.id);
      // It stays unread; opening the thing itself reads it as well.
    });
  }

  /** Marks all as read; raises Problem or Offline. */
  async readAll(): Promise<void> {
    await command("notice.read_all");
    this.lines = this.lines.map((line) => (line.read ? line : { ...line, read: true }));
    notices.take(0);
  }
}
