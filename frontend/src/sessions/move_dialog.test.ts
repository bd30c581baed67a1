import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { sessions } from "../strings/en_sessions";
import MoveDialog from "./MoveDialog.svelte";
import type { SessionLine } from "./shapes";

const session = (more: Partial<SessionLine> = {}): SessionLine => ({
  id: "s1", group: "g1", group_name: "Evening", with: null, title: "", starts_at: "2099-12-03T18:00:00Z", ends_at: "2099-12-03T19:30:00Z", time_zone: "UTC",
  state: "planned", rhythm: "prepare", place: "", link: "", why: "", topic: null, series: null, changed_alone: false, version: 1, you_lead: true,
  attendance: null, has_agenda: false, summary: null, opens_at: null, room_open: false, ...more,
});

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(new RegExp(label));

it("what is typed stays when the page is read anew, and opening again begins with what is there", async () => {
  const { rerender } = render(MoveDialog, { open: true, session: session(), done: () => {} });
  expect(field(sessions.plan.minutes).value).toBe("90");
  await fireEvent.input(field(sessions.plan.minutes), { target: { value: "60" } });
  await fireEvent.input(field(sessions.change.why), { target: { value: "The room is taken" } });
  await rerender({ session: session({ ends_at: "2099-12-03T20:00:00Z", version: 2 }) });
  expect([field(sessions.plan.minutes).value, field(sessions.change.why).value]).toEqual(["60", "The room is taken"]);
  await rerender({ open: false });
  await rerender({ open: true });
  expect([field(sessions.plan.minutes).value, field(sessions.change.why).value]).toEqual(["120", ""]);
});

it("somebody else's move meanwhile is shown before it is overwritten", async () => {
  const sent: number[] = [];
  document.cookie = "csrftoken=abc";
  vi.stubGlobal("fetch", (_path: string, options: RequestInit) => {
    sent.push((JSON.parse(String(options.body)) as { version: number }).version);
    const stale = { type: "stale", status: 409, detail: "Changed.", current: session({ version: 3 }) };
    return Promise.resolve(new Response(JSON.stringify(sent.length === 1 ? stale : {}), { status: sent.length === 1 ? 409 : 200 }));
  });
  const { rerender } = render(MoveDialog, { open: true, session: session(), done: () => {} });
  await fireEvent.input(field(sessions.change.why), { target: { value: "The room is taken" } });
  await rerender({ session: session({ version: 3 }) });
  const move = screen.getByRole("button", { name: sessions.change.moveDo });
  await fireEvent.click(move);
  await vi.waitFor(() => expect(sent).toEqual([1]));
  await vi.waitFor(() => expect(move.hasAttribute("disabled") || move.getAttribute("aria-busy") === "true").toBe(false));
  await fireEvent.click(move);
  await vi.waitFor(() => expect(sent).toEqual([1, 3]));
});
