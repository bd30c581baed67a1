/** Whom one may write to, as the list of a new conversation shows them. */

import type { ContactView } from "../crypto/types";
import { messages } from "../strings/en_messages";

/** People in a circle, the reader among them. */
export const MOST_PEOPLE = 15;

export interface Choosable {
  contact: ContactView;
  /** May be in a circle: of a group that lets its people write to each other. */
  circle: boolean;
}

export interface Bunch {
  key: string;
  title: string;
  people: Choosable[];
}

const REASONS = ["therapist", "cover", "office", "group"] as const;

/** Every person once, under the closest reason, those whose name fits `wanted`. */
export function bunches(contacts: readonly ContactView[], staff: boolean, wanted: string): Bunch[] {
  const { groups } = messages.make;
  const titles = staff
    ? { therapist: groups.clients, cover: groups.covered, office: groups.officeStaff, group: groups.group }
    : { therapist: groups.therapist, cover: groups.cover, office: groups.office, group: groups.group };
  const words = wanted.trim().toLocaleLowerCase();
  const seen = new Set<string>();
  const circle = new Set(contacts.filter((one) => one.reason === "group").map((one) => one.person));
  return REASONS.map((reason) => {
    const people = contacts.filter((one) => one.reason === reason && !seen.has(one.person));
    for (const one of people) seen.add(one.person);
    const fitting = people.filter((one) => one.name.toLocaleLowerCase().includes(words));
    return { key: reason, title: titles[reason], people: fitting.map((contact) => ({ contact, circle: circle.has(contact.person) })) };
  }).filter((bunch) => bunch.people.length > 0);
}
