/** The review queues of the groups this person facilitates, live, and the calls for help that wait for somebody. */

import { get, Problem } from "../api";
import { applyUpdate, callWeight, joinPage, pathOf, PRACTICE, queueOf, sumCounts, type Queue } from "../review/queue";
import type { Overview, Position, QueuePage, ReviewLine } from "../review/shapes";
import { onOwnEvent, onOwnLive } from "../session";
import { serverNow } from "../server_time";
import { follow } from "../socket";
import type { LiveEvent } from "../wire";
import { groups as rooms } from "./groups.svelte";
import { waiting } from "./waiting.svelte";

const REFRESH_MS = 400;
const AGAIN_MS = 2000;
const MOST_AGAIN_MS = 30_000;

/** A call for help that nobody has taken yet. */
export interface Alert {
  item: string;
  group: string;
  severity: number;
  level: number;
  started_at: string;
}

const passes = (error: unknown) => !(error instanceof Problem) || error.temporary;
const ownIn = (group: string) => rooms.lines.find((line) => line.id === group)?.membership ?? "";

const pageAfter = (group: string, line: string) => get<QueuePage>(`${pathOf(group)}?state=pending&before=${encodeURIComponent(line)}`);

class Review {
  overview = $state.raw<Overview | null>(null);
  queues = $state.raw<Readonly<Record<string, Queue>>>({});
  alerts = $state.raw<readonly Alert[]>([]);
  status = $state<"idle" | "loading" | "ready" | "failed">("idle");
  problem = $state.raw<unknown>(null);
  /** The item that an event last spoke of: whoever shows it reads it again. */
  touched = $state.raw<{ item: string }>({ item: "" });

  #era = 0;
  #stops = new Map<string, () => void>();
  #during = new Map<string, LiveEvent[]>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #reading = new Map<string, Promise<void>>();
  /** How often each thing was tried in vain. */
  #waits = new Map<string, number>();
  #deaf: () => void = () => {};
  #turn = 0;
  /** What was heard of calls while the staff's home is being read, whose answer may be from before it. */
  #heard: { came: Map<string, Alert>; went: Set<string> } = { came: new Map(), went: new Set() };

  /** Called when the person leaves this tab, for what others keep of theirs. */
  onEnd: () => void = () => {};

  /** Begins to follow everything; the returned function ends that and forgets it. */
  start(): () => void {
    const stops = [onOwnEvent((event) => this.#hearOwn(event)), onOwnLive(() => void this.load())];
    this.#deaf = () => stops.forEach((stop) => stop());
    void this.load();
    return () => this.#end();
  }

  #end(): void {
    this.#era += 1;
    this.#deaf();
    this.onEnd();
    for (const stop of this.#stops.values()) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const map of [this.#stops, this.#during, this.#timers, this.#reading]) map.clear();
    this.overview = null;
    this.queues = {};
    this.alerts = [];
    this.status = "idle";
    waiting.fresh = false;
  }

  /** Reads which groups there are and who needs somebody, then each group's queue. Keeps what is shown while it reads. */
  async load(): Promise<void> {
    const era = this.#era;
    if (this.status !== "ready") this.status = "loading";
    const turn = ++this.#turn;
    this.#heard = { came: new Map(), went: new Set() };
    try {
      const overview = await get<Overview>("/api/review");
      if (era !== this.#era || turn !== this.#turn) return;
      this.overview = overview;
      const { came, went } = this.#heard;
      this.alerts = [...alertsOf(overview).filter(({ item }) => !came.has(item) && !went.has(item)), ...came.values()];
      const groups = new Set(overview.groups.map((row) => row.group));
      if (overview.practice) groups.add(PRACTICE);
      for (const group of Object.keys(this.queues)) if (!groups.has(group)) this.#drop(group);
      await Promise.allSettled([...groups].map((group) => this.refresh(group)));
      if (era !== this.#era || turn !== this.#turn) return;
      this.status = "ready";
      this.problem = null;
      this.#waits.delete("");
    } catch (error) {
      if (era !== this.#era || turn !== this.#turn) return;
      this.problem = error;
      if (this.status !== "ready") this.status = "failed";
      if (passes(error)) this.#later("", AGAIN_MS, () => void this.load());
    }
  }

  /** Reads a group's queue anew; events that come meanwhile are put on top of it. */
  async refresh(group: string): Promise<void> {
    const before = this.#reading.get(group);
    const mine = (before ? before.catch(() => {}) : Promise.resolve()).then(() => this.#read(group));
    this.#reading.set(group, mine);
    await mine;
  }

  async #read(group: string): Promise<void> {
    const era = this.#era;
    const heard: LiveEvent[] = [];
    this.#during.set(group, heard);
    const page = await get<QueuePage>(`${pathOf(group)}?state=pending`);
    const read = await this.#asFarAsBefore(group, queueOf(page));
    if (era !== this.#era) return;
    this.#during.delete(group);
    const queue = heard.reduce((all, event) => applyUpdate(all, event, ownIn(group)), read);
    this.#put(group, queue);
    for (const line of queue.lines) this.#callIn(line);
    if (!this.#stops.has(group) && page.stream) this.#follow(group, page.stream);
    if (queue.stale) this.soon(group);
  }

  /** Further pages that were loaded stay loaded. */
  async #asFarAsBefore(group: string, first: Queue): Promise<Queue> {
    const pages = this.queues[group]?.pages ?? 1;
    let queue = first;
    while (queue.more && queue.cursor && queue.pages < pages) queue = joinPage(queue, await pageAfter(group, queue.cursor));
    return queue;
  }

  #follow(group: string, place: Position): void {
    const stop = follow(place.name, place, {
      event: (event) => this.#take(group, event),
      lost: () => this.soon(group, 0),
      gone: () => this.#drop(group),
    });
    this.#stops.set(group, stop);
  }

  #take(group: string, event: LiveEvent): void {
    this.#during.get(group)?.push(event);
    const queue = this.queues[group];
    if (!queue || event.seq <= queue.seq) return;
    const hole = event.seq > queue.seq + 1;
    const next = applyUpdate(queue, event, ownIn(group));
    this.#put(group, next);
    this.#callFrom(next, event);
    if (event.type === "review.updated") this.touched = { item: event.item };
    if (hole || next.stale) this.soon(group);
  }

  /** A call begins with a cry that nobody has taken, and is over when somebody has taken or closed it. */
  #callFrom(queue: Queue, event: LiveEvent): void {
    if (event.type !== "review.updated") return;
    const line = queue.lines.find((other) => other.id === event.item);
    if (line) this.#callIn(line);
    else this.#settle(event.item);
  }

  /** A line that is a call shows as one, wherever it was read. */
  #callIn(line: ReviewLine): void {
    if (!isCall(line)) this.#settle(line.id);
    else if (!this.alerts.some((alert) => alert.item === line.id)) this.#arrive(callOf(line));
  }

  #arrive(alert: Alert): void {
    this.#heard.came.set(alert.item, alert);
    this.#heard.went.delete(alert.item);
    this.alerts = [...this.alerts.filter((other) => other.item !== alert.item), alert];
  }

  #put(group: string, queue: Queue): void {
    this.queues = { ...this.queues, [group]: queue };
    this.#mark();
  }

  #mark(): void {
    waiting.fresh = Object.values(this.queues).some((queue) => queue.lines.some((line) => !line.first_look_at));
  }

  /** Reads the queue of a group, or of the practice where there is none, soon, again until it works. */
  soon(of: string, afterMs: number = REFRESH_MS): void {
    const group = of || PRACTICE;
    if (!this.queues[group]) {
      this.#later("", afterMs, () => void this.load()); // shared with the clinical lead: it is in the overview only
      return;
    }
    this.#later(group, afterMs, () => {
      this.refresh(group).catch((error: unknown) => {
        if (passes(error)) this.soon(group, AGAIN_MS);
        else this.#drop(group);
      });
    });
  }

  #later(name: string, afterMs: number, act: () => void): void {
    if (this.#timers.has(name)) return;
    const again = afterMs >= AGAIN_MS ? (this.#waits.get(name) ?? 0) + 1 : 0;
    this.#waits.set(name, again);
    const wait = again ? Math.min(MOST_AGAIN_MS, afterMs * 2 ** (again - 1)) : afterMs;
    const run = () => {
      this.#timers.delete(name);
      act();
    };
    this.#timers.set(name, setTimeout(run, wait));
  }

  #drop(group: string): void {
    this.#stops.get(group)?.();
    this.#stops.delete(group);
    const { [group]: _gone, ...queues } = this.queues;
    this.queues = queues;
    this.alerts = this.alerts.filter((alert) => alert.group !== group);
    if (this.overview) this.overview = { ...this.overview, groups: this.overview.groups.filter((row) => row.group !== group) };
    this.#mark();
  }

  /** Loads the next page of what waits in a group. */
  async more(group: string): Promise<void> {
    const queue = this.queues[group];
    if (!queue?.more || !queue.cursor) return;
    const page = await pageAfter(group, queue.cursor);
    const now = this.queues[group];
    if (now) this.#put(group, joinPage(now, page));
  }

  #hearOwn(event: LiveEvent): void {
    if (event.type === "care.paged") {
      const { item, group, severity, level, started_at } = event;
      this.#arrive({ item, group, severity, level, started_at });
      this.touched = { item };
      if (!this.queues[group]) void this.load(); // shared with the clinical lead
    } else if (event.type === "care.settled") {
      this.#settle(event.item);
      this.touched = { item: event.item };
    } else if (event.type === "review.sealed") {
      this.touched = { item: event.item };
      this.#later("", REFRESH_MS, () => void this.load()); // no stream of a queue speaks of these
    } else if (event.type === "membership.changed") void this.load();
  }

  #settle(item: string): void {
    this.#heard.came.delete(item);
    this.#heard.went.add(item);
    if (this.alerts.some((alert) => alert.item === item)) this.alerts = this.alerts.filter((alert) => alert.item !== item);
  }

  /** Takes in that this person has taken a call. */
  acknowledged(item: string): void {
    this.#settle(item);
    if (!this.overview) return;
    const mark = (line: ReviewLine) => (line.id === item ? { ...line, acknowledged_at: new Date(serverNow()).toISOString() } : line);
    const groups = this.overview.groups.map((row) => ({ ...row, care: row.care.map(mark) }));
    this.overview = { ...this.overview, groups, lead: this.overview.lead.map(mark) };
  }

  /** A line of any queue, by its id. */
  find(item: string): ReviewLine | undefined {
    for (const queue of Object.values(this.queues)) {
      const line = queue.lines.find((other) => other.id === item);
      if (line) return line;
    }
    return this.overview?.lead.find((line) => line.id === item);
  }

  /** The group's name as the staff's home has it. */
  nameOf(group: string): string {
    const row = this.overview?.groups.find((other) => other.group === group);
    return row?.name ?? this.overview?.lead.find((line) => line.group === group)?.group_name ?? "";
  }

  /** How many wait in each lane, over all groups. */
  get counts() {
    return sumCounts(Object.values(this.queues));
  }
}

const isCall = (line: ReviewLine) => callWeight(line) > 0;

function callOf({ id: item, group, severity, opened_at: started_at }: ReviewLine): Alert {
  return { item, group, severity, level: 0, started_at };
}

/** The calls that still wait, from the staff's home. */
export function alertsOf(overview: Overview): Alert[] {
  return [...overview.groups.flatMap((row) => row.care), ...overview.lead].filter(isCall).map(callOf);
}

export const review = new Review();
