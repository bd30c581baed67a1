/** What was written and not yet taken by the server. Entries live in IndexedDB under the person who wrote them, go out in
 * order per topic, exactly once (each keeps its nonce), from one tab at a time, and never under another person.
 */

import { writable, type Readable } from "svelte/store";
import { newNonce, Offline, Problem } from "./api";
import type { FileRef } from "./files/shapes";
import type { SubmitAnswer } from "./state/shapes";
import { openStore, type Store } from "./store";

export const BODY_LIMIT = 20_000;
export const FRAME_LIMIT = 60 * 1024;
const SLOW_MS = 30_000;
const ASK_AFTER_MS = 6 * 24 * 3600 * 1000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const CHANNEL = "hearthside.outbox";

export type EntryState = "waiting" | "sending" | "sent" | "held" | "refused" | "rejected" | "asking";

export interface PostData {
  body: string;
  reply_to?: string;
  content_note?: string;
  /** A facilitator reads it before it is shown. */
  ask_first?: boolean;
  /** Pictures and PDFs that go with it; their bytes lie on this device. */
  attached?: FileRef[];
}

export interface Entry {
  nonce: string;
  person: string;
  command: "post.submit";
  topic: string;
  /** Where it was written, so that it can be found again without a line. */
  place: { group: string; title: string };
  data: PostData;
  written_at: number;
  order: number;
  state: EntryState;
  /** The person said yes to sending something old. */
  confirmed: boolean;
  attempts: number;
  why: string;
  post: string;
  /** In slow mode: not sent before this moment, in milliseconds. */
  not_before?: number;
}

export interface Door {
  /** Sends one entry and returns the server's answer; raises Problem for a refusal, Offline when no answer came. */
  submit: (entry: Entry) => Promise<SubmitAnswer>;
  /** The person this tab speaks for now, as far as it knows. */
  person: () => string;
  /** Hears of every answer, on the tab that sent the entry, once the entry knows it. */
  answered?: (entry: Entry, answer: SubmitAnswer) => void;
  now?: () => number;
}

/** Counts a body as the server does, in characters, not in JavaScript's halves. */
export function countCharacters(body: string): number {
  let count = 0;
  for (const _ of body) count += 1;
  return count;
}

/** True when the post is too long for the server or for one frame. */
export function isTooLong(data: PostData): boolean {
  if (countCharacters(data.body) > BODY_LIMIT) return true;
  return new TextEncoder().encode(JSON.stringify(data)).length > FRAME_LIMIT - 1024;
}

export class Outbox {
  readonly #entries = writable<readonly Entry[]>([]);
  /** This person's entries, in the order they were written. */
  readonly entries: Readable<readonly Entry[]> = { subscribe: this.#entries.subscribe };
  #list: readonly Entry[] = [];
  #person = "";
  #store: Store | null = null;
  #busy = new Set<string>();
  #leader = false;
  #release: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastOrder = 0;
  #notBefore = 0;
  readonly #others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);

  constructor(private readonly door: Door) {
    if (this.#others) this.#others.onmessage = () => void this.#reload();
  }

  #now(): number {
    return this.door.now?.() ?? Date.now();
  }

  /** Shows and sends the entries of `person`; those of anybody else stay untouched. */
  async open(person: string): Promise<void> {
    if (this.#person === person) return;
    this.close();
    this.#person = person;
    this.#store = await openStore();
    await this.#reload();
    this.#lead(person);
  }

  /** Stops sending and forgets, on this tab, what is waiting. */
  close(): void {
    clearTimeout(this.#timer);
    this.#release?.();
    this.#release = null;
    this.#leader = false;
    this.#person = "";
    this.#busy = new Set();
    this.#show([]);
  }

  /** One tab sends: the one that holds the lock. The lock goes to another tab when this one closes. */
  #lead(person: string): void {
    const begin = () => {
      this.#leader = true;
      this.pump();
    };
    if (typeof navigator === "undefined" || !navigator.locks) {
      begin();
      return;
    }
    const giveUp = new AbortController();
    const held = new Promise<void>((done) => {
      this.#release = () => {
        giveUp.abort();
        done();
      };
    });
    const options = { signal: giveUp.signal };
    navigator.locks
      .request(`${CHANNEL}.${person}`, options, () => {
        if (this.#person === person) begin();
        return held;
      })
      .catch(() => {
        // Given up before the lock came: another person, or the tab is closing.
      });
  }

  /** Keeps a post and sends it as soon as it can be; resolves once it is safely on this device. */
  async add(topic: string, place: Entry["place"], data: PostData): Promise<Entry> {
    if (!this.#store || !this.#person) throw new Error("nobody is here to write");
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.#now() * 1000);
    const common = { nonce: newNonce(), person: this.#person, command: "post.submit" as const, topic, place, data };
    const fresh = { written_at: this.#now(), order: this.#lastOrder, confirmed: false, attempts: 0, why: "", post: "" };
    const entry: Entry = { ...common, ...fresh, state: "waiting" };
    await this.#store.put("outbox", entry);
    this.#show([...this.#list, entry]);
    this.#tell();
    this.pump();
    return entry;
  }

  /** Sends a refused or old entry again, as a new act. */
  async retry(nonce: string): Promise<void> {
    const entry = this.#find(nonce);
    if (!entry || !this.#store) return;
    const again: Entry = { ...entry, state: "waiting", confirmed: true, why: "", attempts: 0, not_before: 0 };
    if (entry.state !== "asking") again.nonce = newNonce();
    await this.#store.swap("outbox", nonce, again);
    this.#show(this.#list.map((item) => (item.nonce === nonce ? again : item)));
    this.#tell();
    this.pump();
  }

  /** Throws an entry away; resolves with its words, so that they can go back into the text box. */
  async discard(nonce: string): Promise<PostData | null> {
    const entry = this.#find(nonce);
    if (!entry || entry.state === "sending") return null;
    await this.#remove(nonce);
    return entry.data;
  }

  /** A post was seen in the group: its entry is done, whether or not the answer came. */
  async arrived(post: string, nonce?: string): Promise<void> {
    const entry = this.#list.find((item) => (nonce && item.nonce === nonce) || (item.post && item.post === post));
    if (entry) await this.#remove(entry.nonce);
  }

  /** The server says where a held post stands now. */
  async stated(post: string, state: string): Promise<void> {
    const entry = this.#list.find((item) => item.post === post);
    if (!entry) return;
    if (state === "rejected" || state === "held") await this.#save({ ...entry, state });
    else if (state === "withdrawn" || state === "published") await this.#remove(entry.nonce);
  }

  /** The posts of a topic that the server had answered for when a read of one's own held posts was asked for. */
  answeredIn(topic: string): string[] {
    return this.#list.filter((entry) => entry.topic === topic && entry.post && entry.state !== "sent").map((entry) => entry.post);
  }

  /** The server's own rows have come for these posts: what the device kept of them is done. */
  async handOver(posts: readonly string[]): Promise<void> {
    const done = this.#list.filter((entry) => posts.includes(entry.post) && (entry.state === "held" || entry.state === "rejected"));
    for (const entry of done) await this.#remove(entry.nonce);
  }

  /** Sends what can be sent now: called when the line, the sign-in or the lock comes back. */
  pump(): void {
    clearTimeout(this.#timer);
    if (!this.#leader || !this.#person) return;
    const early = this.#notBefore - this.#now();
    if (early > 0) {
      this.#timer = setTimeout(() => this.pump(), early);
      return;
    }
    const topics = new Set(this.#list.filter((entry) => entry.state === "waiting").map((entry) => entry.topic));
    for (const topic of topics) {
      if (!this.#busy.has(topic)) void this.#drain(topic);
    }
    this.#wakeForSlow();
  }

  /** Comes back when the first topic that goes slowly takes a post again. */
  #wakeForSlow(): void {
    const moments = this.#list.filter((entry) => entry.state === "waiting").map((entry) => entry.not_before ?? 0);
    const first = Math.min(...moments.filter((moment) => moment > this.#now()));
    if (!Number.isFinite(first)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pump(), first - this.#now());
  }

  async #drain(topic: string): Promise<void> {
    const person = this.#person;
    const busy = this.#busy;
    busy.add(topic);
    try {
      for (;;) {
        const next = this.#list.find((entry) => entry.topic === topic && entry.state === "waiting");
        if (!next || this.#person !== person || this.door.person() !== person) return;
        if ((next.not_before ?? 0) > this.#now()) return;
        if (!next.confirmed && this.#now() - next.written_at > ASK_AFTER_MS) {
          await this.#save({ ...next, state: "asking" });
        } else if (!(await this.#send(next))) {
          return;
        }
      }
    } finally {
      busy.delete(topic);
    }
  }

  /** Sends one entry; false when the topic has to wait. */
  async #send(entry: Entry): Promise<boolean> {
    this.#show(this.#list.map((item) => (item.nonce === entry.nonce ? { ...item, state: "sending" } : item)));
    try {
      const answer = await this.door.submit(entry);
      if (this.#person === entry.person) await this.#answered(entry, answer);
      this.door.answered?.(entry, answer);
      return true;
    } catch (error) {
      if (this.#person !== entry.person) return false;
      return await this.#failed(entry, error);
    }
  }

  async #answered(entry: Entry, answer: SubmitAnswer): Promise<void> {
    if (!this.#find(entry.nonce)) return;
    const known = { ...entry, post: answer.id };
    if (answer.state === "held" || answer.state === "refused") {
      await this.#save({ ...known, state: answer.state });
      return;
    }
    await this.#store?.remove("outbox", entry.nonce);
    this.#show(this.#list.map((item) => (item.nonce === entry.nonce ? { ...known, state: "sent" } : item)));
    this.#tell();
  }

  async #failed(entry: Entry, error: unknown): Promise<boolean> {
    if (error instanceof Problem && error.type === "slow_mode") {
      const not_before = this.#now() + (error.retryAfterMs ?? SLOW_MS);
      await this.#save({ ...entry, state: "waiting", not_before });
      this.#wakeForSlow();
      return false;
    }
    if (error instanceof Problem && !error.temporary && error.status !== 401) {
      await this.#save({ ...entry, state: "refused", why: error.detail });
      return true;
    }
    const attempts = entry.attempts + 1;
    await this.#save({ ...entry, state: "waiting", attempts });
    if (error instanceof Problem && error.status === 401) return false;
    const asked = error instanceof Problem ? error.retryAfterMs : null;
    const wait = asked ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 8));
    if (!(error instanceof Problem) && !(error instanceof Offline)) console.error(error);
    const jittered = wait * (1 + Math.random() / 2);
    if (asked !== null) this.#notBefore = this.#now() + jittered;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pump(), jittered);
    return false;
  }

  async #save(entry: Entry): Promise<void> {
    if (!this.#find(entry.nonce)) return;
    await this.#store?.put("outbox", entry);
    this.#show(this.#list.map((item) => (item.nonce === entry.nonce ? entry : item)));
    this.#tell();
  }

  async #remove(nonce: string): Promise<void> {
    this.#show(this.#list.filter((entry) => entry.nonce !== nonce));
    await this.#store?.remove("outbox", nonce);
    this.#tell();
  }

  #find(nonce: string): Entry | undefined {
    return this.#list.find((entry) => entry.nonce === nonce);
  }

  /** Reads the entries anew, keeping what only this tab knows: which are on their way or just sent. */
  async #reload(): Promise<void> {
    const person = this.#person;
    if (!person || !this.#store) return;
    const kept = await this.#store.ofPerson("outbox", person);
    if (this.#person !== person) return;
    const known = new Map(this.#list.map((entry) => [entry.nonce, entry]));
    const list = kept.map((entry) => (known.get(entry.nonce)?.state === "sending" ? { ...entry, state: "sending" as const } : entry));
    const sent = this.#list.filter((entry) => entry.state === "sent");
    this.#show([...list, ...sent].sort((a, b) => a.order - b.order));
    this.pump();
  }

  #show(list: readonly Entry[]): void {
    this.#list = list;
    this.#entries.set(list);
  }

  #tell(): void {
    this.#others?.postMessage("changed");
  }
}
