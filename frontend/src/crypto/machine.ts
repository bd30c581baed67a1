/** The worker's whole: from locked to ready, and everything that screens may ask (types.ts says what each does). */

import { findAlarms } from "./alarms";
import { deviceRows, listDevices } from "./devices";
import { Doing } from "./doing";
import { feedBackup, resumeBackup } from "./backup";
import type { SyncReply } from "./engine";
import { isJoined, joinWith, makeIdentity, renewRecoveryKey, takeBackupKey, takeGossip, tryRecoveryKey } from "./identity";
import { userId } from "./ids";
import { findPlace, forgetPlace } from "./place";
import { readKey } from "./recovery_key";
import { viewPractice } from "./practice_copy";
import { NoLine, Relay } from "./relay";
import { takeReport } from "./reports";
import { closeStation, makeStation, openStation, type Station } from "./station";
import { Talk } from "./talk";
import { Verifying } from "./verifying";
import type { Vouched } from "./vouching";
import type { Alarm, DeviceView, Heard, Phase, PracticeView, Recovered, Snapshot, Transport } from "./types";

const CLOCK_TOO_FAR_MS = 10 * 60_000;

/** What the server refuses is gone there already; without a line nothing is forgotten. */
function raiseNoLine(error: unknown): void {
  if (error instanceof NoLine) throw error;
}

export class Machine {
  readonly relay: Relay;
  station: Station | null = null;
  talk: Talk | null = null;
  verifying: Verifying | null = null;
  phase: Phase = { name: "starting" };
  private devices: DeviceView[] | null = null;
  private alarms: Alarm[] = [];
  private practice: PracticeView | null = null;
  private offline = false;
  private clockOff: number | null = null;
  private listener: (heard: Heard) => void = () => {};
  private readonly doing = new Doing();
  private turns = 0;

  constructor(
    private readonly person: string,
    transport: Transport,
  ) {
    this.relay = new Relay(transport);
  }

  listen(listener: (heard: Heard) => void): void {
    this.listener = listener;
    this.tell();
  }

  /** Opens this browser's device, or finds out what there is to set up. */
  open(): Promise<void> {
    return this.alone(() => this.openNow());
  }

  /** What takes the device through several states is not crossed by what a wake-up does meanwhile. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    let made: T | undefined;
    await this.doing.soon(`alone/${(this.turns += 1)}`, async () => {
      made = await work();
    });
    return made as T;
  }

  private async openNow(): Promise<void> {
    try {
      const opened = await openStation(this.relay, this.person);
      if (opened === "removed" || opened === "store_lost") {
        this.turn(opened === "removed" ? { name: "removed" } : { name: "locked", why: "store_lost" });
      } else if (opened === "none") {
        await this.findPhase();
      } else {
        await this.begin(opened);
      }
    } catch (error) {
      this.turn({ name: "locked", why: error instanceof NoLine ? "offline" : "broken" });
      if (!(error instanceof NoLine)) throw error;
    }
  }

  /** Without a device here: is there an identity somewhere? */
  private async findPhase(): Promise<void> {
    const name = userId(this.person);
    const keys = await this.relay.post<{ master_keys: Record<string, unknown> }>("keys/query", { device_keys: { [name]: [] } });
    if (!keys.master_keys[name]) return this.turn({ name: "new" });
    const recovery = await this.relay.find("recovery_blob");
    const others = (await deviceRows(this.relay)).filter((one) => one.device_id !== this.relay.device).length;
    this.turn({ name: "joining", hasRecovery: recovery !== null, otherDevices: others });
  }

  private async begin(station: Station): Promise<void> {
    this.take(station);
    await this.pull();
    await station.engine.follow([station.user]);
    if (await isJoined(station)) await this.finish();
    else await this.join();
  }

  /** Goes on when another device has confirmed this one; else this browser still has to join. */
  private async join(): Promise<void> {
    if (this.isJoined()) return;
    if (this.station && (await takeGossip(this.station))) await this.finish();
    else await this.findPhase();
  }

  private readonly progress = (done: number, total: number): void => {
    this.listener({ type: "progress", what: "restoring", done, total });
  };

  /** The parts of an unlocked device. */
  private take(station: Station): void {
    this.station = station;
    this.talk = new Talk(station, (heard) => this.listener(heard), () => this.tell());
    this.talk.onSent = () => void this.doing.soon("backup", () => this.online(() => this.backUp()));
    this.verifying = new Verifying(station, (id) => this.talk?.conversations.nameOf(id) ?? "");
    this.verifying.onChange = () => this.tell();
    this.verifying.onDone = (person) => this.wasVerified(person);
    station.engine.onSealed = (type, sender, content) => this.takeSealed(type, sender, content);
  }

  /** Everything is there: conversations, backup, ledger. */
  private async finish(): Promise<void> {
    const { station, talk } = this;
    if (!station || !talk) return;
    await talk.sending.load();
    await takeBackupKey(station, this.progress);
    const unsaved = (await station.vault.get("setting", "unsaved")) as string | undefined;
    this.turn(unsaved ? { name: "unsaved" } : { name: "ready", backup: await resumeBackup(station, null) });
    await talk.refresh();
    await this.refreshDevices();
    await this.checkKeys();
    void talk.sending.flushAll();
    await this.backUp();
  }

  /** What about keys needs a look, and how the practice's copy stands. */
  async checkKeys(): Promise<void> {
    const { station } = this;
    if (!station) return;
    this.alarms = await findAlarms(station);
    this.practice = await viewPractice(station);
    this.tell();
  }

  private async backUp(): Promise<void> {
    const { station } = this;
    if (!station || this.phase.name !== "ready") return;
    if (this.phase.backup === "behind") await takeBackupKey(station, this.progress);
    const backup = await feedBackup(station);
    if (backup !== this.phase.backup) this.turn({ name: "ready", backup });
  }

  /** One sync, then as many as are needed: device lists, keys, to-device events, acknowledgement; where it stands is saved last. */
  private async pull(): Promise<void> {
    const { station } = this;
    if (!station) return;
    for (let more = true; more; ) {
      const since = (await station.vault.get("since")) ?? "";
      const reply = await this.relay.get<SyncReply>(`sync?since=${encodeURIComponent(since)}`);
      this.readClock(reply.now);
      await station.engine.take(reply);
      const last = reply.to_device.events.at(-1);
      if (last) await this.relay.post("sync/ack", { to_device: last.id });
      await station.engine.flush();
      await station.vault.put("since", "", reply.next);
      more = reply.to_device.more;
    }
    await this.verifying?.lookForRequests([station.user, ...(this.talk?.conversations.people() ?? [])]);
  }

  private readClock(now: number): void {
    this.relay.ahead = now - Date.now();
    const off = Math.abs(this.relay.ahead) > CLOCK_TOO_FAR_MS ? Math.round(-this.relay.ahead / 60_000) : null;
    this.clockOff = off;
  }

  /** What a wake-up asks for; several become one. */
  wake(what: "sync" | "conversation", conversation: string): Promise<void> {
    return this.doing.soon(what === "sync" ? "sync" : `one/${conversation}`, async () => {
      const { talk, station } = this;
      if (!station || !talk) return;
      await this.online(async () => {
        await this.pull();
        if (!this.isJoined()) return this.join();
        if (what === "conversation") await talk.refreshOne(conversation);
        else await talk.look();
        await talk.sending.flushAll();
        await this.backUp();
        await this.checkOwnDevice();
      });
    });
  }

  /** The line is back: everything may have changed. */
  async comeBack(): Promise<void> {
    if (!this.station) return this.open();
    await this.doing.soon("all", async () => {
      await this.online(async () => {
        await this.pull();
        if (!this.isJoined()) return this.join();
        await this.talk?.refresh();
        await this.talk?.look();
        await this.checkKeys();
        await this.talk?.sending.flushAll();
        await this.backUp();
      });
    });
  }

  private isJoined(): boolean {
    return this.phase.name === "ready" || this.phase.name === "unsaved";
  }

  private async online(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.offline = false;
    } catch (error) {
      if (!(error instanceof NoLine)) return this.afterRefusal(error);
      this.offline = true;
    }
    this.tell();
  }

  /** A device that the server does not know any more was removed. */
  private async afterRefusal(error: unknown): Promise<void> {
    if (!this.station) return; // locked or removed meanwhile
    const found = await this.relay.find(`devices/${this.station.device}/store_secret`).catch((lost: unknown) => lost);
    if (found === null) return this.wasRemoved();
    if (!(found instanceof NoLine)) throw error;
    this.offline = true;
  }

  async wasRemoved(): Promise<void> {
    this.shut();
    this.turn({ name: "removed" });
  }

  private async checkOwnDevice(): Promise<void> {
    const { station } = this;
    if (station && !(await isJoined(station))) await this.checkKeys();
  }

  setUp(deviceName: string): Promise<string> {
    return this.alone(() => this.makeAnew(deviceName));
  }

  private async makeAnew(deviceName: string): Promise<string> {
    const station = this.station ?? (await makeStation(this.relay, this.person, deviceName));
    this.take(station);
    const written = await makeIdentity(station);
    await this.pull();
    await this.finish();
    return written;
  }

  async confirmRecoveryKey(typed: string): Promise<boolean> {
    const { station } = this;
    const wanted = (await station?.vault.get("setting", "unsaved")) as string | undefined;
    const given = readKey(typed);
    if (!station || !wanted || !given || given.join() !== readKey(wanted)?.join()) return false;
    await station.vault.remove("setting", "unsaved");
    this.turn({ name: "ready", backup: await resumeBackup(station, null) });
    await this.backUp();
    return true;
  }

  /** The key that was shown and not yet typed again, when the page was left in between. */
  async unsavedKey(): Promise<string | null> {
    return ((await this.station?.vault.get("setting", "unsaved")) as string | undefined) ?? null;
  }

  async renewRecoveryKey(): Promise<string> {
    if (!this.station) throw new Error("not_ready");
    const written = await renewRecoveryKey(this.station);
    await this.checkKeys();
    this.turn({ name: "unsaved" });
    return written;
  }

  recover(typed: string, deviceName: string): Promise<Recovered> {
    return this.alone(() => this.recoverNow(typed, deviceName));
  }

  private async recoverNow(typed: string, deviceName: string): Promise<Recovered> {
    try {
      const secrets = await tryRecoveryKey(this.relay, typed);
      if (typeof secrets === "string") return secrets;
      const station = this.station ?? (await makeStation(this.relay, this.person, deviceName));
      this.take(station);
      await this.pull();
      const result = await joinWith(station, secrets, this.progress);
      if (result === "ok") await this.finish();
      return result;
    } catch (error) {
      if (error instanceof NoLine) return "offline";
      throw error;
    }
  }

  askOtherDevice(deviceName: string): Promise<void> {
    return this.alone(() => this.askNow(deviceName));
  }

  private async askNow(deviceName: string): Promise<void> {
    const station = this.station ?? (await makeStation(this.relay, this.person, deviceName));
    if (station !== this.station) this.take(station);
    await station.engine.flush();
    await station.engine.follow([station.user]);
    await this.verifying?.askOwn();
    await this.pull();
  }

  resetIdentity(deviceName: string): Promise<string> {
    return this.alone(() => this.makeAnew(deviceName));
  }

  async forget(): Promise<void> {
    this.shut();
    // So that nobody goes on sealing for a device that opens nothing any more.
    const place = await findPlace(this.person);
    if (place) await this.relay.remove(`devices/${place.device}`).catch(raiseNoLine);
    await forgetPlace(this.person);
    await this.open();
  }

  /** After emoji were the same: another device of ours gets what it needs; of another person, everything is shown anew. */
  private async wasVerified(person: string): Promise<void> {
    const { station } = this;
    if (!station) return;
    await station.engine.flush();
    if (person === station.user && !this.isJoined()) {
      // Not waited for: this runs inside of a sync, which the joining comes after.
      void this.doing.soon("join", () => this.online(() => this.join()));
    } else if (person === station.user) {
      const dehydration = await station.vault.get("setting", "dehydration");
      if (dehydration) await station.engine.tell(station.user, "hs.keys", { dehydration });
    } else if (this.talk?.isChanged(person)) {
      void this.doing.soon(`verified/${person}`, () => this.online(() => this.talk?.trustAgain(person) ?? Promise.resolve()));
    }
    await this.talk?.look();
  }

  private async takeSealed(type: string, sender: string, content: Record<string, unknown>): Promise<void> {
    const { station } = this;
    if (!station) return;
    await takeReport(station, type, content);
    if (type === "hs.keys" && sender === station.user && typeof content.dehydration === "string") {
      await station.vault.put("setting", "dehydration", content.dehydration);
    }
    if (type === "hs.history" && typeof content.keys === "string" && typeof content.room === "string") {
      await this.talk?.takeHistory(sender, content.room, content.keys, (content.senders ?? {}) as Record<string, Vouched>);
    }
  }

  async refreshDevices(): Promise<void> {
    const { station } = this;
    if (!station) return;
    this.devices = await listDevices(station);
    this.tell();
  }

  private turn(phase: Phase): void {
    this.phase = phase;
    this.tell();
  }

  /** Tells the screens how everything stands. */
  tell(): void {
    const snapshot: Snapshot = {
      phase: this.phase,
      conversations: this.talk?.views ?? null,
      contacts: this.talk?.contacts ?? null,
      devices: this.devices,
      verifications: this.verifying?.views() ?? [],
      offline: this.offline,
      clockOff: this.clockOff,
      alarms: this.alarms,
      practice: this.practice,
    };
    this.listener({ type: "snapshot", snapshot });
  }

  /** Ends the work and locks the store. */
  shut(): void {
    this.talk?.stop();
    if (this.station) closeStation(this.station);
    this.station = this.talk = this.verifying = null;
  }

  lock(why: Extract<Phase, { name: "locked" }>["why"]): void {
    this.shut();
    this.turn({ name: "locked", why });
  }
}
