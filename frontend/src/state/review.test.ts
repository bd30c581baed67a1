import { expect, it } from "vitest";
import { alertsOf } from "./review.svelte";
import type { Overview, ReviewLine } from "../review/shapes";

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
