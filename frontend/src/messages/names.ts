/** How conversations and the people in them are called on screens. */

import type { ContactView, ConversationView, Item, MemberView } from "../crypto/types";
import { messages } from "../strings/en_messages";

const MOST_NAMED = 3;

/** This person's own devices and keys; where a new recovery key is kept; how all of it is protected. */
export const KEYS_PATH = "/me/devices";
export const RECOVERY_PATH = "/me/devices/key";
export const PROTECTION_PATH = "/messages/protection";
export const pathOf = (conversation: string) => `/messages/${encodeURIComponent(conversation)}`;
export const personPath = (person: string) => `/messages/people/${encodeURIComponent(person)}`;
export const recordPath = (conversation: string) => `${pathOf(conversation)}/record`;

export const nameOf = (member: { name: string; you?: boolean }) => (member.you ? messages.youName : member.name || messages.somebody);
export const senderOf = (item: Pick<Item, "yours" | "senderName">) => nameOf({ name: item.senderName, you: item.yours });

/** Those in it besides the reader who get its keys. */
export function readersOf(conversation: ConversationView): MemberView[] {
  return conversation.members.filter((member) => !member.you && member.state === "active" && member.inRoster);
}

/** The others who are or were in it, the present ones first. */
export function othersIn(conversation: ConversationView): MemberView[] {
  const others = conversation.members.filter((member) => !member.you);
  const here = others.filter((member) => member.state === "active");
  return here.length ? here : others;
}

/** True while the reader belongs to it. */
export const isInside = (conversation: ConversationView) => conversation.members.some((member) => member.you && member.state === "active");

/** The last day of a time that ends at this moment. */
export const lastDay = (until: string) => new Date(Date.parse(until) - 1).toISOString();

/** What the conversation is called. */
export function titleOf(conversation: ConversationView): string {
  const names = othersIn(conversation).map(nameOf);
  if (conversation.title) return conversation.title;
  if (conversation.kind === "pair") return names[0] ?? messages.somebody;
  return names.length ? messages.circle(names) : messages.circleAlone;
}

/** "Only you and Anna can read this", from who gets keys; a practice that holds somebody's recovery key is named, too. */
export function audienceOf(conversation: ConversationView): string {
  if (!isInside(conversation)) return messages.head.past;
  const held = conversation.members.some((member) => member.state === "active" && member.copyMadeAt);
  return held ? messages.head.withPractice(readersOfWords(conversation)) : readersOfWords(conversation);
}

function readersOfWords(conversation: ConversationView): string {
  const names = readersOf(conversation).map(nameOf);
  if (names.length === 0) return messages.head.alone;
  if (names.length <= MOST_NAMED) return messages.head.readers(names);
  return messages.head.many(names.slice(0, MOST_NAMED - 1), names.length - MOST_NAMED + 1);
}

/** Who stands in for somebody who is away, among those one may write to. */
export function coverOf(name: string, contacts: readonly ContactView[]): ContactView | null {
  return contacts.find((contact) => contact.reason === "cover" && (contact.coverFor ?? "").split(", ").includes(name)) ?? null;
}

/** The conversation with exactly this person, if there is one. */
export function pairWith(person: string, conversations: readonly ConversationView[]): ConversationView | null {
  return conversations.find((one) => one.kind === "pair" && one.members.some((member) => !member.you && member.person === person)) ?? null;
}
