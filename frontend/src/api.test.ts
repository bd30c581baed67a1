import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { command, explain, get, newNonce, Offline, Problem, speakFor, whenSignedOut } from "./api";

const calls: { path: string; options: RequestInit }[] = [];

function answers(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    calls.push({ path, options });
    return new Response(JSON.stringify(body), { status });
  });
}

beforeEach(() => {
  calls.length = 0;
  document.cookie = "csrftoken=first";
});

afterEach(() => {
  vi.unstubAllGlobals();
  speakFor("");
  whenSignedOut(() => {});
});

it("reads the CSRF cookie at each call: signing in renews it", async () => {
  answers(200, { id: "1", duplicate: false });
  await command("topic.create", { title: "Sleep" });
  document.cookie = "csrftoken=second";
  await command("topic.create", { title: "Sleep" });
  const tokens = calls.map((call) => (call.options.headers as Record<string, string>)["X-CSRFToken"]);
  expect(tokens).toEqual(["first", "second"]);
  expect(calls[0]!.path).toBe("/api/topic.create");
});

it("gives each act its own nonce, and keeps one that is given", async () => {
  answers(200, {});
  await command("group.leave", { group: "g" });
  await command("group.leave", { group: "g" }, "chosen-nonce");
  const nonces = calls.map((call) => JSON.parse(String(call.options.body)).nonce as string);
  expect(nonces[0]).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(nonces[1]).toBe("chosen-nonce");
  expect(newNonce()).not.toBe(newNonce());
});

it("says for whom the tab speaks", async () => {
  answers(200, {});
  speakFor("robin");
  await command("activity.report");
  expect((calls[0]!.options.headers as Record<string, string>)["X-Hearthside-Person"]).toBe("robin");
});

describe("refusals", () => {
  it("become a typed problem", async () => {
    answers(422, { type: "invalid", title: "Look again", status: 422, detail: "Too short.", fields: { title: "Give it a name." } });
    const problem = await command("topic.create", {}).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ type: "invalid", fields: { title: "Give it a name." }, temporary: false });
  });

  it("without a line are Offline", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(get("/api/groups")).rejects.toBeInstanceOf(Offline);
    expect(explain(new Offline()).offline).toBe(true);
  });

  it("that end the sign-in are told once", async () => {
    const told = vi.fn();
    whenSignedOut(told);
    answers(401, { type: "signed_out", title: "Please sign in", status: 401, detail: "" });
    await get("/api/groups").catch(() => {});
    expect(told).toHaveBeenCalledOnce();
  });

  it("of a broken answer still have words", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
    const problem = (await get("/api/groups").catch((error: unknown) => error)) as Problem;
    expect(problem.temporary).toBe(true);
    expect(explain(problem).detail).toBeTruthy();
  });

  it("absent and not theirs read the same", () => {
    const absent = explain(new Problem({ type: "not_found", detail: "a" }, 404));
    const denied = explain(new Problem({ type: "denied", detail: "b" }, 403));
    expect(absent).toEqual(denied);
  });
});
