/** The last summaries that a person read, on this device, for when there is no line. They go when the person signs out. */

import { forget, keep, recall } from "../kept";
import type { Reading } from "./shapes";

const MOST = 5;

export interface Shelved {
  summary: Reading;
  /** When it was fetched, as an ISO moment: what is shown later is as of then. */
  as_of: string;
}

/** What is kept for this person, the one read last first. */
export async function shelved(person: string): Promise<Shelved[]> {
  return (await recall<Shelved[]>("summaries", person)) ?? [];
}

/** The kept copy of one summary, or null. */
export async function fromShelf(person: string, id: string): Promise<Shelved | null> {
  return (await shelved(person)).find(({ summary }) => summary.id === id) ?? null;
}

/** Puts a summary in front, and lets go of the one that was read longest ago. A withdrawn one leaves nothing behind. */
export async function shelve(person: string, summary: Reading, now: Date = new Date()): Promise<void> {
  const others = (await shelved(person)).filter((one) => one.summary.id !== summary.id);
  if (summary.withdrawn) return store(person, others);
  await store(person, [{ summary, as_of: now.toISOString() }, ...others].slice(0, MOST));
}

/** Brings a kept copy up to date in its place; does nothing for one that is not kept. */
export async function refreshShelved(person: string, summary: Reading, now: Date = new Date()): Promise<void> {
  const all = await shelved(person);
  const at = all.findIndex((one) => one.summary.id === summary.id);
  if (at < 0) return;
  const renewed = { summary, as_of: now.toISOString() };
  await store(person, summary.withdrawn ? all.toSpliced(at, 1) : all.with(at, renewed));
}

/** Lets go of one, for example because it is the person's no more. */
export async function unshelve(person: string, id: string): Promise<void> {
  const all = await shelved(person);
  if (all.some(({ summary }) => summary.id === id)) await store(person, all.filter(({ summary }) => summary.id !== id));
}

async function store(person: string, all: Shelved[]): Promise<void> {
  if (all.length) await keep("summaries", person, all);
  else await forget("summaries", person).catch(() => {});
}
