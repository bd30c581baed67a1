/** Answers of the reads, as the screens use them. */

import type { FileInfo } from "../files/shapes";

export type Role = "admin" | "facilitator" | "member";

export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  time_zone: string;
}

export interface Practice {
  name: string;
  time_zone: string;
  region: string;
}

export interface MeAnswer {
  person: Person;
  practice: Practice;
  signin: { id: string; idle_seconds: number; staff: boolean };
  /** Whether this person must sign in with a second step, and whether they have set one up. */
  factor: { required: boolean; set: boolean };
  welcomed: boolean;
  demo: boolean;
  now: string;
}

export interface TopicLine {
  id: string;
  title: string;
  unread: number;
  pinned: boolean;
  locked: boolean;
  /** That each member waits between two posts. */
  slow_seconds: number;
  last_at: string | null;
  /** The session whose live room it is. */
  session?: string | null;
}

export interface GroupLine {
  id: string;
  name: string;
  description: string;
  role: string;
  membership: string;
  member_count: number;
  unread: number;
  facilitators: string[];
  closed: boolean;
  agreement: { version: number; accepted: boolean };
  topics: TopicLine[];
}

export interface Member {
  id: string;
  name: string;
  role: string;
  state: string;
  you?: boolean;
}

export interface TopicInfo extends TopicLine {
  version: number;
  last_seq: number;
  created_by: string;
}

export interface GroupDetail {
  id: string;
  name: string;
  description: string;
  role: string;
  membership: string;
  closed: boolean;
  version: number;
  newcomers_see: string;
  switches: Record<string, boolean>;
  /** How many posts of somebody new wait for a facilitator. */
  first_posts: number;
  /** Until when this person reads here but does not write. */
  paused_until: string | null;
  /** Whether each post of this person waits for a facilitator. */
  posts_held: boolean;
  /** Whether a post of this person that has a file waits for a facilitator. */
  files_wait?: boolean;
  /** Memberships whose posts this person folds away. */
  blocked: string[];
  agreement: { version: number; text: string; accepted: boolean };
  members: Member[];
  topics: TopicInfo[];
  stream: { name: string; offset: number; epoch: string };
}

export interface TopicDetail {
  id: string;
  group: string;
  title: string;
  pinned: boolean;
  locked: boolean;
  slow_seconds: number;
  version: number;
  read_seq: number;
  first_unread_seq: number | null;
  unread: number;
  head_seq: number;
}

export interface Post {
  id: string;
  topic: string;
  seq: number;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  at: string;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  /** Pictures and PDFs that go with it. */
  files?: readonly FileInfo[];
}

export interface PostPage {
  posts: Post[];
  more: boolean;
}

/** Whether the support card is shown now, and how grave the words were: 1 worry, 2 danger, 3 acute. */
export interface Support {
  severity: number;
  show: boolean;
}

export interface SubmitAnswer {
  id: string;
  seq: number | null;
  state: string;
  duplicate: boolean;
  version?: number;
  support?: Support | null;
}

/** What `post.edit` answers: new words that wait leave the old ones in place. */
export interface EditAnswer extends SubmitAnswer {
  held_revision?: boolean;
}

export type DutyState = "on" | "off" | "unknown";

/** One line of the talk between an author and the facilitators. */
export interface TalkLine {
  by_name: string;
  you: boolean;
  text: string;
  at: string;
}

/** One of the person's own posts that the group does not see, or new words that wait behind a shown one. */
export interface OwnPost {
  id: string;
  state: "held" | "rejected" | "hidden";
  topic: string;
  body: string;
  html: string;
  content_note: string | null;
  reply_to: string | null;
  written_at: string;
  seq: number | null;
  version: number;
  /** These are new words; the old ones of the same post stay shown. */
  revision: boolean;
  reason: string;
  message: string | null;
  policy: string | null;
  wait: { due_at: string | null; duty: DutyState; back_at: string | null } | null;
  talk: TalkLine[];
  /** The author wanted a facilitator to read it first. */
  asked: boolean;
  can: string[];
  files?: readonly FileInfo[];
  second_look: { state: string | null; answer: string | null; may_ask_until: string | null } | null;
}
