// @vitest-environment node
import { get } from "svelte/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Offline, Problem } from "./api";
import { loadDraft, saveDraft } from "./drafts";
import { isTooLong, Outbox, type Entry } from "./outbox";
import type { SubmitAnswer } from "./state/shapes";
import { openStore } from "./store";

const PLACE = { group: "g", title: "Sleep" };
const DAY = 24 * 3600 * 1000;

let made: Outbox[] = [];
let person = "robin";
let now = 0;
let sent: Entry[] = [];
let answer: (entry: Entry) => Promise<SubmitAnswer>;

const published = async (entry: Entry): Promise<SubmitAnswer> => ({ id: `post ${entry.nonce}`, seq: 1, state: "published", duplicate: false });

function outbox(): Outbox {
  const submit = async (entry: Entry) => {
    sent.push(entry);
    return answer(entry);
  };
  const box = new Outbox({ submit, person: () => person, now: () => now });
  made.push(box);
  return box;
}

const states = (box: Outbox) => get(box.entries).map((entry) => `${entry.data.body}: ${entry.state}`);
const kept = async (who = "robin") => (await (await openStore()).ofPerson("outbox", who)).map((entry) => entry.data.body);

beforeEach(async () => {
  person = "robin";
  now = Date.parse("2026-11-23T10:00:00Z");
  sent = [];
  answer = published;
  const store = await openStore();
  for (const who of ["robin", "kim"]) for (const entry of await store.ofPerson("outbox", who)) await store.remove("outbox", entry.nonce);
});

afterEach(() => {
  for (const box of made) box.close();
  made = [];
});

describe("sending", () => {
  it("goes in the order of writing, one at a time per topic", async () => {
    let open = 0;
    let most = 0;
    answer = async (entry) => {
      most = Math.max(most, ++open);
      await new Promise((done) => setTimeout(done, 2));
      open -= 1;
      return published(entry);
    };
    const box = outbox();
    await box.open("robin");
    for (const body of ["one", "two", "three"]) await box.add("t", PLACE, { body });
    await vi.waitFor(() => expect(sent.map((entry) => entry.data.body)).toEqual(["one", "two", "three"]));
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(most).toBe(1);
    expect(new Set(sent.map((entry) => entry.nonce)).size).toBe(3);
  });

  it("keeps the nonce when no answer came, also after a reload", async () => {
    answer = () => Promise.reject(new Offline());
    const first = outbox();
    await first.open("robin");
    await first.add("t", PLACE, { body: "hello" });
    await vi.waitFor(() => expect(states(first)).toEqual(["hello: waiting"]));
    first.close();
    answer = published;
    const second = outbox();
    await second.open("robin");
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(new Set(sent.map((entry) => entry.nonce)).size).toBe(1);
    expect(sent.length).toBeGreaterThan(1);
  });

  it("waits as long as the server asks", async () => {
    const waits = vi.spyOn(globalThis, "setTimeout");
    answer = () => Promise.reject(new Problem({ type: "rate_limited", retry_after_ms: 7000 }, 429));
    const box = outbox();
    await box.open("robin");
    await box.add("t", PLACE, { body: "quick" });
    await vi.waitFor(() => expect(states(box)).toEqual(["quick: waiting"]));
    expect(Math.max(...waits.mock.calls.map((call) => call[1] ?? 0))).toBeGreaterThanOrEqual(7000);
    await box.add("t", PLACE, { body: "quicker" });
    expect(sent).toHaveLength(1);
  });

  it("a refusal keeps the words and says why; the next post still goes", async () => {
    answer = (entry) =>
      entry.data.body === "no" ? Promise.reject(new Problem({ type: "closed", detail: "This topic is locked." }, 409)) : published(entry);
    const box = outbox();
    await box.open("robin");
    await box.add("t", PLACE, { body: "no" });
    await box.add("t", PLACE, { body: "yes" });
    await vi.waitFor(() => expect(states(box)).toEqual(["no: refused", "yes: sent"]));
    expect(get(box.entries)[0]?.why).toBe("This topic is locked.");
    expect(await kept()).toEqual(["no"]);
    answer = published;
    const before = get(box.entries)[0]!.nonce;
    await box.retry(before);
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(sent.at(-1)?.nonce).not.toBe(before);
  });

  it("a held post stays in its place until it is decided", async () => {
    answer = async () => ({ id: "p1", seq: null, state: "held", duplicate: false });
    const box = outbox();
    await box.open("robin");
    await box.add("t", PLACE, { body: "hard words" });
    await vi.waitFor(() => expect(states(box)).toEqual(["hard words: held"]));
    await box.stated("p1", "rejected");
    expect(states(box)).toEqual(["hard words: rejected"]);
    await box.arrived("p1");
    expect(states(box)).toEqual([]);
  });

  it("the server's own row takes over from a held entry, and only from one it answered for", async () => {
    answer = async (entry) => (entry.data.body === "held" ? { id: "p1", seq: null, state: "held", duplicate: false } : Promise.reject(new Offline()));
    const box = outbox();
    await box.open("robin");
    await box.add("t", PLACE, { body: "held", ask_first: true });
    await vi.waitFor(() => expect(states(box)).toEqual(["held: held"]));
    await box.add("t", PLACE, { body: "later" });
    await vi.waitFor(() => expect(states(box)).toEqual(["held: held", "later: waiting"]));
    expect(box.answeredIn("t")).toEqual(["p1"]);
    expect(box.answeredIn("u")).toEqual([]);
    await box.handOver(box.answeredIn("t"));
    expect(states(box)).toEqual(["later: waiting"]);
    expect(await kept()).toEqual(["later"]);
  });

  it("a topic that goes slowly keeps its post until the moment comes; other topics go on", async () => {
    const slow = new Problem({ type: "slow_mode", status: 429, retry_after_ms: 40_000 }, 429);
    answer = (entry) => (entry.topic === "slow" ? Promise.reject(slow) : published(entry));
    const box = outbox();
    await box.open("robin");
    await box.add("slow", PLACE, { body: "wait" });
    await vi.waitFor(() => expect(get(box.entries)[0]).toMatchObject({ state: "waiting", not_before: now + 40_000 }));
    await box.add("t", PLACE, { body: "go" });
    await vi.waitFor(() => expect(states(box)).toEqual(["wait: waiting", "go: sent"]));
    box.pump();
    expect(sent.filter((entry) => entry.topic === "slow")).toHaveLength(1);
    now += 40_000;
    answer = published;
    box.pump();
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(new Set(sent.filter((entry) => entry.topic === "slow").map((entry) => entry.nonce)).size).toBe(1);
  });

  it("every answer is heard, whatever became of the post", async () => {
    const heard: [string, SubmitAnswer][] = [];
    answer = async () => ({ id: "p1", seq: null, state: "held", duplicate: false, support: { severity: 2, show: true } });
    const box = new Outbox({ submit: (entry) => answer(entry), person: () => person, answered: (entry, got) => heard.push([entry.data.body, got]) });
    made.push(box);
    await box.open("robin");
    await box.add("t", PLACE, { body: "heavy" });
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    expect(heard[0]).toMatchObject(["heavy", { id: "p1", support: { show: true } }]);
  });

  it("a post seen in the group is done even when its answer was lost", async () => {
    answer = () => Promise.reject(new Offline());
    const box = outbox();
    await box.open("robin");
    const entry = await box.add("t", PLACE, { body: "hello" });
    await box.arrived("p9", entry.nonce);
    expect(states(box)).toEqual([]);
    expect(await kept()).toEqual([]);
  });
});

describe("whose words", () => {
  it("are never sent under another person", async () => {
    answer = () => Promise.reject(new Offline());
    const box = outbox();
    await box.open("robin");
    await box.add("t", PLACE, { body: "mine" });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    person = "kim";
    answer = published;
    await box.open("kim");
    box.pump();
    await new Promise((done) => setTimeout(done, 20));
    expect(sent).toHaveLength(1);
    expect(states(box)).toEqual([]);
    expect(await kept("robin")).toEqual(["mine"]);
  });

  it("older than six days ask first", async () => {
    answer = () => Promise.reject(new Offline());
    const first = outbox();
    await first.open("robin");
    await first.add("t", PLACE, { body: "old" });
    await vi.waitFor(() => expect(states(first)).toEqual(["old: waiting"]));
    first.close();
    now += 7 * DAY;
    sent = [];
    answer = published;
    const second = outbox();
    await second.open("robin");
    await vi.waitFor(() => expect(states(second)).toEqual(["old: asking"]));
    expect(sent).toEqual([]);
    await second.retry(get(second.entries)[0]!.nonce);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
  });

  it("can be thrown away and come back as words", async () => {
    answer = () => Promise.reject(new Problem({ type: "invalid", detail: "Empty." }, 422));
    const box = outbox();
    await box.open("robin");
    const entry = await box.add("t", PLACE, { body: "words", content_note: "loss" });
    await vi.waitFor(() => expect(states(box)).toEqual(["words: refused"]));
    expect(await box.discard(entry.nonce)).toEqual({ body: "words", content_note: "loss" });
    expect(await kept()).toEqual([]);
  });
});

describe("drafts", () => {
  it("stand under person and topic and go when they are empty", async () => {
    await saveDraft("robin", "t", { body: "half a", note_open: false });
    expect((await loadDraft("robin", "t"))?.body).toBe("half a");
    expect(await loadDraft("kim", "t")).toBeNull();
    await saveDraft("robin", "t", { body: " ", note_open: false });
    expect(await loadDraft("robin", "t")).toBeNull();
  });
});

it("length is counted as the server counts it", () => {
  expect(isTooLong({ body: "🙂".repeat(11_000) })).toBe(false);
  expect(isTooLong({ body: "a".repeat(20_000) })).toBe(false);
  expect(isTooLong({ body: "a".repeat(20_001) })).toBe(true);
  expect(isTooLong({ body: "🙂".repeat(16_000) })).toBe(true);
});
