/** The safety plan: saved by itself, kept on this device for when there is no line, and never lost between two devices. */

import { Act } from "../act.svelte";
import { get, Offline, Problem } from "../api";
import { forget, keep, recall } from "../kept";
import { openPlanOf, setOpenPlan } from "../open_plan";

const STEPS = 6;
const SAVE_MS = 800;
const AGAIN_MS = 4000;
const NO_COPY = "hearthside.no-plan-copy.";

export interface PlanAnswer {
  steps: string[][];
  version: number;
  updated_at: string | null;
  shared_with: string[];
}

interface Copy extends PlanAnswer {
  /** Written without a line, and not saved yet. */
  unsaved: boolean;
}

export type SaveState = "" | "unsaved" | "saving" | "saved" | "waiting";

/** The lines that say something, as the server keeps them. */
export const tidy = (steps: readonly (readonly string[])[]): string[][] =>
  steps.map((step) => step.map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean));

const same = (one: readonly (readonly string[])[], two: readonly (readonly string[])[]) =>
  JSON.stringify(tidy(one)) === JSON.stringify(tidy(two));

export class Plan {
  status = $state<"loading" | "ready" | "failed">("loading");
  problem = $state.raw<unknown>(null);
  /** What is on the page, six lists of lines. */
  steps = $state<string[][]>(Array.from({ length: STEPS }, () => []));
  sharedWith = $state.raw<readonly string[]>([]);
  version = $state(0);
  saving = $state<SaveState>("");
  /** What did not fit, for each step by its number. */
  errors = $state.raw<Readonly<Record<number, string>>>({});
  /** What another device has saved meanwhile, until the person has chosen. */
  other = $state.raw<PlanAnswer | null>(null);
  /** Set while only this device's copy is shown: from when it is. */
  copyFrom = $state<string | null>(null);
  copying = $state(true);
  /** Whether the copy opens without signing in while there is no line. */
  opening = $state(false);

  readonly #act = new Act();
  #saved: string[][] = [];
  #updated: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(private readonly person: string) {
    this.copying = !noCopy(person);
    this.opening = person !== "" && openPlanOf() === person;
  }

  get unsaved(): boolean {
    return !same(this.steps, this.#saved);
  }

  /** Shows this device's copy at once, then what the server has. What was written without a line is saved now. */
  async load(): Promise<void> {
    const copy = this.status === "loading" && this.copying ? await recall<Copy>("safety plan", this.person) : null;
    if (copy) this.#showCopy(copy);
    try {
      this.#arrived(await get<PlanAnswer>("/api/me/safety-plan"));
    } catch (error) {
      this.problem = error;
      if (this.status === "loading") this.status = "failed";
      if (error instanceof Offline && this.unsaved) this.saving = "waiting";
    }
  }

  #showCopy(copy: Copy): void {
    this.steps = copy.steps;
    this.version = copy.version;
    this.sharedWith = copy.shared_with;
    this.#saved = copy.unsaved ? [] : copy.steps;
    this.#updated = copy.updated_at;
    this.copyFrom = copy.updated_at;
    this.status = "ready";
  }

  #arrived(answer: PlanAnswer): void {
    const mine = this.status === "ready" && this.unsaved;
    this.status = "ready";
    this.problem = null;
    this.copyFrom = null;
    if (mine && answer.version !== this.version && !same(this.steps, answer.steps)) {
      this.other = answer;
      return;
    }
    const steps = mine ? this.steps : null;
    this.#take(answer);
    if (steps && !same(steps, answer.steps)) {
      this.steps = steps;
      void this.save();
    }
  }

  #take(answer: PlanAnswer): void {
    this.#saved = answer.steps;
    this.#updated = answer.updated_at;
    this.version = answer.version;
    this.sharedWith = answer.shared_with;
    this.steps = answer.steps.map((step) => [...step]);
    this.other = null;
    this.saving = "";
    void this.#copy();
  }

  /** Something was typed: it is kept on this device now and saved in a moment. */
  changed(): void {
    this.saving = "unsaved";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_MS);
    void this.#copy();
  }

  /** Saves what is on the page, one save at a time. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#busy || this.other) return;
    if (!this.unsaved) {
      if (this.saving === "unsaved" || this.saving === "waiting") this.saving = "saved";
      return;
    }
    this.#busy = true;
    this.saving = "saving";
    const sent = tidy(this.steps);
    try {
      const answer = await this.#act.command<PlanAnswer>("safety_plan.save", { version: this.version, steps: sent });
      this.#saved = sent;
      this.#updated = answer.updated_at;
      this.version = answer.version;
      this.errors = {};
      this.copyFrom = null;
      this.saving = this.unsaved ? "unsaved" : "saved";
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
    void this.#copy();
    if (this.saving === "unsaved" && Object.keys(this.errors).length === 0) this.changed();
  }

  #failed(error: unknown): void {
    this.saving = "unsaved";
    if (error instanceof Problem && error.type === "stale") {
      this.other = error.extra.current as PlanAnswer;
    } else if (error instanceof Problem && error.status === 422) {
      const fields = Object.entries(error.fields).map(([name, words]) => [Number(name.split(".")[1] ?? 0), words] as const);
      this.errors = Object.fromEntries(fields);
      return;
    } else {
      this.saving = "waiting";
      this.#timer = setTimeout(() => void this.save(), AGAIN_MS);
    }
    this.errors = {};
  }

  /** Keeps what is on this page, in the other one's place. */
  keepMine(): void {
    if (!this.other) return;
    this.version = this.other.version;
    this.#saved = this.other.steps;
    this.other = null;
    void this.save();
  }

  /** Gives up what is on this page for what the other device saved. */
  takeTheirs(): void {
    if (this.other) this.#take(this.other);
  }

  /** Lets a group's facilitators read the plan, or stops it; raises Problem or Offline. */
  async share(group: string, shared: boolean): Promise<void> {
    await this.save();
    const answer = await this.#act.command<PlanAnswer>("safety_plan.share", { group, shared });
    this.sharedWith = answer.shared_with;
    void this.#copy();
  }

  /** Keeps a copy on this device, or throws it away and keeps none from now on. */
  async setCopy(on: boolean): Promise<void> {
    this.copying = on;
    try {
      if (on) localStorage.removeItem(NO_COPY + this.person);
      else localStorage.setItem(NO_COPY + this.person, "yes");
    } catch {
      // Without storage there is no copy either.
    }
    if (!on) this.setOpening(false);
    if (on) await this.#copy();
    else await forget("safety plan", this.person);
  }

  /** Lets this device's copy be opened without signing in while there is no line, or no longer. */
  setOpening(on: boolean): void {
    this.opening = on;
    setOpenPlan(on ? this.person : null);
  }

  async #copy(): Promise<void> {
    if (!this.copying || this.status !== "ready") return;
    const { version, unsaved } = this;
    const copy: Copy = { steps: tidy(this.steps), version, unsaved, updated_at: this.#updated, shared_with: [...this.sharedWith] };
    await keep("safety plan", this.person, copy);
  }

  /** The page is left: what waits is saved now. */
  close(): void {
    if (this.unsaved) void this.save();
    clearTimeout(this.#timer);
  }
}

function noCopy(person: string): boolean {
  try {
    return localStorage.getItem(NO_COPY + person) !== null;
  } catch {
    return false;
  }
}
