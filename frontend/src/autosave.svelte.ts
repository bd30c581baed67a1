/** Words that save themselves as they are typed: kept on this device at once, on the server a moment later, and never lost between
 * two devices or over a lost line. */

import { Act } from "./act.svelte";
import { Offline, Problem, speaker } from "./api";
import { openStore } from "./store";

const SAVE_MS = 900;
const KEEP_MS = 250;
const AGAIN_MS = 4000;

export interface Words {
  words: string;
  version: number;
}

export type SaveState = "" | "unsaved" | "saving" | "saved" | "kept" | "failed";

interface Door {
  person: string;
  /** What the words are called on this device, for example `homework <id>`. */
  name: string;
  /** Saves them over `version`; a newer one raises Problem `stale`. */
  save: (act: Act, words: string, version: number) => Promise<{ version: number }>;
  /** What is there now, out of a `stale` Problem. */
  current: (problem: Problem) => Words;
  /** A refusal that another try will not change: the words stay on this device, and somebody decides. */
  refused?: (problem: Problem) => void;
  /** They are saved, for screens that show when. */
  saved?: (answer: { version: number }) => void;
}

export class Autosave {
  words = $state("");
  saving = $state<SaveState>("");
  problem = $state("");
  /** What another device has saved meanwhile, until the person has chosen. */
  other = $state.raw<Words | null>(null);
  version = 0;

  readonly #act = new Act();
  /** What the server has, or null when something beside the words must be saved with them. */
  #saved: string | null = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<void> | null = null;
  #closed = false;
  #open = false;

  constructor(private readonly door: Door) {}

  get unsaved(): boolean {
    return this.words !== this.#saved;
  }

  get #key(): string {
    return `${this.door.person} ${this.door.name}`;
  }

  /** Begins with what the server has; words that were kept on this device and not saved come back. */
  async begin(there: Words): Promise<void> {
    this.#take(there);
    const kept = await this.#kept();
    this.#open = true;
    if (this.#closed || kept === null || kept.body === there.words || this.unsaved) {
      if (kept?.body === there.words) void this.#forget();
      return;
    }
    this.words = kept.body;
    if (kept.base === there.version) void this.save();
    else this.#differ(there);
  }

  #take(there: Words): void {
    this.words = this.#saved = there.words;
    this.version = there.version;
    this.other = null;
  }

  #differ(there: Words): void {
    this.saving = "unsaved";
    if (this.words === there.words || !there.words.trim()) {
      this.version = there.version;
      this.#saved = there.words;
      void this.save();
    } else this.other = there;
  }

  /** Takes in what another device has saved; words typed here and not saved stay, and the person chooses. */
  arrived(there: Words): void {
    if (!this.#open || there.version <= this.version || this.#busy || this.other) return;
    if (this.unsaved) this.#differ(there);
    else this.#take(there);
  }

  /** Something was typed. */
  changed(): void {
    this.saving = "unsaved";
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => void this.keep(), KEEP_MS);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_MS);
  }

  /** Something that is saved with the words is another. */
  touched(): void {
    this.#saved = null;
    this.changed();
  }

  /** Puts the words on this device now. */
  async keep(): Promise<void> {
    clearTimeout(this.#keeping);
    if (!this.unsaved) return;
    const { person, name } = this.door;
    const row = { key: this.#key, person, topic: name, body: this.words, note_open: false, saved_at: Date.now(), base: this.version };
    await openStore().then(
      (store) => store.put("drafts", row),
      () => {},
    );
  }

  async #kept(): Promise<{ body: string; base?: number } | null> {
    return openStore()
      .then((store) => store.get("drafts", this.#key))
      .then(
        (row) => row ?? null,
        () => null,
      );
  }

  async #forget(): Promise<void> {
    clearTimeout(this.#keeping);
    await openStore().then(
      (store) => store.remove("drafts", this.#key),
      () => {},
    );
  }

  /** Saves what is there, one save at a time; resolves when nothing more can be done now. True when all of it is saved. */
  async save(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#busy) await this.#busy;
    if (this.other) return false;
    if (!this.unsaved) {
      if (this.saving === "unsaved" || this.saving === "kept") this.saving = "saved";
      return true;
    }
    this.#busy = this.#saveOnce().finally(() => (this.#busy = null));
    await this.#busy;
    return !this.unsaved;
  }

  async #saveOnce(): Promise<void> {
    if (speaker() !== this.door.person) {
      // Its person has gone from this tab, and the sign-in may be somebody else's: the words wait on this device.
      this.saving = "kept";
      return this.keep();
    }
    const sent = this.words;
    this.saving = "saving";
    this.problem = "";
    try {
      const answer = await this.door.save(this.#act, sent, this.version);
      this.#saved = sent;
      this.version = answer.version;
      this.saving = this.unsaved ? "unsaved" : "saved";
      if (!this.unsaved) await this.#forget();
      else this.#timer = setTimeout(() => void this.save(), SAVE_MS);
      this.door.saved?.(answer);
    } catch (error) {
      await this.keep();
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Problem && error.type === "stale") {
      this.#differ(this.door.current(error));
      return;
    }
    if (error instanceof Problem && !error.temporary && error.status !== 401) {
      this.saving = "failed";
      this.problem = error.fields.words ?? error.detail;
      this.door.refused?.(error);
      return;
    }
    this.saving = error instanceof Offline ? "kept" : "failed";
    if (!this.#closed) this.#timer = setTimeout(() => void this.save(), (error instanceof Problem && error.retryAfterMs) || AGAIN_MS);
  }

  /** Keeps what is on this page, in the other one's place. */
  keepMine(): void {
    if (!this.other) return;
    ({ words: this.#saved, version: this.version } = this.other);
    this.other = null;
    void this.save();
  }

  /** Gives up what is on this page for what is there. */
  takeTheirs(): void {
    if (!this.other) return;
    this.#take(this.other);
    this.saving = "saved";
    void this.#forget();
  }

  /** Puts both under each other, for the person to sort. */
  takeBoth(): void {
    if (!this.other) return;
    const mine = this.words;
    this.#take(this.other);
    this.words = `${this.words}\n\n${mine}`;
    void this.save();
  }

  /** The page is left: what waits is kept here and saved if it can be. */
  close(): void {
    this.#closed = true;
    void this.keep();
    if (this.unsaved && !this.other) void this.save();
    clearTimeout(this.#timer);
  }
}
