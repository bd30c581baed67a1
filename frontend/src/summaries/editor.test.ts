import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speakFor } from "../api";
import { forget, recall } from "../kept";
import { Editor } from "./editor.svelte";
import { givenDraft, givenSection } from "./given";
import type { Draft, Section } from "./shapes";

/** A server with one session, as far as the editor speaks to it. */
let server: Draft;
let line: boolean;
let brings: boolean;
let sent: { name: string; data: Record<string, any> }[];
const NAME = /Robin/g;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const look = (sections: Section[]) =>
  sections.flatMap((section) => [...section.text.matchAll(NAME)].map(({ index }) => ({ section: section.id, field: "text" as const, start: index, end: index + 5, why: "name" as const, words: "Robin" })));
const problem = (type: string, status: number, more: object = {}) => json({ type, title: "No", detail: `It is ${type}.`, status, ...more }, status);

function act(name: string, data: Record<string, any>): Response {
  sent.push({ name, data });
  if (name === "summary.draft") server = givenDraft();
  else if (data.version !== server.version) return problem("stale", 409, brings ? { current: server } : { version: server.version });
  else if (name === "summary.save") server = { ...server, sections: data.sections, problems: look(data.sections), version: server.version + 1 };
  else if (look(data.sections ?? server.sections).length) return problem("summary_blocked", 409, { problems: look(server.sections) });
  else if (name === "summary.approve") server = { ...server, state: "approved", version: server.version + 1 };
  else if (name === "summary.publish") server = { ...server, state: "published", out: server.sections, version: server.version + 1 };
  else if (name === "summary.correct") server = { ...server, sections: data.sections, out: data.sections, corrected_at: "2026-12-05T08:00:00Z", version: server.version + 1 };
  else if (name === "summary.withdraw") server = { ...server, state: "withdrawn", sections: [], out: null, withdrawn_why: data.why, version: server.version + 1 };
  const { summary, version, state, problems } = server;
  return json({ summary, version, state, problems });
}

beforeEach(async () => {
  speakFor("anna");
  server = givenDraft();
  line = true;
  brings = true;
  sent = [];
  document.cookie = "csrftoken=t";
  await forget("summary draft x1", "anna");
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    if (!line) throw new TypeError("no line");
    if (options.method === "GET") return json(server);
    return act(path.replace("/api/", ""), JSON.parse(String(options.body)));
  });
});

afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<Editor> {
  const editor = new Editor("x1", "anna");
  await editor.load();
  return editor;
}

async function write(editor: Editor, text: string, at = 0): Promise<void> {
  editor.sections[at]!.text = text;
  editor.changed();
  await editor.save();
}

const names = () => sent.map(({ name }) => name);

it("saves by itself, once for the same words", async () => {
  const editor = await opened();
  editor.sections[0]!.text = "We spoke about rest.";
  editor.changed();
  expect(editor.saving).toBe("unsaved");
  await editor.save();
  expect(editor.saving).toBe("saved");
  expect(server.sections[0]!.text).toBe("We spoke about rest.");
  await editor.save();
  expect(names()).toEqual(["summary.save"]);
});

it("a save marks names at their place, sending waits until they are gone", async () => {
  const editor = await opened();
  await write(editor, "Then Robin spoke.");
  expect(editor.marks).toMatchObject([{ section: "a", from: 5, to: 10, why: "name" }]);
  expect(await editor.send()).toBe(false);
  expect(editor.act.trouble?.detail).toBe("It is summary_blocked.");
  expect(server.state).toBe("draft");
  await write(editor, "Then a member spoke.");
  expect(editor.marks).toEqual([]);
  expect(await editor.send()).toBe(true);
  expect(names().slice(-2)).toEqual(["summary.approve", "summary.publish"]);
  expect(editor.draft?.state).toBe("published");
  expect(editor.open).toBe(false);
});

it("what was typed last is saved before it is sent", async () => {
  const editor = await opened();
  editor.sections[0]!.text = "The last words.";
  editor.changed();
  await editor.send();
  expect(names()).toEqual(["summary.save", "summary.approve", "summary.publish"]);
  expect(server.out?.[0]!.text).toBe("The last words.");
});

it("without a line nothing is lost, also not by a reload", async () => {
  const editor = await opened();
  line = false;
  await write(editor, "Written on the train.");
  expect(editor.saving).toBe("waiting");
  expect(await editor.send()).toBe(false);
  editor.close();
  await vi.waitFor(async () => expect(await recall("summary draft x1", "anna")).not.toBeNull());
  line = true;
  const again = await opened();
  expect(again.sections[0]!.text).toBe("Written on the train.");
  await again.save();
  expect(server.sections[0]!.text).toBe("Written on the train.");
  expect(await recall("summary draft x1", "anna")).toBeNull();
});

it("two who write different sections both keep their words", async () => {
  server = givenDraft({ sections: [givenSection("a", "one"), givenSection("b", "two")] });
  const editor = await opened();
  server = { ...server, sections: [givenSection("a", "one"), givenSection("b", "theirs")], version: 2, saved_by: "Bo" };
  await write(editor, "mine");
  await editor.save();
  expect(server.sections.map(({ text }) => text)).toEqual(["mine", "theirs"]);
  expect(editor.met?.by).toBe("Bo");
});

it.each([
  ["mine", ["mine"]],
  ["theirs", ["theirs"]],
  ["both", ["mine\n\ntheirs"]],
] as const)("two who write one section choose: %s", async (how, left) => {
  const editor = await opened();
  server = { ...server, sections: [{ ...server.sections[0]!, text: "theirs" }], version: 2, saved_by: "Bo" };
  await write(editor, "mine");
  expect(editor.clashes.a?.theirs?.text).toBe("theirs");
  expect(editor.sections[0]!.text).toBe("mine");
  await editor.save();
  expect(server.sections[0]!.text).toBe("theirs");
  expect(await editor.send()).toBe(false);
  editor.settle("a", how);
  await editor.save();
  expect(server.sections.map(({ text }) => text)).toEqual(left);
  expect(editor.clashing).toBe(false);
});

it("what a hint brings in while nothing is typed simply shows", async () => {
  const editor = await opened();
  server = { ...server, sections: [givenSection("a", "theirs")], version: 2 };
  await editor.load();
  expect(editor.sections[0]!.text).toBe("theirs");
  expect(editor.met).toBeNull();
});

it("a section that was removed comes back to its place", async () => {
  server = givenDraft({ sections: [givenSection("a", "one"), givenSection("b", "two")] });
  const editor = await opened();
  const back = editor.remove(0);
  await editor.save();
  expect(server.sections.map(({ id }) => id)).toEqual(["b"]);
  back();
  await editor.save();
  expect(server.sections.map(({ id }) => id)).toEqual(["a", "b"]);
});

it("a correction is written in peace, sent once, or given up", async () => {
  server = givenDraft({ state: "published", out: givenDraft().sections });
  const editor = await opened();
  expect(editor.open).toBe(false);
  editor.correct();
  await write(editor, "Mended.");
  expect(server.out?.[0]!.text).toBe("We spoke about sleep.");
  expect(editor.differs).toBe(true);
  const other = await opened();
  expect(other.correcting).toBe(true);
  await editor.keepAsSent();
  expect(server.sections[0]!.text).toBe("We spoke about sleep.");
  expect(editor.correcting).toBe(false);
  editor.correct();
  await write(editor, "Mended again.");
  expect(await editor.sendCorrection()).toBe(true);
  expect(server.out?.[0]!.text).toBe("Mended again.");
  expect(editor.draft?.corrected_at).toBeTruthy();
});

it("a withdrawn one leaves no words on the page nor on the device", async () => {
  server = givenDraft({ state: "published", out: givenDraft().sections });
  const editor = await opened();
  expect(await editor.withdraw("Too much in it.")).toBe(true);
  expect(editor.sections).toEqual([]);
  expect(editor.draft?.withdrawn_why).toBe("Too much in it.");
  expect(await recall("summary draft x1", "anna")).toBeNull();
});

it("a save that the server refuses says why, and the words stay", async () => {
  const editor = await opened();
  vi.stubGlobal("fetch", async () => problem("invalid", 422, { fields: { sections: "A section has at most 8,000 characters." } }));
  await write(editor, "x".repeat(9000));
  expect(editor.refused).toContain("at most 8,000");
  expect(editor.sections[0]!.text).toHaveLength(9000);
});

it("begins where there is nothing yet", async () => {
  server = givenDraft({ summary: null, sections: [] });
  const editor = await opened();
  expect(editor.open).toBe(false);
  expect(await editor.begin()).toBe(true);
  expect(editor.open).toBe(true);
  expect(sent[0]).toMatchObject({ name: "summary.draft", data: { session: "x1" } });
});

it("what is typed while a draft is fetched once more stays", async () => {
  server = givenDraft({ summary: null, sections: [], version: 0 });
  const editor = await opened();
  const answers: (() => void)[] = [];
  const slowly = globalThis.fetch;
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    const answer = await slowly(path, options);
    if (options.method === "GET") await new Promise<void>((done) => answers.push(done));
    return answer;
  });
  const beginning = editor.begin();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  const hinted = editor.load();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!();
  await hinted;
  editor.sections[0]!.text = "Typed at once.";
  editor.changed();
  answers[0]!();
  await beginning;
  expect(editor.sections[0]!.text).toBe("Typed at once.");
});

it("a refusal without the page is followed by fetching it", async () => {
  const editor = await opened();
  brings = false;
  server = { ...server, sections: server.sections.map((section, at) => (at ? section : { ...section, text: "theirs" })), version: server.version + 1 };
  await write(editor, "mine");
  expect(editor.clashes.a?.theirs?.text).toBe("theirs");
  expect(editor.saving).toBe("clash");
});

it("a refusal without the page and without a line waits", async () => {
  const editor = await opened();
  brings = false;
  server = { ...server, version: server.version + 1 };
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    if (options.method === "GET") throw new TypeError("no line");
    return act(path.replace("/api/", ""), JSON.parse(String(options.body)));
  });
  await write(editor, "mine");
  expect([editor.saving, editor.sections[0]!.text]).toEqual(["waiting", "mine"]);
  editor.close();
});

it.each(["", "bo"])("is not saved under the sign-in of another, and stays on the device (%j)", async (other) => {
  const editor = await opened();
  editor.sections[0]!.text = "Only Anna's.";
  editor.changed();
  speakFor(other);
  editor.close();
  await vi.waitFor(async () => expect(await recall("summary draft x1", "anna")).not.toBeNull());
  await editor.save();
  expect(sent).toEqual([]);
});

it("a page that was left tries once more, and no longer", async () => {
  const editor = await opened();
  let tries = 0;
  vi.stubGlobal("fetch", async () => {
    tries++;
    throw new TypeError("no line");
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  editor.sections[0]!.text = "Written on the train.";
  editor.changed();
  editor.close();
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();
  expect(tries).toBe(1);
  expect(await recall("summary draft x1", "anna")).not.toBeNull();
});
