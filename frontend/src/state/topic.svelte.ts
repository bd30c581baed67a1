/** The topic open on this tab: loads its posts page by page and moves the reader's mark. */

import { command, get } from "../api";
import { joinPage, type GroupView, type Room } from "./apply";
import { groups } from "./groups.svelte";
import type { Post, PostPage, TopicDetail } from "./shapes";

const PAGE = 50;
const BEFORE_UNREAD = 20;
const MOST_REFETCHED = 6;
const MARK_MS = 700;
const AGAIN_MS = 2000;

export class OpenTopic {
  status = $state<"loading" | "ready" | "failed">("loading");
  problem = $state.raw<unknown>(null);
  /** The read mark when the topic was opened; the divider of what is new stands after it. */
  openedAt = $state(0);
  busy = $state<"" | "older" | "newer">("");

  #marked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    readonly group: string,
    readonly topic: string,
  ) {
    groups.shown = topic;
    groups.onRoomsLost = (lost) => {
      if (lost === group) void this.reload();
    };
  }

  get view(): GroupView | undefined {
    return groups.views[this.group];
  }

  get room(): Room | undefined {
    return this.view?.rooms[this.topic];
  }

  /** Loads the group, the topic and the posts round the first unread one, or the newest. */
  async load(): Promise<void> {
    try {
      await groups.open(this.group);
      if (this.room) {
        this.openedAt = this.#unreadHere() ? this.room.readSeq : Infinity;
        this.status = "ready";
        return;
      }
      const [detail, newest] = await Promise.all([get<TopicDetail>(`/api/topics/${this.topic}`), this.#page({})]);
      if (this.#closed) return;
      this.openedAt = detail.unread > 0 ? detail.read_seq : Infinity;
      const first = detail.first_unread_seq;
      const reached = first === null || detail.unread === 0 || !newest.more || (newest.posts.at(-1)?.seq ?? 0) <= first;
      if (reached) this.#join(newest, { olderMore: newest.more, newerMore: false }, detail.read_seq);
      else await this.#loadRound(first, detail.read_seq);
      this.status = "ready";
      this.problem = null;
    } catch (error) {
      this.problem = error;
      if (this.status !== "ready" || !this.view) this.status = "failed";
    }
  }

  #unreadHere(): boolean {
    return (this.view?.detail.topics.find((item) => item.id === this.topic)?.unread ?? 0) > 0;
  }

  async #loadRound(seq: number, readSeq: number): Promise<void> {
    const [before, after] = await Promise.all([
      this.#page({ before: seq, limit: BEFORE_UNREAD }),
      this.#page({ after: seq - 1 }),
    ]);
    if (this.#closed) return;
    const page = { posts: [...after.posts, ...before.posts], more: before.more };
    this.#join(page, { olderMore: before.more, newerMore: after.more }, readSeq);
  }

  #page(query: { before?: number; after?: number; limit?: number }): Promise<PostPage> {
    const params = new URLSearchParams({ limit: String(query.limit ?? PAGE) });
    if (query.before !== undefined) params.set("before", String(query.before));
    if (query.after !== undefined) params.set("after", String(query.after));
    return get<PostPage>(`/api/topics/${this.topic}/posts?${params}`);
  }

  #join(page: PostPage, ends: Partial<Pick<Room, "olderMore" | "newerMore">>, readSeq?: number): void {
    const published = page.posts.filter((post) => post.seq !== null);
    groups.setRoom(this.group, this.topic, (room) => {
      const base: Room = room ?? { posts: [], olderMore: false, newerMore: false, readSeq: readSeq ?? 0 };
      return joinPage(base, published, ends);
    });
  }

  /** Loads the page before the oldest post here. */
  async older(): Promise<void> {
    const room = this.room;
    const first = room?.posts[0];
    if (!room?.olderMore || !first || this.busy) return;
    await this.#busily("older", async () => {
      const page = await this.#page({ before: first.seq });
      this.#join(page, { olderMore: page.more });
    });
  }

  /** Loads the page after the newest post here, where live posts do not join yet. */
  async newer(): Promise<void> {
    const room = this.room;
    const last = room?.posts.at(-1);
    if (!room?.newerMore || !last || this.busy) return;
    await this.#busily("newer", async () => {
      const page = await this.#page({ after: last.seq });
      this.#join(page, { newerMore: page.more });
    });
  }

  /** Shows the newest posts, leaving out those between when they are many. */
  async toNewest(): Promise<void> {
    if (!this.room?.newerMore) return;
    await this.#busily("newer", async () => {
      const page = await this.#page({});
      const readSeq = this.room?.readSeq ?? 0;
      const fresh: Room = { posts: [], olderMore: page.more, newerMore: false, readSeq };
      groups.setRoom(this.group, this.topic, () => joinPage(fresh, page.posts, {}));
    });
  }

  /** Loads older pages until `post` is here; false when it is not to be found in a few pages. */
  async reach(post: string): Promise<boolean> {
    for (let page = 0; page < MOST_REFETCHED; page += 1) {
      if (this.room?.posts.some((item) => item.id === post)) return true;
      if (!this.room?.olderMore) return false;
      await this.older();
    }
    return false;
  }

  async #busily(side: "older" | "newer", work: () => Promise<void>): Promise<void> {
    this.busy = side;
    try {
      await work();
    } catch {
      // Without a line the page comes when the reader scrolls there again.
    } finally {
      this.busy = "";
    }
  }

  /** Notes that the reader has seen everything up to `seq`; told to the server shortly after. */
  seen(seq: number): void {
    const room = this.room;
    if (!room || seq <= Math.max(room.readSeq, this.#marked)) return;
    this.#marked = seq;
    this.#timer ??= setTimeout(() => this.#mark(), MARK_MS);
  }

  #mark(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const seq = this.#marked;
    groups.readMoved(this.topic, seq);
    command("topic.read", { topic: this.topic, seq }).catch(() => {
      this.#marked = 0;
    });
  }

  /** Loads again what is loaded, after a hole that could not be replayed; what is on the screen stays until then. */
  async reload(): Promise<void> {
    const first = this.room?.posts[0]?.seq;
    if (first === undefined) return this.load();
    const posts: Post[] = [];
    let more = true;
    try {
      for (let count = 0; more && count < MOST_REFETCHED && (posts.at(-1)?.seq ?? Infinity) > first; count += 1) {
        const last = posts.at(-1);
        const page = await this.#page(last ? { before: last.seq } : {});
        posts.push(...page.posts);
        more = page.more;
      }
    } catch {
      setTimeout(() => void (this.#closed || this.reload()), AGAIN_MS);
      return;
    }
    if (this.#closed) return;
    const fresh: Room = { posts: [], olderMore: more, newerMore: false, readSeq: this.room?.readSeq ?? 0 };
    const newest = posts[0]?.seq ?? 0;
    groups.setRoom(this.group, this.topic, (room) => {
      const since = room?.posts.filter((post) => post.seq > newest) ?? [];
      return joinPage(fresh, [...posts, ...since], {});
    });
  }

  /** The screen is left: what was seen is still told. */
  close(): void {
    this.#closed = true;
    if (groups.shown === this.topic) {
      groups.shown = "";
      groups.onRoomsLost = () => {};
    }
    if (this.#timer) this.#mark();
  }
}
