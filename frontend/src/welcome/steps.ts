/** The first steps: which there are for whom, and moving between them. */

export type Step = "place" | "you" | "agree" | "hard" | "work" | "reach";

const MEMBER: readonly Step[] = ["place", "you", "agree", "hard", "reach"];
const STAFF: readonly Step[] = ["place", "you", "work", "reach"];

/** At most five, in their order. */
export const stepsFor = (staff: boolean): readonly Step[] => (staff ? STAFF : MEMBER);

/** Which of `count` steps an address names, from 0; the first when it names none. */
export function stepAt(query: URLSearchParams, count: number): number {
  const wanted = Number(query.get("step") ?? 1);
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, count) - 1 : 0;
}

/** The address of a step, from 0; where it leads in the end goes along. */
export function addressOf(step: number, next: string): string {
  const query = new URLSearchParams({ step: String(step + 1) });
  if (next !== "/") query.set("next", next);
  return `/welcome?${query}`;
}
