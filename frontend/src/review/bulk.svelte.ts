/** Several lines of the lane of those who asked, decided at once. */

import { command } from "../api";
import { review as live } from "../state/review.svelte";
import type { ReviewLine } from "./shapes";

const MOST = 50; // as many as the server takes in one act

export class Bulk {
  on = $state(false);
  picked = $state.raw<ReadonlyMap<string, ReviewLine>>(new Map());

  toggle(): void {
    this.on = !this.on;
    this.picked = new Map();
  }

  /** Chooses a line, or no longer. */
  pick(line: ReviewLine): void {
    const next = new Map(this.picked);
    if (!next.delete(line.id) && next.size < MOST) next.set(line.id, line);
    this.picked = next;
  }

  pickAll(lines: readonly ReviewLine[]): void {
    this.picked = new Map(lines.slice(0, MOST).map((line) => [line.id, line]));
  }

  /** Decides those of the chosen that the choice is for, group by group; how many were decided and how many were left. */
  async decide(choice: "publish" | "keep", policy: string, reason: string): Promise<{ decided: number; left: number }> {
    const byGroup = new Map<string, ReviewLine[]>();
    const fits = [...this.picked.values()].filter((line) => (line.post_state === "held") === (choice === "publish"));
    for (const line of fits) byGroup.set(line.group, [...(byGroup.get(line.group) ?? []), line]);
    const sum = { decided: 0, left: 0 };
    for (const [group, lines] of byGroup) {
      const items = lines.map((line) => ({ item: line.id, version: line.version }));
      const answer = await command<{ decided: string[]; left: unknown[] }>("review.decide_many", {
        ...{ group, items, choice, policy, reason },
      });
      sum.decided += answer.decided.length;
      sum.left += answer.left.length;
      live.soon(group);
    }
    this.toggle();
    return sum;
  }
}
