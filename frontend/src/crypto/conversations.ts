/** The conversations and contacts of a person, as the relay lists them and the rosters confirm them. */

import { bare, conversationId, madeBy, newSeed, userId } from "./ids";
import { toBase64 } from "./codec";
import { trustIn } from "./people";
import type { Relay } from "./relay";
import type { Rosters, Roster } from "./rosters";
import type { ConversationReply, MemberReply, RosterWords } from "./shapes";
import type { Station } from "./station";
import type { Closed, ContactView, ConversationView, MemberView } from "./types";

interface ContactReply {
  person: string;
  name: string;
  reason: ContactView["reason"];
  lane: ContactView["lane"];
  until: string | null;
  cover_for: string | null;
  reply_days: number | null;
  away_until: string | null;
  away_note: string;
  set_up: boolean;
}

/** Ids come as the engine's or bare; one form inside. */
export const asUser = (id: string): string => (id.startsWith("@") ? id : userId(id));
export const asPerson = (id: string): string => (id.startsWith("@") ? bare(id) : id);

export async function listContacts(relay: Relay): Promise<ContactView[]> {
  const { contacts } = await relay.get<{ contacts: ContactReply[] }>("contacts");
  return contacts.map((row) => ({
    person: asPerson(row.person),
    name: row.name,
    reason: row.reason,
    lane: row.lane,
    until: row.until,
    coverFor: row.cover_for,
    replyDays: row.reply_days,
    awayUntil: row.away_until,
    awayNote: row.away_note,
    setUp: row.set_up,
  }));
}

export class Conversations {
  rows = new Map<string, ConversationReply>();

  constructor(
    private readonly station: Station,
    private readonly rosters: Rosters,
  ) {}

  async refresh(): Promise<void> {
    const { conversations } = await this.station.relay.get<{ conversations: ConversationReply[] }>("conversations");
    this.rows = new Map(conversations.map((row) => [row.id, row]));
  }

  async refreshOne(id: string): Promise<ConversationReply | null> {
    const row = await this.station.relay.find<ConversationReply>(`conversations/${id}`);
    if (row) this.rows.set(id, row);
    else this.rows.delete(id);
    return row;
  }

  nameOf(person: string): string {
    for (const row of this.rows.values()) {
      const member = row.members.find((one) => asUser(one.person) === person);
      if (member) return member.name;
    }
    return "";
  }

  nameIn(conversation: string, person: string): string {
    const member = this.rows.get(conversation)?.members.find((one) => asUser(one.person) === person);
    return member?.name ?? this.nameOf(person);
  }

  /** Everybody with whom something is shared. */
  people(): string[] {
    return [...new Set([...this.rows.values()].flatMap((row) => row.members.map((member) => asUser(member.person))))];
  }

  /** Makes a conversation whose id only its creator can have made; answers it with its first roster when it is new. */
  async make(people: string[], options: { title: string; timerSeconds: number; history: boolean }): Promise<{ id: string; roster: RosterWords | null }> {
    const { relay, user } = this.station;
    const seed = newSeed();
    const id = await conversationId(user, seed);
    const made = await relay.post<ConversationReply & { duplicate?: boolean }>("conversations", {
      id,
      seed: toBase64(seed),
      kind: people.length === 1 ? "pair" : "circle",
      members: people.map(userId),
      timer_seconds: options.timerSeconds,
      history: options.history,
    });
    this.rows.set(made.id, made);
    if (made.id !== id) return { id: made.id, roster: null };
    const members = [user, ...people.map(userId)];
    const roster: RosterWords = { k: "roster", version: 1, creator: user, seed: toBase64(seed), members, title: options.title, history: options.history };
    return { id, roster };
  }

  /** The next roster, on top of the present one. */
  async nextRoster(conversation: string, change: Partial<Pick<RosterWords, "members" | "title" | "creator">>): Promise<RosterWords> {
    const now = await this.rosters.of(conversation);
    if (!now || now.creator !== this.station.user) throw new Error("denied");
    const { scanned: _scanned, log: _log, ...words } = now;
    const origin = change.creator && !words.origin ? words.creator : words.origin;
    return { ...words, ...change, ...(origin && { origin }), version: words.version + 1 };
  }

  /** A roster by whoever made the conversation, when the last one was lost with their old keys: of the people the relay names.
   *
   * Its version is above every earlier one, because each of those was an event too.
   */
  async lostRoster(conversation: string): Promise<RosterWords> {
    const row = this.rows.get(conversation);
    const { user } = this.station;
    if (!row || !(await madeBy(conversation, user, row.seed))) throw new Error("denied");
    const members = row.members.filter((member) => member.state === "active").map((member) => asUser(member.person));
    return { k: "roster", version: row.head + 1, creator: user, seed: row.seed, members, title: "", history: row.history };
  }

  async views(previews: Map<string, string>): Promise<ConversationView[]> {
    const made: ConversationView[] = [];
    for (const row of this.rows.values()) made.push(await this.view(row, previews.get(row.id) ?? ""));
    return made.sort((a, b) => (b.lastAt ?? "").localeCompare(a.lastAt ?? ""));
  }

  private async view(row: ConversationReply, preview: string): Promise<ConversationView> {
    const roster = await this.rosters.of(row.id);
    const members: MemberView[] = [];
    for (const member of row.members) members.push(await this.member(member, roster));
    const others = members.filter((member) => !member.you);
    return {
      id: row.id,
      kind: row.kind,
      lane: row.lane,
      title: roster?.title || others.map((member) => member.name).join(", "),
      members,
      youAreCreator: roster ? roster.creator === this.station.user : await madeBy(row.id, this.station.user, row.seed),
      unread: row.unread,
      lastAt: row.last_at === null ? null : new Date(row.last_at).toISOString(),
      preview,
      timerSeconds: row.timer_seconds,
      history: row.history,
      version: row.version,
      closed: this.closed(row, members, roster),
      cover: row.cover,
      replyDays: row.reply_days,
      awayUntil: row.away_until,
      awayNote: row.away_note,
    };
  }

  private async member(member: MemberReply, roster: Roster | null): Promise<MemberView> {
    const id = asUser(member.person);
    return {
      person: asPerson(member.person),
      name: member.name,
      you: id === this.station.user,
      state: member.state,
      setUp: member.set_up,
      trust: await trustIn(this.station, id),
      inRoster: roster?.members.includes(id) ?? false,
      copyMadeAt: member.copy_made_at,
      copyOpenedAt: member.copy_opened_at,
    };
  }

  private closed(row: ConversationReply, members: MemberView[], roster: Roster | null): Closed | null {
    if (row.closed) return row.closed as Closed;
    const you = members.find((member) => member.you);
    if (!you || you.state !== "active") return "left";
    const others = members.filter((member) => !member.you && member.state === "active" && (member.inRoster || !roster));
    if (others.length === 0) return "alone";
    if (others.some((member) => member.trust === "changed")) return "identity_changed";
    if (others.every((member) => !member.setUp)) return "not_set_up";
    if (!roster) return "no_roster";
    return you.inRoster ? null : "left";
  }
}
