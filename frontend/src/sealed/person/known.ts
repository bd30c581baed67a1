/** What a person's page says of somebody, put together from contacts and conversations. */

import type { ContactView, Snapshot, Trust } from "../../crypto/types";
import { pairWith } from "../../messages/names";
import type { keys } from "../../strings/en_keys";

export interface KnownPerson {
  person: string;
  name: string;
  /** How one knows them; empty when that can't be told, among circles. */
  reason: keyof typeof keys.person.reasons | "";
  lane: ContactView["lane"] | null;
  trust: Trust;
  /** There is a conversation with them, so this device knows their keys. */
  begun: boolean;
  /** The conversation with just them. */
  pair: string;
}

const CLIENT_SIDE = { therapist: "therapist", cover: "cover", office: "office", group: "group" } as const;
const STAFF_SIDE = { therapist: "client", cover: "covered", office: "officeStaff", group: "group" } as const;

/** The closest reason first, as in the list of people one may write to. */
const ORDER: readonly ContactView["reason"][] = ["therapist", "cover", "office", "group"];

/** Somebody by id, or null when there is neither contact nor conversation. */
export function knownPerson(person: string, { contacts, conversations }: Pick<Snapshot, "contacts" | "conversations">, staff: boolean): KnownPerson | null {
  const theirs = (contacts ?? []).filter((one) => one.person === person);
  const contact = ORDER.map((reason) => theirs.find((one) => one.reason === reason)).find((one) => one !== undefined);
  const places = (conversations ?? []).flatMap((one) => one.members.filter((member) => member.person === person && !member.you));
  const pair = pairWith(person, conversations ?? []);
  if (!contact && places.length === 0) return null;
  const name = contact?.name || places.find((one) => one.name)?.name || "";
  const changed = places.some((one) => one.trust === "changed");
  const trust = changed ? "changed" : (places[0]?.trust ?? (contact?.setUp ? "first_seen" : "none"));
  const reason = contact ? (staff ? STAFF_SIDE : CLIENT_SIDE)[contact.reason] : pair ? "over" : "";
  return { person, name, reason, lane: contact?.lane ?? null, trust, begun: places.length > 0, pair: pair?.id ?? "" };
}
