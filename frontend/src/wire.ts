// Made by `hearthside wire` from the events modules; do not edit.

export interface Frame {
  v: 1;
  id: string;
  seq: number;
  at: string;
  actor: string | null;
  nonce?: string;
}

export interface Skipped {
  v: 1;
  type: "skipped";
  seq: number;
}

export interface AgreementAccepted extends Frame {
  type: "agreement.accepted";
  group: string;
  agreement_version: number;
}

export interface AgreementPublished extends Frame {
  type: "agreement.published";
  group: string;
  agreement_version: number;
}

export interface AssignmentChanged extends Frame {
  type: "assignment.changed";
  assignment: string;
}

export interface BlocksChanged extends Frame {
  type: "blocks.changed";
  group: string;
}

export interface CarePaged extends Frame {
  type: "care.paged";
  item: string;
  group: string;
  severity: number;
  level: number;
  started_at: string;
}

export interface CareSettled extends Frame {
  type: "care.settled";
  item: string;
}

export interface ConsentChanged extends Frame {
  type: "consent.changed";
  purpose: string;
  given: boolean;
}

export interface ContactChanged extends Frame {
  type: "contact.changed";
}

export interface ConversationRead extends Frame {
  type: "conversation.read";
  conversation: string;
  read_seq: number;
}

export interface DeviceRemoved extends Frame {
  type: "device.removed";
  device: string;
}

export interface GroupClosed extends Frame {
  type: "group.closed";
  group: string;
  name: string;
  description: string;
  version: number;
  newcomers_see: string;
  switches: Record<string, boolean>;
  first_posts: number;
  closed: boolean;
}

export interface GroupUpdated extends Frame {
  type: "group.updated";
  group: string;
  name: string;
  description: string;
  version: number;
  newcomers_see: string;
  switches: Record<string, boolean>;
  first_posts: number;
  closed: boolean;
}

export interface MemberJoined extends Frame {
  type: "member.joined";
  member: string;
  name: string;
  role: string;
  state: string;
}

export interface MemberLeft extends Frame {
  type: "member.left";
  member: string;
  name: string;
  role: string;
  state: string;
}

export interface MemberRenamed extends Frame {
  type: "member.renamed";
  member: string;
  name: string;
  role: string;
  state: string;
}

export interface MembershipChanged extends Frame {
  type: "membership.changed";
  group: string;
  membership: string;
  state: string;
}

export interface MessageStated extends Frame {
  type: "message.stated";
  conversation: string;
  message: string;
}

export interface NoticesChanged extends Frame {
  type: "notices.changed";
}

export interface PersonUpdated extends Frame {
  type: "person.updated";
  name: string;
  role: string;
  active: boolean;
}

export interface PostEdited extends Frame {
  type: "post.edited";
  post: string;
  post_seq: number;
  posted_at: string;
  topic: string;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  files: ({ id: string; name: string; kind: string; type: string; bytes: number; width: number | null; height: number | null; alt: string })[];
}

export interface PostHidden extends Frame {
  type: "post.hidden";
  post: string;
  post_seq: number;
  posted_at: string;
  topic: string;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  files: ({ id: string; name: string; kind: string; type: string; bytes: number; width: number | null; height: number | null; alt: string })[];
}

export interface PostPublished extends Frame {
  type: "post.published";
  post: string;
  post_seq: number;
  posted_at: string;
  topic: string;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  files: ({ id: string; name: string; kind: string; type: string; bytes: number; width: number | null; height: number | null; alt: string })[];
}

export interface PostRestored extends Frame {
  type: "post.restored";
  post: string;
  post_seq: number;
  posted_at: string;
  topic: string;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  files: ({ id: string; name: string; kind: string; type: string; bytes: number; width: number | null; height: number | null; alt: string })[];
}

export interface PostStated extends Frame {
  type: "post.stated";
  post: string;
  topic: string;
  state: string;
}

export interface PostWithdrawn extends Frame {
  type: "post.withdrawn";
  post: string;
  post_seq: number;
  posted_at: string;
  topic: string;
  state: string;
  author: string;
  body: string | null;
  html: string | null;
  edited_at: string | null;
  reply_to: string | null;
  content_note: string | null;
  version: number;
  files: ({ id: string; name: string; kind: string; type: string; bytes: number; width: number | null; height: number | null; alt: string })[];
}

export interface ReadMoved extends Frame {
  type: "read.moved";
  topic: string;
  read_seq: number;
}

export interface ReportStated extends Frame {
  type: "report.stated";
  report: string;
  conversation: string;
  message: string;
}

export interface ResourceChanged extends Frame {
  type: "resource.changed";
  resource: string;
}

export interface ReviewSealed extends Frame {
  type: "review.sealed";
  item: string;
}

export interface ReviewUpdated extends Frame {
  type: "review.updated";
  item: string;
  group: string;
  lane: string;
  state: string;
  target_kind: string;
  target: string;
  topic: string | null;
  author: string | null;
  post_state: string | null;
  severity: number;
  score: number;
  reasons: (string)[];
  sources: (string)[];
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
}

export interface RoomChanged extends Frame {
  type: "room.changed";
  session: string;
}

export interface SealedWaiting extends Frame {
  type: "sealed.waiting";
  what: "sync" | "conversation";
  conversation: string;
}

export interface SessionChanged extends Frame {
  type: "session.changed";
  session: string;
}

export interface SigninEnded extends Frame {
  type: "signin.ended";
  signin: string;
}

export interface StepChanged extends Frame {
  type: "step.changed";
  step: string;
  group: string;
  kind: string;
}

export interface SummaryChanged extends Frame {
  type: "summary.changed";
  summary: string;
  session: string;
}

export interface TopicCreated extends Frame {
  type: "topic.created";
  topic: string;
  title: string;
  pinned: boolean;
  locked: boolean;
  slow_seconds: number;
  version: number;
  created_by: string;
  session: string | null;
}

export interface TopicUpdated extends Frame {
  type: "topic.updated";
  topic: string;
  title: string;
  pinned: boolean;
  locked: boolean;
  slow_seconds: number;
  version: number;
  created_by: string;
  session: string | null;
}

export type LiveEvent =
  | Skipped
  | AgreementAccepted
  | AgreementPublished
  | AssignmentChanged
  | BlocksChanged
  | CarePaged
  | CareSettled
  | ConsentChanged
  | ContactChanged
  | ConversationRead
  | DeviceRemoved
  | GroupClosed
  | GroupUpdated
  | MemberJoined
  | MemberLeft
  | MemberRenamed
  | MembershipChanged
  | MessageStated
  | NoticesChanged
  | PersonUpdated
  | PostEdited
  | PostHidden
  | PostPublished
  | PostRestored
  | PostStated
  | PostWithdrawn
  | ReadMoved
  | ReportStated
  | ResourceChanged
  | ReviewSealed
  | ReviewUpdated
  | RoomChanged
  | SealedWaiting
  | SessionChanged
  | SigninEnded
  | StepChanged
  | SummaryChanged
  | TopicCreated
  | TopicUpdated;
