/** A list that is read page by page, newest first. */

import { get } from "../api";

export class Pages<Line extends { id: string }> {
  lines = $state.raw<readonly Line[] | null>(null);
  more = $state(false);
  problem = $state.raw<unknown>(null);
  busy = $state(false);

  /** `path` is the read's address, `pick` takes the lines out of its answer. */
  constructor(
    private readonly path: string,
    private readonly pick: (answer: Record<string, unknown>) => Line[],
  ) {}

  /** Reads the newest page anew; what is shown stays until it has come. */
  async load(): Promise<void> {
    await this.#read("", () => []);
  }

  /** Adds the page after the last line. */
  async older(): Promise<void> {
    const last = this.lines?.at(-1);
    if (last) await this.#read(`?before=${encodeURIComponent(last.id)}`, () => this.lines ?? []);
  }

  async #read(query: string, before: () => readonly Line[]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const answer = await get<Record<string, unknown>>(this.path + query);
      this.lines = [...before(), ...this.pick(answer)];
      this.more = answer.more === true;
      this.problem = null;
    } catch (error) {
      this.problem = error;
    } finally {
      this.busy = false;
    }
  }
}
