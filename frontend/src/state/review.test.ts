import { afterEach, expect, it, vi } from "vitest";
import { alertsOf, review } from "./review.svelte";
import type { Overview, QueuePage, ReviewLine } from "../review/shapes";

afterEach(() => vi.unstubAllGlobals());

function cry(id: string, more: Partial<ReviewLine> = {}): ReviewLine {
  return {
    ...{ id, group: "g", lane: "care", state: "pending", target_kind: "post", target: "t", topic: null, author: "m" },
    ...{ post_state: "published", severity: 2, score: 0.5, reasons: [], sources: ["rule"], second_look: false },
    ...{ waiting_on_author: false, with_lead: false, opened_at: "2026-11-23T10:00:00Z", due_at: null, lease_by: null },
    ...{ lease_until: null, first_look_at: null, acknowledged_at: null, acknowledged_by: null, version: 1 },
    ...more,
  };
}

it("finds the calls that still wait, of the groups and of what is shared with the clinical lead", () => {
  const overview: Overview = {
    groups: [
      {
        ...{ group: "g", name: "G", counts: { care: 4, conduct: 0, privacy: 0, asked: 0 }, oldest_at: null },
        care: [cry("a"), cry("taken", { acknowledged_at: "2026-11-23T10:01:00Z" }), cry("worry", { severity: 1 })],
      },
    ],
    lead: [cry("b", { group: "h" }), cry("attack", { lane: "conduct" })],
  };
  expect(alertsOf(overview).map((alert) => [alert.item, alert.group])).toEqual([
    ["a", "g"],
    ["b", "h"],
  ]);
});

/** A server whose home of the staff was read before, and whose queue after, something happened to a call. */
function server(before: ReviewLine[], after: ReviewLine[]): void {
  const counts = { care: 0, conduct: 0, privacy: 0, asked: 0 };
  const overview: Overview = { groups: [{ group: "g", name: "G", counts, oldest_at: null, care: before }], lead: [] };
  const page = { lines: after, counts, more: false, stream: { name: "review:g", offset: 2, epoch: "e" } } as unknown as QueuePage;
  vi.stubGlobal("fetch", (path: string) => Promise.resolve(new Response(JSON.stringify(path === "/api/review" ? overview : page))));
}

it.each([
  ["shows a call that came in between", [], [cry("a")], ["a"]],
  ["shows none that somebody took in between", [cry("a")], [cry("a", { acknowledged_at: "2026-11-23T10:01:00Z", version: 2 })], []],
  ["keeps one that still waits", [cry("a")], [cry("a")], ["a"]],
])("reads the home first and the queues then, and %s", async (_name, before, after, shown) => {
  server(before, after);
  const stop = review.start();
  await vi.waitFor(() => expect(review.status).toBe("ready"));
  expect(review.alerts.map((alert) => alert.item)).toEqual(shown);
  stop();
});
