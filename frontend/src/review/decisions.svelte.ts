/** Decisions on their way to the server, and what became of those that somebody else overtook. */

import { command, leavingCommand, Offline, Problem } from "../api";
import { troubleOf } from "../act.svelte";
import { review as live } from "../state/review.svelte";
import { review as words } from "../strings/en_review";
import { showToast } from "../toast";
import type { DecisionFields } from "./choices";
import { PlannedDecision, type Planned } from "./planned.svelte";

export interface Notice {
  item: string;
  words: string;
  detail: string;
}

interface Overtaken {
  choice: string;
  by_name: string | null;
}

class Decisions {
  /** What the facilitator should know about a decision that was not taken. */
  notice = $state.raw<Notice | null>(null);
  /** A decision that met no line; the same nonce sends it at most once. */
  unsent = $state.raw<Planned | null>(null);
  /** Words typed for a decision that was not sent, or came back, by item. */
  drafts = $state.raw<Readonly<Record<string, Planned["data"]>>>({});
  /** What is typed to authors and not sent yet, by item; on this tab only. */
  readonly talks = new Map<string, string>();
  /** False when the queue is not on the page: then what happens is said at the foot of it. */
  shown = false;

  readonly planned = new PlannedDecision({
    send: async ({ data, nonce }) => {
      await command("review.decide", data, nonce);
    },
    leave: ({ data, nonce }) => leavingCommand("review.decide", data, nonce),
    ended: (planned, error) => this.#ended(planned, error),
  });

  constructor() {
    live.onEnd = () => this.clear();
  }

  /** Forgets everything: nobody else decides in this person's name, or reads what they typed. */
  clear(): void {
    this.planned.undo();
    this.unsent = null;
    this.notice = null;
    this.drafts = {};
    this.talks.clear();
  }

  /** Keeps what is typed for an item while its facilitator looks at another. */
  typed(item: string, choice: string, fields: DecisionFields): void {
    this.drafts = { ...this.drafts, [item]: { choice, ...fields } };
  }

  /** It was sent: what was typed for it has served. */
  #forget(item: string): void {
    const { [item]: _sent, ...drafts } = this.drafts;
    this.drafts = drafts;
  }

  #ended(planned: Planned, error: unknown): void {
    if (error === null) {
      this.#forget(planned.item);
      live.touched = { item: planned.item };
      live.soon(planned.group);
    } else if (error instanceof Offline) this.unsent = planned;
    else if (error instanceof Problem && error.type === "stale") this.#overtaken(planned, error);
    else {
      this.drafts = { ...this.drafts, [planned.item]: planned.data };
      const trouble = troubleOf(error);
      const more = error instanceof Problem ? Object.values(error.fields).join(" ") : "";
      this.#tell({ item: planned.item, words: words.refused(planned.words), detail: more || trouble.detail });
    }
  }

  #overtaken(planned: Planned, problem: Problem): void {
    const theirs = problem.extra.decision as Overtaken | null | undefined;
    const name = theirs?.by_name || words.aPerson;
    const sentence = theirs
      ? words.stale(name, words.choices[theirs.choice] ?? theirs.choice, planned.words)
      : words.staleChanged(planned.words);
    this.#tell({ item: planned.item, words: sentence, detail: "" });
    live.soon(planned.group, 0);
  }

  #tell(notice: Notice): void {
    this.notice = notice;
    if (!this.shown) showToast(notice.words);
  }

  /** True for an item that should not stand in the list: its decision waits, is on its way, or met no line. */
  has(item: string): boolean {
    return this.planned.has(item) || this.unsent?.item === item;
  }

  /** Sends again what met no line. */
  again(): void {
    const planned = this.unsent;
    if (!planned) return;
    this.unsent = null;
    this.planned.plan(planned);
    void this.planned.flush();
  }

  /** Takes the last decision back while that is possible; the item it was about. */
  undo(): Planned | null {
    const back = this.planned.undo() ?? this.unsent;
    this.unsent = null;
    if (back) this.drafts = { ...this.drafts, [back.item]: back.data };
    return back;
  }
}

export const decisions = new Decisions();
