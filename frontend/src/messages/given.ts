/** Values for the tests of these screens, as the worker gives them. */

import type { ContactView, ConversationView, Item, MemberView } from "../crypto/types";

let count = 0;

export function givenItem(more: Partial<Item> = {}): Item {
  count += 1;
  return {
    id: `$${count}`,
    seq: count,
    sender: "ana",
    senderName: "Ana",
    yours: false,
    at: "2026-11-23T10:00:00.000Z",
    state: "sent",
    problem: null,
    hidden: null,
    erased: null,
    kind: "text",
    body: "Hello",
    notice: null,
    reply: null,
    edited: false,
    reactions: [],
    file: null,
    expiresAt: null,
    ...more,
  };
}

export function givenMember(name: string, more: Partial<MemberView> = {}): MemberView {
  return { person: name.toLowerCase(), name, you: false, state: "active", setUp: true, trust: "first_seen", inRoster: true, copyMadeAt: null, copyOpenedAt: null, ...more };
}

export const you = (more: Partial<MemberView> = {}) => givenMember("", { person: "me", you: true, trust: "verified", ...more });

export function givenConversation(more: Partial<ConversationView> = {}): ConversationView {
  return {
    id: "c1",
    kind: "pair",
    lane: "clinical",
    title: "Ana",
    members: [you(), givenMember("Ana")],
    youAreCreator: true,
    unread: 0,
    lastAt: "2026-11-23T10:00:00.000Z",
    preview: "Hello",
    timerSeconds: 0,
    history: false,
    version: 1,
    closed: null,
    cover: null,
    replyDays: null,
    awayUntil: null,
    awayNote: "",
    ...more,
  };
}

export function givenContact(name: string, more: Partial<ContactView> = {}): ContactView {
  return {
    person: name.toLowerCase(),
    name,
    reason: "group",
    lane: "members",
    until: null,
    coverFor: null,
    replyDays: null,
    awayUntil: null,
    awayNote: "",
    setUp: true,
    ...more,
  };
}
