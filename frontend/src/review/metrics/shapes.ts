/** How review goes in a group, as its facilitators read it. */

export interface Alarm {
  what: string;
  code: string;
  source: string;
  version: string;
  held_or_queued: number;
  false_alarm: number;
  rate: number | null;
  contested: number;
}

export interface Shift {
  output: string;
  /** What is added to the threshold, which lies between 0 and 1. */
  shift: number;
  decided: number;
  false_alarms: number;
}

export interface Rate {
  decided: number;
  false_alarm: number;
  /** Null while nothing is decided. */
  rate: number | null;
}

export interface Range {
  value: number;
  low: number;
  high: number;
}

export interface FlaggingNumbers {
  /** Empty where no model ever read. */
  model_version: string;
  since: string | null;
  sample: { share: number; drawn: number; decided: number; missed: number; needed: number };
  found: number;
  /** Null while too little of the sample is decided, or when nothing needed a look. */
  recall: Range | null;
  false_alarms: Rate & { by_output: (Rate & { output: string })[] };
  shifts: Shift[];
  shifts_need: number;
}

export interface Metrics {
  first_look: { median_s: number | null; p90_s: number | null; n: number };
  decisions: Record<string, number>;
  waiting: { n: number; oldest_at: string | null };
  overturned: { n: number; of: number };
  false_alarms: Alarm[];
  care: { alerts: number; acknowledged_median_s: number | null; failed: number };
  reports: number;
  dynamics: {
    quiet: { member: string; name: string; days: number }[];
    loud: { member: string; name: string; share: number } | null;
    pile_on: { topic: string; title: string; at: string; people: number }[];
  };
  flagging: FlaggingNumbers;
}

const WIDE = 0.4;
const ROUND = { near: Math.round, down: Math.floor, up: Math.ceil };

/** A share as people say it; the ends of a range are rounded outwards. */
export function percent(share: number, round: keyof typeof ROUND = "near"): string {
  return `${ROUND[round](Number((share * 100).toFixed(6)))}\u00a0%`;
}

/** Whether a range says little. */
export function isWide(range: Range): boolean {
  return range.high - range.low > WIDE;
}

/** How far a threshold has moved, without its direction, in points of 100. */
export function points(shift: number): string {
  return String(Math.round(Math.abs(shift) * 1000) / 10);
}
