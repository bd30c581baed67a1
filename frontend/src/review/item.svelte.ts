/** The one item that is looked at: read when it is shown, its words only when they are asked for. */

import { command, get, leavingCommand, Problem } from "../api";
import { review as live } from "../state/review.svelte";
import { memberName } from "./names";
import type { ItemDetail } from "./shapes";

export interface Taken {
  by_name: string;
  until: string | null;
}

export class OneItem {
  id = $state("");
  detail = $state.raw<ItemDetail | null>(null);
  problem = $state.raw<unknown>(null);
  /** Somebody else is looking at it, as the server said when its words were asked for. */
  taken = $state.raw<Taken | null>(null);
  opening = $state(false);
  /** What went wrong with asking for the words. */
  trouble = $state.raw<unknown>(null);
  /** This tab holds it, so that it is let go when somebody moves on. */
  #held = "";
  #expected = "";

  /** Shows an item; the one before it is let go. The words of the care lane are asked for at once. */
  async show(id: string): Promise<void> {
    if (id === this.id) return;
    this.letGo();
    this.id = id;
    if (id && id === this.#expected) this.#held = id;
    this.#expected = "";
    this.detail = null;
    this.problem = null;
    this.taken = null;
    this.trouble = null;
    if (!id) return;
    await this.reload();
    if (this.id === id && this.#isCry()) await this.open();
  }

  #isCry(): boolean {
    return this.detail?.lane === "care" && this.detail.state === "pending" && !this.detail.opened;
  }

  /** Reads the item as it is now; what is shown stays meanwhile. */
  async reload(): Promise<void> {
    const id = this.id;
    if (!id) return;
    try {
      const detail = await get<ItemDetail>(`/api/review/${encodeURIComponent(id)}`);
      if (this.id !== id) return;
      if (!this.detail || detail.version >= this.detail.version) this.detail = detail;
      this.problem = null;
    } catch (error) {
      if (this.id === id) this.problem = error;
    }
  }

  /** Asks for the words; `anyway` although somebody else is looking. */
  async open(anyway = false): Promise<void> {
    const id = this.id;
    if (!id || this.opening) return;
    this.opening = true;
    this.trouble = null;
    try {
      await command("review.open", { item: id, anyway });
      if (this.id !== id) return;
      this.#held = id;
      this.taken = null;
      await this.reload();
      if (this.detail) live.soon(this.detail.group); // the day's count of looks
    } catch (error) {
      if (this.id !== id) return;
      if (error instanceof Problem && error.type === "taken") {
        const { by = "", by_name, until = null } = error.extra as { by?: string; by_name?: string; until?: string | null };
        this.taken = { by_name: by_name || memberName(this.detail?.group ?? "", by), until };
      } else this.trouble = error;
    } finally {
      this.opening = false;
    }
  }

  /** Notes that the item which is shown next is held by this tab already. */
  expect(id: string): void {
    this.#expected = id;
  }

  /** A decision about it is on its way, so it is not let go before. */
  keep(): void {
    this.#held = "";
  }

  /** Lets others have it, if it was held here. */
  letGo(): void {
    const held = this.#held;
    this.#held = "";
    if (held) leavingCommand("review.release", { item: held });
  }
}
