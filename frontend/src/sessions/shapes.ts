/** Sessions as the reads answer them. */

export type Rhythm = "prepare" | "arrive" | "live" | "closing" | "reflect" | "quiet";
export const RHYTHMS: readonly Rhythm[] = ["prepare", "arrive", "live", "closing", "reflect", "quiet"];

export type AttendanceState = "present" | "late" | "left_early" | "excused" | "absent";
export const ATTENDANCE: readonly AttendanceState[] = ["present", "late", "left_early", "excused", "absent"];

export interface SessionLine {
  id: string;
  /** Null for an appointment of two. */
  group: string | null;
  group_name: string;
  /** The other of the two. */
  with: string | null;
  title: string;
  starts_at: string;
  ends_at: string;
  time_zone: string;
  state: "planned" | "cancelled";
  rhythm: Rhythm;
  place: string;
  link: string;
  /** For what it was moved or cancelled. */
  why: string;
  topic: string | null;
  series: string | null;
  changed_alone: boolean;
  version: number;
  you_lead: boolean;
  attendance: AttendanceState | null;
  has_agenda: boolean;
  summary: { id: string; state: string } | null;
  /** From when people may be in its room; null where it has none. */
  opens_at: string | null;
  room_open: boolean;
}

export interface SeriesRow {
  id: string;
  group: string;
  rrule: string;
  begins_local: string;
  time_zone: string;
  minutes: number;
  title: string;
  place: string;
  link: string;
  agenda: string;
  version: number;
  ended_at: string | null;
  next: string | null;
}

export interface GroupSessionsPage {
  sessions: SessionLine[];
  series: SeriesRow[];
  more: boolean;
  /** For how long members write in a room after its session. */
  reflect_hours: number;
}

export type Scale = "relationship" | "goals" | "approach" | "overall";
export const SCALES: readonly Scale[] = ["relationship", "goals", "approach", "overall"];
export type Marks = Record<Scale, number>;

export interface TrendRow extends Marks {
  session: string;
  starts_at: string;
  answers: number;
}

export interface AttendanceRow {
  membership: string;
  name: string;
  attendance: AttendanceState | null;
  /** What the room's presence suggests. */
  proposed: AttendanceState | null;
  lost_times: number;
}

export interface RequestLine {
  by_name: string;
  you: boolean;
  answer: "ask" | "propose" | "accept" | "decline" | "take_back";
  words: string;
  proposals: string[];
  at: string;
}

export interface RequestRow {
  id: string;
  state: "open" | "accepted" | "declined" | "withdrawn" | "overtaken";
  /** It is the person's turn to answer. */
  yours: boolean;
  proposals: string[];
  proposed_by_you: boolean;
  lines: RequestLine[];
  asked_at: string;
}

export interface RoomMark {
  opens_at: string;
  closes_at: string | null;
  open: boolean;
  /** Whether people may be in it now: a little before it opens too. */
  enter: boolean;
  facilitator_present: boolean;
  may_write: boolean;
  why_not: string | null;
  /** Whose turn it is in a round. */
  turn: string | null;
  paused: boolean;
}

export interface SessionPage extends SessionLine {
  agenda: string;
  agenda_html: string;
  intention: string | null;
  feedback: Marks | null;
  feedback_open: boolean;
  feedback_until: string | null;
  /** The commands about it that are open to the person now. */
  may: string[];
  requests: RequestRow[];
  room: RoomMark | null;
  members: AttendanceRow[] | null;
  feedback_trend: TrendRow[] | null;
}

export type PresenceState = "here" | "quiet" | "lost" | "left" | "away";

export interface CheckInAnswer {
  word: number | null;
  words: string;
  at: string;
}

export interface RoomPerson {
  membership: string;
  name: string;
  role: string;
  you: boolean;
  state: PresenceState;
  since: string | null;
  spoken_at: string | null;
  check_in: CheckInAnswer | null;
  hand: boolean;
  lost_times: number;
}

export interface FollowUpRow {
  id: string;
  words: string;
  done: boolean;
  at: string;
}

export interface RoomPage {
  session: string;
  rhythm: Rhythm;
  version: number;
  facilitator_present: boolean;
  here_count: number;
  turn: string | null;
  round_order: string[];
  paused: boolean;
  slow_seconds: number;
  hand: boolean;
  check_in: { asked_at: string; open: boolean; mine: CheckInAnswer | null } | null;
  /** From here on all is null for members. */
  people: RoomPerson[] | null;
  proposes: Rhythm | null;
  moves: Rhythm[] | null;
  follow_up: FollowUpRow[] | null;
}
