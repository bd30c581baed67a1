import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { auth, command, Problem } from "./api";
import { confirming, confirmIsYou } from "./confirm.svelte";
import { canUsePasskeys } from "./passkeys";

const NEEDED = { type: "reauthentication_needed", title: "Please confirm", ways: ["totp", "recovery"] };
const sent: string[] = [];

function server(...answers: (readonly [number, object])[]): void {
  sent.length = 0;
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    sent.push(`${options.method} ${path} ${JSON.parse(String(options.body ?? "{}")).nonce ?? ""}`.trim());
    const [status, body] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status });
  });
}

const opened = () => vi.waitFor(() => expect(confirming.open).toBe(true));

beforeEach(() => {
  document.cookie = "csrftoken=abc";
});

afterEach(() => {
  if (confirming.open) confirming.end(false);
  vi.unstubAllGlobals();
});

it("sends the same act once more after the person has confirmed", async () => {
  server([403, NEEDED], [200, { ok: true }]);
  const answer = command("person.reset_factors", { person: "p" }, "nonce-12345");
  await opened();
  expect(confirming.ways).toEqual(["totp", "recovery"]);
  confirming.end(true);
  expect(await answer).toEqual({ ok: true });
  expect(sent).toEqual(Array(2).fill("POST /api/person.reset_factors nonce-12345"));
});

it("answers the refusal when they close the dialog, and asks only once for one act", async () => {
  server([403, NEEDED]);
  const closed = command("person.reset_factors", { person: "p" });
  const hears = expect(closed).rejects.toBeInstanceOf(Problem);
  await opened();
  confirming.end(false);
  await hears;
  expect(sent).toHaveLength(1);
  server([403, NEEDED], [403, NEEDED]);
  const again = auth("GET", "account/authenticators/totp");
  await opened();
  confirming.end(true);
  expect((await again).status).toBe(403);
  expect(sent).toHaveLength(2);
});

it("is one dialog for everybody who waits", async () => {
  const both = Promise.all([confirmIsYou(["password"]), confirmIsYou(["totp"])]);
  await opened();
  expect(confirming.ways).toEqual(["password"]);
  confirming.end(true);
  expect(await both).toEqual([true, true]);
});

it("asks the server for the ways when it was given none", async () => {
  server([200, { data: { totp: null, passkeys: [{ id: 1 }], recovery: { left: 2, total: 10 } } }]);
  const answer = confirmIsYou();
  await opened();
  expect(confirming.ways).toEqual(["passkey", "recovery"]);
  confirming.end(true);
  expect(await answer).toBe(true);
  server([500, {}]);
  expect(await confirmIsYou()).toBe(false);
});

it("offers passkeys at names only, in a safe place", () => {
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("isSecureContext", true);
  expect(["localhost", "group.example.org", "127.0.0.1", "[::1]"].map(canUsePasskeys)).toEqual([true, true, false, false]);
  vi.stubGlobal("isSecureContext", false);
  expect(canUsePasskeys("group.example.org")).toBe(false);
});
