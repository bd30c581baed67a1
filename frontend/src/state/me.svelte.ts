/** Who is signed in on this tab, and why nobody is. */

import { auth, get, Offline, Problem, speakFor, whenFactorNeeded, whenSignedOut } from "../api";
import { forgetRead } from "../kept";
import { openPlanOf, setOpenPlan } from "../open_plan";
import { setServerTime } from "../server_time";
import type { MeAnswer, Person, Practice } from "./shapes";

const REMEMBERED = "hearthside.me";
const ACTIVE = "hearthside.active";
/** Whose notes this device shows. */
export const PUSH = "hearthside.push";
/** Set on this device when somebody has left fast, until the server surely knows. */
export const LEFT = "hearthside.left";

const NO_FACTOR: MeAnswer["factor"] = { required: false, set: false };

export type OutReason = "" | "idle" | "ended";

class Me {
  /** `loading` until the first answer; `in` also for a person remembered while there is no line. */
  status = $state<"loading" | "in" | "out">("loading");
  person = $state.raw<Person | null>(null);
  practice = $state.raw<Practice | null>(null);
  signin = $state.raw<MeAnswer["signin"] | null>(null);
  factor = $state.raw<MeAnswer["factor"]>(NO_FACTOR);
  /** Whether the first steps were gone through or skipped, on whichever device. */
  welcomed = $state(true);
  demo = $state(false);
  /** False while only this device's memory says who is here. */
  confirmed = $state(false);
  reason = $state<OutReason>("");
  /** The server could not be reached, and nobody is remembered. */
  unreachable = $state(false);

  /** The zone in which days and times are shown. */
  get zone(): string {
    return this.person?.time_zone || this.practice?.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  get staff(): boolean {
    return this.person !== null && this.person.role !== "member";
  }

  get admin(): boolean {
    return this.person?.role === "admin";
  }

  /** True while a second step must be set up before anything else opens. */
  get mustSetUp(): boolean {
    return this.status === "in" && this.factor.required && !this.factor.set;
  }

  /** Asks the server who is signed in. Without a line, the person remembered on this device goes on writing. */
  async load(): Promise<void> {
    try {
      const asked = Date.now();
      const answer = await get<MeAnswer>("/api/me");
      setServerTime(answer.now, asked);
      if (leftInHaste()) await this.#endLate();
      else this.#enter(answer);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        keep(LEFT, null);
        this.leave(this.reason);
      } else this.#remember(error instanceof Offline);
    }
  }

  /** Somebody left fast without a line: the server hears of it now, before anything is shown. */
  async #endLate(): Promise<void> {
    await auth("DELETE", "auth/session");
    keep(LEFT, null);
    this.leave();
  }

  /** Leaving fast: nothing on this device says who was here. The server is told when it can be. */
  forget(): void {
    keep(REMEMBERED, null);
    keep(PUSH, null);
    setOpenPlan(null);
    keep(LEFT, String(Date.now()));
    void forgetRead();
  }

  #enter(answer: MeAnswer): void {
    if (this.status === "in" && this.person && this.person.id !== answer.person.id) {
      // Somebody else has signed in on this browser: nothing of the one before stays in front of them.
      this.leave("ended");
      location.reload();
      return;
    }
    if (openPlanOf() !== answer.person.id) setOpenPlan(null);
    this.person = answer.person;
    this.practice = answer.practice;
    this.signin = answer.signin;
    this.factor = answer.factor;
    this.welcomed = answer.welcomed;
    this.demo = answer.demo;
    this.confirmed = true;
    this.unreachable = false;
    this.reason = "";
    this.status = "in";
    speakFor(answer.person.id);
    const kept = { ...answer, person: { ...answer.person, email: "" } };
    keep(REMEMBERED, JSON.stringify(kept));
    markActive();
  }

  #remember(offline: boolean): void {
    if (this.status === "in") return;
    const kept = recall();
    this.unreachable = true;
    if (!kept) void forgetRead();
    if (!offline || !kept) {
      this.status = "out";
      return;
    }
    this.person = kept.person;
    this.practice = kept.practice;
    this.signin = kept.signin;
    this.factor = kept.factor ?? NO_FACTOR;
    this.demo = kept.demo;
    this.confirmed = false;
    this.status = "in";
    speakFor(kept.person.id);
  }

  /** Takes the person off this tab; what they wrote stays in the device's store under their id. */
  leave(reason: OutReason = ""): void {
    keep(REMEMBERED, null);
    void forgetRead();
    speakFor("");
    this.reason = reason;
    this.person = null;
    this.signin = null;
    this.factor = NO_FACTOR;
    this.confirmed = false;
    this.status = "out";
  }

  /** Signs out on the server too; raises Offline when it could not be told. */
  async signOut(): Promise<void> {
    await auth("DELETE", "auth/session");
    setOpenPlan(null);
    this.leave();
  }

  /** Takes in a change of the person's own name or role. */
  update(change: Partial<Person>): void {
    if (this.person) this.person = { ...this.person, ...change };
  }
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // A browser without storage forgets the person on reload; nothing else depends on it.
  }
}

/** Whether somebody left fast and the server may not know it yet. */
function leftInHaste(): boolean {
  try {
    return localStorage.getItem(LEFT) !== null;
  } catch {
    return false;
  }
}

/** Somebody signs in on purpose: that an earlier person left fast does not end this sign-in. */
export function arrive(): void {
  keep(LEFT, null);
}

/** Notes that somebody used this device now; a remembered person is forgotten after their idle time. */
export function markActive(): void {
  keep(ACTIVE, String(Date.now()));
}

function recall(): MeAnswer | null {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "null") as MeAnswer | null;
    const active = Number(localStorage.getItem(ACTIVE) ?? 0);
    if (!kept || Date.now() - active > kept.signin.idle_seconds * 1000) return null;
    return kept;
  } catch {
    return null;
  }
}

export const me = new Me();

whenSignedOut(() => {
  if (me.status === "in") me.leave(me.reason || "ended");
});

whenFactorNeeded(() => {
  if (!me.mustSetUp) void me.load();
});
