import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeAll, expect, it } from "vitest";
import type { ContactView, ConversationView, MemberView, Trust } from "../../crypto/types";
import { keys } from "../../strings/en_keys";
import { knownPerson, type KnownPerson } from "./known";
import PersonView from "./PersonView.svelte";

const words = keys.person;

const contact = (more: Partial<ContactView> = {}): ContactView => ({
  ...{ person: "h", name: "Hannah", reason: "therapist", lane: "clinical", until: null, coverFor: null, replyDays: null },
  ...{ awayUntil: null, awayNote: "", setUp: true },
  ...more,
});

const member = (trust: Trust, more: Partial<MemberView> = {}): MemberView => ({
  ...{ person: "h", name: "Hannah", you: false, state: "active", setUp: true, trust, inRoster: true, copyMadeAt: null, copyOpenedAt: null },
  ...more,
});

const talk = (members: MemberView[], more: Partial<ConversationView> = {}): ConversationView => ({
  ...{ id: "c1", kind: "pair", lane: "clinical", title: "", members, youAreCreator: true, unread: 0, lastAt: null, preview: "" },
  ...{ timerSeconds: 0, history: false, version: 1, closed: null, cover: null, replyDays: null, awayUntil: null, awayNote: "" },
  ...more,
});

beforeAll(() => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

it("knows nobody who is neither contact nor in a conversation", () => {
  expect(knownPerson("x", { contacts: [contact()], conversations: [talk([member("verified")])] }, false)).toBeNull();
  expect(knownPerson("x", { contacts: null, conversations: null }, false)).toBeNull();
});

it("says how one knows somebody, by the closest reason and from one's own side", () => {
  const contacts = [contact({ reason: "group", lane: "members" }), contact()];
  expect(knownPerson("h", { contacts, conversations: [] }, false)?.reason).toBe("therapist");
  expect(knownPerson("h", { contacts, conversations: [] }, true)?.reason).toBe("client");
  expect(knownPerson("h", { contacts: [], conversations: [talk([member("first_seen")])] }, true)?.reason).toBe("over");
});

it("takes the worst that any conversation says of their keys", () => {
  const conversations = [talk([member("verified")]), talk([member("changed")], { id: "c2", kind: "circle" })];
  expect(knownPerson("h", { contacts: [contact()], conversations }, false)).toMatchObject({ trust: "changed", pair: "c1", begun: true });
});

function show(known: Partial<KnownPerson>) {
  const asked: string[] = [];
  const given: KnownPerson = { person: "h", name: "Hannah", reason: "therapist", lane: "clinical", trust: "first_seen", begun: true, pair: "c1", ...known };
  const back = { href: "/messages", label: "Messages" };
  const view = render(PersonView, { known: given, back, talk: "/messages/c1", verify: async () => void asked.push("verify"), accept: async () => void asked.push("accept") });
  return { ...view, asked };
}

it.each<[Trust, string]>([
  ["verified", words.verifiedDetail],
  ["first_seen", words.first_seenDetail],
  ["none", words.nothingDetail("Hannah")],
])("says how sure one can be: %s", (trust, sentence) => {
  show({ trust });
  expect(screen.getByText(sentence)).toBeTruthy();
  expect(screen.queryByRole("button", { name: words.verify }) !== null).toBe(trust === "first_seen");
});

it("asks to compare emoji only when told to", async () => {
  const { asked } = show({});
  await fireEvent.click(screen.getByRole("button", { name: words.verify }));
  expect(asked).toEqual(["verify"]);
});

it("explains changed keys, and goes on with them only after a second yes", async () => {
  const { asked } = show({ trust: "changed" });
  for (const sentence of [words.changedWhat("Hannah"), words.changedUsual, words.changedRisk("Hannah")]) expect(screen.getByText(sentence)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: words.accept }));
  expect(asked).toEqual([]);
  expect(screen.getByText(words.acceptAsk("Hannah"))).toBeTruthy();
  await fireEvent.click(screen.getAllByRole("button", { name: words.accept })[1]!);
  expect(asked).toEqual(["accept"]);
});

it("compares nothing before there is a conversation", () => {
  show({ begun: false, pair: "" });
  expect(screen.getByText(words.notYet("Hannah"))).toBeTruthy();
  expect(screen.queryByRole("button", { name: words.verify })).toBeNull();
});
