/** Drafts: unfinished words of a person in a topic, kept on this device until they are sent or thrown away. */

import type { PostData } from "./outbox";
import { openStore, type Draft } from "./store";

const keyOf = (person: string, topic: string) => `${person} ${topic}`;

export interface DraftWords extends PostData {
  note_open: boolean;
  /** Of words that change something that is there: the version they were written on. */
  base?: number;
}

/** The draft of `person` in `topic`, or null. */
export async function loadDraft(person: string, topic: string): Promise<Draft | null> {
  const store = await openStore();
  return (await store.get("drafts", keyOf(person, topic))) ?? null;
}

/** Keeps the words; empty words without note, reply or file remove the draft. */
export async function saveDraft(person: string, topic: string, words: DraftWords): Promise<void> {
  const store = await openStore();
  const key = keyOf(person, topic);
  if (!words.body.trim() && !words.reply_to && !words.note_open && !words.attached?.length) await store.remove("drafts", key);
  else await store.put("drafts", { ...words, key, person, topic, saved_at: Date.now() });
}

/** The topics in which `person` has a draft. */
export async function draftTopics(person: string): Promise<string[]> {
  const store = await openStore();
  return (await store.ofPerson("drafts", person)).map((draft) => draft.topic);
}
