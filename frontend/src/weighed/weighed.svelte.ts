/** One read of the words that weighed most; what belongs to another text is never shown. */

import { get, Problem } from "../api";
import type { Weighed } from "./weighed";

export class WeighedWords {
  value = $state.raw<Weighed | null>(null);
  busy = $state(false);
  failed = $state(false);
  #path = "";
  #version = 0;
  #turn = 0;

  /** Reads `path` once for each version of its text; an empty path forgets what was read. */
  async show(path: string, version = 0): Promise<void> {
    if (path === this.#path && version === this.#version) return;
    if (path !== this.#path) this.value = null;
    this.#path = path;
    this.#version = version;
    await this.load();
  }

  /** Reads again, after a failure. Words that are gone in the meantime are no failure. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.failed = false;
    this.busy = Boolean(this.#path);
    if (!this.#path) return;
    let value: Weighed | null = null;
    let failed = false;
    try {
      value = await get<Weighed>(this.#path);
    } catch (error) {
      failed = !(error instanceof Problem && error.status === 404);
    }
    if (turn !== this.#turn) return;
    this.value = value;
    this.failed = failed;
    this.busy = false;
  }
}
