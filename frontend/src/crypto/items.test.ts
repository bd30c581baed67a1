import { describe, expect, it } from "vitest";
import { makeItems, type Context } from "./items";
import type { Waiting } from "./sending";
import type { Said, Words } from "./shapes";
import type { Row } from "./timeline";
import type { Hidden } from "./types";

const ANN = "@11111111-1111-4111-8111-111111111111:hearthside";
const BEN = "@22222222-2222-4222-8222-222222222222:hearthside";
const context: Context = { user: ANN, nameOf: (id) => (id === ANN ? "Ann" : "Ben"), now: 10_000_000 };

const counters = new Map<string, number>();

function row(seq: number, sender: string, said: Said, more: Partial<Words> = {}): Row {
  const n = (counters.get(sender) ?? 0) + 1;
  counters.set(sender, more.n ?? n);
  const words = { n, at: seq, ...said, ...more } as Words;
  return { event: event(seq, sender), opened: { words, sealed: { pt: "", fk: "" } } };
}

function event(seq: number, sender: string): Row["event"] {
  const content = { algorithm: "", ciphertext: "", session_id: "", device_id: "" };
  return { event_id: `$${seq}`, seq, sender, device_id: `D${sender}`, content, erased: null, commitment: "", at: seq * 1000, quiet: false };
}

const hidden = (seq: number, sender: string, why: Hidden): Row => ({ event: event(seq, sender), opened: { hidden: why } });
const erased = (seq: number, sender: string): Row => ({ event: { ...event(seq, sender), content: null, erased: "sender" }, opened: { hidden: "unreadable" } });

function items(...rows: Row[]) {
  return makeItems(rows, [], context);
}

describe("edits and reactions", () => {
  it("take the words of the sender's newest edit, and of nobody else's", () => {
    counters.clear();
    const made = items(
      row(1, BEN, { k: "text", body: "Tusday" }),
      row(2, BEN, { k: "edit", to: "$1", body: "Tuesday" }),
      row(3, ANN, { k: "edit", to: "$1", body: "forged" }),
    );
    expect(made.map(({ body, edited }) => [body, edited])).toEqual([["Tuesday", true]]);
  });

  it("count people once, and take back", () => {
    counters.clear();
    const made = items(
      row(1, BEN, { k: "text", body: "hello" }),
      row(2, ANN, { k: "reaction", to: "$1", word: "with you" }),
      row(3, ANN, { k: "reaction", to: "$1", word: "with you" }),
      row(4, BEN, { k: "reaction", to: "$1", word: "thanks" }),
      row(5, BEN, { k: "reaction", to: "$1", word: "thanks", off: true }),
    );
    expect(made[0]!.reactions).toEqual([{ word: "with you", people: ["Ann"], yours: true }]);
  });
});

describe("what is not shown", () => {
  it("says why, and an erased message keeps its place", () => {
    counters.clear();
    const made = items(hidden(1, BEN, "before_join"), erased(2, BEN), row(3, BEN, { k: "text", body: "now" }));
    expect(made.map(({ state, hidden: why, erased: by }) => [state, why, by])).toEqual([
      ["hidden", "before_join", null],
      ["erased", null, "sender"],
      ["sent", null, null],
    ]);
  });

  it("goes at its time", () => {
    counters.clear();
    const [gone, there] = items(row(1, BEN, { k: "text", body: "old", timer: 5 }), row(9_999, BEN, { k: "text", body: "new", timer: 5 }));
    expect([gone!.state, gone!.erased, gone!.body]).toEqual(["erased", "timer", ""]);
    expect(there!.expiresAt).toBe(new Date(9_999_000 + 5000).toISOString());
  });
});

describe("gaps", () => {
  const missing = (rows: Row[]) => items(...rows).flatMap(({ notice }) => (notice?.what === "missing" ? [notice.count] : []));

  it("are said when a device's count jumps", () => {
    counters.clear();
    expect(missing([row(1, BEN, { k: "text", body: "a" }, { n: 4 }), row(3, BEN, { k: "text", body: "b" }, { n: 7 })])).toEqual([2]);
  });

  it("are none where a message was erased, is hidden, or the list begins", () => {
    counters.clear();
    const rows = [row(1, BEN, { k: "text", body: "a" }, { n: 4 }), erased(2, BEN), hidden(3, BEN, "waiting_key"), row(4, BEN, { k: "text", body: "b" }, { n: 7 })];
    expect(missing(rows)).toEqual([]);
  });
});

describe("what waits to be sent", () => {
  const waiting = (said: Said, more: Partial<Waiting> = {}): Waiting => ({ id: "t1", conversation: "c", order: 1, at: 5000, said, problem: null, ...more });

  it("counts where it belongs: an edit and a reaction of one's own", () => {
    counters.clear();
    const rows = [row(1, ANN, { k: "text", body: "Tusday" }), row(2, BEN, { k: "text", body: "yes" })];
    const made = makeItems(rows, [waiting({ k: "edit", to: "$1", body: "Tuesday" }), waiting({ k: "reaction", to: "$2", word: "thanks" })], context);
    expect(made.map(({ body, edited, reactions }) => [body, edited, reactions.length])).toEqual([
      ["Tuesday", true, 0],
      ["yes", false, 1],
    ]);
  });

  it("an edit that can't be sent stands by itself, with the message it was for", () => {
    counters.clear();
    const made = makeItems([row(1, ANN, { k: "text", body: "Tusday" })], [waiting({ k: "edit", to: "$1", body: "Tuesday" }, { problem: "closed" })], context);
    expect(made.map(({ body, state, edited, reply }) => [body, state, edited, reply?.id])).toEqual([
      ["Tusday", "sent", false, undefined],
      ["Tuesday", "failed", false, "$1"],
    ]);
  });

  it("is there once, also in the moment when it has just been sent", () => {
    counters.clear();
    const entry = waiting({ k: "text", body: "hello" }, { sentAs: "$1" });
    expect(makeItems([], [entry], context).map((item) => item.id)).toEqual(["t1"]);
    expect(makeItems([row(1, ANN, { k: "text", body: "hello" })], [entry], context).map((item) => item.id)).toEqual(["$1"]);
  });
});
