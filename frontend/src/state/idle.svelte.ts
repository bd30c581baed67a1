/** Idle time: input is reported at most once a minute; a minute before the time-out the page asks, then signs out. */

import { command, Offline, Problem } from "../api";
import { markActive, me } from "./me.svelte";

const REPORT_MS = 60_000;
const RETRY_MS = 10_000;
const WARN_MS = 60_000;
const TICK_MS = 1000;
const HELD_MS = 15_000;
const CHANNEL = "hearthside.activity";
const INPUTS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

class Idle {
  /** True in the last minute: the page asks whether somebody is still here. */
  warning = $state(false);

  #reportedAt = 0;
  #activeAt = 0;
  #triedAt = 0;
  #reporting = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #others: BroadcastChannel | null = null;
  #held = 0;

  /** Watches input on this page; `idle_seconds` comes from the sign-in. */
  start(): void {
    if (this.#timer) return;
    this.#reportedAt = this.#activeAt = Date.now();
    for (const name of INPUTS) addEventListener(name, this.#onInput, { passive: true, capture: true });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    if (typeof BroadcastChannel === "undefined") return;
    this.#others = new BroadcastChannel(CHANNEL);
    this.#others.onmessage = () => this.#noted();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const name of INPUTS) removeEventListener(name, this.#onInput, { capture: true });
    this.#others?.close();
    this.#others = null;
    this.warning = false;
  }

  /** In a live room somebody may listen for long: nothing is asked and nobody is signed out until the returned function is called. */
  hold(): () => void {
    this.#held += 1;
    let over = false;
    return () => {
      if (!over) this.#held -= 1;
      over = true;
    };
  }

  #onInput = (): void => {
    if (this.warning) return;
    this.#activeAt = Date.now();
    if (this.#activeAt - this.#reportedAt >= REPORT_MS) void this.#report();
  };

  /** The person says that they are here. */
  async stay(): Promise<void> {
    this.warning = false;
    this.#activeAt = Date.now();
    this.#triedAt = 0;
    await this.#report();
  }

  #noted(): void {
    this.#reportedAt = Date.now();
    this.warning = false;
    markActive();
  }

  async #report(): Promise<void> {
    if (this.#reporting || me.status !== "in" || Date.now() - this.#triedAt < RETRY_MS) return;
    this.#reporting = true;
    this.#triedAt = Date.now();
    try {
      await command("activity.report");
      this.#noted();
      this.#others?.postMessage("active");
    } catch (error) {
      if (error instanceof Offline) markActive();
      // While a second step is being set up, input counts though nothing else is open.
      if (error instanceof Problem && error.type === "factor_needed") this.#noted();
    } finally {
      this.#reporting = false;
    }
  }

  #tick(): void {
    const limit = (me.signin?.idle_seconds ?? 0) * 1000;
    if (!limit || me.status !== "in") return;
    const now = Date.now();
    if (this.#held > 0) {
      if (now - this.#reportedAt < HELD_MS && !this.warning) return;
      this.#noted();
      this.#others?.postMessage("active");
      return;
    }
    if (this.#activeAt > this.#reportedAt && now - this.#reportedAt >= REPORT_MS) void this.#report();
    const left = this.#reportedAt + limit - now;
    if (left <= 0) void this.#end();
    else if (left <= WARN_MS && this.#activeAt <= this.#reportedAt) this.warning = true;
  }

  /** The time is up: the server decides, and without a line this device does. */
  async #end(): Promise<void> {
    this.#reportedAt = Date.now();
    this.warning = false;
    const offline = !me.confirmed || !navigator.onLine;
    me.reason = "idle";
    if (offline) me.leave("idle");
    else await me.load();
  }
}

export const idle = new Idle();
