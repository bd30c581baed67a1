import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forget } from "../kept";
import { givenReading } from "./given";
import { readHome, renewShelf } from "./home";
import { Reader } from "./reader.svelte";
import type { Reading } from "./shapes";
import { shelve, shelved } from "./shelf";

let server: Reading | null;
let line: boolean;
let sent: string[];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(async () => {
  server = givenReading();
  line = true;
  sent = [];
  document.cookie = "csrftoken=t";
  await forget("summaries", "robin");
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    if (!line) throw new TypeError("no line");
    if (options.method === "GET") return server ? json(server) : json({ type: "not_found", status: 404 }, 404);
    sent.push(`${path} ${String(options.body)}`);
    return json({});
  });
});

afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<Reader> {
  const reader = new Reader("s1", "robin");
  await reader.load();
  return reader;
}

it("is marked as read once, and kept for when there is no line", async () => {
  const reader = await opened();
  expect(await shelved("robin")).toEqual([]);
  await reader.seen();
  await reader.seen();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain("summary.read");
  line = false;
  const later = await opened();
  expect(later.reading?.sections[0]!.html).toContain("sleep");
  expect(later.copyFrom).not.toBeNull();
});

it("is not marked by whoever leads the group, nor when it is withdrawn", async () => {
  server = givenReading({ you_lead: true });
  await (await opened()).seen();
  server = givenReading({ withdrawn: true, sections: [] });
  await (await opened()).seen();
  expect(sent).toEqual([]);
});

it("what was never read here is not there without a line", async () => {
  line = false;
  const reader = await opened();
  expect(reader.reading).toBeNull();
  expect(reader.problem).not.toBeNull();
});

it("what is theirs no more goes from the device", async () => {
  await shelve("robin", givenReading({ read: true }));
  server = null;
  const reader = await opened();
  expect(reader.reading).toBeNull();
  expect(await shelved("robin")).toEqual([]);
});

it("shares that it was read only when asked to", async () => {
  const reader = await opened();
  expect(await reader.share(true)).toBe(true);
  expect(reader.reading?.shares_reading).toBe(true);
  expect(JSON.parse(sent[0]!.slice(sent[0]!.indexOf("{")))).toMatchObject({ summary: "s1", on: true });
});

it("the home page renews what is kept: corrected words come, withdrawn ones go", async () => {
  await shelve("robin", givenReading({ read: true }));
  server = givenReading({ read: true, corrected_at: "2026-12-05T08:00:00Z" });
  await renewShelf("robin");
  expect((await shelved("robin"))[0]!.summary.corrected_at).toBe("2026-12-05T08:00:00Z");
  server = givenReading({ withdrawn: true, sections: [] });
  await renewShelf("robin");
  expect(await shelved("robin")).toEqual([]);
});

it("the home page shows what was missed and not read, and what is asked", async () => {
  const of = (id: string, more: object) => ({ ...givenReading({ id }), state: "published", ...more });
  vi.stubGlobal("fetch", async (path: string) => {
    if (path.includes("drafts")) return json({ type: "not_found", status: 404 }, 404);
    if (path.includes("quotes")) return json({ quotes: [{ id: "q", state: "asked" }, { id: "r", state: "no" }] });
    return json({ summaries: [of("1", {}), of("2", { read: true }), of("3", { you_were_absent: false }), of("4", { state: "withdrawn" })] });
  });
  const home = await readHome("robin", true);
  expect(home.waiting.map(({ id }) => id)).toEqual(["1"]);
  expect(home.drafts).toEqual([]);
  expect(home.asked).toBe(1);
});
