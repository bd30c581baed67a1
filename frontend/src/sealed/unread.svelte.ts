/** Which conversations have something new, for the frame of every page: as the server counts it, without any key. */

import { get } from "../api";
import { onOwnEvent } from "../session";
import { connection } from "../socket";
import type { LiveEvent } from "../wire";

const SOON_MS = 400;

interface Member {
  person: string;
  name: string;
  you: boolean;
}

/** A conversation as the server knows it: who is in it, never what it is called or what is said. */
export interface UnreadLine {
  id: string;
  kind: "pair" | "circle";
  unread: number;
  last_at: string | number | null;
  members: Member[];
}

class Unread {
  /** Conversations with something unread, the newest first. */
  lines = $state.raw<readonly UnreadLine[]>([]);
  #era = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get fresh(): boolean {
    return this.lines.length > 0;
  }

  /** Reads them now, and anew on every sign that they changed; the returned function ends that and forgets them. */
  start(): () => void {
    const deaf = onOwnEvent((event) => this.#hear(event));
    const unbind = connection.subscribe((state) => state === "connected" && this.#soon());
    void this.load();
    return () => {
      this.#era += 1;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      deaf();
      unbind();
      this.lines = [];
    };
  }

  #hear(event: LiveEvent): void {
    if (event.type === "conversation.read" || (event.type === "sealed.waiting" && event.what === "conversation")) this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, SOON_MS);
  }

  async load(): Promise<void> {
    const era = this.#era;
    try {
      const { conversations } = await get<{ conversations: UnreadLine[] }>("/api/messaging/conversations");
      if (era === this.#era) this.lines = conversations.filter((line) => line.unread > 0);
    } catch {
      // What was known stays; the next sign, or the line coming back, reads it anew.
    }
  }
}

export const unread = new Unread();
