import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speakFor } from "../api";
import { loadDraft } from "../drafts";
import { me } from "../state/me.svelte";
import { care } from "../strings/en_care";
import SecondLook from "./SecondLook.svelte";

const words = care.held;
let sent: unknown[];
let status: number;

beforeEach(() => {
  sent = [];
  status = 200;
  me.person = { id: "ana", name: "Ana" } as typeof me.person;
  speakFor("ana");
  document.cookie = "csrftoken=t";
  vi.stubGlobal("fetch", async (_path: string, options: RequestInit) => {
    sent.push(JSON.parse(String(options.body)));
    if (!status) throw new TypeError("no line");
    return new Response("{}", { status });
  });
});

afterEach(() => {
  speakFor("");
  cleanup();
  vi.unstubAllGlobals();
});

const show = (post: string) => render(SecondLook, { about: { post }, look: null, until: null, may: true, onasked: () => {} });
const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const kept = async (post: string) => (await loadDraft("ana", `second look ${post}`))?.body ?? null;

it("keeps what was written when its place goes and comes again, and until it was sent", async () => {
  const { unmount } = show("p1");
  await fireEvent.click(screen.getByRole("button", { name: words.look }));
  await fireEvent.input(box(), { target: { value: "It is a line of a song" } });
  await vi.waitFor(async () => expect(await kept("p1")).toBe("It is a line of a song"));
  unmount();
  show("p1");
  await vi.waitFor(() => expect(box().value).toBe("It is a line of a song"));
  status = 0;
  await fireEvent.click(screen.getByRole("button", { name: words.lookSend }));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(box().value).toBe("It is a line of a song");
  expect(await kept("p1")).toBe("It is a line of a song");
  status = 200;
  await vi.waitFor(() => expect(screen.getByRole<HTMLButtonElement>("button", { name: words.lookSend }).disabled).toBe(false));
  await fireEvent.click(screen.getByRole("button", { name: words.lookSend }));
  await vi.waitFor(async () => expect(await kept("p1")).toBeNull());
});

it("opens by itself only where something was begun", async () => {
  show("p2");
  await fireEvent.click(screen.getByRole("button", { name: words.look }));
  expect(box().value).toBe("");
});
