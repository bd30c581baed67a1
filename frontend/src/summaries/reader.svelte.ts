/** One summary as it is read: from the server, or from this device's copy when there is no line. */

import { Act } from "../act.svelte";
import { explain, get, Offline } from "../api";
import type { Reading } from "./shapes";
import { fromShelf, refreshShelved, shelve, unshelve } from "./shelf";

export class Reader {
  reading = $state.raw<Reading | null>(null);
  problem = $state.raw<unknown>(null);
  /** Set while only this device's copy is shown: as of when it is. */
  copyFrom = $state<string | null>(null);
  readonly act = new Act();

  constructor(
    readonly id: string,
    private readonly person: string,
  ) {}

  async load(): Promise<void> {
    try {
      const reading = await get<Reading>(`/api/summaries/${encodeURIComponent(this.id)}`);
      this.reading = reading;
      this.problem = null;
      this.copyFrom = null;
      if (reading.read && !reading.you_lead) await shelve(this.person, reading);
      else await refreshShelved(this.person, reading);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (explain(error).gone) {
      this.reading = null;
      await unshelve(this.person, this.id);
    }
    if (error instanceof Offline && !this.reading) {
      const copy = await fromShelf(this.person, this.id);
      if (copy) {
        this.reading = copy.summary;
        this.copyFrom = copy.as_of;
        this.problem = null;
        return;
      }
    }
    this.problem = error;
  }

  /** The words were really seen: said once, and the copy for later is kept. */
  async seen(): Promise<void> {
    const reading = this.reading;
    if (!reading || reading.you_lead || reading.withdrawn || this.copyFrom) return;
    if (!reading.read && !(await this.act.run(() => this.act.command("summary.read", { summary: this.id })))) {
      this.act.clear();
      return;
    }
    this.reading = { ...(this.reading ?? reading), read: true };
    await shelve(this.person, this.reading);
  }

  /** Lets the facilitators see that this person read it, or no longer. */
  async share(on: boolean): Promise<boolean> {
    const done = await this.act.run(() => this.act.command("summary.share_reading", { summary: this.id, on }));
    if (done && this.reading) this.reading = { ...this.reading, shares_reading: on };
    return done;
  }
}
