/** How far other people's identities can be trusted, and what stops sending to them. */

import type { OtherUserIdentity } from "@matrix-org/matrix-sdk-crypto-wasm";
import { user } from "./engine";
import type { Station } from "./station";
import type { Trust } from "./types";

type Identity = OtherUserIdentity | undefined;

async function identityOf({ engine }: Station, person: string): Promise<Identity> {
  return (await engine.machine.getIdentity(user(person))) as Identity;
}

export async function trustIn(station: Station, person: string): Promise<Trust> {
  if (person === station.user) return "verified";
  const identity = await identityOf(station, person);
  if (!identity) return "none";
  if (identity.hasVerificationViolation() || identity.identityNeedsUserApproval()) return "changed";
  return identity.isVerified() ? "verified" : "first_seen";
}

/** Goes on with the identity that somebody has now; an earlier comparison by emoji no longer counts. */
export async function acceptIdentity(station: Station, person: string): Promise<void> {
  const identity = await identityOf(station, person);
  if (!identity) return;
  if (identity.hasVerificationViolation()) await identity.withdrawVerification();
  if (identity.identityNeedsUserApproval()) await identity.pinCurrentMasterKey();
}

/** Of these people, those whose identity stops sending: changed, or none at all. */
export async function inTheWay(station: Station, people: string[]): Promise<{ changed: string[]; none: string[] }> {
  const changed: string[] = [];
  const none: string[] = [];
  for (const person of people) {
    const trust = await trustIn(station, person);
    if (trust === "changed") changed.push(person);
    if (trust === "none") none.push(person);
  }
  return { changed, none };
}
