/** Answers of the reads, as the screens use them. */

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
  demo: boolean;
  now: string;
}

export interface TopicLine {
  id: string;
  title: string;
  unread: number;
  pinned: boolean;
  locked: boolean;
  last_at: string | null;
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
}

export interface PostPage {
  posts: Post[];
  more: boolean;
}

export interface SubmitAnswer {
  id: string;
  seq: number | null;
  state: string;
  duplicate: boolean;
}
