/** What the doors of summaries answer, as the screens read it. */

export type SectionKind = "agenda" | "notes" | "themes" | "assignments" | "resources" | "next" | "own";

/** One part of a draft, as it is typed. */
export interface Section {
  id: string;
  kind: SectionKind;
  heading: string;
  text: string;
  /** Drafted, edited since, or own when a facilitator added it; the server knows best. */
  source: "drafted" | "edited" | "own";
}

/** The session that something is about, as far as a line needs it. */
export interface SessionRef {
  id: string;
  title: string;
  starts_at: string;
  ends_at?: string;
  time_zone?: string;
  group?: string | null;
  group_name?: string;
}

export interface Theme {
  id: string;
  words: string;
  /** How sure it is, from 0 to 1. */
  weight: number;
  /** How it was found, in words for facilitators. */
  how: string;
  posts: number;
}

export interface Thing {
  id: string;
  title: string;
  due_at?: string | null;
}

export interface NextDate {
  session: string;
  starts_at: string;
  title: string;
}

export interface Source {
  agenda: string[];
  notes: string;
  themes: Theme[];
  assignments: Thing[];
  resources: Thing[];
  next: NextDate | null;
  consented: { yes: number; of: number };
}

export type Why = "name" | "contact" | "verbatim";

/** A place that may not leave like this; `start` and `end` count as JavaScript's strings do. */
export interface Finding {
  section: string;
  field: "heading" | "text";
  start: number;
  end: number;
  why: Why;
  words: string;
}

export type QuoteState = "asked" | "yes" | "no";

export interface Quote {
  id: string;
  post: string;
  sentence: string;
  member: string;
  state: QuoteState;
}

export type DraftState = "none" | "draft" | "approved" | "published" | "withdrawn";

/** `GET /api/sessions/{id}/draft`: everything the editor shows. */
export interface Draft {
  /** Null while no draft was made yet. */
  summary: string | null;
  version: number;
  state: DraftState;
  session: SessionRef;
  /** For one that has gone out: the correction as it is being written. */
  sections: Section[];
  /** The words that are out now; null when none are. */
  out: Section[] | null;
  source: Source;
  quotes: Quote[];
  problems: Finding[];
  absent: { membership: string; name: string }[];
  /** How many others can read it without being told. */
  present: number;
  /** `untold` are those who were marked as absent after it went out. */
  read: { absent: number; read: number; shared: string[]; untold?: number };
  published_at: string | null;
  corrected_at: string | null;
  withdrawn_why: string;
  /** Who saved it last, for a clash. */
  saved_by: string | null;
  /** A sentence was taken out of what is out, because its author no longer says yes: somebody should look. */
  asks: boolean;
}

/** What a command of the editor answers: no words, they are read again. */
export interface Done {
  summary: string;
  version: number;
  state: DraftState;
  problems: Omit<Finding, "words">[];
  /** How many absent members got a notice by it. */
  told?: number;
}

export interface QuotablePost {
  post: string;
  member: string;
  at: string;
  sentences: string[];
}

export interface ReadSection {
  id: string;
  kind: SectionKind;
  heading: string;
  html: string;
}

/** A post of the live room that names the reader, or answers one of theirs. */
export interface Mention {
  post: string;
  topic: string;
  seq: number;
  at: string;
  by: string;
}

/** `GET /api/summaries/{id}`: a summary as one reader sees it. */
export interface Reading {
  id: string;
  session: SessionRef;
  group: string;
  group_name: string;
  sections: ReadSection[];
  published_at: string | null;
  corrected_at: string | null;
  withdrawn: boolean;
  withdrawn_at: string | null;
  withdrawn_why: string;
  you_were_absent: boolean;
  read: boolean;
  shares_reading: boolean;
  may_share_reading: boolean;
  you_lead: boolean;
  concerns_you: { assignments: (Thing & { state?: string })[]; mentions: Mention[] };
  next: NextDate | null;
}

/** One line of `GET /api/summaries`. */
export interface SummaryLine {
  id: string;
  session: SessionRef;
  group: string;
  group_name: string;
  state: DraftState;
  published_at: string | null;
  corrected_at: string | null;
  read: boolean;
  you_were_absent: boolean;
}

/** A session that is over and whose summary has not gone out, for its facilitators. */
export interface DraftLine {
  session: SessionRef;
  group: string;
  group_name: string;
  summary: string | null;
  state: "none" | "draft" | "approved";
  absent: number;
}

/** A member's own request: may this sentence of yours stand in the summary? */
export interface QuoteRequest {
  id: string;
  session: SessionRef;
  group_name: string;
  sentence: string;
  /** The heading under which it would stand; empty when that is not settled. */
  heading: string;
  state: QuoteState;
  asked_by: string | null;
  at: string;
  /** It stands in a summary that went out. */
  published: boolean;
}
