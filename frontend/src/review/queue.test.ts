import { describe, expect, it } from "vitest";
import { applyUpdate, fitting, heldBy, inOrder, joinPage, nextLine, queueOf, sumCounts } from "./queue";
import type { ReviewUpdated } from "../wire";
import type { QueuePage, ReviewLine } from "./shapes";

const NOW = Date.parse("2026-11-23T12:00:00Z");

function line(id: string, more: Partial<ReviewLine> = {}): ReviewLine {
  return {
    ...{ id, group: "g", lane: "conduct", state: "pending", target_kind: "post", target: `t-${id}`, topic: null, author: "m" },
    ...{ post_state: "held", severity: 0, score: 0.5, reasons: ["attack"], sources: ["rule"], second_look: false },
    ...{ waiting_on_author: false, with_lead: false, opened_at: "2026-11-23T10:00:00Z", due_at: null, lease_by: null },
    ...{ lease_until: null, first_look_at: null, acknowledged_at: null, acknowledged_by: null, version: 1 },
    ...more,
  };
}

function event(seq: number, id: string, more: Partial<ReviewLine> = {}): ReviewUpdated {
  const { id: item, author_name: _name, group_name: _group, reasons, sources, ...rest } = line(id, more);
  const frame = { v: 1 as const, id: `e${seq}`, seq, at: "2026-11-23T12:00:00Z", actor: null };
  return { ...frame, ...rest, reasons: [...reasons], sources: [...sources], type: "review.updated", item };
}

function page(lines: ReviewLine[], more: Partial<QueuePage> = {}): QueuePage {
  const counts = { care: 0, conduct: lines.length, privacy: 0, asked: 0 };
  return {
    ...{ lines, more: false, counts, policies: [], outcomes: [], exposure_today: 0, exposure_limit: 40, hand_over: null },
    ...{ duty: { state: "unknown", names: [], until: null, back_at: null }, stream: { name: "review:g", offset: 5, epoch: "e" } },
    ...more,
  };
}

describe("a queue and its events", () => {
  it("adds what is new, replaces what it knows, drops what is decided, and counts along", () => {
    let queue = queueOf(page([line("a")]));
    queue = applyUpdate(queue, event(6, "b", { lane: "asked" }));
    expect(queue.lines.map((one) => one.id)).toEqual(["a", "b"]);
    expect(queue.counts).toEqual({ care: 0, conduct: 1, privacy: 0, asked: 1 });
    queue = applyUpdate(queue, event(7, "a", { lease_by: "x" }));
    expect(queue.lines.find((one) => one.id === "a")?.lease_by).toBe("x");
    expect(queue.counts.conduct).toBe(1);
    queue = applyUpdate(queue, event(8, "a", { state: "approved", version: 2 }));
    expect(queue.lines.map((one) => one.id)).toEqual(["b"]);
    expect(queue.counts.conduct).toBe(0);
    expect(queue.stale).toBe(false);
  });

  it("is not moved by what it has seen, or by an older state of a line", () => {
    const queue = queueOf(page([line("a", { version: 3 })]));
    expect(applyUpdate(queue, event(5, "a", { state: "approved", version: 4 }))).toBe(queue);
    const next = applyUpdate(queue, event(6, "a", { state: "approved", version: 2 }));
    expect(next.lines).toHaveLength(1);
    expect(next.seq).toBe(6);
  });

  it("leaves what is about the reader to the others", () => {
    const queue = applyUpdate(queueOf(page([])), event(6, "mine", { author: "me" }), "me");
    expect(queue.lines).toEqual([]);
    expect(queue.seq).toBe(6);
    expect(applyUpdate(queue, event(7, "theirs", { author: "m" }), "me").lines).toHaveLength(1);
  });

  it("reads its counts anew when a line is beyond what is loaded", () => {
    const queue = queueOf(page([line("a")], { more: true }));
    const next = applyUpdate(queue, event(6, "z", { state: "approved", version: 2 }));
    expect(next.stale).toBe(true);
    expect(next.counts).toEqual(queue.counts);
  });

  it("goes on over a blank, and joins a further page without doubles", () => {
    const queue = applyUpdate(queueOf(page([line("a")], { more: true })), { v: 1, type: "skipped", seq: 6 });
    expect(queue.seq).toBe(6);
    const joined = joinPage(queue, page([line("a"), line("b")]));
    expect(joined.lines.map((one) => one.id)).toEqual(["a", "b"]);
    expect(joined.more).toBe(false);
  });

  it("goes on after the last line of the last page, whatever came or went meanwhile", () => {
    let queue = queueOf(page([line("a"), line("b")], { more: true }));
    queue = applyUpdate(queue, event(6, "late"));
    queue = applyUpdate(queue, event(7, "b", { state: "approved", version: 2 }));
    expect([queue.cursor, queue.pages]).toEqual(["b", 1]);
    queue = joinPage(queue, page([line("c")]));
    expect([queue.cursor, queue.pages]).toEqual(["c", 2]);
  });
});

describe("order and choice", () => {
  it("puts care first by its deadline, then what is likeliest, then what is oldest", () => {
    const lines = [
      line("old", { opened_at: "2026-11-20T10:00:00Z" }),
      line("sure", { score: 0.9 }),
      line("late", { lane: "care", due_at: "2026-11-23T12:30:00Z", score: 1 }),
      line("soon", { lane: "care", due_at: "2026-11-23T12:10:00Z" }),
      line("new"),
    ];
    expect(inOrder(lines).map((one) => one.id)).toEqual(["soon", "late", "sure", "old", "new"]);
    expect(fitting(lines, { lane: "care", source: "" })).toHaveLength(2);
    expect(fitting(lines, { lane: "", source: "model" })).toHaveLength(0);
  });

  it("puts a call that nobody has taken before all, the worst first, and a taken one where its deadline says", () => {
    const worry = line("worry", { lane: "care", severity: 1, due_at: "2026-11-23T12:00:00Z" });
    const urgent = line("urgent", { lane: "care", severity: 2, due_at: "2026-11-23T12:10:00Z" });
    const acute = line("acute", { lane: "care", severity: 3, due_at: "2026-11-23T12:30:00Z" });
    expect(inOrder([worry, urgent, acute]).map((one) => one.id)).toEqual(["acute", "urgent", "worry"]);
    const taken = { ...acute, acknowledged_at: "2026-11-23T11:59:00Z" };
    expect(inOrder([taken, urgent, worry]).map((one) => one.id)).toEqual(["urgent", "worry", "acute"]);
  });

  it("says who holds a line: somebody else, and only for as long as they do", () => {
    const held = line("a", { lease_by: "x", lease_until: "2026-11-23T12:05:00Z" });
    expect(heldBy(held, "me", NOW)).toBe("x");
    expect(heldBy(held, "x", NOW)).toBe("");
    expect(heldBy(held, "me", NOW + 600_000)).toBe("");
  });

  it("goes round to the next line that is free, and never to the same", () => {
    const lines = [line("a"), line("b"), line("c")];
    const free = (one: ReviewLine) => one.id !== "c";
    expect(nextLine(lines, "a", free)?.id).toBe("b");
    expect(nextLine(lines, "b", free)?.id).toBe("a");
    expect(nextLine(lines, "", free)?.id).toBe("a");
    expect(nextLine([line("a")], "a", () => true)).toBeNull();
  });

  it("sums the lanes of several groups", () => {
    const queues = [queueOf(page([line("a")])), queueOf(page([line("b"), line("c")]))];
    expect(sumCounts(queues)).toEqual({ care: 0, conduct: 3, privacy: 0, asked: 0 });
  });
});
