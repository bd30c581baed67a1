/** One tab at a time works on a device's store; another one asks for it and gets it when this one has closed it. */

const LATEST_MS = 3000;

export class Hold {
  private release: (() => void) | null = null;
  private readonly channel: BroadcastChannel;
  private readonly name: string;

  constructor(
    person: string,
    private readonly lost: () => void,
  ) {
    this.name = `hearthside-sealed:${person}`;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (event) => {
      if (event.data === "give" && this.release) this.letGo();
    };
  }

  /** True once this tab has the lock; false at once when another one has it. */
  take(): Promise<boolean> {
    return this.ask({ ifAvailable: true });
  }

  /** Asks the other tab to close; takes the lock from one that does not answer in time. */
  async takeOver(): Promise<boolean> {
    if (this.release) return true;
    this.channel.postMessage("give");
    const waited = new AbortController();
    const timer = setTimeout(() => waited.abort(), LATEST_MS);
    const got = await this.ask({ signal: waited.signal }).catch(() => false);
    clearTimeout(timer);
    return got || this.ask({ steal: true });
  }

  private ask(options: LockOptions): Promise<boolean> {
    return new Promise((answer, refuse) => {
      navigator.locks
        .request(this.name, options, (lock) => {
          if (!lock) return answer(false);
          answer(true);
          return new Promise<void>((done) => (this.release = done));
        })
        .catch((error: unknown) => {
          if (this.release) this.letGo();
          refuse(error instanceof Error ? error : new Error("lock"));
        });
    });
  }

  private letGo(): void {
    this.lost();
    this.drop();
  }

  drop(): void {
    this.release?.();
    this.release = null;
  }
}
