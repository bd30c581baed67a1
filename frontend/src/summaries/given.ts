/** Summaries as tests need them: a whole answer, of which each test says what matters. */

import type { Draft, Reading, Section, SectionKind } from "./shapes";

export const givenSection = (id: string, text: string, heading = id, kind: SectionKind = "own"): Section => ({ id, kind, heading, text, source: "own" });

export const givenDraft = (more: Partial<Draft> = {}): Draft => ({
  summary: "s1",
  version: 1,
  state: "draft",
  session: { id: "x1", title: "Evening group", starts_at: "2026-12-03T18:00:00Z", time_zone: "Europe/London" },
  sections: [givenSection("a", "We spoke about sleep.", "What came up", "themes")],
  out: null,
  source: { agenda: [], notes: "", themes: [], assignments: [], resources: [], next: null, consented: { yes: 0, of: 0 } },
  quotes: [],
  problems: [],
  absent: [
    { membership: "m1", name: "Robin" },
    { membership: "m2", name: "Sam" },
  ],
  present: 4,
  read: { absent: 2, read: 0, shared: [] },
  published_at: null,
  corrected_at: null,
  withdrawn_why: "",
  saved_by: null,
  asks: false,
  ...more,
});

export const givenReading = (more: Partial<Reading> = {}): Reading => ({
  id: "s1",
  session: { id: "x1", title: "Evening group", starts_at: "2026-12-03T18:00:00Z", time_zone: "Europe/London" },
  group: "g1",
  group_name: "Thursday circle",
  withdrawn: false,
  sections: [{ id: "a", kind: "themes", heading: "What came up", html: "<p>We spoke about sleep.</p>" }],
  published_at: "2026-12-03T21:00:00Z",
  corrected_at: null,
  withdrawn_at: null,
  withdrawn_why: "",
  you_were_absent: true,
  read: false,
  shares_reading: false,
  may_share_reading: true,
  you_lead: false,
  concerns_you: { assignments: [], mentions: [] },
  next: null,
  ...more,
});
