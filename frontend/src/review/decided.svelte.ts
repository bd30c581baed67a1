/** What was decided lately, read when somebody asks for it. */

import { get } from "../api";
import { pathOf } from "./queue";
import type { QueuePage, ReviewLine } from "./shapes";

export class Decided {
  lines = $state.raw<readonly ReviewLine[]>([]);
  more = $state.raw<readonly string[]>([]);
  status = $state<"idle" | "loading" | "ready" | "failed">("idle");
  problem = $state.raw<unknown>(null);
  #era = 0;

  /** Reads the newest page of each group. */
  async load(groups: readonly string[], lane: string, source: string): Promise<void> {
    const era = ++this.#era;
    this.status = "loading";
    try {
      const pages = await Promise.all(groups.map((group) => read(group, lane, source, "")));
      if (era !== this.#era) return;
      this.lines = pages.flatMap((page) => page.lines);
      this.more = groups.filter((_, at) => pages[at]?.more);
      this.status = "ready";
    } catch (error) {
      if (era !== this.#era) return;
      this.problem = error;
      this.status = "failed";
    }
  }

  /** Reads the next page of every group that has one. */
  async older(lane: string, source: string): Promise<void> {
    const era = this.#era;
    const groups = this.more;
    const last = (group: string) => this.lines.findLast((line) => line.group === group)?.id ?? "";
    const pages = await Promise.all(groups.map((group) => read(group, lane, source, last(group))));
    if (era !== this.#era) return;
    const known = new Set(this.lines.map((line) => line.id));
    this.lines = [...this.lines, ...pages.flatMap((page) => page.lines.filter((line) => !known.has(line.id)))];
    this.more = groups.filter((_, at) => pages[at]?.more);
  }
}

function read(group: string, lane: string, source: string, before: string): Promise<QueuePage> {
  const query = new URLSearchParams({ state: "decided" });
  if (lane) query.set("lane", lane);
  if (source) query.set("source", source);
  if (before) query.set("before", before);
  return get<QueuePage>(`${pathOf(group)}?${query}`);
}
