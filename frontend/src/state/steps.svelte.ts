/** Whether somebody decided something about this person that they have not read of yet: a step, or about a private message. */

import { get } from "../api";
import type { Flag, OwnStep } from "../care/flags";
import { announce } from "../announce";
import { t } from "../strings";

const SEEN = "hearthside.steps-seen";

/** What there is to read of; `group_name` is empty for what is about a private message. */
export interface News {
  id: string;
  at: string;
  group_name: string;
  lifted_at: string | null;
}

class Steps {
  /** The newest that was not read of. */
  fresh = $state.raw<News | null>(null);
  #person = "";

  /** Looks what there is for `person`; on every new line, and when something was decided. */
  async look(person: string): Promise<void> {
    this.#person = person;
    try {
      const { steps, flags = [] } = await get<{ steps: OwnStep[]; flags?: Flag[] }>("/api/me/flags");
      if (this.#person !== person) return;
      const newest = unread([...steps, ...aboutMessages(flags)], seenUntil(person));
      if (newest && newest.id !== this.fresh?.id) announce(newest.group_name ? t.steps.said(newest.group_name) : t.steps.messageSaid);
      this.fresh = newest;
    } catch {
      // It is asked for again with the next line.
    }
  }

  /** The person has read of these. */
  saw(steps: readonly OwnStep[], flags: readonly Flag[] = []): void {
    this.fresh = null;
    const newest = [...steps, ...aboutMessages(flags)].map((step) => step.at).toSorted().at(-1);
    if (!newest || !this.#person) return;
    try {
      localStorage.setItem(`${SEEN}.${this.#person}`, newest);
    } catch {
      // Without storage the line comes back with the next page.
    }
  }

  stop(): void {
    this.#person = "";
    this.fresh = null;
  }
}

/** Decisions about private messages, as news. */
export function aboutMessages(flags: readonly Flag[]): News[] {
  return flags.flatMap(({ id, message, decision }) =>
    message && decision ? [{ id: `${id} ${decision.at}`, at: decision.at, group_name: "", lifted_at: null }] : [],
  );
}

/** The newest after the moment `seen` that still stands. */
export function unread(steps: readonly News[], seen: string): News | null {
  const standing = steps.filter((step) => step.at > seen && !step.lifted_at);
  return standing.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1) ?? null;
}

function seenUntil(person: string): string {
  try {
    return localStorage.getItem(`${SEEN}.${person}`) ?? "";
  } catch {
    return "";
  }
}

export const steps = new Steps();
