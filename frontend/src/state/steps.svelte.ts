/** Whether facilitators took a step with this person that they have not read of yet. */

import { get } from "../api";
import type { OwnStep } from "../care/flags";
import { announce } from "../announce";
import { t } from "../strings";

const SEEN = "hearthside.steps-seen";

class Steps {
  /** The newest step that was not read of. */
  fresh = $state.raw<OwnStep | null>(null);
  #person = "";

  /** Looks what there is for `person`; on every new line, and when a step changes. */
  async look(person: string): Promise<void> {
    this.#person = person;
    try {
      const { steps } = await get<{ steps: OwnStep[] }>("/api/me/flags");
      if (this.#person !== person) return;
      const newest = unread(steps, seenUntil(person));
      if (newest && newest.id !== this.fresh?.id) announce(t.steps.said(newest.group_name));
      this.fresh = newest;
    } catch {
      // It is asked for again with the next line.
    }
  }

  /** The person has read of these. */
  saw(steps: readonly OwnStep[]): void {
    this.fresh = null;
    const newest = steps.map((step) => step.at).toSorted().at(-1);
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

/** The newest step after the moment `seen` that still stands. */
export function unread(steps: readonly OwnStep[], seen: string): OwnStep | null {
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
