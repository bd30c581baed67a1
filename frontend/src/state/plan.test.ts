import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forget, keep, recall } from "../kept";
import { Plan, tidy, type PlanAnswer } from "./plan.svelte";

const plan = (version: number, first: string[] = [], shared_with: string[] = []): PlanAnswer => ({
  steps: [first, [], [], [], [], []],
  version,
  updated_at: version ? "2026-11-20T10:00:00Z" : null,
  shared_with,
});

let server: PlanAnswer;
let line: boolean;
let saves: { version: number; steps: string[][]; nonce: string }[];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(async () => {
  server = plan(1, ["I stop sleeping"]);
  line = true;
  saves = [];
  document.cookie = "csrftoken=t";
  await forget("safety plan", "robin");
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    if (!line) throw new TypeError("no line");
    if (path === "/api/me/safety-plan") return json(server);
    const data = JSON.parse(String(options.body));
    if (path === "/api/safety_plan.share") return json((server = { ...server, shared_with: data.shared ? [data.group] : [] }));
    saves.push(data);
    if (data.version !== server.version) return json({ type: "stale", status: 409, current: server }, 409);
    return json((server = { ...server, steps: data.steps, version: server.version + 1 }));
  });
});

afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<Plan> {
  const made = new Plan("robin");
  await made.load();
  return made;
}

it("saves by itself, without empty lines", async () => {
  const made = await opened();
  made.steps[0]!.push("  I  snap at people ", "");
  made.changed();
  expect(made.saving).toBe("unsaved");
  await made.save();
  expect(server.steps[0]).toEqual(["I stop sleeping", "I snap at people"]);
  expect(made.saving).toBe("saved");
  await made.save();
  expect(saves).toHaveLength(1);
});

it("what is written without a line is kept on the device and saved later, also after a reload", async () => {
  const first = await opened();
  line = false;
  first.steps[1]!.push("walk");
  first.changed();
  await first.save();
  expect(first.saving).toBe("waiting");
  first.close();
  const second = await opened();
  expect(tidy(second.steps)[1]).toEqual(["walk"]);
  expect(second.copyFrom).toBe("2026-11-20T10:00:00Z");
  second.close();
  line = true;
  const third = await opened();
  await vi.waitFor(() => expect(server.steps[1]).toEqual(["walk"]));
  expect(third.copyFrom).toBeNull();
});

it("another device's plan is never overwritten unasked, nor is this one's", async () => {
  const made = await opened();
  server = plan(2, ["From the other device"]);
  made.steps[0]!.push("From here");
  await made.save();
  expect(made.other?.steps[0]).toEqual(["From the other device"]);
  expect(tidy(made.steps)[0]).toEqual(["I stop sleeping", "From here"]);
  made.keepMine();
  await vi.waitFor(() => expect(server.steps[0]).toEqual(["I stop sleeping", "From here"]));
  await vi.waitFor(() => expect(made.saving).toBe("saved"));
  server = plan(9, ["Again"]);
  made.steps[0]!.push("x");
  await made.save();
  made.takeTheirs();
  expect(tidy(made.steps)[0]).toEqual(["Again"]);
  expect(made.version).toBe(9);
});

it("a copy that waits meets a newer plan: the person chooses", async () => {
  await keep("safety plan", "robin", { ...plan(1, ["mine"]), unsaved: true });
  server = plan(3, ["theirs"]);
  const made = await opened();
  expect(made.other?.version).toBe(3);
  expect(tidy(made.steps)[0]).toEqual(["mine"]);
  expect(saves).toEqual([]);
});

it("without a copy on this device nothing of it is kept here", async () => {
  const made = await opened();
  await vi.waitFor(async () => expect(await recall("safety plan", "robin")).not.toBeNull());
  await made.setCopy(false);
  expect(await recall("safety plan", "robin")).toBeNull();
  made.steps[0]!.push("more");
  made.changed();
  await made.save();
  expect(await recall("safety plan", "robin")).toBeNull();
  expect(new Plan("robin").copying).toBe(false);
  await made.setCopy(true);
  expect(await recall("safety plan", "robin")).not.toBeNull();
});

it("what does not fit says so at its step and stays on the page", async () => {
  const made = await opened();
  vi.stubGlobal("fetch", async () => json({ type: "invalid", status: 422, fields: { "steps.2": "A step has at most 12 lines." } }, 422));
  made.steps[2]!.push("one too many");
  await made.save();
  expect(made.errors).toEqual({ 2: "A step has at most 12 lines." });
  expect(made.steps[2]).toEqual(["one too many"]);
});

it("sharing goes to one group's facilitators and can be taken back", async () => {
  const made = await opened();
  await made.share("g", true);
  expect(made.sharedWith).toEqual(["g"]);
  await made.share("g", false);
  expect(made.sharedWith).toEqual([]);
});
