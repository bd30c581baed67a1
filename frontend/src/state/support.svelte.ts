/** The support card: which of the person's posts has one, and its words, fetched ahead and kept for when there is no line. */

import { announce } from "../announce";
import { get } from "../api";
import { t } from "../strings";
import { keep, recall } from "../kept";
import { help, type HelpLines } from "./help.svelte";
import type { DutyState } from "./shapes";

const SHOWN = "hearthside.support";
const AGAIN_MS = 10 * 60_000;

export interface Duty {
  group: string;
  name: string;
  state: DutyState;
  until: string | null;
  back_at: string | null;
}

export interface SupportWords extends HelpLines {
  words: string[];
  duty: Duty[];
  plan: boolean;
}

/** A card under one post; closed ones can be opened again from the post. */
export interface Card {
  post: string;
  topic: string;
  group: string;
  person: string;
  open: boolean;
  /** It has stood before its author, in its place. */
  seen: boolean;
}

class Support {
  content = $state.raw<SupportWords | null>(null);
  cards = $state.raw<Readonly<Record<string, Card>>>({});
  #person = "";
  #readAt = 0;
  readonly #others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(SHOWN);

  constructor() {
    if (this.#others) this.#others.onmessage = ({ data }) => this.#take(data as Card);
  }

  /** Fetches the words for `person` ahead of need, and finds the cards that this tab had open. */
  start(person: string): void {
    this.#person = person;
    this.cards = Object.fromEntries(shownBefore().filter((card) => card.person === person).map((card) => [card.post, card]));
    void recall<SupportWords>("support", person).then((kept) => {
      if (this.#person === person) this.content ??= kept;
    });
    void this.load();
  }

  /** Forgets everything on this tab. */
  stop(): void {
    this.#person = "";
    this.#readAt = 0;
    this.content = null;
    this.cards = {};
  }

  /** Reads the words anew, who is on duty among them; what was kept stays without a line. */
  async load(): Promise<void> {
    const person = this.#person;
    if (!person) return;
    try {
      const content = await get<SupportWords>("/api/support");
      if (this.#person !== person) return;
      this.content = content;
      this.#readAt = Date.now();
      help.take(content);
      await keep("support", person, content);
    } catch {
      // The kept words, or the built-in ones, stay.
    }
  }

  /** Shows the card under a post, on every tab of this person, and says so once. */
  show(card: Omit<Card, "open" | "seen">): void {
    const shown = { ...card, open: true, seen: false };
    this.#others?.postMessage(shown);
    this.#take(shown);
  }

  #take(card: Card): void {
    if (card.person !== this.#person) return;
    this.#put(card);
    if (document.visibilityState === "visible") announce(t.crisis.announce);
    if (Date.now() - this.#readAt > AGAIN_MS) void this.load();
  }

  /** Notes that a card stands before its author; elsewhere nothing points to it any more. */
  saw(post: string): void {
    const card = this.cards[post];
    if (card && !card.seen) this.#put({ ...card, seen: true });
  }

  /** Folds a card away; its post keeps a way to open it again. */
  close(post: string): void {
    const card = this.cards[post];
    if (card) this.#put({ ...card, open: false });
  }

  reopen(post: string): void {
    const card = this.cards[post];
    if (card) this.#put({ ...card, open: true });
  }

  #put(card: Card): void {
    this.cards = { ...this.cards, [card.post]: card };
    try {
      sessionStorage.setItem(SHOWN, JSON.stringify(Object.values(this.cards)));
    } catch {
      // Without storage a reload forgets which cards were open; nothing else depends on it.
    }
  }
}

function shownBefore(): Card[] {
  try {
    return JSON.parse(sessionStorage.getItem(SHOWN) ?? "[]") as Card[];
  } catch {
    return [];
  }
}

export const support = new Support();
