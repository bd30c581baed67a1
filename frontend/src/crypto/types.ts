/** The words that screens and the crypto worker share. Nothing here touches a key. */

/** Where this browser stands with sealed conversations. */
export type Phase =
  | { name: "starting" }
  | { name: "locked"; why: "other_tab" | "offline" | "signed_out" | "store_lost" | "unsupported" | "broken" }
  /** This person has no encryption identity anywhere: set it up. */
  | { name: "new" }
  /** The person has an identity; this browser is not part of it yet. */
  | { name: "joining"; hasRecovery: boolean; otherDevices: number }
  /** Set up, but the recovery key has not been typed again yet. */
  | { name: "unsaved" }
  | { name: "ready"; backup: "on" | "behind" }
  /** This device was removed from another one. */
  | { name: "removed" };

/** One call to the server, carried out by the page (which knows the CSRF cookie and asks for confirmation). */
export interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /api/messaging/, for example "keys/upload". */
  path: string;
  device?: string;
  body?: unknown;
  /** Sent as application/octet-stream instead of `body`. */
  bytes?: Uint8Array<ArrayBuffer>;
}

/** What came back; status 0 when no answer came. `bytes` for octet-stream answers. */
export interface Reply {
  status: number;
  body: Record<string, unknown>;
  bytes?: Uint8Array<ArrayBuffer>;
}

export type Transport = (call: Call) => Promise<Reply>;

export interface DeviceView {
  id: string;
  name: string;
  createdAt: string;
  seenAt: string | null;
  here: boolean;
  /** Confirmed by this person's own identity. One that is not gets no keys. */
  confirmed: boolean;
}

export interface ContactView {
  person: string;
  name: string;
  reason: "therapist" | "office" | "cover" | "group";
  lane: "clinical" | "administrative" | "members";
  until: string | null;
  coverFor: string | null;
  replyDays: number | null;
  awayUntil: string | null;
  awayNote: string;
  /** False until they have set encryption up: nobody can write to them yet. */
  setUp: boolean;
}

/** How far somebody's identity can be trusted. */
export type Trust =
  /** Compared by emoji. */
  | "verified"
  /** Seen first by this device and unchanged since. */
  | "first_seen"
  /** Not the identity that was known before: sending is blocked until it is looked at. */
  | "changed"
  /** They have not set encryption up. */
  | "none";

export interface MemberView {
  person: string;
  name: string;
  you: boolean;
  state: "active" | "left" | "removed";
  setUp: boolean;
  trust: Trust;
  /** In the roster that the conversation's creator has signed: only these get keys. */
  inRoster: boolean;
  /** Since when their practice holds a copy of their recovery key, and when it was last taken out. */
  copyMadeAt: string | null;
  copyOpenedAt: string | null;
}

export interface ConversationView {
  id: string;
  kind: "pair" | "circle";
  lane: ContactView["lane"];
  /** The other person's name, or the circle's title, or the names in it. */
  title: string;
  members: MemberView[];
  youAreCreator: boolean;
  unread: number;
  lastAt: string | null;
  /** The newest words this device could read; empty when none. */
  preview: string;
  timerSeconds: number;
  /** Whether people who join later can read what was written before. */
  history: boolean;
  version: number;
  /** Why nothing can be sent, or null. */
  closed: Closed | null;
  cover: string | null;
  replyDays: number | null;
  awayUntil: string | null;
  awayNote: string;
}

/** What a sealed report says, as its JSON; `absent` when it came to another device or not yet, `false` when it is not what was sent. */
export type ReportOpened = { pt: string } | { problem: "absent" | "false" };

export type Closed =
  | "contact_over"
  | "left"
  | "removed"
  | "alone"
  | "not_set_up"
  | "identity_changed"
  | "no_roster"
  | "own_identity_changed";

/** Why a message is not shown, each with words and a next step in strings/. */
export type Hidden =
  | "waiting_key"
  | "before_join"
  | "before_device"
  | "withheld"
  | "unknown_device"
  | "wrong_sender"
  | "identity_changed"
  | "does_not_check"
  | "replayed"
  | "unreadable";

export interface FileView {
  name: string;
  type: string;
  size: number;
  /** Object that downloadFile takes. */
  blob: string;
  width?: number;
  height?: number;
  hasThumb: boolean;
}

export interface ReactionView {
  word: string;
  people: string[];
  yours: boolean;
}

export interface Item {
  /** The event's id; the transaction's while it waits to be sent. */
  id: string;
  seq: number | null;
  sender: string;
  senderName: string;
  yours: boolean;
  /** ISO time of the server's stamp, or of writing while it waits. */
  at: string;
  state: "queued" | "sending" | "failed" | "sent" | "erased" | "hidden";
  /** For `failed`: why, a problem slug. */
  problem: string | null;
  hidden: Hidden | null;
  erased: "sender" | "timer" | null;
  kind: "text" | "file" | "notice";
  body: string;
  notice: Notice | null;
  reply: { id: string; senderName: string; body: string } | null;
  edited: boolean;
  reactions: ReactionView[];
  file: FileView | null;
  expiresAt: string | null;
}

/** A line between messages that the conversation's own events tell. */
export type Notice =
  | { what: "started" }
  | { what: "people"; added: string[]; gone: string[] }
  | { what: "title"; title: string }
  | { what: "exported"; by: string }
  | { what: "missing"; by: string; count: number };

export interface Timeline {
  conversation: string;
  items: Item[];
  /** More lies before the first item. */
  more: boolean;
  loaded: boolean;
}

export interface VerificationView {
  id: string;
  person: string;
  name: string;
  /** Another device of one's own, instead of another person. */
  ownDevice: boolean;
  incoming: boolean;
  state: "asked" | "waiting" | "comparing" | "confirming" | "done" | "mismatch" | "cancelled" | "timed_out";
  emoji: { symbol: string; word: string }[];
}

/** How the practice's recovery key stands for a staff person. */
export interface PracticeView {
  state:
    /** The practice has none. */
    | "none"
    /** It has one, and no copy of this person's recovery key opens with it. */
    | "offered"
    | "sealed"
    /** It is not the key that was confirmed: nothing is sealed to it. */
    | "changed";
  /** Since when it is announced, or the copy is there. */
  since: string | null;
}

export interface Snapshot {
  phase: Phase;
  conversations: ConversationView[] | null;
  contacts: ContactView[] | null;
  devices: DeviceView[] | null;
  verifications: VerificationView[];
  offline: boolean;
  /** Minutes by which this device's clock differs from the server's, when that is too much. */
  clockOff: number | null;
  /** Something about this practice's keys that needs a look. */
  alarms: Alarm[];
  /** Null for members, and until it is known. */
  practice: PracticeView | null;
}

export type Alarm = "ledger_fork" | "own_identity_changed";

export type Heard =
  | { type: "snapshot"; snapshot: Snapshot }
  | { type: "timeline"; timeline: Timeline }
  | { type: "progress"; what: "restoring"; done: number; total: number };

export type Recovered = "ok" | "wrong" | "outdated" | "none" | "offline";

export interface Found {
  conversation: string;
  item: Item;
}

/** Everything that screens may ask of the worker. Every call settles; a refusal is a value or an Error whose message is a slug. */
export interface Sealed {
  /** Opens this browser's device, unless another tab works on it. */
  start(): Promise<void>;
  /** Ends the work in this tab and locks the store. */
  stop(): Promise<void>;
  /** Takes the conversations over from another tab. */
  takeOver(): Promise<void>;
  /** Fetch what is new: called on every wake-up, and when the line is back. */
  wake(what: "sync" | "conversation", conversation: string): Promise<void>;
  /** The line is back, or the page is looked at again after a while: everything may have changed. */
  comeBack(): Promise<void>;
  /** A device of this person was removed somewhere. */
  deviceRemoved(device: string): Promise<void>;

  /** Makes identity, device and backup; answers the recovery key to be shown. */
  setUp(deviceName: string): Promise<string>;
  /** The key that was shown and not typed again yet; null when there is none. */
  unsavedKey(): Promise<string | null>;
  /** The typed key is the shown one: the set-up is finished. */
  confirmRecoveryKey(typed: string): Promise<boolean>;
  /** A new recovery key in place of the old one (asks for confirmation of the sign-in). */
  renewRecoveryKey(): Promise<string>;
  /** Seals the next recovery key for the practice too, once its check code is right. */
  acceptPractice(code: string): Promise<boolean>;
  /** Takes the practice's copy back. */
  dropPracticeCopy(): Promise<void>;
  /** Joins this browser with the recovery key. */
  recover(typed: string, deviceName: string): Promise<Recovered>;
  /** Asks the person's other devices to confirm this one by emoji. */
  askOtherDevice(deviceName: string): Promise<void>;
  /** Gives up the old identity and makes a new one: others are warned; answers the new recovery key. */
  resetIdentity(deviceName: string): Promise<string>;
  /** Forgets the store of a removed device, so that this browser can be set up again. */
  forget(): Promise<void>;

  refreshDevices(): Promise<void>;
  removeDevice(id: string): Promise<void>;
  renameDevice(id: string, name: string): Promise<void>;

  refreshContacts(): Promise<void>;
  /** Opens the conversation with one contact, or a circle; answers its id. */
  startConversation(people: string[], options: { title: string; timerSeconds: number; history: boolean }): Promise<string>;
  addMember(conversation: string, person: string): Promise<void>;
  removeMember(conversation: string, person: string): Promise<void>;
  leave(conversation: string): Promise<void>;
  /** For `no_roster` where you are the creator: the people listed are the right ones. */
  confirmPeople(conversation: string): Promise<void>;
  setTitle(conversation: string, title: string): Promise<void>;
  setTimer(conversation: string, seconds: number): Promise<void>;

  openTimeline(conversation: string): Promise<void>;
  closeTimeline(conversation: string): Promise<void>;
  loadOlder(conversation: string): Promise<void>;
  markRead(conversation: string): Promise<void>;

  sendText(conversation: string, body: string, reply: string | null): Promise<void>;
  sendFile(conversation: string, file: File, thumb: Thumb | null, body: string): Promise<void>;
  edit(conversation: string, item: string, body: string): Promise<void>;
  react(conversation: string, item: string, word: string, on: boolean): Promise<void>;
  erase(conversation: string, item: string): Promise<void>;
  retry(conversation: string, item: string): Promise<void>;
  discard(conversation: string, item: string): Promise<void>;
  /** The opened file or its small picture. */
  openFile(conversation: string, item: string, thumb: boolean): Promise<Blob>;

  draft(conversation: string): Promise<string>;
  keepDraft(conversation: string, text: string): Promise<void>;
  /** Looks through what this device can read; newest first, at most 50. */
  search(words: string, conversation: string | null): Promise<Found[]>;

  /** Asks somebody to compare emoji. */
  verifyPerson(person: string): Promise<void>;
  acceptVerification(id: string): Promise<void>;
  /** The emoji are the same, or they are not. */
  compareVerification(id: string, same: boolean): Promise<void>;
  cancelVerification(id: string): Promise<void>;
  /** Goes on with somebody's new identity after the warning. */
  acceptIdentity(person: string): Promise<void>;

  /** The proof that goes with an open report, or null when the message can't be reported. */
  proof(conversation: string, item: string): Promise<{ event: string; pt: string; fk: string } | null>;
  /** Sends a sealed report's words to staff's devices; answers how many people can open it. */
  sealReport(report: string, conversation: string, item: string, recipients: string[]): Promise<number>;
  /** The words of a sealed report that came to this device, checked against the commitment that the server stamped. */
  openReport(report: string, commitment: string, conversation: string): Promise<ReportOpened>;

  /** A signed record of the conversation, with one's own name as given; the others are told, unless it is closed. */
  exportRecord(conversation: string, yourName: string): Promise<{ json: string; name: string }>;
}

/** A running worker. */
export interface Opened {
  sealed: import("comlink").Remote<Sealed>;
  /** Ends the worker, whatever it is doing. */
  end: () => void;
}

export interface Thumb {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  width: number;
  height: number;
}
