/** The screens' side of sealed conversations: starts the crypto worker when a messaging page is first opened, and holds what it says. */

import type { Remote } from "comlink";
import type { Heard, Opened, Sealed, Snapshot, Timeline } from "../crypto/types";
import { whenEnding } from "../ending";
import type { LiveEvent } from "../wire";
import { onOwnEvent } from "../session";
import { running } from "./running.svelte";
import { carry } from "./transport";

const EMPTY: Snapshot = {
  phase: { name: "starting" },
  conversations: null,
  contacts: null,
  devices: null,
  verifications: [],
  offline: false,
  clockOff: null,
  alarms: [],
  practice: null,
};

class Client {
  snapshot = $state.raw<Snapshot>(EMPTY);
  timelines = $state.raw<Readonly<Record<string, Timeline>>>({});
  progress = $state.raw<{ done: number; total: number } | null>(null);
  #person = "";
  #opened: Opened | null = null;
  #stop: () => void = () => {};

  get phase(): Snapshot["phase"] {
    return this.snapshot.phase;
  }

  /** True once conversations can be read and written. */
  get ready(): boolean {
    return this.phase.name === "ready" || this.phase.name === "unsaved";
  }

  /** The worker; raises Error when it is not started. */
  get sealed(): Remote<Sealed> {
    if (!this.#opened) throw new Error("locked");
    return this.#opened.sealed;
  }

  /** Starts for `person`; repeated for the same person it does nothing. */
  async start(person: string): Promise<void> {
    if (this.#person === person) return;
    this.stop();
    this.#person = person;
    if (!supported()) return this.#lock("unsupported");
    const { openSealed } = await import("../crypto");
    if (this.#person !== person) return;
    try {
      const opened = await openSealed(person, carry, (heard) => this.#heard(person, heard), () => this.#broke(person));
      if (this.#person !== person) return opened.end();
      this.#opened = opened;
      running.on = true;
      this.#listen();
      await opened.sealed.start();
    } catch {
      if (this.#person === person && this.phase.name === "starting") this.#lock("broken");
    }
  }

  /** Ends the worker and forgets what it said: signing out, quick exit, another person. */
  stop(): void {
    this.#stop();
    this.#stop = () => {};
    const opened = this.#opened;
    this.#opened = null;
    running.on = false;
    this.#person = "";
    this.snapshot = EMPTY;
    this.timelines = {};
    this.progress = null;
    opened?.end();
  }

  /** Starts anew after a fault. */
  async again(): Promise<void> {
    const person = this.#person;
    this.stop();
    await this.start(person);
  }

  #listen(): void {
    const back = () => void this.#opened?.sealed.comeBack();
    const seen = () => document.visibilityState === "visible" && back();
    const stopEvents = onOwnEvent((event) => this.#wake(event));
    window.addEventListener("online", back);
    document.addEventListener("visibilitychange", seen);
    this.#stop = () => {
      stopEvents();
      window.removeEventListener("online", back);
      document.removeEventListener("visibilitychange", seen);
    };
  }

  #wake(event: LiveEvent): void {
    const sealed = this.#opened?.sealed;
    if (event.type === "sealed.waiting") void sealed?.wake(event.what, event.conversation);
    if (event.type === "conversation.read") void sealed?.wake("conversation", event.conversation);
    if (event.type === "device.removed") void sealed?.deviceRemoved(event.device);
  }

  #heard(person: string, heard: Heard): void {
    if (this.#person !== person) return;
    if (heard.type === "snapshot") this.snapshot = heard.snapshot;
    else if (heard.type === "timeline") this.timelines = { ...this.timelines, [heard.timeline.conversation]: heard.timeline };
    else this.progress = { done: heard.done, total: heard.total };
  }

  #broke(person: string): void {
    if (this.#person === person) this.#lock("broken");
  }

  #lock(why: "unsupported" | "broken"): void {
    this.snapshot = { ...EMPTY, phase: { name: "locked", why } };
  }
}

function supported(): boolean {
  return typeof WebAssembly === "object" && typeof Worker === "function" && "locks" in navigator && "subtle" in crypto && "indexedDB" in window;
}

export const client = new Client();

// Signing out, the time-out and leaving fast lock the store; what waits there stays.
whenEnding(() => client.stop());
