/** The person's own posts of the open topic that the group does not see: held, not shown or hidden, and new words that wait. */

import { get } from "../api";
import type { Outbox } from "../outbox";
import type { OwnPost } from "./shapes";

const AGAIN_MS = 15_000;

export class OwnPosts {
  topic = $state("");
  posts = $state.raw<readonly OwnPost[]>([]);
  #reading: Promise<void> | null = null;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly outbox: Pick<Outbox, "answeredIn" | "handOver">) {}

  /** Reads those of `topic`, and goes on reading when something changes, until `close`. */
  open(topic: string): void {
    this.topic = topic;
    this.posts = [];
    void this.load();
  }

  /** Forgets them, unless another topic was opened meanwhile. */
  close(topic: string): void {
    if (this.topic !== topic) return;
    clearTimeout(this.#timer);
    this.topic = "";
    this.posts = [];
  }

  /** Something about one's own post in `topic` has changed, on whichever device. */
  heard(topic: string): void {
    if (topic === this.topic) void this.load();
  }

  /** Reads them anew; calls that come while it reads become one more read after it. */
  async load(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#readAll().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    do {
      this.#again = false;
      await this.#read();
    } while (this.#again);
  }

  async #read(): Promise<void> {
    const topic = this.topic;
    if (!topic) return;
    clearTimeout(this.#timer);
    const known = this.outbox.answeredIn(topic);
    try {
      const { posts } = await get<{ posts: OwnPost[] }>(`/api/topics/${encodeURIComponent(topic)}/mine`);
      if (this.topic !== topic) return;
      this.posts = posts;
      await this.outbox.handOver([...known, ...posts.map((post) => post.id)]);
    } catch {
      // What was read before stays; the line coming back reads anew, and so does this when the server was only busy.
      if (this.topic === topic) this.#timer = setTimeout(() => void this.load(), AGAIN_MS);
    }
  }
}
