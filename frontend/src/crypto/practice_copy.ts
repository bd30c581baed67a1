/** A staff person's side of the practice key: what their device holds on to, and the copy that it leaves. */

import { keyIdOf, isCodeOf, sealCopy } from "./practice_key";
import type { Station } from "./station";
import type { PracticeView } from "./types";

interface KeyReply {
  public_key: string | null;
  key_id: string | null;
  announced_at: string | null;
  staff: boolean;
  copy_made_at: string | null;
}

/** The key that this person confirmed by its code. */
interface Pinned {
  publicKey: string;
}

async function pinnedIn({ vault }: Station): Promise<Pinned | null> {
  return ((await vault.get("setting", "practice")) as Pinned | undefined) ?? null;
}

/** How the practice key stands for this person; null for members, whose keys never go to anybody. */
export async function viewPractice(station: Station): Promise<PracticeView | null> {
  const now = await station.relay.get<KeyReply>("practice_key");
  if (!now.staff) return null;
  const pinned = await pinnedIn(station);
  if (pinned && now.public_key !== null && now.public_key !== pinned.publicKey) return { state: "changed", since: now.announced_at };
  if (!now.public_key) return { state: "none", since: null };
  return now.copy_made_at ? { state: "sealed", since: now.copy_made_at } : { state: "offered", since: now.announced_at };
}

/** Holds on to the practice's key, once its code is the one that the practice gave. */
export async function acceptPractice(station: Station, code: string): Promise<boolean> {
  const { public_key: publicKey } = await station.relay.get<KeyReply>("practice_key");
  if (!publicKey || !(await isCodeOf(publicKey, code))) return false;
  await station.vault.put("setting", "practice", { publicKey } satisfies Pinned);
  return true;
}

/** Leaves a copy of a recovery key that was just made, where the person agreed to it and the practice's key is still that one. */
export async function leaveCopy(station: Station, written: string, version: number): Promise<void> {
  const pinned = await pinnedIn(station);
  if (!pinned) return;
  const now = await station.relay.get<KeyReply>("practice_key");
  if (!now.staff || now.public_key !== pinned.publicKey) return;
  const keyId = await keyIdOf(pinned.publicKey);
  const box = await sealCopy(pinned.publicKey, { keyId, user: station.user, version }, written);
  await station.relay.put("key_copy", { key_id: keyId, version, box });
}

/** Takes the copy back, and holds on to no key any more. */
export async function dropCopy(station: Station): Promise<void> {
  await station.relay.remove("key_copy");
  await station.vault.remove("setting", "practice");
}
