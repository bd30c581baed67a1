/** The groups of the person on this tab: a list from one read, and a live view of each that follows its stream. */

import { get, Problem } from "../api";
import { follow } from "../socket";
import type { LiveEvent } from "../wire";
import { apply, applyRead, isPostEvent, placePost, postOf, viewOf } from "./apply";
import type { GroupView, PostEvent, Room } from "./apply";
import type { GroupDetail, GroupLine } from "./shapes";

const REFRESH_MS = 400;
const AGAIN_MS = 2000;
const MOST_HEARD = 300; // as many as a recovery answers

/** True for a failure that a later try may not meet. */
const passes = (error: unknown) => !(error instanceof Problem) || error.temporary;

/** Hears of every event of every group, after it was applied. */
export type Listener = (group: string, event: LiveEvent) => void;

class Groups {
  lines = $state.raw<readonly GroupLine[]>([]);
  views = $state.raw<Readonly<Record<string, GroupView>>>({});
  status = $state<"idle" | "loading" | "ready" | "failed">("idle");
  problem = $state.raw<unknown>(null);

  #stops = new Map<string, () => void>();
  #opening = new Map<string, Promise<void>>();
  #recent = new Map<string, LiveEvent[]>();
  #refreshes = new Map<string, ReturnType<typeof setTimeout>>();
  #refreshing = new Map<string, Promise<void>>();
  #recovering = new Set<string>();
  /** Posts heard of on the line, the newest last: a page that was read a moment earlier may not have them. */
  #heard = new Map<string, PostEvent[]>();
  #era = 0;
  listener: Listener = () => {};

  /** Reads the list, then each group, and follows their streams. Keeps what is shown while it reads. */
  async load(): Promise<void> {
    const era = this.#era;
    if (this.status !== "ready") this.status = "loading";
    try {
      const { groups } = await get<{ groups: GroupLine[] }>("/api/groups");
      if (era !== this.#era) return;
      this.lines = groups;
      this.status = "ready";
      this.problem = null;
      this.#forgetAllBut(new Set(groups.map((group) => group.id)));
      await Promise.allSettled(groups.map((group) => this.open(group.id)));
    } catch (error) {
      if (era !== this.#era) return;
      this.problem = error;
      if (this.status !== "ready") this.status = "failed";
    }
  }

  /** Forgets everything, for example when the person leaves this tab. */
  clear(): void {
    this.#era += 1;
    for (const stop of this.#stops.values()) stop();
    for (const timer of this.#refreshes.values()) clearTimeout(timer);
    this.#stops.clear();
    this.#opening.clear();
    this.#recent.clear();
    this.#refreshes.clear();
    this.#refreshing.clear();
    this.#recovering.clear();
    this.#heard.clear();
    this.lines = [];
    this.views = {};
    this.status = "idle";
    this.problem = null;
  }

  /** Loads a group unless it is there, and follows its stream; raises Problem or Offline. */
  async open(id: string): Promise<void> {
    if (this.views[id]) return;
    let opening = this.#opening.get(id);
    if (!opening) {
      opening = this.refresh(id).finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    await opening;
  }

  /** Fetches a group's present state and puts it in place; events that came meanwhile are applied on top of it. One at a
   * time per group, so that what is put in place is never older than what was asked. */
  async refresh(id: string): Promise<void> {
    const before = this.#refreshing.get(id);
    const mine = (before ? before.catch(() => {}) : Promise.resolve()).then(() => this.#fetch(id));
    this.#refreshing.set(id, mine);
    try {
      await mine;
    } finally {
      if (this.#refreshing.get(id) === mine) this.#refreshing.delete(id);
    }
  }

  async #fetch(id: string): Promise<void> {
    const era = this.#era;
    const recent: LiveEvent[] = [];
    this.#recent.set(id, recent);
    const snapshot = await get<GroupDetail>(`/api/groups/${encodeURIComponent(id)}`);
    if (era !== this.#era) return;
    const old = this.views[id];
    const late = old !== undefined && old.seq > snapshot.stream.offset && old.epoch === snapshot.stream.epoch;
    if (late && !this.#recovering.has(id)) {
      this.soon(id);
      return;
    }
    const view = recent.reduce(apply, viewOf(snapshot, old?.rooms ?? {}));
    this.#recent.delete(id);
    this.#put(id, view);
    if (view.stale) this.soon(id);
    if (!this.#stops.has(id)) this.#follow(snapshot);
  }

  #follow(snapshot: GroupDetail): void {
    const id = snapshot.id;
    const stop = follow(snapshot.stream.name, snapshot.stream, {
      event: (event) => this.#take(id, event),
      lost: () => void this.#recover(id),
      gone: () => this.#drop(id),
    });
    this.#stops.set(id, stop);
  }

  #take(id: string, event: LiveEvent): void {
    this.#recent.get(id)?.push(event);
    if (isPostEvent(event)) this.#heard.set(id, [...(this.#heard.get(id) ?? []), event].slice(-MOST_HEARD));
    const view = this.views[id];
    if (!view || this.#recovering.has(id)) return;
    if (event.seq <= view.seq) {
      this.#takeLate(id, view, event);
      return;
    }
    if (event.seq > view.seq + 1) {
      void this.#recover(id);
      return;
    }
    const next = apply(view, event);
    this.#put(id, next);
    if (next.stale) this.soon(id);
    this.listener(id, event);
  }

  /** An event that a snapshot overtook: the snapshot has its numbers, but the posts loaded here may not have its post. */
  #takeLate(id: string, view: GroupView, event: LiveEvent): void {
    if (!isPostEvent(event) || !view.rooms[event.topic]) return;
    this.setRoom(id, event.topic, (room) => room!);
    this.listener(id, event);
  }

  #put(id: string, view: GroupView): void {
    this.views = { ...this.views, [id]: view };
  }

  /** After a hole that could not be replayed: the snapshot and the posts loaded here are fetched anew, until it works. */
  async #recover(id: string): Promise<void> {
    const era = this.#era;
    if (this.#recovering.has(id)) return;
    this.#recovering.add(id);
    while (era === this.#era && this.views[id]) {
      try {
        await this.refresh(id);
        break;
      } catch (error) {
        if (!passes(error)) return this.#drop(id);
        await new Promise((done) => setTimeout(done, AGAIN_MS));
      }
    }
    if (era !== this.#era) return;
    this.#recovering.delete(id);
    this.#keepRooms(id, this.shown);
    this.onRoomsLost(id);
  }

  /** Forgets the loaded posts of every topic but one, which its screen loads anew. */
  #keepRooms(id: string, topic: string): void {
    const view = this.views[id];
    const room = view?.rooms[topic];
    if (view) this.#put(id, { ...view, rooms: room ? { [topic]: room } : {} });
  }

  /** The topic open on this tab, and what it does when its posts may have holes. */
  shown = "";
  onRoomsLost: (group: string) => void = () => {};

  /** Fetches a group's state soon: for what an event alone does not tell. */
  soon(id: string, afterMs: number = REFRESH_MS): void {
    if (this.#refreshes.has(id)) return;
    const again = () => {
      this.#refreshes.delete(id);
      this.refresh(id).catch((error: unknown) => {
        if (passes(error)) this.soon(id, AGAIN_MS);
        else this.#drop(id);
      });
    };
    this.#refreshes.set(id, setTimeout(again, afterMs));
  }

  #drop(id: string): void {
    this.#stops.get(id)?.();
    this.#stops.delete(id);
    this.#opening.delete(id);
    this.#heard.delete(id);
    const { [id]: _gone, ...views } = this.views;
    this.views = views;
    this.lines = this.lines.filter((line) => line.id !== id);
  }

  #forgetAllBut(kept: ReadonlySet<string>): void {
    for (const id of Object.keys(this.views)) {
      if (!kept.has(id)) this.#drop(id);
    }
  }

  /** Takes in a group that ended for this person, by whichever way it was told. */
  leave(id: string): void {
    this.#drop(id);
  }

  /** Changes one loaded room of a group; what was heard meanwhile is put in its place again. */
  setRoom(group: string, topic: string, change: (room: Room | undefined) => Room): void {
    const view = this.views[group];
    if (!view) return;
    const heard = (this.#heard.get(group) ?? []).filter((event) => event.topic === topic);
    const room = heard.reduce((all, event) => placePost(all, postOf(event)), change(view.rooms[topic]));
    this.#put(group, { ...view, rooms: { ...view.rooms, [topic]: room } });
  }

  /** Takes in whose posts this person folds away in a group. */
  setBlocked(group: string, blocked: string[]): void {
    const view = this.views[group];
    if (view) this.#put(group, { ...view, detail: { ...view.detail, blocked } });
  }

  /** Takes in that the reader's mark moved, here or on another device. */
  readMoved(topic: string, seq: number): void {
    for (const [id, view] of Object.entries(this.views)) {
      if (!view.detail.topics.some((item) => item.id === topic)) continue;
      const next = applyRead(view, topic, seq);
      if (next !== view) this.#put(id, next);
      if (next.stale) this.soon(id);
    }
  }

  /** The group's line with the numbers of its live view, for lists. */
  lineOf(line: GroupLine): GroupLine {
    const detail = this.views[line.id]?.detail;
    if (!detail) return line;
    const { name, description, role, membership, closed, topics } = detail;
    const facilitators = detail.members.filter((m) => m.role === "facilitator" && m.state === "active").map((m) => m.name);
    const member_count = detail.members.filter((member) => member.state === "active").length;
    const unread = topics.reduce((sum, topic) => sum + topic.unread, 0);
    const agreement = { version: detail.agreement.version, accepted: detail.agreement.accepted };
    return { id: line.id, name, description, role, membership, closed, topics, facilitators, member_count, unread, agreement };
  }
}

export const groups = new Groups();
