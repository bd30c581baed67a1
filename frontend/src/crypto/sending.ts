/** What waits to be sealed and sent: kept on the device, in order for each conversation, one at a time. */

import { EncryptionSettings, CollectStrategy, EncryptionAlgorithm, HistoryVisibility } from "@matrix-org/matrix-sdk-crypto-wasm";
import { room, user } from "./engine";
import { commitment, EVENT_TYPE, pack, sealable, type Sealable } from "./franking";
import { newTransaction, roomId } from "./ids";
import { inTheWay } from "./people";
import { NoLine, Refused } from "./relay";
import type { Rosters } from "./rosters";
import { isQuiet, type Said } from "./shapes";
import type { Station } from "./station";

const ROTATE_AFTER_MESSAGES = 50n;
const ROTATE_AFTER_MICROSECONDS = 86_400_000_000n;

export interface Waiting {
  id: string;
  conversation: string;
  order: number;
  at: number;
  said: Said;
  /** Fixed at the first try, so that a second try is the same message. */
  sealed?: Sealable;
  problem: string | null;
  /** The event that it has become; until that is among those shown, this stands in its place. */
  sentAs?: string;
}

export interface Sent {
  event_id: string;
  seq: number;
  at: number;
}

/** Somebody or something stops sending; the slug says what. */
export class Blocked extends Error {}

export class Sending {
  private readonly rooms = new Map<string, Promise<void>>();
  private waiting: Waiting[] = [];
  /** Hears when a conversation's queue changed, and what was sent. */
  onChange: (conversation: string) => void = () => {};
  onSent: (entry: Waiting, sent: Sent) => Promise<void> = async () => {};

  constructor(
    private readonly station: Station,
    private readonly rosters: Rosters,
  ) {}

  async load(): Promise<void> {
    const rows = await this.station.vault.all("outbox");
    this.waiting = rows.map((row) => row.value as Waiting).sort((a, b) => a.order - b.order);
  }

  of(conversation: string): Waiting[] {
    return this.waiting.filter((entry) => entry.conversation === conversation);
  }

  /** Keeps what was said, then tries to send it; settles once it is kept. */
  async add(conversation: string, said: Said): Promise<Waiting> {
    const now = this.station.relay.now();
    const order = Math.max(now, ...this.waiting.map((entry) => entry.order + 1));
    const entry: Waiting = { id: newTransaction(), conversation, order, at: now, said, problem: null };
    this.waiting.push(entry);
    await this.station.vault.put("outbox", entry.id, entry);
    this.onChange(conversation);
    void this.flush(conversation);
    return entry;
  }

  async discard(id: string): Promise<void> {
    const entry = this.waiting.find((one) => one.id === id);
    this.waiting = this.waiting.filter((one) => one.id !== id);
    await this.station.vault.remove("outbox", id);
    if (entry) this.onChange(entry.conversation);
  }

  async retry(id: string): Promise<void> {
    const entry = this.waiting.find((one) => one.id === id);
    if (!entry) return;
    entry.problem = null;
    await this.station.vault.put("outbox", id, entry);
    this.onChange(entry.conversation);
    await this.flush(entry.conversation);
  }

  /** Tries again what an identity was in the way of. */
  async retryBlocked(): Promise<void> {
    for (const entry of this.waiting) if (entry.problem === "identity_changed") entry.problem = null;
    await this.flushAll();
  }

  /** Tries everything that waits, in every conversation. */
  async flushAll(): Promise<void> {
    await Promise.all([...new Set(this.waiting.map((entry) => entry.conversation))].map((one) => this.flush(one)));
  }

  /** One after another: the engine's ratchet of a room takes no two at once. */
  flush(conversation: string): Promise<void> {
    const next = (this.rooms.get(conversation) ?? Promise.resolve()).then(() => this.sendAll(conversation));
    const settled = next.catch(() => {});
    this.rooms.set(conversation, settled);
    return settled;
  }

  private async sendAll(conversation: string): Promise<void> {
    for (const entry of this.of(conversation)) {
      if (entry.problem) continue;
      try {
        const sent = await this.sendOne(entry);
        entry.sentAs = sent.event_id;
        await this.onSent(entry, sent);
        await this.discard(entry.id);
      } catch (error) {
        if (error instanceof NoLine) return;
        entry.problem = error instanceof Refused || error instanceof Blocked ? error.message : "broken";
        await this.station.vault.put("outbox", entry.id, entry);
        this.onChange(conversation);
        if (entry.problem === "broken") throw error;
      }
    }
  }

  private async sendOne(entry: Waiting): Promise<Sent> {
    const { vault, relay } = this.station;
    const counted = (await vault.get("counter", entry.conversation)) ?? 0;
    if (!entry.sealed) {
      entry.sealed = sealable({ ...entry.said, n: counted + 1, at: entry.at });
      await vault.put("outbox", entry.id, entry);
    }
    const content = await this.encrypt(entry.conversation, entry.said, entry.sealed);
    const commits = await commitment(roomId(entry.conversation), entry.sealed);
    // Rosters and the like stay when a disappearing message goes: without them nobody could write any more.
    const quiet = isQuiet(entry.said);
    const kept = entry.said.k === "roster" || entry.said.k === "exported";
    const body = { content, commitment: commits, quiet, kept };
    const sent = await relay.put<Sent>(`conversations/${entry.conversation}/send/${encodeURIComponent(entry.id)}`, body);
    await vault.put("counter", entry.conversation, counted + 1);
    return sent;
  }

  /** Shares the room key first, always: encrypting under one that nobody was given panics the engine. */
  private async encrypt(conversation: string, said: Said, sealed: Sealable): Promise<unknown> {
    const { engine } = this.station;
    const people = await this.audience(conversation, said);
    await engine.follow(people);
    const { changed, none } = await inTheWay(this.station, people);
    if (changed.length) throw new Blocked("identity_changed");
    // In a circle, who has not set up yet is left out and shown so; with nobody left there is nobody to write to.
    if (none.length && none.length === people.length - 1) throw new Blocked("not_set_up");
    await engine.reach(people);
    const name = roomId(conversation);
    for (const request of await engine.machine.shareRoomKey(room(name), people.map(user), settings())) await engine.carry(request);
    return JSON.parse(await engine.machine.encryptRoomEvent(room(name), EVENT_TYPE, pack(sealed))) as unknown;
  }

  /** A roster goes to the people it names; everything else to those of the newest roster. */
  private async audience(conversation: string, said: Said): Promise<string[]> {
    if (said.k === "roster") return said.members;
    const roster = await this.rosters.of(conversation);
    if (!roster) throw new Blocked("no_roster");
    if (!roster.members.includes(this.station.user)) throw new Blocked("left");
    return roster.members;
  }
}

function settings(): EncryptionSettings {
  const made = new EncryptionSettings();
  made.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
  made.sharingStrategy = CollectStrategy.identityBasedStrategy();
  made.rotationPeriodMessages = ROTATE_AFTER_MESSAGES;
  made.rotationPeriod = ROTATE_AFTER_MICROSECONDS;
  made.historyVisibility = HistoryVisibility.Joined;
  return made;
}
