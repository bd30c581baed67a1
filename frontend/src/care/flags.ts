/** What "My flags" reads, and scores in words. */

export interface OwnLook {
  state: string;
  words: string;
  answer: string | null;
}

export interface Flag {
  id: string;
  at: string;
  target_kind: string;
  post: string | null;
  group: string | null;
  group_name: string | null;
  /** Of a private message; what it says, only this person's own devices know. */
  message?: { conversation: string; message: string; sent_at: string } | null;
  topic: string | null;
  words: string | null;
  kind: string;
  action: string;
  severity: number;
  why: string[];
  scores: { label: string; score: number }[];
  rules_version: string;
  model_version: string;
  contested_at: string | null;
  may_contest: boolean;
  decision: { choice: string; policy: string | null; message: string | null; at: string } | null;
  second_look: OwnLook | null;
  may_ask_until: string | null;
}

export interface OwnStep {
  id: string;
  kind: string;
  group: string;
  group_name: string;
  policy: string | null;
  message: string;
  at: string;
  ends_at: string | null;
  fades_at: string | null;
  check_in_at: string | null;
  lifted_at: string | null;
  counts: boolean;
  second_look: OwnLook | null;
  may_ask_until: string | null;
}

/** Something this person reported, as they see it. */
export interface OwnReport {
  report: string;
  conversation: string;
  message: string;
  form: "sealed" | "open";
  at: string;
  looked_at: string | null;
}

/** A probability from 0 to 1 as a whole number of 100. */
export const ofHundred = (score: number): string => String(Math.round(Math.min(1, Math.max(0, score)) * 100));
