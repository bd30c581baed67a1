/** Conversations on an unlocked device: what came, what is shown, what is sent. */

import { listContacts, asUser, Conversations } from "./conversations";
import { fetchBytes, asBlob, sendBytes } from "./files";
import { bare, roomId, userId } from "./ids";
import { makeItems, type Context } from "./items";
import { Opening } from "./opening";
import { makeRecord } from "./record";
import { proofOf } from "./reports";
import { Rosters } from "./rosters";
import { room } from "./engine";
import { Sending, type Sent, type Waiting } from "./sending";
import type { RosterWords, Said } from "./shapes";
import type { Station } from "./station";
import { Timeline, type Row } from "./timeline";
import { vouch, vouchedFor, type Vouched } from "./vouching";
import type { ContactView, ConversationView, Found, Heard, Item, Thumb } from "./types";

const MOST_FOUND = 50;

interface ExportedKey {
  room_id: string;
  session_id: string;
  sender_key: string;
}

export class Talk {
  readonly rosters: Rosters;
  readonly conversations: Conversations;
  readonly sending: Sending;
  contacts: ContactView[] | null = null;
  views: ConversationView[] | null = null;
  private readonly opening: Opening;
  private readonly timelines = new Map<string, Timeline>();
  private readonly shown = new Set<string>();
  private readonly previews = new Map<string, string>();
  /** Hears that something was sent: its key is new and belongs into the backup. */
  onSent: () => void = () => {};
  private expiring: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly station: Station,
    private readonly tell: (heard: Heard) => void,
    private readonly changed: () => void,
  ) {
    this.rosters = new Rosters(station);
    this.opening = new Opening(station);
    this.conversations = new Conversations(station, this.rosters);
    this.sending = new Sending(station, this.rosters);
    this.sending.onChange = (conversation) => this.show(conversation);
    this.sending.onSent = (entry, sent) => this.wasSent(entry, sent);
  }

  /** Everything anew: after the start, and when the line is back. */
  async refresh(): Promise<void> {
    await this.conversations.refresh();
    await this.station.engine.follow([this.station.user, ...this.conversations.people()]);
    for (const row of this.conversations.rows.values()) await this.catchUp(row.id);
    this.contacts = await listContacts(this.station.relay);
    await this.renew();
  }

  /** One conversation has something new. */
  async refreshOne(conversation: string): Promise<void> {
    const row = await this.conversations.refreshOne(conversation);
    if (row) {
      await this.station.engine.follow(row.members.map((member) => asUser(member.person)));
      await this.catchUp(conversation);
    }
    await this.renew();
  }

  /** Keys or identities changed: what waited may open now. */
  async look(): Promise<void> {
    for (const timeline of this.timelines.values()) {
      await timeline.refresh();
      this.show(timeline.conversation);
    }
    await this.renew();
  }

  private async renew(): Promise<void> {
    this.views = await this.conversations.views(this.previews);
    this.changed();
  }

  private timeline(conversation: string): Timeline {
    const made = this.timelines.get(conversation) ?? new Timeline(conversation, this.station, this.opening, this.rosters);
    this.timelines.set(conversation, made);
    return made;
  }

  private async catchUp(conversation: string): Promise<void> {
    const row = this.conversations.rows.get(conversation);
    if (!row) return;
    const timeline = this.timeline(conversation);
    await timeline.findRosters(row.head);
    await timeline.loadNewer();
    if (this.shown.has(conversation)) await timeline.checkErased(false);
    const newest = this.items(timeline).filter((item) => item.state === "sent" && item.kind !== "notice").at(-1);
    this.previews.set(conversation, newest ? newest.body || (newest.file?.name ?? "") : "");
    this.show(conversation);
  }

  private context(conversation: string): Context {
    return { user: this.station.user, nameOf: (id) => this.conversations.nameIn(conversation, id), now: this.station.relay.now() };
  }

  private items(timeline: Timeline): Item[] {
    return makeItems(timeline.rows, this.sending.of(timeline.conversation), this.context(timeline.conversation));
  }

  private show(conversation: string): void {
    if (!this.shown.has(conversation)) return;
    const timeline = this.timeline(conversation);
    const items = this.items(timeline);
    this.tell({ type: "timeline", timeline: { conversation, items, more: timeline.more, loaded: timeline.loaded } });
    this.wakeForExpiry(conversation, items);
  }

  /** Disappearing messages go at their time, not when the next one comes. */
  private wakeForExpiry(conversation: string, items: Item[]): void {
    const times = items.filter((item) => item.expiresAt).map((item) => Date.parse(item.expiresAt!));
    if (times.length === 0) return;
    clearTimeout(this.expiring);
    const wait = Math.max(0, Math.min(...times) - this.station.relay.now()) + 50;
    this.expiring = setTimeout(() => this.show(conversation), Math.min(wait, 2 ** 31 - 1));
  }

  private async wasSent(entry: Waiting, _sent: Sent): Promise<void> {
    await this.timeline(entry.conversation).loadNewer();
    this.show(entry.conversation);
    void this.refreshOne(entry.conversation).catch(() => {});
    this.onSent();
  }

  async open(conversation: string): Promise<void> {
    this.shown.add(conversation);
    const timeline = this.timeline(conversation);
    if (!timeline.loaded) await this.refreshOne(conversation);
    this.show(conversation);
    await timeline.checkErased(true);
    this.show(conversation);
  }

  close(conversation: string): void {
    this.shown.delete(conversation);
  }

  async loadOlder(conversation: string): Promise<void> {
    await this.timeline(conversation).loadOlder();
    this.show(conversation);
  }

  async markRead(conversation: string): Promise<void> {
    const row = this.conversations.rows.get(conversation);
    const seq = this.timeline(conversation).rows.at(-1)?.event.seq ?? 0;
    if (!row || seq <= row.read) return;
    await this.station.relay.post(`conversations/${conversation}/read`, { seq });
    await this.refreshOne(conversation);
  }

  async start(people: string[], options: { title: string; timerSeconds: number; history: boolean }): Promise<string> {
    const { id, roster } = await this.conversations.make(people, options);
    if (roster) {
      await this.station.engine.follow(roster.members);
      await this.sending.add(id, roster);
      await this.sending.flush(id);
    }
    await this.refreshOne(id);
    return id;
  }

  /** The roster first: the server's row alone lets nobody read. */
  async addMember(conversation: string, person: string): Promise<void> {
    const now = await this.conversations.nextRoster(conversation, {});
    await this.station.relay.post(`conversations/${conversation}/members`, { add: [userId(person)] });
    await this.station.engine.follow([userId(person)]);
    await this.sendRoster(conversation, { ...now, members: [...new Set([...now.members, userId(person)])] });
    if (now.history) await this.handHistory(conversation, userId(person));
  }

  /** Somebody who was taken out gets no key of what comes next. */
  async removeMember(conversation: string, person: string): Promise<void> {
    const now = await this.conversations.nextRoster(conversation, {});
    await this.sendRoster(conversation, { ...now, members: now.members.filter((id) => id !== userId(person)) });
    await this.station.relay.post(`conversations/${conversation}/members`, { remove: [userId(person)] });
    await this.refreshOne(conversation);
  }

  /** Whoever made the conversation hands it on before leaving. */
  async leave(conversation: string): Promise<void> {
    const roster = await this.rosters.of(conversation);
    const rest = roster?.members.filter((id) => id !== this.station.user) ?? [];
    if (roster?.creator === this.station.user && rest[0]) {
      const next = await this.conversations.nextRoster(conversation, { creator: rest[0] });
      await this.sendRoster(conversation, { ...next, members: rest });
      await this.station.relay.post(`conversations/${conversation}/creator`, { person: rest[0] });
    }
    await this.station.relay.post(`conversations/${conversation}/leave`);
    await this.refreshOne(conversation);
  }

  /** After the list of people was lost with old keys: its maker confirms the people whom the screen named. */
  async confirmPeople(conversation: string): Promise<void> {
    await this.sendRoster(conversation, await this.conversations.lostRoster(conversation));
  }

  /** Somebody goes on with a new identity: who made the conversation tells them again who is in it. */
  private async tellAgain(person: string): Promise<void> {
    for (const { id } of this.conversations.rows.values()) {
      const roster = await this.rosters.of(id);
      if (roster?.creator !== this.station.user || !roster.members.includes(person)) continue;
      await this.sending.add(id, await this.conversations.nextRoster(id, {}));
    }
  }

  /** Whether somebody's new keys wait for a look, as the screens show it now. */
  isChanged(person: string): boolean {
    return (this.views ?? []).some((view) => view.members.some((one) => userId(one.person) === person && one.trust === "changed"));
  }

  /** Somebody's new keys were looked at: what waited for that goes on. */
  async trustAgain(person: string): Promise<void> {
    await this.tellAgain(person);
    await this.sending.retryBlocked();
  }

  async setTitle(conversation: string, title: string): Promise<void> {
    await this.sendRoster(conversation, await this.conversations.nextRoster(conversation, { title }));
  }

  async setTimer(conversation: string, seconds: number): Promise<void> {
    const version = this.conversations.rows.get(conversation)?.version ?? 0;
    await this.station.relay.post(`conversations/${conversation}/settings`, { version, timer_seconds: seconds });
    await this.refreshOne(conversation);
  }

  private async sendRoster(conversation: string, roster: RosterWords): Promise<void> {
    await this.station.engine.machine.invalidateGroupSession(room(roomId(conversation)));
    await this.sending.add(conversation, roster);
    await this.sending.flush(conversation);
    await this.refreshOne(conversation);
  }

  /** Where the room allows it, the keys of what was written before go to who joins. */
  private async handHistory(conversation: string, person: string): Promise<void> {
    const name = roomId(conversation);
    const { engine } = this.station;
    const keys = await engine.machine.exportRoomKeys((session) => session.roomId.toString() === name);
    const devices = await engine.confirmedByKey();
    const senders: Record<string, Vouched> = {};
    for (const { session_id: id, sender_key: key } of JSON.parse(keys) as ExportedKey[]) {
      const sender = (await vouchedFor(this.station, id)) ?? devices.get(key);
      if (sender) senders[id] = sender;
    }
    await engine.tell(person, "hs.history", { room: name, keys, senders });
  }

  /** Keys that the conversation's creator handed on; from anybody else they are not taken. */
  async takeHistory(sender: string, name: string, keys: string, senders: Record<string, Vouched>): Promise<void> {
    const conversation = bare(name);
    const row = this.conversations.rows.get(conversation) ?? (await this.conversations.refreshOne(conversation));
    if (!row?.history || asUser(row.creator) !== sender) return;
    const theirs = (JSON.parse(keys) as ExportedKey[]).filter((key) => key.room_id === name);
    await this.station.engine.machine.importExportedRoomKeys(JSON.stringify(theirs), () => {});
    for (const { session_id: id, sender_key: key } of theirs) {
      const from = senders[id];
      if (from?.key === key && !(await vouchedFor(this.station, id))) await vouch(this.station, id, from);
    }
  }

  async say(conversation: string, body: string, reply: string | null): Promise<void> {
    await this.sending.add(conversation, { k: "text", body, ...(reply && { reply }), ...this.timer(conversation) });
  }

  private timer(conversation: string): { timer?: number } {
    const seconds = this.conversations.rows.get(conversation)?.timer_seconds ?? 0;
    return seconds ? { timer: seconds } : {};
  }

  async sendFile(conversation: string, file: File, thumb: Thumb | null, body: string): Promise<void> {
    const sealed = await sendBytes(this.station.relay, conversation, new Uint8Array(await file.arrayBuffer()));
    const small = thumb && {
      thumb: { ...(await sendBytes(this.station.relay, conversation, thumb.bytes)), type: thumb.type, w: thumb.width, h: thumb.height },
    };
    const said: Said = { k: "file", name: file.name, type: file.type, size: file.size, ...sealed, ...small };
    await this.sending.add(conversation, { ...said, ...(body && { body }), ...this.timer(conversation) });
  }

  async edit(conversation: string, item: string, body: string): Promise<void> {
    await this.sending.add(conversation, { k: "edit", to: item, body });
  }

  async react(conversation: string, item: string, word: string, on: boolean): Promise<void> {
    await this.sending.add(conversation, { k: "reaction", to: item, word, ...(!on && { off: true }) });
  }

  async erase(conversation: string, item: string): Promise<void> {
    const row = this.row(conversation, item);
    if (!row) return;
    await this.station.relay.remove(`conversations/${conversation}/messages/${item.slice(1, 37)}`);
    await this.timeline(conversation).renew(row.event.seq);
    this.show(conversation);
  }

  private row(conversation: string, item: string): Row | undefined {
    return this.timeline(conversation).rows.find((row) => row.event.event_id === item);
  }

  async openFile(conversation: string, item: string, thumb: boolean): Promise<Blob> {
    const row = this.row(conversation, item);
    if (!row || !("words" in row.opened) || row.opened.words.k !== "file") throw new Error("not_found");
    const { words } = row.opened;
    const part = thumb && words.thumb ? words.thumb : words;
    return asBlob(await fetchBytes(this.station.relay, part), part.type);
  }

  async search(words: string, conversation: string | null): Promise<Found[]> {
    const wanted = words.toLocaleLowerCase();
    const found: Found[] = [];
    for (const id of conversation ? [conversation] : [...this.conversations.rows.keys()]) {
      const timeline = this.timeline(id);
      await timeline.loadAll();
      for (const item of this.items(timeline)) {
        const text = `${item.body} ${item.file?.name ?? ""}`.toLocaleLowerCase();
        if (item.state === "sent" && item.kind !== "notice" && text.includes(wanted)) found.push({ conversation: id, item });
      }
    }
    return found.sort((a, b) => b.item.at.localeCompare(a.item.at)).slice(0, MOST_FOUND);
  }

  proof(conversation: string, item: string): ReturnType<typeof proofOf> {
    return proofOf(this.row(conversation, item));
  }

  /** The record, and a line in the conversation that tells the others of it. */
  async exportRecord(conversation: string, yourName: string): Promise<{ json: string; name: string }> {
    // The server asks for a fresh confirmation and writes it down before anything leaves the seal.
    await this.station.relay.post(`conversations/${conversation}/export`);
    const timeline = this.timeline(conversation);
    await timeline.loadAll();
    const view = this.views?.find((one) => one.id === conversation);
    const people = (view?.members ?? []).map(({ person, you, name }) => ({ id: person, name: you ? yourName : name }));
    const json = await makeRecord(this.station, conversation, view?.title ?? "", people, this.items(timeline));
    // In a conversation that is closed nobody can be told.
    if (!view?.closed || view.closed === "identity_changed") await this.sending.add(conversation, { k: "exported" });
    return { json, name: `conversation-${new Date(this.station.relay.now()).toISOString().slice(0, 10)}` };
  }

  stop(): void {
    clearTimeout(this.expiring);
  }
}
