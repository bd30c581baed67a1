/** Unfinished words of sealed conversations. They are kept encrypted by the worker; what it could not take yet stays in this tab. */

import { whenEnding } from "../ending";
import { client } from "./client.svelte";

const kept = new Map<string, string>();
const offered = new Map<string, string>();

whenEnding(() => {
  kept.clear();
  offered.clear();
});

/** The draft of a conversation, or of an edit (`<conversation>/<message>`). Words offered meanwhile stand under it, for the person to
 * change or throw away. */
export async function readDraft(name: string): Promise<string> {
  const words = kept.get(name) ?? (await fromVault(name));
  const more = offered.get(name);
  offered.delete(name);
  return more ? [words, more].filter((one) => one.trim()).join("\n\n") : words;
}

async function fromVault(name: string): Promise<string> {
  try {
    return await client.sealed.draft(name);
  } catch {
    return "";
  }
}

/** Keeps the words; true once they lie encrypted on this device. Until then this tab holds them. */
export async function keepDraft(name: string, words: string): Promise<boolean> {
  kept.set(name, words);
  try {
    await client.sealed.keepDraft(name, words);
    if (kept.get(name) === words) kept.delete(name);
    return true;
  } catch {
    return false;
  }
}

/** Puts words into the text box of a conversation that is opened next; nothing is sent. */
export function offerWords(conversation: string, words: string): void {
  offered.set(conversation, words);
}
