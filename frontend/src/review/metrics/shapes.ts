/** How review goes in a group, as its facilitators read it. */

export interface Alarm {
  what: string;
  version: string;
  held_or_queued: number;
  false_alarm: number;
  rate: number | null;
  contested: number;
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
}
