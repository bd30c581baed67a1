/** How a member stands, as staff read it. */

export interface ListLine {
  what: string;
  words: string;
}

export interface MarkedLine extends ListLine {
  done: boolean;
  reason: string;
}

export interface StepInfo {
  id: string;
  kind: string;
  by_name: string | null;
  policy: string;
  reason: string;
  message: string;
  at: string;
  ends_at: string | null;
  fades_at: string | null;
  check_in_at: string | null;
  lifted_at: string | null;
  lift_reason: string;
  counts: boolean;
  checklist: MarkedLine[];
  version: number;
  second_look: { state: string; words: string; answer: string | null } | null;
}

export interface StandingInfo {
  member: string;
  name: string;
  state: string;
  steps: StepInfo[];
  counted: number;
  proposal: string | null;
  why: string;
  leave_checklist: ListLine[];
}

export const KINDS = ["note", "private_word", "reminder", "pause", "posts_held", "leave"] as const;

/** Kinds that say which line of the agreement they go by. */
export const COUNTED: ReadonlySet<string> = new Set(["reminder", "pause", "posts_held", "leave"]);
