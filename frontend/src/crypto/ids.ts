/** Ids as the engine writes them, and as our addresses do. */

import { fromBase64, join, random, sha256, toBase64, utf8, type Bytes } from "./codec";

const SERVER = "hearthside";

export const userId = (person: string): string => `@${person}:${SERVER}`;
export const roomId = (conversation: string): string => `!${conversation}:${SERVER}`;

/** The uuid in an engine's id (user, room or event); empty when it is none of ours. */
export function bare(id: string): string {
  return /^[@!$]([0-9a-f-]{36}):hearthside$/.exec(id)?.[1] ?? "";
}

/** The conversation id that belongs to a creator and a seed: so no server can name another creator later. */
export async function conversationId(creator: string, seed: Bytes): Promise<string> {
  const id = (await sha256(join(utf8(`hs.room.1\0${creator}\0`), seed))).slice(0, 16);
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Whether a conversation was made by this creator with this seed. */
export async function madeBy(conversation: string, creator: string, seed: string): Promise<boolean> {
  try {
    return (await conversationId(creator, fromBase64(seed))) === conversation;
  } catch {
    return false;
  }
}

export function newSeed(): Bytes {
  return random(32);
}

export function newTransaction(): string {
  return toBase64(random(18)).replaceAll("+", "-").replaceAll("/", "_");
}
