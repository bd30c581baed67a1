import { afterEach, expect, it, vi } from "vitest";
import { speaker } from "../api";
import { me } from "./me.svelte";

/** The server says that `id` is signed in. */
function signedIn(id: string): void {
  const person = { id, name: id, email: `${id}@example.org`, role: "member", time_zone: "UTC" };
  const signin = { id: `s-${id}`, idle_seconds: 3600 };
  const answer = { person, practice: null, signin, factor: { required: false, set: false }, welcomed: true, demo: false, now: new Date().toISOString() };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(answer)));
}

afterEach(() => vi.unstubAllGlobals());

it("a tab of one person begins anew when another has signed in on this browser", async () => {
  const reload = vi.fn();
  vi.stubGlobal("location", { reload });
  signedIn("ana");
  await me.load();
  await me.load();
  expect([me.status, speaker(), reload.mock.calls.length]).toEqual(["in", "ana", 0]);
  signedIn("bo");
  await me.load();
  expect([me.status, me.person, speaker(), reload.mock.calls.length]).toEqual(["out", null, "", 1]);
});
