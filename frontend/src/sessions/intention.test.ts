import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speakFor } from "../api";
import { loadDraft, saveDraft } from "../drafts";
import { me } from "../state/me.svelte";
import Intention from "./Intention.svelte";

/** What the server has, and how it answers. */
let there: string;
let status: number;
let sent: string[];

beforeEach(async () => {
  there = "";
  status = 200;
  sent = [];
  me.person = { id: "ana", name: "Ana" } as typeof me.person;
  speakFor("ana");
  document.cookie = "csrftoken=t";
  await saveDraft("ana", "intention s1", { body: "", note_open: false });
  vi.stubGlobal("fetch", async (_path: string, options: RequestInit) => {
    const { words } = JSON.parse(String(options.body));
    sent.push(words);
    if (!status) throw new TypeError("no line");
    if (status === 200) there = words;
    return new Response(JSON.stringify(status === 200 ? {} : { type: "busy", status, retry_after_ms: 50 }), { status });
  });
});

afterEach(() => {
  speakFor("");
  cleanup();
  vi.unstubAllGlobals();
});

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const show = () => render(Intention, { session: "s1", start: there });
const write = (value: string) => fireEvent.input(box(), { target: { value } });
const kept = async () => (await loadDraft("ana", "intention s1"))?.body ?? null;

it("lies on the device while it is typed, and no longer once it is saved", async () => {
  show();
  await write("Ask about sleep");
  await vi.waitFor(async () => expect(await kept()).toBe("Ask about sleep"));
  await vi.waitFor(() => expect(there).toBe("Ask about sleep"), 2000);
  await vi.waitFor(async () => expect(await kept()).toBeNull());
});

it("without a line it outlives the page, and is saved at the next visit", async () => {
  status = 0;
  const { unmount } = show();
  await write("On the train");
  unmount();
  await vi.waitFor(async () => expect(await kept()).toBe("On the train"));
  status = 200;
  show();
  await vi.waitFor(() => expect(box().value).toBe("On the train"));
  await vi.waitFor(() => expect(there).toBe("On the train"));
  await vi.waitFor(async () => expect(await kept()).toBeNull());
});

it("a note that was emptied without a line is empty at the next visit", async () => {
  there = "Old";
  status = 0;
  const { unmount } = show();
  await write("");
  unmount();
  await vi.waitFor(async () => expect(await kept()).toBe(""));
  status = 200;
  show();
  await vi.waitFor(() => expect(there).toBe(""));
});

it("takes nothing away that was saved elsewhere meanwhile", async () => {
  there = "From the desk";
  await saveDraft("ana", "intention s1", { body: "From the phone", content_note: "", note_open: true });
  show();
  await vi.waitFor(() => expect(there).toBe("From the desk\n\nFrom the phone"));
});

it("tries again when the server was busy", async () => {
  status = 429;
  show();
  await write("Again");
  await fireEvent.blur(box());
  await vi.waitFor(() => expect(sent.length).toBe(1));
  status = 200;
  await vi.waitFor(() => expect(there).toBe("Again"));
});

it("a page that comes back from the browser's memory does not take it as saved", async () => {
  status = 0;
  show();
  await write("Kept");
  dispatchEvent(new Event("pagehide"));
  await vi.waitFor(async () => expect(await kept()).toBe("Kept"));
  status = 200;
  dispatchEvent(new Event("pageshow"));
  await vi.waitFor(() => expect(there).toBe("Kept"));
});

it("what is too long stays on the device", async () => {
  const long = "x".repeat(4001);
  const { unmount } = show();
  await write(long);
  unmount();
  await vi.waitFor(async () => expect(await kept()).toBe(long));
  expect(sent).toEqual([]);
});

it("is not sent under the sign-in of another", async () => {
  const { unmount } = show();
  await write("Only mine");
  speakFor("bo");
  dispatchEvent(new Event("pagehide"));
  unmount();
  await vi.waitFor(async () => expect(await kept()).toBe("Only mine"));
  expect(sent).toEqual([]);
});
