/** Whose sessions these are that did not come from their sender directly, but from our own backup or from who let us in.
 *
 * The engine trusts no imported session, since anybody could have made it up. Ours are authenticated (backup.ts) or come
 * from the conversation's creator (talk.ts), with the device that the one who kept them had found to be the sender's.
 */

import type { Station } from "./station";

export interface Vouched {
  user: string;
  device: string;
  /** The sending device's Curve25519 key. */
  key: string;
}

export async function vouch({ vault }: Station, session: string, sender: Vouched): Promise<void> {
  await vault.put("vouched", session, sender);
}

export async function vouchedFor({ vault }: Station, session: string): Promise<Vouched | null> {
  return ((await vault.get("vouched", session)) as Vouched | undefined) ?? null;
}
