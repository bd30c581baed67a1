/** The groups of the person on this tab: a list from one read, and a live view of each that follows its stream. */

import { get } from "../api";
import { follow } from "../socket";
import type { LiveEvent } from "../wire";
import { apply, applyRead, viewOf, type GroupView, type Room } from "./apply";
import type { GroupDetail, GroupLine } from "./shapes";

const REFRESH_MS = 400;

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

  /** Fetches a group's present state and puts it in place; events that came meanwhile are applied on top of it. */
  async refresh(id: string): Promise<void> {
    const era = this.#era;
    const recent = this.#record(id);
    const snapshot = await get<GroupDetail>(`/api/groups/${encodeURIComponent(id)}`);
    if (era !== this.#era) return;
    const old = this.views[id];
    if (!old || old.seq <= snapshot.stream.offset || old.epoch !== snapshot.stream.epoch) {
      let view = viewOf(snapshot, old?.rooms ?? {});
      for (const event of recent) view = apply(view, event);
      this.#put(id, view);
    } else {
      this.soon(id);
    }
    if (!this.#stops.has(id)) this.#follow(snapshot);
  }

  /** The events of a group that come from now on, the newest few hundred. */
  #record(id: string): LiveEvent[] {
    const events: LiveEvent[] = [];
    this.#recent.set(id, events);
    return events;
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
    const view = this.views[id];
    if (!view || event.seq <= view.seq) return;
    if (event.seq > view.seq + 1) {
      void this.#recover(id);
      return;
    }
    const next = apply(view, event);
    this.#put(id, next);
    if (next.stale) this.soon(id);
    this.listener(id, event);
  }

  #put(id: string, view: GroupView): void {
    this.views = { ...this.views, [id]: view };
  }

  /** After a hole that could not be replayed: the rooms loaded here have holes too, so they are loaded anew. */
  async #recover(id: string): Promise<void> {
    const view = this.views[id];
    if (view) this.#put(id, { ...view, seq: 0, rooms: {} });
    await this.refresh(id).catch(() => this.soon(id));
    this.onRoomsLost(id);
  }

  /** Set by the open topic, which loads its posts again. */
  onRoomsLost: (group: string) => void = () => {};

  /** Fetches a group's state soon: for what an event alone does not tell. */
  soon(id: string): void {
    if (this.#refreshes.has(id)) return;
    const again = () => {
      this.#refreshes.delete(id);
      this.refresh(id).catch(() => {});
    };
    this.#refreshes.set(id, setTimeout(again, REFRESH_MS));
  }

  #drop(id: string): void {
    this.#stops.get(id)?.();
    this.#stops.delete(id);
    this.#opening.delete(id);
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

  /** Changes one loaded room of a group. */
  setRoom(group: string, topic: string, change: (room: Room | undefined) => Room): void {
    const view = this.views[group];
    if (!view) return;
    this.#put(group, { ...view, rooms: { ...view.rooms, [topic]: change(view.rooms[topic]) } });
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
