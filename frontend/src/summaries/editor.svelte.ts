/** A summary as a facilitator writes it: saved by itself, looked through at every save, and never lost between two people. */

import { Act } from "../act.svelte";
import { get, Offline, Problem, speaker } from "../api";
import { forget, keep, recall } from "../kept";
import { marksIn, type Mark } from "./marks";
import { mergeSections, moved, newSection, putBack, putIn, sameSections, type Clash } from "./sections";
import type { Done, Draft, Finding, Reading, Section, SectionKind } from "./shapes";

const SAVE_MS = 900;
const COPY_MS = 250;
const AGAIN_MS = 4000;

export type SaveState = "" | "unsaved" | "saving" | "saved" | "waiting" | "clash";

interface Copy {
  base: Section[];
  sections: Section[];
}

const copyOf = (sections: readonly Section[]): Section[] => sections.map(({ id, kind, heading, text, source }) => ({ id, kind, heading, text, source }));

export class Editor {
  status = $state<"loading" | "ready" | "failed">("loading");
  problem = $state.raw<unknown>(null);
  /** What the server has, as it was last heard. */
  draft = $state.raw<Draft | null>(null);
  /** What is on the page. */
  sections = $state<Section[]>([]);
  saving = $state<SaveState>("");
  /** Why the last save was refused, in the server's words; empty when it was not. */
  refused = $state("");
  clashes = $state.raw<Readonly<Record<string, Clash>>>({});
  /** Who changed something meanwhile, to be said once; null when nobody did. */
  met = $state.raw<{ by: string } | null>(null);
  /** True while a summary that has gone out is being corrected: nothing of it is seen before it is sent. */
  correcting = $state(false);
  readonly act = new Act();

  readonly #saver = new Act();
  #base = $state.raw<Section[]>([]);
  #findings = $state.raw<Finding[]>([]);
  #checked = $state.raw<Section[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #copyTimer: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<void> | null = null;
  #closed = false;

  constructor(
    readonly session: string,
    private readonly person: string,
  ) {}

  get unsaved(): boolean {
    return !sameSections(this.sections, this.#base);
  }

  get clashing(): boolean {
    return Object.keys(this.clashes).length > 0;
  }

  /** Whether the words can be typed in now. */
  get open(): boolean {
    const state = this.draft?.summary ? this.draft.state : null;
    return state === "draft" || state === "approved" || (state === "published" && this.correcting);
  }

  /** Whether there is a correction that was not sent yet. */
  get differs(): boolean {
    return this.draft?.state === "published" && this.draft.out !== null && !sameSections(this.sections, this.draft.out);
  }

  /** Places that may not leave like this, where they stand now. */
  get marks(): Mark[] {
    return marksIn(this.#findings, this.#checked, this.sections);
  }

  readonly #path = (what: string) => `/api/sessions/${encodeURIComponent(this.session)}/${what}`;
  readonly #copyName = () => `summary draft ${this.session}` as const;

  /** Reads what there is; what was typed and never saved comes back. */
  async load(): Promise<void> {
    try {
      await this.#busy;
      const draft = await get<Draft>(this.#path("draft"));
      await this.#busy;
      if (this.status === "ready") return this.#meet(draft);
      this.#take(draft);
      this.status = "ready";
      this.problem = null;
      await this.#takeCopy(draft);
    } catch (error) {
      this.problem = error;
      if (this.status === "loading") this.status = "failed";
    }
  }

  async #takeCopy(draft: Draft): Promise<void> {
    const copy = await recall<Copy>(this.#copyName(), this.person);
    if (!copy || !draft.summary || sameSections(copy.sections, draft.sections)) return;
    if (draft.state === "withdrawn") return this.#dropCopy();
    this.correcting ||= draft.state === "published";
    this.#base = copy.base;
    this.sections = copyOf(copy.sections);
    this.#merge(draft);
    this.#changed();
  }

  /** The server's word is the page's word. */
  #take(draft: Draft): void {
    this.draft = draft;
    this.#base = copyOf(draft.sections);
    this.sections = copyOf(draft.sections);
    this.#look(draft.problems, this.#base);
    this.clashes = {};
    this.correcting = draft.state === "published" && (this.correcting || this.differs);
  }

  #look(problems: readonly (Omit<Finding, "words"> & { words?: string })[], sections: Section[]): void {
    this.#findings = problems.map((finding) => ({ words: "", ...finding }));
    this.#checked = copyOf(sections);
  }

  /** Takes in what the server has now, beside what is being typed. */
  #meet(draft: Draft): void {
    const before = this.draft;
    if (before && before.summary === draft.summary && draft.version <= before.version) {
      if (draft.version < before.version) return;
      this.draft = draft;
      this.#look(draft.problems, draft.sections);
      return;
    }
    if (this.unsaved && this.open && draft.state !== "withdrawn") this.#merge(draft);
    else this.#take(draft);
  }

  #merge(draft: Draft): void {
    const { sections, clashes, came } = mergeSections(this.#base, this.sections, draft.sections);
    this.draft = draft;
    this.sections = sections;
    this.clashes = clashes;
    this.#base = copyOf(draft.sections);
    this.#look(draft.problems, this.#base);
    if (came) this.met = { by: draft.saved_by ?? "" };
    if (this.clashing) this.saving = "clash";
  }

  /** Something was typed or moved: it is kept on this device now, and saved in a moment. */
  changed(): void {
    this.refused = "";
    this.#changed();
  }

  #changed(): void {
    clearTimeout(this.#copyTimer);
    this.#copyTimer = setTimeout(() => void this.#copy(), COPY_MS);
    if (this.clashing) {
      this.saving = "clash";
      return;
    }
    this.saving = "unsaved";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_MS);
  }

  /** Saves what is on the page; two saves never cross. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#busy) {
      await this.#busy;
      if (this.unsaved && this.saving !== "waiting") return this.save();
      return;
    }
    if (!this.draft?.summary || this.clashing || !this.open) return;
    if (speaker() !== this.person) return this.#copy(); // its person has gone from this tab
    if (!this.unsaved) {
      if (this.saving !== "") this.saving = "saved";
      return;
    }
    this.#busy = this.#save(copyOf(this.sections)).finally(() => (this.#busy = null));
    await this.#busy;
  }

  async #save(sent: Section[]): Promise<void> {
    const { summary, version } = this.draft!;
    this.saving = "saving";
    try {
      const done = await this.#saver.command<Done>("summary.save", { summary, version, sections: sent });
      this.draft = { ...this.draft!, version: done.version, state: done.state, sections: sent };
      this.#base = sent;
      this.#look(done.problems, sent);
      this.refused = "";
      this.saving = this.unsaved ? "unsaved" : "saved";
      if (this.unsaved) this.#changed();
      else await this.#dropCopy();
    } catch (error) {
      await this.#failed(error).catch((later: unknown) => this.#failed(later));
    }
  }

  async #failed(error: unknown): Promise<void> {
    this.saving = "unsaved";
    if (error instanceof Problem && error.type === "stale") {
      await this.#catchUp(error);
      if (!this.clashing && this.unsaved) this.#changed();
    } else if (error instanceof Problem && !error.temporary && error.status !== 401) {
      this.refused = [error.detail, ...Object.values(error.fields)].filter(Boolean).join(" ");
      if (error.status === 404 || error.status === 403) this.problem = error;
    } else {
      this.saving = "waiting";
      if (!this.#closed) this.#timer = setTimeout(() => void this.save(), AGAIN_MS);
    }
  }

  /** Makes a draft, or fetches new themes into it; what was written stays. False when it failed, with words in `act`. */
  async begin(): Promise<boolean> {
    await this.save();
    return this.#do("summary.draft", { session: this.session });
  }

  /** Adds a section and answers its id. */
  add(kind: SectionKind, heading: string): string {
    const section = newSection(kind, heading);
    this.sections = [...this.sections, section];
    this.changed();
    return section.id;
  }

  /** Puts words of the session in, and answers the id of the section that has them. */
  put(kind: SectionKind, heading: string, words: string): string {
    const { sections, id } = putIn(this.sections, kind, heading, words);
    this.sections = [...sections];
    this.changed();
    return id;
  }

  move(at: number, step: -1 | 1): void {
    this.sections = [...moved(this.sections, at, step)];
    this.changed();
  }

  /** Takes a section out; the answer puts it back. */
  remove(at: number): () => void {
    const section = this.sections[at];
    if (!section) return () => {};
    const gone = { ...section };
    this.sections = this.sections.toSpliced(at, 1);
    this.changed();
    return () => {
      this.sections = [...putBack(this.sections, gone, at)];
      this.changed();
    };
  }

  /** Ends a clash of one section: keeps what is on the page, takes the other one's words, or both one after the other. */
  settle(id: string, how: "mine" | "theirs" | "both"): void {
    const { [id]: clash, ...others } = this.clashes;
    if (!clash) return;
    const { theirs } = clash;
    if (how === "theirs" && !theirs) this.sections = this.sections.filter((section) => section.id !== id);
    else if (how !== "mine" && theirs) {
      const join = (mine: Section): Section => (how === "theirs" ? { ...theirs } : { ...mine, text: `${mine.text.trimEnd()}\n\n${theirs.text}` });
      this.sections = this.sections.map((section) => (section.id === id ? join(section) : section));
    }
    this.clashes = others;
    this.changed();
  }

  /** Approves what is saved and sends it out; false when something stands in the way, with words in `act` or marks. */
  async send(): Promise<boolean> {
    await this.save();
    if (this.unsaved || this.clashing || !this.draft?.summary) return false;
    if (this.draft.state === "draft" && !(await this.#do("summary.approve"))) return false;
    return this.#do("summary.publish");
  }

  /** Lets a summary that has gone out be changed; nobody sees that before it is sent. */
  correct(): void {
    this.correcting = true;
  }

  /** Gives the correction up: the words are again as they are out. */
  async keepAsSent(): Promise<void> {
    clearTimeout(this.#timer);
    this.clashes = {};
    if (this.draft?.out) this.sections = copyOf(this.draft.out);
    await this.save();
    if (this.unsaved) return;
    this.correcting = false;
    this.saving = "";
  }

  async sendCorrection(): Promise<boolean> {
    await this.save();
    if (this.unsaved || this.clashing) return false;
    if (!(await this.#do("summary.correct", { sections: copyOf(this.sections) }))) return false;
    this.correcting = false;
    this.saving = "";
    return true;
  }

  /** Tells those who were marked as absent after it went out; how many, or null when it failed. */
  async tell(): Promise<number | null> {
    const { summary, version } = this.draft!;
    let told = 0;
    const done = await this.act.run(async () => {
      told = (await this.act.command<Done>("summary.publish", { summary, version })).told ?? 0;
    });
    if (done) await this.load();
    return done ? told : null;
  }

  async withdraw(why: string): Promise<boolean> {
    const done = await this.#do("summary.withdraw", { why });
    if (done) await this.#dropCopy();
    return done;
  }

  /** Asks the member who wrote it whether a sentence may stand in the summary. */
  async ask(post: string, sentence: string): Promise<boolean> {
    const asked = await this.act.run(() => this.act.command("quote.ask", { session: this.session, post, sentence }));
    if (asked) await this.load();
    return asked;
  }

  /** The draft as a member will see it; raises Problem or Offline. */
  async preview(): Promise<Reading> {
    await this.save();
    return get<Reading>(this.#path("preview"));
  }

  async #do(name: string, more: Record<string, unknown> = {}): Promise<boolean> {
    const { summary, version } = this.draft ?? { summary: null, version: 0 };
    const data = name === "summary.draft" ? more : { summary, version, ...more };
    let refusal: unknown = null;
    const done = await this.act.run(async () => {
      try {
        await this.act.command<Done>(name, data);
        this.#meet(await get<Draft>(this.#path("draft")));
      } catch (error) {
        refusal = error;
        throw error;
      }
    });
    if (!done) await this.#refusedWith(refusal);
    return done;
  }

  /** Takes in what is there now; a refusal that does not bring it is followed by fetching it. */
  async #catchUp(stale: Problem): Promise<void> {
    this.#meet((stale.extra.current as Draft | undefined) ?? (await get<Draft>(this.#path("draft"))));
  }

  async #refusedWith(error: unknown): Promise<void> {
    if (!(error instanceof Problem)) return;
    if (error.type === "stale") await this.#catchUp(error).catch(() => {});
    else if (Array.isArray(error.extra.problems)) this.#look(error.extra.problems as Finding[], this.sections);
  }

  async #copy(): Promise<void> {
    if (!this.unsaved) return this.#dropCopy();
    await keep(this.#copyName(), this.person, { base: this.#base, sections: copyOf(this.sections) } satisfies Copy);
  }

  async #dropCopy(): Promise<void> {
    clearTimeout(this.#copyTimer);
    await forget(this.#copyName(), this.person).catch(() => {});
  }

  /** True when the last try met no line. */
  get offline(): boolean {
    return this.saving === "waiting" || this.problem instanceof Offline;
  }

  /** The page is left: what waits is saved now, or kept on this device. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#copyTimer);
    if (this.unsaved) {
      void this.#copy();
      void this.save();
    }
    clearTimeout(this.#timer);
  }
}
