import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Closed } from "../crypto/types";
import { messages } from "../strings/en_messages";
import { talk } from "../strings/en_talk";
import ClosedPart from "./Closed.svelte";
import ComposerLines from "./ComposerLines.svelte";
import ConversationHead from "./ConversationHead.svelte";
import { givenContact, givenConversation, givenMember, you } from "./given";
import ListPane from "./ListPane.svelte";
import { menuOf } from "./menu";
import { audienceOf, titleOf } from "./names";
import NewPane from "./NewPane.svelte";

afterEach(cleanup);

const circle = (...names: string[]) =>
  givenConversation({ kind: "circle", lane: "members", title: "", members: [you(), ...names.map((name) => givenMember(name))] });

describe("who can read it", () => {
  it("is said from those who get keys, and from nobody else", () => {
    expect(audienceOf(givenConversation())).toBe("Only you and Ana can read this");
    expect(audienceOf(circle("Ana", "Ben"))).toBe("Only you, Ana and Ben can read this");
    expect(audienceOf(circle("Ana", "Ben", "Cleo", "Dan"))).toBe("Only you, Ana, Ben and 2 others can read this");
    const slipped = givenConversation({ members: [you(), givenMember("Ana"), givenMember("Eve", { inRoster: false })] });
    expect(audienceOf(slipped)).toBe("Only you and Ana can read this");
    expect(audienceOf(givenConversation({ members: [you({ state: "removed" }), givenMember("Ana")] }))).toBe(messages.head.past);
  });

  it("names a conversation by its people when it has no title", () => {
    expect(titleOf(givenConversation({ title: "" }))).toBe("Ana");
    expect(titleOf(circle("Ana", "Ben"))).toBe("Circle with Ana and Ben");
    expect(titleOf(circle())).toBe("Circle");
  });

  it.each([
    ["verified", "compared by emoji"],
    ["first_seen", "not compared yet"],
    ["changed", "keys have changed"],
  ] as const)("says how sure that is: %s", (trust, words) => {
    render(ConversationHead, { conversation: givenConversation({ members: [you(), givenMember("Ana", { trust })] }), back: false, items: [], onwho: () => {} });
    expect(screen.getByText(words)).toBeTruthy();
  });

  it("says among members that nobody moderates it", () => {
    render(ConversationHead, { conversation: circle("Ana", "Ben"), back: false, items: [], onwho: () => {} });
    expect(screen.getByText(messages.head.unwatched)).toBeTruthy();
  });
});

describe("the menu", () => {
  const labels = (...given: Parameters<typeof menuOf>) => menuOf(...given).map((item) => item.label);
  const words = messages.head;

  it("has what a person may do", () => {
    expect(labels(givenConversation(), false, () => {})).toEqual([words.who, words.timer, words.search, words.copy, words.leave]);
    expect(labels(givenConversation(), true, () => {})).toContain(words.record);
    expect(labels(circle("Ana", "Ben"), false, () => {})).toEqual([words.who, words.people, words.rename, words.timer, words.search, words.copy, words.leave]);
    expect(labels({ ...circle("Ana", "Ben"), youAreCreator: false }, false, () => {})).toEqual([words.who, words.people, words.search, words.copy, words.leave]);
    const left = givenConversation({ closed: "left", members: [you({ state: "left" }), givenMember("Ana")] });
    expect(labels(left, false, () => {})).toEqual([words.who, words.search, words.copy]);
  });
});

describe("what to expect of a message", () => {
  const lines = (more: Parameters<typeof givenConversation>[0], contacts = [givenContact("Ana", { reason: "therapist", lane: "clinical" })]) => {
    render(ComposerLines, { conversation: givenConversation(more), conversations: [], contacts, zone: "UTC" });
    return document.body.textContent?.replace(/\s+/g, " ").trim() ?? "";
  };

  it("is the usual time to a reply", () => {
    expect(lines({ replyDays: 2 })).toBe("Ana usually replies within 2 working days.");
  });

  it("is who is away, until when, and by name who stands in", () => {
    const cover = givenContact("Ben", { reason: "cover", coverFor: "Ana" });
    const said = lines({ replyDays: 2, awayUntil: "2026-12-05", awayNote: "In the hills." }, [cover]);
    expect(said).toBe("Ana is away until 5 December 2026. Ben stands in. Write to Ben In the hills.");
    expect(screen.getByRole("link").getAttribute("href")).toBe("/messages/new");
  });

  it("says for whom somebody stands in, to the last day of it", () => {
    const contacts = [givenContact("Ana", { reason: "cover", coverFor: "Dan", until: "2026-12-06T00:00:00Z" })];
    expect(lines({ cover: "Dan" }, contacts)).toBe("Ana stands in for Dan until 5 December 2026.");
  });

  it("says in a circle who will not get it", () => {
    expect(lines({ ...circle("Ana"), members: [you(), givenMember("Ana"), givenMember("Ben", { setUp: false })] })).toContain("Ben is not set up");
  });
});

describe("a closed conversation", () => {
  const reasons: Exclude<Closed, "identity_changed">[] = ["contact_over", "left", "removed", "alone", "not_set_up", "no_roster", "own_identity_changed"];

  it.each(reasons)("says why, and has help one tap away: %s", (why) => {
    render(ClosedPart, { conversation: givenConversation({ closed: why, youAreCreator: false }), why });
    expect(screen.getByText(talk.closed[why].words("Ana"))).toBeTruthy();
    expect(screen.getByRole("button", { name: talk.composer.crisis })).toBeTruthy();
  });

  it("asks who lost the keys whether these are the people", () => {
    render(ClosedPart, { conversation: { ...circle("Ana", "Ben"), closed: "no_roster" }, why: "no_roster" });
    expect(screen.getAllByRole("listitem").map((one) => one.textContent)).toEqual(["Ana", "Ben"]);
    expect(screen.getByRole("button", { name: talk.closed.confirmAct })).toBeTruthy();
  });
});

describe("the list", () => {
  const list = (more: Record<string, unknown>) =>
    render(ListPane, { conversations: [], contacts: [], current: "", heading: "h1", zone: "UTC", staff: false, onsearch: () => {}, ...more });

  it("says whom one can write to, or that there is nobody, when it is empty", () => {
    list({ contacts: [givenContact("Ben")] });
    expect(screen.getByText(messages.empty.member)).toBeTruthy();
    expect(screen.getAllByRole("link").map((one) => one.getAttribute("href"))).toContain("/messages/new");
    cleanup();
    list({});
    expect(screen.getByText(messages.empty.nobody)).toBeTruthy();
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("shows each with a lock, its lane, its words and what is unread", () => {
    list({ conversations: [givenConversation({ unread: 2, replyDays: 1, preview: "See you\nthen" })] });
    const line = screen.getByRole("link", { name: /Ana/ });
    expect(line.textContent).toContain("Sealed");
    expect(line.textContent).toContain("See you then");
    expect(line.textContent).toContain("2 new");
    expect(line.textContent).toContain("Therapy · Usually replies within 1 working day");
  });
});

describe("a new conversation", () => {
  const contacts = [
    givenContact("Ana", { reason: "therapist", lane: "clinical", replyDays: 2 }),
    givenContact("Ben"),
    givenContact("Cleo"),
    givenContact("Dan", { setUp: false }),
  ];
  const make = (onstart = vi.fn(async () => {}), more: Record<string, unknown> = {}) => {
    render(NewPane, { contacts, conversations: [], staff: false, zone: "UTC", onstart, ...more });
    return onstart;
  };
  const choose = (name: string) => fireEvent.click(screen.getByRole("checkbox", { name: new RegExp(`^${name}`) }));

  it("has the therapist first, and says why somebody can't be chosen", () => {
    make();
    expect(screen.getAllByRole("group").map((one) => one.querySelector("legend")?.textContent)).toEqual(["Your therapist", "People of your groups"]);
    const dan = screen.getByRole<HTMLInputElement>("checkbox", { name: /^Dan/ });
    expect(dan.disabled).toBe(true);
    expect(screen.getByText(messages.make.notSetUp)).toBeTruthy();
  });

  it("starts with one person", async () => {
    const onstart = make();
    await choose("Ana");
    await fireEvent.click(screen.getByRole("button", { name: "Write to Ana" }));
    expect(onstart).toHaveBeenCalledWith(["ana"], { title: "", timerSeconds: 0, history: false });
  });

  it("starts a circle with its title and its choices, and says that nobody moderates it", async () => {
    const onstart = make();
    await choose("Ben");
    expect(screen.getByText(messages.make.unwatched)).toBeTruthy();
    await choose("Cleo");
    await fireEvent.input(screen.getByLabelText(messages.make.circleTitle), { target: { value: " Walkers " } });
    await fireEvent.click(screen.getByLabelText(messages.make.history));
    await fireEvent.click(screen.getByLabelText("After a week"));
    await fireEvent.click(screen.getByRole("button", { name: messages.make.goCircle }));
    expect(onstart).toHaveBeenCalledWith(["ben", "cleo"], { title: "Walkers", timerSeconds: 604_800, history: true });
  });

  it("does not mix the therapist into a circle", async () => {
    const onstart = make();
    await choose("Ana");
    await choose("Ben");
    expect(screen.getByText(messages.make.mixed)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: messages.make.goCircle }).disabled).toBe(true);
    expect(onstart).not.toHaveBeenCalled();
  });

  it("goes to the conversation that is there already", async () => {
    make(undefined, { conversations: [givenConversation()] });
    await choose("Ana");
    expect(screen.getByRole("link", { name: messages.make.goThere("Ana") }).getAttribute("href")).toBe("/messages/c1");
  });

  it("says what went wrong in words, and keeps what was chosen", async () => {
    make(vi.fn(() => Promise.reject(new Error("not_found"))));
    await choose("Ben");
    await choose("Cleo");
    await fireEvent.click(screen.getByRole("button", { name: messages.make.goCircle }));
    await tick();
    expect(await screen.findByText(messages.make.unknown.title)).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: /^Ben/ }).checked).toBe(true);
  });
});
