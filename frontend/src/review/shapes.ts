/** The queue as the reads and events spell it. */

import type { FileInfo } from "../files/shapes";

export type Lane = "care" | "conduct" | "privacy" | "asked";

export const LANES: readonly Lane[] = ["care", "conduct", "privacy", "asked"];

export interface ReviewLine {
  id: string;
  group: string;
  lane: Lane;
  state: string;
  target_kind: string;
  target: string;
  topic: string | null;
  author: string | null;
  post_state: string | null;
  /** 0 none, 1 worry, 2 danger, 3 acute. */
  severity: number;
  score: number;
  reasons: readonly string[];
  sources: readonly string[];
  second_look: boolean;
  waiting_on_author: boolean;
  with_lead: boolean;
  opened_at: string;
  due_at: string | null;
  lease_by: string | null;
  lease_until: string | null;
  first_look_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  version: number;
  /** Only on the lines of the staff's home. */
  author_name?: string | null;
  group_name?: string;
}

export interface Code {
  code: string;
  words: string;
}

export interface Duty {
  state: "on" | "off" | "unknown";
  names: readonly string[];
  until: string | null;
  back_at: string | null;
}

export interface Position {
  name: string;
  offset: number;
  epoch: string;
}

export interface QueuePage {
  lines: ReviewLine[];
  more: boolean;
  counts: Record<Lane, number>;
  policies: Code[];
  outcomes: Code[];
  exposure_today: number;
  exposure_limit: number;
  hand_over?: { text: string; by_name: string; at: string } | null;
  duty?: Duty;
  /** The practice's queue has none. */
  stream?: Position;
}

export interface Overview {
  groups: { group: string; name: string; counts: Record<Lane, number>; oldest_at: string | null; care: ReviewLine[] }[];
  lead: ReviewLine[];
  /** For admins, once something that belongs to no group was ever reported. */
  practice?: { counts: Record<Lane, number>; oldest_at: string | null } | null;
}

export interface Choice {
  name: string;
  key: string;
  needs_policy: boolean;
  needs_message: boolean;
  needs_outcome: boolean;
}

export interface ContextPost {
  author: string;
  name: string;
  html: string | null;
  at: string;
}

export interface SignalInfo {
  id: string;
  source: string;
  reason: string;
  words: string | null;
  label: string;
  score: number;
  version: string;
  rule_name: string | null;
  by_name: string | null;
  unsafe: boolean;
  at: string;
}

export interface DecisionInfo {
  id: string;
  choice: string;
  by_name: string | null;
  policy: string;
  outcome: string;
  reason: string;
  message: string;
  at: string;
}

export interface TalkLine {
  by_name: string;
  from_author: boolean;
  text: string;
  at: string;
}

export interface CardStep {
  id: string;
  kind: string;
  message: string;
  at: string;
  ends_at: string | null;
  lifted_at: string | null;
}

export interface AuthorCardInfo {
  id: string;
  name: string;
  role: string;
  joined_at: string;
  recent: { id: string; at: string; state: string; topic_title: string; words: string | null }[];
  steps: CardStep[];
}

export interface ScreeningInfo {
  kind: string;
  action: string;
  severity: number;
  why: string[];
  scores: { label: string; score: number }[];
  rules_version: string;
  model_version: string;
  contested: boolean;
}

export interface AlertInfo {
  level: number;
  started_at: string;
  next_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  failed_at: string | null;
  pages: { name: string; level: number; at: string }[];
}

/** A report of a private message; `pt` is its exact words where they came with the report. */
export interface SealedReportInfo {
  id: string;
  by_name: string;
  label: string;
  note: string | null;
  form: "sealed" | "open";
  pt: string | null;
  at: string;
}

/** A reported private message: what its stamp proves, and what opens its words on a device that has them. */
export interface SealedInfo {
  conversation: string;
  message: string;
  circle: boolean;
  sender_name: string;
  sent_at: string;
  proven: boolean;
  commitment: string | null;
  measure: "contact_ended" | "account_closed" | null;
  reports: SealedReportInfo[];
}

export interface ItemDetail extends ReviewLine {
  group_name: string;
  opened: boolean;
  choices: Choice[];
  snapshot: { body: string | null; html: string | null; content_note: string | null; title: string | null; at: string | null; files?: readonly FileInfo[] } | null;
  now: { state: string; html: string | null; content_note: string | null; files?: readonly FileInfo[] } | null;
  before: ContextPost[];
  after: ContextPost[];
  signals: SignalInfo[];
  history: DecisionInfo[];
  talk: TalkLine[];
  author_card: AuthorCardInfo | null;
  screening: ScreeningInfo | null;
  alert: AlertInfo | null;
  plan_shared: boolean;
  second: { words: string | null; asked_at: string; decision: string | null; first_reviewer_name: string | null } | null;
  sealed?: SealedInfo | null;
}
