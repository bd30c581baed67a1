/** The pure part of the queue: what one group's queue is after an event, and in which order its lines stand. */

import type { LiveEvent, ReviewUpdated } from "../wire";
import { LANES, type Lane, type QueuePage, type ReviewLine } from "./shapes";

export interface Queue extends Omit<QueuePage, "stream"> {
  readonly seq: number;
  readonly epoch: string;
  /** The last line of the last page that was read: the next page begins after it. */
  readonly cursor: string | null;
  readonly pages: number;
  /** The counts cannot be worked out from what is loaded: read them again. */
  readonly stale: boolean;
}

/** What stands for a group where the practice looks: its items have none. */
export const PRACTICE = "practice";

/** Where a queue is read. */
export const pathOf = (group: string) => (group === PRACTICE ? "/api/practice/review" : `/api/groups/${encodeURIComponent(group)}/review`);

/** The queue that a fresh read stands for. */
export function queueOf(page: QueuePage): Queue {
  const { stream, ...rest } = page;
  return { ...rest, seq: stream?.offset ?? 0, epoch: stream?.epoch ?? "", cursor: page.lines.at(-1)?.id ?? null, pages: 1, stale: false };
}

/** The line that an event carries. */
export function lineOf(event: ReviewUpdated): ReviewLine {
  const { item, group, lane, state, target_kind, target, topic, author, post_state, severity, score } = event;
  const { reasons, sources, second_look, waiting_on_author, with_lead, opened_at, due_at } = event;
  const { lease_by, lease_until, first_look_at, acknowledged_at, acknowledged_by, version } = event;
  return {
    ...{ id: item, group, lane: lane as Lane, state, target_kind, target, topic, author, post_state, severity, score },
    ...{ reasons, sources, second_look, waiting_on_author, with_lead, opened_at, due_at },
    ...{ lease_by, lease_until, first_look_at, acknowledged_at, acknowledged_by, version },
  };
}

/** The queue after `event`; the same object when the event is old. A decided item leaves it, a pending one has its place.
 * What is about the reader's `own` membership is for the others. */
export function applyUpdate(queue: Queue, event: LiveEvent, own = ""): Queue {
  if (event.seq <= queue.seq) return queue;
  const next = { ...queue, seq: event.seq };
  if (event.type !== "review.updated") return next;
  const line = lineOf(event);
  return own && line.author === own ? next : placeLine(next, line);
}

/** The queue with `line` as it is now. */
export function placeLine(queue: Queue, line: ReviewLine): Queue {
  const known = queue.lines.find((other) => other.id === line.id);
  if (known && known.version > line.version) return queue;
  const pending = line.state === "pending";
  const others = queue.lines.filter((other) => other.id !== line.id);
  const lines = pending ? [...others, line] : others;
  const step = Number(pending) - Number(known !== undefined);
  const counts = { ...queue.counts, [line.lane]: Math.max(0, (queue.counts[line.lane] ?? 0) + step) };
  const unsure = queue.more && !known;
  return { ...queue, lines, counts: unsure ? queue.counts : counts, stale: queue.stale || unsure };
}

/** The queue with a further page of pending lines. */
export function joinPage(queue: Queue, page: QueuePage): Queue {
  const known = new Set(queue.lines.map((line) => line.id));
  const fresh = page.lines.filter((line) => !known.has(line.id));
  const cursor = page.lines.at(-1)?.id ?? queue.cursor;
  return { ...queue, lines: [...queue.lines, ...fresh], more: page.more, cursor, pages: queue.pages + 1 };
}

/** From this severity on, somebody is called. */
export const CALLS_FROM = 2;

/** How urgent a call is that nobody has taken; 0 for everything else. */
export function callWeight(line: Pick<ReviewLine, "lane" | "severity" | "acknowledged_at" | "state">): number {
  const waits = line.lane === "care" && line.state === "pending" && !line.acknowledged_at;
  return waits && line.severity >= CALLS_FROM ? line.severity : 0;
}

/** Calls that nobody has taken first; then care by deadline; then what is likeliest, then what has waited longest. */
export function inOrder(lines: readonly ReviewLine[]): ReviewLine[] {
  return lines.toSorted(
    (a, b) =>
      LANES.indexOf(a.lane) - LANES.indexOf(b.lane) ||
      callWeight(b) - callWeight(a) ||
      (a.lane === "care" ? (a.due_at ?? "9").localeCompare(b.due_at ?? "9") : 0) ||
      b.score - a.score ||
      a.opened_at.localeCompare(b.opened_at),
  );
}

export interface Filter {
  lane: Lane | "";
  source: string;
}

/** The lines that fit a filter, in order. */
export function fitting(lines: readonly ReviewLine[], filter: Filter): ReviewLine[] {
  const fit = lines.filter(
    (line) => (!filter.lane || line.lane === filter.lane) && (!filter.source || line.sources.includes(filter.source)),
  );
  return inOrder(fit);
}

/** Who holds a line now, as the wire names them, when it is not `own`; empty when it is free. */
export function heldBy(line: ReviewLine, own: string, now: number): string {
  const free = !line.lease_by || line.lease_by === own || !line.lease_until || Date.parse(line.lease_until) <= now;
  return free ? "" : line.lease_by!;
}

/** The line to look at after `from`: the next one that nobody else holds, from the beginning again at the end. */
export function nextLine(lines: readonly ReviewLine[], from: string, free: (line: ReviewLine) => boolean): ReviewLine | null {
  const at = lines.findIndex((line) => line.id === from);
  const round = [...lines.slice(at + 1), ...lines.slice(0, Math.max(at, 0))];
  return round.find((line) => line.id !== from && free(line)) ?? null;
}

/** How many wait in each lane, over several queues. */
export function sumCounts(queues: readonly Pick<Queue, "counts">[]): Record<Lane, number> {
  const sum = { care: 0, conduct: 0, privacy: 0, asked: 0 };
  for (const { counts } of queues) for (const lane of LANES) sum[lane] += counts[lane] ?? 0;
  return sum;
}
