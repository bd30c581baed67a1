import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Hidden, Item, Notice } from "../crypto/types";
import { talk } from "../strings/en_talk";
import { givenItem } from "./given";
import MessageRow from "./MessageRow.svelte";
import NoticeRow from "./NoticeRow.svelte";

afterEach(cleanup);

function show(item: Item, more: Record<string, unknown> = {}) {
  const heard = vi.fn();
  const nothing = () => {};
  render(MessageRow, {
    item,
    head: true,
    zone: "UTC",
    you: "Kim",
    answered: "Ana",
    writable: true,
    offline: false,
    editing: false,
    choosing: false,
    draft: "c1/x",
    open: () => Promise.reject(new Error("offline")),
    onreply: nothing,
    onchoose: nothing,
    onreact: (word: string, on: boolean) => heard("react", word, on),
    onedit: nothing,
    onsave: async () => {},
    onendedit: nothing,
    oncopy: nothing,
    onerase: nothing,
    onreport: nothing,
    onjump: (to: string) => heard("jump", to),
    onretry: () => heard("retry"),
    ontakeback: () => heard("take back"),
    ondiscard: () => heard("discard"),
    ...more,
  });
  return heard;
}

const HIDDEN: readonly Hidden[] = [
  "waiting_key",
  "before_join",
  "before_device",
  "withheld",
  "unknown_device",
  "wrong_sender",
  "identity_changed",
  "does_not_check",
  "replayed",
  "unreadable",
];

describe("a message that is not shown", () => {
  it.each(HIDDEN)("says in plain words why, and what next: %s", (hidden) => {
    show(givenItem({ state: "hidden", hidden, body: "" }));
    const words = screen.getByRole("article").textContent ?? "";
    expect(words).toContain(talk.hidden[hidden].next);
    expect(words).not.toMatch(/decrypt|cipher|session|megolm/i);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("leads to the person whose keys have changed, and to one's own devices", () => {
    show(givenItem({ state: "hidden", hidden: "identity_changed", sender: "p1" }));
    expect(screen.getByRole("link").getAttribute("href")).toBe("/messages/people/p1");
    cleanup();
    show(givenItem({ state: "hidden", hidden: "before_device" }));
    expect(screen.getByRole("link").getAttribute("href")).toMatch(/^\/me\//);
  });

  it("tells who deleted it, and what its time took", () => {
    show(givenItem({ state: "erased", erased: "sender" }));
    expect(screen.getByText("Ana deleted this message")).toBeTruthy();
    cleanup();
    show(givenItem({ state: "erased", erased: "sender", yours: true }));
    expect(screen.getByText("You deleted this message")).toBeTruthy();
    cleanup();
    show(givenItem({ state: "erased", erased: "timer" }));
    expect(screen.getByText(/reached its time/)).toBeTruthy();
  });
});

describe("a message", () => {
  it("is plain words, whatever is in it", () => {
    show(givenItem({ body: "<img src=x onerror=alert(1)> **no** https://example.org/" }));
    expect(screen.getByText(/<img src=x/)).toBeTruthy();
    expect(document.querySelector("article img")).toBeNull();
    const link = screen.getByRole("link");
    expect([link.getAttribute("href"), link.getAttribute("rel"), link.getAttribute("target")]).toEqual([
      "https://example.org/",
      "noreferrer noopener",
      "_blank",
    ]);
  });

  it("shows what it answers and goes there", async () => {
    const heard = show(givenItem({ reply: { id: "$7", senderName: "Ana", body: "Are you there?" } }));
    await fireEvent.click(screen.getByRole("button", { name: /Reply to Ana: Are you there/ }));
    expect(heard).toHaveBeenCalledWith("jump", "$7");
  });

  it("says who answered with which word, and takes one's own back", async () => {
    const heard = show(givenItem({ reactions: [{ word: "Thank you", people: ["", "Ben"], yours: true }] }));
    await fireEvent.click(screen.getByRole("button", { name: /Thank you: you and Ben/ }));
    expect(heard).toHaveBeenCalledWith("react", "Thank you", false);
  });

  it("offers a few words to answer with", async () => {
    const heard = show(givenItem(), { choosing: true });
    await fireEvent.click(screen.getByRole("button", { name: "I hear you" }));
    expect(heard).toHaveBeenCalledWith("react", "I hear you", true);
  });

  it("has a quiet clock when it goes by itself, and a mark when it was changed", () => {
    show(givenItem({ edited: true, expiresAt: "2099-11-23T10:00:00.000Z" }));
    expect(screen.getByText("edited")).toBeTruthy();
    expect(screen.getByText(/^Here until/)).toBeTruthy();
  });

  it("shows a file's name and size, and a way to save it", () => {
    const file = { name: "letter.pdf", type: "application/pdf", size: 340_000, blob: "b1", hasThumb: false };
    show(givenItem({ kind: "file", body: "", file }));
    expect(screen.getByText("340 kB")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Save letter.pdf" })).toBeTruthy();
  });
});

describe("a message on its way", () => {
  const waits = (more: Partial<Item>) => givenItem({ seq: null, yours: true, ...more });

  it("says where it stands", () => {
    show(waits({ state: "queued" }), { offline: true });
    expect(screen.getByText(talk.states.queuedOffline)).toBeTruthy();
    cleanup();
    show(waits({ state: "sending" }));
    expect(screen.getByText(talk.states.sending)).toBeTruthy();
  });

  it.each(["identity_changed", "not_set_up", "left", "closed", "too_large", "rate_limited", "broken", "never_heard_of"])(
    "says why it was not sent and what can be done: %s",
    async (problem) => {
      const heard = show(waits({ state: "failed", problem }));
      expect(screen.getByText(/^Not sent/)).toBeTruthy();
      for (const name of [talk.states.retry, talk.states.takeBack, talk.states.discard]) await fireEvent.click(screen.getByRole("button", { name }));
      expect(heard.mock.calls).toEqual([["retry"], ["take back"], ["discard"]]);
    },
  );
});

it.each<[Notice, string]>([
  [{ what: "started" }, talk.notice.started],
  [{ what: "people", added: ["Ben", ""], gone: [] }, "Ben and Somebody are in it now."],
  [{ what: "people", added: [], gone: ["Ben"] }, "Ben is no longer in it."],
  [{ what: "title", title: "Walkers" }, 'It is now called "Walkers".'],
  [{ what: "exported", by: "Ana" }, "Ana saved a copy of this conversation."],
  [{ what: "missing", by: "Ana", count: 2 }, "2 messages by Ana did not come here. Ask them what it was."],
])("a notice says what happened: %o", (notice, words) => {
  render(NoticeRow, { item: givenItem({ kind: "notice", notice }) });
  expect(screen.getByText(words)).toBeTruthy();
});
