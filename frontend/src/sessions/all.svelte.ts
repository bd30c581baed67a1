/** All sessions of the person on this tab, past and to come, kept fresh while a screen shows them. */

import { get, Offline } from "../api";
import { whenEnding } from "../ending";
import { serverNow } from "../server_time";
import { onHint } from "./heard";
import type { SessionLine } from "./shapes";

const DAY_MS = 86_400_000;
const BACK_DAYS = 1;
const AHEAD_DAYS = 90;
const HINT_MS = 300;

class AllSessions {
  lines = $state.raw<readonly SessionLine[]>([]);
  status = $state<"idle" | "loading" | "ready" | "failed">("idle");
  problem = $state.raw<unknown>(null);
  /** When they were read, in milliseconds. */
  readAt = $state(0);
  busy = $state(false);
  #back = BACK_DAYS;
  #turn = 0;
  #shown = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop = () => {};

  /** True while what is shown could not be read anew for want of a line. */
  get old(): boolean {
    return this.status === "ready" && this.problem instanceof Offline;
  }

  /** Reads them, and anew whenever one changes, until the returned function is called. `back`: days before today. */
  start(back: number = BACK_DAYS): () => void {
    this.#back = Math.max(this.#back, back);
    if (this.#shown++ === 0) {
      const stop = onHint(["session.changed"], () => this.soon());
      const online = () => void this.load();
      addEventListener("online", online);
      this.#stop = () => {
        stop();
        removeEventListener("online", online);
      };
    }
    void this.load();
    return () => {
      if (--this.#shown === 0) this.#stop();
    };
  }

  /** Reads them a moment from now, once for a burst of hints. */
  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, HINT_MS);
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    if (this.status !== "ready") this.status = "loading";
    try {
      const span = { from: this.#day(-this.#back), until: this.#day(AHEAD_DAYS) };
      const { sessions } = await get<{ sessions: SessionLine[] }>(`/api/sessions?${new URLSearchParams(span)}`);
      if (turn !== this.#turn) return;
      this.lines = sessions;
      this.readAt = serverNow();
      this.status = "ready";
      this.problem = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.problem = error;
      if (this.status !== "ready") this.status = "failed";
    }
  }

  /** Reads further back. */
  async earlier(days: number): Promise<void> {
    const before = this.#back;
    this.#back += days;
    this.busy = true;
    await this.load();
    this.busy = false;
    if (this.problem) this.#back = before;
  }

  #day(days: number): string {
    return new Date(Math.floor(serverNow() / DAY_MS + days) * DAY_MS).toISOString();
  }

  /** Forgets them: somebody leaves this tab. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn += 1;
    this.#back = BACK_DAYS;
    this.lines = [];
    this.status = "idle";
    this.problem = null;
  }
}

export const all = new AllSessions();
whenEnding(() => all.clear());
