/** Under which conversations a card of care stands, because of words that this device saw in what was sent. It is told to nobody. */

import { announce } from "../announce";
import { whenEnding } from "../ending";
import { riskIn, type Risk } from "../sealed/risk";
import { talk } from "../strings/en_talk";

/** A closed card comes back for the same only after this time, or at once for something graver. */
const REST_MS = 30 * 60_000;
const GRAVE: readonly Risk[] = ["others", "self_harm", "suicide", "overdose"];

class Care {
  cards = $state.raw<Readonly<Record<string, Risk>>>({});
  readonly #closed = new Map<string, { risk: Risk; at: number }>();

  /** Looks at words that have just been sent, on this device, and shows the card when they say that somebody is in danger. */
  look(conversation: string, body: string): void {
    const risk = riskIn(body);
    if (!risk) return;
    const closed = this.#closed.get(conversation);
    if (closed && Date.now() - closed.at < REST_MS && GRAVE.indexOf(risk) <= GRAVE.indexOf(closed.risk)) return;
    this.cards = { ...this.cards, [conversation]: risk };
    announce(talk.care.announce);
  }

  close(conversation: string): void {
    const { [conversation]: risk, ...rest } = this.cards;
    if (risk) this.#closed.set(conversation, { risk, at: Date.now() });
    this.cards = rest;
  }

  clear(): void {
    this.cards = {};
    this.#closed.clear();
  }
}

export const care = new Care();

whenEnding(() => care.clear());
