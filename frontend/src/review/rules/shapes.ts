/** A group's rules as the reads spell them. */

export interface Trigger {
  kind: string;
  [field: string]: unknown;
}

export interface Rule {
  id: string;
  name: string;
  event: string;
  trigger: Trigger;
  actions: string[];
  exempt: string[];
  mode: string;
  fail_mode: string;
  nudge: string;
  version: number;
  previewed?: boolean;
  matches_30d: number;
  shadow_30d: number;
}

export interface Limits {
  keywords: number;
  keyword_characters: number;
  patterns: number;
  pattern_characters: number;
}

export interface RulePage {
  rules: Rule[];
  limits: Limits;
}

export interface RulePreview {
  matches: { post: string | null; topic_title: string; author_name: string; at: string; words: string }[];
  total: number;
  days: number;
  read: number;
  partial?: boolean;
  failed?: number;
}

export interface RuleVersions {
  versions: { version: number; mode: string; by_name: string; at: string; name: string }[];
}
