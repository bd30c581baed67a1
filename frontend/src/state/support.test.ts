import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forget, recall } from "../kept";
import { help } from "./help.svelte";
import { support } from "./support.svelte";

const WORDS = { region: "IE", emergency: "112", lines: [], signed_by: "Dr A", signed_on: "2026-11-01", words: ["Kind."], duty: [], plan: true };
const card = (post: string, person = "robin") => ({ post, topic: "t", group: "g", person });
let answer: () => Promise<Response>;

beforeEach(async () => {
  sessionStorage.clear();
  await forget("support", "robin");
  answer = async () => new Response(JSON.stringify(WORDS));
  vi.stubGlobal("fetch", () => answer());
});

afterEach(() => {
  support.stop();
  vi.unstubAllGlobals();
});

it("the words are fetched ahead, and kept for when there is no line", async () => {
  support.start("robin");
  await vi.waitFor(() => expect(support.content?.words).toEqual(["Kind."]));
  expect(help.now).toMatchObject({ region: "IE", emergency: "112" });
  await vi.waitFor(async () => expect(await recall("support", "robin")).not.toBeNull());
  support.stop();
  expect(support.content).toBeNull();
  answer = () => Promise.reject(new TypeError("no line"));
  support.start("robin");
  await vi.waitFor(() => expect(support.content?.words).toEqual(["Kind."]));
});

it("a card stands until its author closes it, and can be opened again; a reload keeps it", () => {
  support.start("robin");
  support.show(card("p1"));
  expect(support.cards.p1).toMatchObject({ open: true, seen: false });
  support.saw("p1");
  support.close("p1");
  support.stop();
  support.start("robin");
  expect(support.cards.p1).toMatchObject({ open: false, seen: true });
  support.reopen("p1");
  expect(support.cards.p1?.open).toBe(true);
});

it("nobody else who signs in on this tab sees it, nor does a card for somebody else come", () => {
  support.start("robin");
  support.show(card("p1"));
  support.show(card("p2", "kim"));
  expect(Object.keys(support.cards)).toEqual(["p1"]);
  support.start("kim");
  expect(support.cards).toEqual({});
});
