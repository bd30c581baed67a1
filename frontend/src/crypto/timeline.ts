/** One opened conversation: its events in order, and what a screen shows of them. */

import type { Opening, OpenedEvent } from "./opening";
import { Refused } from "./relay";
import type { Rosters } from "./rosters";
import type { EventReply, RosterWords } from "./shapes";
import type { Station } from "./station";

const PAGE = 50;

export interface Row {
  event: EventReply;
  opened: OpenedEvent;
  /** For a roster that counted: the people of the one before it, null for the first. */
  before?: string[] | null;
}

interface Page {
  events: EventReply[];
  more: boolean;
}

export class Timeline {
  rows: Row[] = [];
  more = true;
  loaded = false;

  constructor(
    readonly conversation: string,
    private readonly station: Station,
    private readonly opening: Opening,
    private readonly rosters: Rosters,
  ) {}

  private page(query: string): Promise<Page> {
    return this.station.relay.get<Page>(`conversations/${this.conversation}/messages?limit=${PAGE}${query && `&${query}`}`);
  }

  /** Rosters come first: a device that sees the conversation for the first time looks for them from the beginning. */
  async findRosters(head: number): Promise<void> {
    let after = await this.rosters.scanned(this.conversation);
    while (after < head) {
      const { events, more } = await this.page(`quiet=true&after=${after}`);
      for (const event of events) await this.learn({ event, opened: await this.open(event) });
      after = events.at(-1)?.seq ?? head;
      if (!more) break;
    }
    await this.rosters.scannedTo(this.conversation, Math.max(after, head));
  }

  async loadNewest(): Promise<void> {
    const { events, more } = await this.page("");
    this.rows = await this.openAll(events);
    this.more = more;
    this.loaded = true;
  }

  async loadOlder(): Promise<void> {
    const first = this.rows[0]?.event.seq;
    if (!this.more || first === undefined) return;
    const { events, more } = await this.page(`before=${first}`);
    this.rows = [...(await this.openAll(events)), ...this.rows];
    this.more = more;
  }

  /** Everything after the newest row that is here. */
  async loadNewer(): Promise<void> {
    if (!this.loaded) return this.loadNewest();
    for (let more = true; more; ) {
      const page = await this.page(`after=${this.rows.at(-1)?.event.seq ?? 0}`);
      this.rows = [...this.rows, ...(await this.openAll(page.events))];
      more = page.more && page.events.length > 0;
    }
  }

  /** Tries again what waited for a key, and takes note of what was erased since. */
  async refresh(): Promise<void> {
    for (const row of this.rows) {
      if ("hidden" in row.opened && row.event.content) row.opened = await this.open(row.event);
    }
  }

  /** A message was erased by its sender or by its time. */
  async renew(seq: number): Promise<void> {
    const { events } = await this.page(`after=${seq - 1}`);
    const event = events.find((one) => one.seq === seq);
    const row = this.rows.find((one) => one.event.seq === seq);
    if (!event || !row) return;
    row.event = event;
    row.opened = await this.open(event);
  }

  /** Every row from the first on, for search and for the record; stops when the line does. */
  async loadAll(): Promise<void> {
    if (!this.loaded) await this.loadNewest();
    while (this.more) await this.loadOlder();
  }

  /** Erasures come as newer copies of rows that are here already. */
  async checkErased(): Promise<void> {
    const first = this.rows[0]?.event.seq;
    if (first === undefined) return;
    try {
      let after = first - 1;
      for (let more = true; more; ) {
        const page = await this.page(`after=${after}`);
        for (const event of page.events) {
          const row = this.rows.find((one) => one.event.seq === event.seq);
          if (row && row.event.content && !event.content) Object.assign(row, { event, opened: await this.open(event) });
        }
        after = page.events.at(-1)?.seq ?? after;
        more = page.more && page.events.length > 0;
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  private open(event: EventReply): Promise<OpenedEvent> {
    return this.opening.open(this.conversation, event);
  }

  private async openAll(events: EventReply[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (const event of events) {
      const row: Row = { event, opened: await this.open(event) };
      await this.learn(row);
      rows.push(row);
    }
    return rows;
  }

  private async learn(row: Row): Promise<void> {
    if (!("words" in row.opened) || row.opened.words.k !== "roster") return;
    const { event_id: id, sender } = row.event;
    const before = await this.rosters.learn(this.conversation, id, sender, row.opened.words as RosterWords);
    if (before !== undefined) row.before = before;
  }
}
