import { afterEach, expect, it, vi } from "vitest";
import { Act, emailTrouble, passwordTrouble, refusal } from "./act.svelte";
import { Offline, Problem } from "./api";
import { t } from "./strings";

afterEach(() => vi.unstubAllGlobals());

/** Answers each call in turn; `null` is a line that breaks. */
function server(...answers: (readonly [number, object] | null)[]) {
  const sent: { nonce: string; name?: string }[] = [];
  document.cookie = "csrftoken=abc";
  const fetch = vi.fn((_path: string, options: RequestInit) => {
    sent.push(JSON.parse(String(options.body)));
    const answer = answers.shift();
    if (!answer) return Promise.reject(new TypeError("no line"));
    return Promise.resolve(new Response(JSON.stringify(answer[1]), { status: answer[0] }));
  });
  vi.stubGlobal("fetch", fetch);
  return sent;
}

it("keeps the nonce after an unsure end, and only for the same words", async () => {
  const sent = server(null, [200, {}], null, [200, {}], [422, { type: "invalid" }], [200, {}]);
  const act = new Act();
  const go = (name: string) => act.run(() => act.command("group.update", { name }));
  expect(await go("a")).toBe(false);
  expect(act.trouble?.title).toBe(t.forms.offline);
  expect(await go("a")).toBe(true);
  expect(sent[1]?.nonce).toBe(sent[0]?.nonce);
  await go("a");
  expect(sent[2]?.nonce).not.toBe(sent[1]?.nonce);
  await go("b");
  expect(sent[3]?.nonce).not.toBe(sent[2]?.nonce);
  await go("b");
  await go("b");
  expect(sent[5]?.nonce).not.toBe(sent[4]?.nonce);
});

it("puts words at the fields that it knows, and the others' at the top", () => {
  const act = new Act("email");
  act.fail(new Problem({ type: "invalid", title: "T", fields: { email: "Wrong.", data: "Nothing." } }, 422));
  expect(act.errors).toEqual({ email: "Wrong." });
  expect(act.trouble).toEqual({ title: "T", detail: "Nothing." });
  act.fail(new Problem({ type: "invalid", fields: { email: "Wrong." } }, 422));
  expect(act.trouble).toBeNull();
  act.fail(new Offline());
  expect([act.errors, act.trouble?.title]).toEqual([{}, t.forms.offline]);
  act.fail(new Error("x"));
  expect(act.trouble?.title).toBe(t.errors.title);
});

it("does one thing at a time", async () => {
  const act = new Act();
  let end = () => {};
  const first = act.run(() => new Promise<void>((resolve) => (end = resolve)));
  expect(act.busy).toBe(true);
  expect(await act.run(async () => {})).toBe(false);
  end();
  expect(await first).toBe(true);
  expect(act.busy).toBe(false);
});

it("reads the sign-in service's refusals", () => {
  const errors = [
    { param: "password", message: "Too short." },
    { param: "password", message: "Too common." },
    { message: "Ask your practice." },
  ];
  const problem = refusal({ status: 400, body: { errors } });
  expect(problem.fields).toEqual({ password: "Too short. Too common." });
  expect(problem.detail).toBe("Ask your practice.");
  expect(refusal({ status: 403, body: { type: "csrf_failed", title: "Reload" } }).title).toBe("Reload");
});

it("sees what is missing before anything is sent", () => {
  const act = new Act();
  expect(act.check({ email: emailTrouble(" "), name: "" })).toBe(false);
  expect(act.errors).toEqual({ email: t.forms.needEmail });
  expect(act.check({ email: emailTrouble(" rosa@example.org ") })).toBe(true);
  expect(emailTrouble("rosa@")).toBe(t.forms.wrongEmail);
  expect(passwordTrouble("short")).toBe(t.password.short);
});
