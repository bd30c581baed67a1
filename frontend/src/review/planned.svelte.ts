/** A decision waits a few seconds before it is sent, so that it can be taken back. One at a time: the next sends the last. */

export interface Planned {
  item: string;
  group: string;
  choice: string;
  /** The choice as the facilitator read it. */
  label: string;
  /** What is shown while it waits. */
  words: string;
  data: Readonly<Record<string, unknown>>;
  nonce: string;
}

export interface Door {
  /** Sends it; raises what went wrong. */
  send: (planned: Planned) => Promise<void>;
  /** Sends it while the page goes away, without an answer. */
  leave: (planned: Planned) => void;
  /** Hears how it ended: null when it went well. */
  ended: (planned: Planned, error: unknown) => void;
}

export const DELAY_MS = 6000;

export class PlannedDecision {
  /** What waits now, and how many seconds are left. */
  waiting = $state.raw<Planned | null>(null);
  seconds = $state(0);
  /** What is on its way. */
  sending = $state.raw<readonly Planned[]>([]);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly door: Door) {}

  /** True for an item whose decision waits or is on its way. */
  has(item: string): boolean {
    return this.waiting?.item === item || this.sending.some((planned) => planned.item === item);
  }

  /** Lets a decision wait; one that waits already is sent at once. */
  plan(planned: Planned): void {
    void this.flush();
    this.waiting = planned;
    this.seconds = DELAY_MS / 1000;
    this.#timer = setInterval(() => {
      this.seconds -= 1;
      if (this.seconds <= 0) void this.flush();
    }, 1000);
  }

  /** Takes back what waits; null when it is too late. */
  undo(): Planned | null {
    return this.#take();
  }

  /** Sends what waits, now. */
  async flush(): Promise<void> {
    const planned = this.#take();
    if (!planned) return;
    this.sending = [...this.sending, planned];
    let trouble: unknown = null;
    try {
      await this.door.send(planned);
    } catch (error) {
      trouble = error;
    }
    this.sending = this.sending.filter((other) => other !== planned);
    this.door.ended(planned, trouble);
  }

  /** Sends what waits while the page goes away. */
  leave(): void {
    const planned = this.#take();
    if (planned) this.door.leave(planned);
  }

  #take(): Planned | null {
    clearInterval(this.#timer);
    const planned = this.waiting;
    this.waiting = null;
    return planned;
  }
}
