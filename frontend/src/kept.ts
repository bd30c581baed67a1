/** Copies of a person's own things on this device, for when there is no line. */

import { openStore } from "./store";

/** `summaries` are the last ones read; a `summary draft` is what a facilitator typed and the server does not have yet. */
export type KeptThing = "support" | "safety plan" | "summaries" | `summary draft ${string}`;

const keyOf = (thing: KeptThing, person: string) => `${person} ${thing}`;

/** Keeps `value`, which replaces what was kept before. A browser without a store keeps nothing. */
export async function keep(thing: KeptThing, person: string, value: unknown): Promise<void> {
  const row = { key: keyOf(thing, person), person, value, saved_at: Date.now() };
  await openStore()
    .then((store) => store.put("kept", row))
    .catch(() => {});
}

/** What was kept, or null. */
export async function recall<T>(thing: KeptThing, person: string): Promise<T | null> {
  const row = await openStore()
    .then((store) => store.get("kept", keyOf(thing, person)))
    .catch(() => undefined);
  return (row?.value as T | undefined) ?? null;
}

/** Throws the copy away. */
export async function forget(thing: KeptThing, person: string): Promise<void> {
  const store = await openStore();
  await store.remove("kept", keyOf(thing, person));
}

/** Nobody is signed in on this device any more: the summaries read here go, whoever read them. */
export async function forgetRead(): Promise<void> {
  await openStore()
    .then((store) => store.removeEnding("kept", " summaries"))
    .catch(() => {});
}
