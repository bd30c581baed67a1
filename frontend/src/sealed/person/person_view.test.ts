import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { givenContact, givenConversation, givenMember, you } from "../../messages/given";
import { keys } from "../../strings/en_keys";
import { knownPerson, type KnownPerson } from "./known";
import PersonView from "./PersonView.svelte";

const words = keys.person;

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

afterEach(cleanup);

function given(more: Partial<KnownPerson>) {
  const ways = { verify: vi.fn(async () => {}), accept: vi.fn(async () => {}) };
  const known: KnownPerson = { person: "ana", name: "Ana", reason: "therapist", lane: "clinical", trust: "first_seen", begun: true, pair: "c1", ...more };
  render(PersonView, { known, back: { href: "/messages", label: "Messages" }, talk: "/messages/c1", ...ways });
  return ways;
}

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("somebody's page, by how sure their keys are", () => {
  it.each([
    ["verified", words.verified, words.verifiedDetail, words.verifyAgain],
    ["first_seen", words.first_seen, words.first_seenDetail, words.verify],
  ] as const)("%s: says so, and offers to compare", async (trust, title, detail, act) => {
    const ways = given({ trust });
    expect(screen.getByText(title)).toBeTruthy();
    expect(screen.getByText(detail)).toBeTruthy();
    expect(screen.getByText(words.verifyHow("Ana"))).toBeTruthy();
    await press(act);
    expect(ways.verify).toHaveBeenCalledOnce();
    expect(screen.queryByRole("button", { name: words.accept })).toBeNull();
  });

  it("none: there is nothing to compare", () => {
    given({ trust: "none" });
    expect(screen.getByText(words.nothingDetail("Ana"))).toBeTruthy();
    expect(screen.queryByRole("button", { name: words.verify })).toBeNull();
  });

  it("nobody written to yet: comparing comes after the first conversation", () => {
    given({ begun: false });
    expect(screen.getByText(words.notYet("Ana"))).toBeTruthy();
    expect(screen.queryByRole("button", { name: words.verify })).toBeNull();
  });

  it("changed: what happened, why it usually is harmless, the risk, and both ways on", async () => {
    const ways = given({ trust: "changed" });
    for (const said of [words.changedWhat("Ana"), words.changedUsual, words.changedRisk("Ana")]) expect(screen.getByText(said)).toBeTruthy();
    await press(words.compareAgain);
    expect(ways.verify).toHaveBeenCalledOnce();
  });

  it("changed: going on needs a second, plain yes", async () => {
    const ways = given({ trust: "changed" });
    await press(words.accept);
    expect(ways.accept).not.toHaveBeenCalled();
    expect(screen.getByText(words.acceptAsk("Ana"))).toBeTruthy();
    await fireEvent.click(screen.getAllByRole("button", { name: words.accept }).at(-1)!);
    expect(ways.accept).toHaveBeenCalledOnce();
  });

  it("changed, then refused: the page says why and keeps the question", async () => {
    const ways = given({ trust: "changed" });
    ways.accept.mockRejectedValueOnce(new Error("broken"));
    await press(words.accept);
    await fireEvent.click(screen.getAllByRole("button", { name: words.accept }).at(-1)!);
    expect(await screen.findByRole("alert")).toBeTruthy();
    expect(screen.getByText(words.acceptAsk("Ana"))).toBeTruthy();
  });
});

describe("what is known of somebody", () => {
  const talk = (trust: "verified" | "first_seen" | "changed", id = "c1") => givenConversation({ id, members: [you(), givenMember("Ana", { trust })] });

  it("is nothing without contact and conversation", () => {
    expect(knownPerson("ana", { contacts: [], conversations: [] }, false)).toBeNull();
    expect(knownPerson("ben", { contacts: [givenContact("Ana")], conversations: [talk("verified")] }, false)).toBeNull();
  });

  it("is the closest reason, from the side of who looks", () => {
    const contacts = [givenContact("Ana", { reason: "group" }), givenContact("Ana", { reason: "therapist", lane: "clinical" })];
    expect(knownPerson("ana", { contacts, conversations: [] }, false)).toMatchObject({ reason: "therapist", lane: "clinical", begun: false });
    expect(knownPerson("ana", { contacts, conversations: [] }, true)?.reason).toBe("client");
    expect(knownPerson("ana", { contacts: [], conversations: [talk("verified")] }, false)?.reason).toBe("over");
  });

  it("is as sure as the least sure of the conversations", () => {
    const conversations = [talk("first_seen"), talk("changed", "c2")];
    expect(knownPerson("ana", { contacts: [], conversations }, false)?.trust).toBe("changed");
  });
});
