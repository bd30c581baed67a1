/** From opened rows to the items of a screen: edits and reactions put where they belong, gaps said. */

import { bare } from "./ids";
import type { OpenedEvent } from "./opening";
import type { Waiting } from "./sending";
import type { Said, Words } from "./shapes";
import type { Row } from "./timeline";
import type { FileView, Item, Notice, ReactionView } from "./types";

export interface Context {
  user: string;
  nameOf: (userId: string) => string;
  now: number;
}

interface Later {
  body?: { text: string; seq: number };
  reactions: Map<string, Set<string>>;
}

type Shown = Row & { opened: { words: Words } & OpenedEvent };

const isShown = (row: Row): row is Shown => "words" in row.opened;

/** What later events say about earlier ones; an edit counts only from the same sender. One's own that are on their way count already. */
function laterOf(rows: Row[], waiting: Waiting[], user: string): Map<string, Later> {
  const senders = new Map(rows.map((row) => [row.event.event_id, row.event.sender]));
  const found = new Map<string, Later>();
  const at = (id: string): Later => {
    const made = found.get(id) ?? { reactions: new Map() };
    found.set(id, made);
    return made;
  };
  const take = (said: Said, sender: string, seq: number): void => {
    if (said.k === "edit" && senders.get(said.to) === sender) at(said.to).body = { text: said.body, seq };
    if (said.k !== "reaction") return;
    const people = at(said.to).reactions.get(said.word) ?? new Set();
    if (said.off) people.delete(sender);
    else people.add(sender);
    at(said.to).reactions.set(said.word, people);
  };
  for (const row of rows) if (isShown(row)) take(row.opened.words, row.event.sender, row.event.seq);
  for (const entry of waiting) if (!entry.problem) take(entry.said, user, Infinity);
  return found;
}

function reactionsOf(later: Later | undefined, { user, nameOf }: Context): ReactionView[] {
  return [...(later?.reactions ?? [])]
    .filter(([, people]) => people.size > 0)
    .map(([word, people]) => ({ word, people: [...people].map(nameOf), yours: people.has(user) }));
}

function fileOf(said: Said): FileView | null {
  if (said.k !== "file") return null;
  const { name, type, size, blob, thumb } = said;
  return { name, type, size, blob, hasThumb: thumb !== undefined, ...(thumb && { width: thumb.w, height: thumb.h }) };
}

const blank = { problem: null, hidden: null, erased: null, notice: null, reply: null, edited: false, file: null, expiresAt: null };

function bodyOf(said: Said): string {
  if (said.k === "text" || said.k === "edit") return said.body;
  return said.k === "file" ? (said.body ?? "") : "";
}

/** How the row before looked when it was replied to: with its newest words. */
function replyOf(said: Said, rows: Map<string, Row>, later: Map<string, Later>, { nameOf }: Context): Item["reply"] {
  if ((said.k !== "text" && said.k !== "file") || !said.reply) return null;
  const row = rows.get(said.reply);
  if (!row || !isShown(row)) return { id: said.reply, senderName: row ? nameOf(row.event.sender) : "", body: "" };
  const { words } = row.opened;
  const body = later.get(said.reply)?.body?.text ?? (bodyOf(words) || (words.k === "file" ? words.name : ""));
  return { id: said.reply, senderName: nameOf(row.event.sender), body };
}

function noticeOf(row: Shown, { nameOf }: Context): Notice | null {
  const { words } = row.opened;
  if (words.k === "exported") return { what: "exported", by: nameOf(row.event.sender) };
  if (words.k !== "roster" || row.before === undefined) return null;
  if (row.before === null) return { what: "started" };
  const before = row.before;
  const added = words.members.filter((id) => !before.includes(id)).map(nameOf);
  const gone = before.filter((id) => !words.members.includes(id)).map(nameOf);
  return added.length || gone.length ? { what: "people", added, gone } : { what: "title", title: words.title };
}

function expiry(said: Said, at: number): number | null {
  const timer = said.k === "text" || said.k === "file" ? said.timer : undefined;
  return timer ? at + timer * 1000 : null;
}

/** The items of a conversation, oldest first; what waits to be sent comes last. */
export function makeItems(rows: Row[], queue: Waiting[], context: Context): Item[] {
  const there = new Set(rows.map((row) => row.event.event_id));
  const waiting = queue.filter((entry) => !entry.sentAs || !there.has(entry.sentAs));
  const later = laterOf(rows, waiting, context.user);
  const byId = new Map(rows.map((row) => [row.event.event_id, row]));
  const items: Item[] = [];
  const gaps = new Gaps();
  for (const row of rows) {
    const missing = gaps.pass(row);
    if (missing) items.push(noticeItem(row, { what: "missing", by: context.nameOf(row.event.sender), count: missing }, context, "gap-"));
    const item = itemOf(row, byId, later, context);
    if (item) items.push(item);
  }
  return [...items, ...waiting.flatMap((entry) => waitingItem(entry, byId, later, context))];
}

function base(row: Row, { user, nameOf }: Context): Pick<Item, "id" | "seq" | "sender" | "senderName" | "yours" | "at"> {
  const { event } = row;
  return {
    id: event.event_id,
    seq: event.seq,
    sender: bare(event.sender),
    senderName: nameOf(event.sender),
    yours: event.sender === user,
    at: new Date(event.at).toISOString(),
  };
}

function noticeItem(row: Row, notice: Notice, context: Context, prefix = ""): Item {
  const made = base(row, context);
  return { ...blank, ...made, id: prefix + made.id, state: "sent", kind: "notice", body: "", notice, reactions: [] };
}

function itemOf(row: Row, byId: Map<string, Row>, later: Map<string, Later>, context: Context): Item | null {
  const made = { ...blank, ...base(row, context), reactions: [], body: "", kind: "text" as const };
  if (!row.event.content) return row.event.quiet ? null : { ...made, state: "erased", erased: row.event.erased ?? "sender" };
  if (!isShown(row)) {
    const { hidden } = row.opened as { hidden: Item["hidden"] };
    return row.event.quiet && hidden !== "does_not_check" ? null : { ...made, state: "hidden", hidden };
  }
  const notice = noticeOf(row, context);
  if (notice) return noticeItem(row, notice, context);
  const { words } = row.opened;
  if (words.k !== "text" && words.k !== "file") return null;
  const until = expiry(words, row.event.at);
  if (until !== null && until <= context.now) return { ...made, state: "erased", erased: "timer" };
  const after = later.get(row.event.event_id);
  return {
    ...made,
    state: "sent",
    kind: words.k,
    body: after?.body?.text ?? bodyOf(words),
    edited: after?.body !== undefined,
    reply: replyOf(words, byId, later, context),
    reactions: reactionsOf(after, context),
    file: fileOf(words),
    expiresAt: until === null ? null : new Date(until).toISOString(),
  };
}

function waitingItem(entry: Waiting, byId: Map<string, Row>, later: Map<string, Later>, context: Context): Item[] {
  const { said } = entry;
  // An edit shows where it belongs; one that can't be sent stands by itself, so that its words are not lost.
  const lost = said.k === "edit" && entry.problem !== null;
  if (said.k !== "text" && said.k !== "file" && !lost) return [];
  return [
    {
      ...blank,
      id: entry.id,
      seq: null,
      sender: bare(context.user),
      senderName: context.nameOf(context.user),
      yours: true,
      at: new Date(entry.at).toISOString(),
      state: entry.problem ? "failed" : entry.sealed ? "sending" : "queued",
      problem: entry.problem,
      kind: said.k === "file" ? "file" : "text",
      body: bodyOf(said),
      reply: lost ? replyOf({ k: "text", body: "", reply: said.to }, byId, later, context) : replyOf(said, byId, later, context),
      reactions: [],
      file: fileOf(said),
    },
  ];
}

/** Counts what each sending device said: a jump shows that something never came, or was taken out. */
class Gaps {
  private readonly last = new Map<string, number>();
  private readonly unknown = new Map<string, number>();

  /** How many messages of this row's device are missing before it. */
  pass({ event, opened }: Row): number {
    const device = `${event.sender}/${event.device_id}`;
    if (!("words" in opened)) {
      this.unknown.set(device, (this.unknown.get(device) ?? 0) + 1);
      return 0;
    }
    const before = this.last.get(device);
    const allowed = this.unknown.get(device) ?? 0;
    this.last.set(device, Math.max(opened.words.n, before ?? 0));
    this.unknown.set(device, 0);
    return before === undefined ? 0 : Math.max(0, opened.words.n - before - 1 - allowed);
  }
}
