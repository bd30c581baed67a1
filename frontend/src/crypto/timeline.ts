/** One opened conversation: its events in order, and what a screen shows of them. */

import type { Opening, OpenedEvent } from "./opening";
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
  private last: Promise<void> = Promise.resolve();

  constructor(
    readonly conversation: string,
    private readonly station: Station,
    private readonly opening: Opening,
    private readonly rosters: Rosters,
  ) {}

  /** One change of the rows at a time: two that fetch the same page would both add it. */
  private alone(work: () => Promise<void>): Promise<void> {
    const next = this.last.then(work);
    this.last = next.catch(() => {});
    return next;
  }

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

  private async loadNewest(): Promise<void> {
    const { events, more } = await this.page("");
    this.rows = await this.openAll(events);
    this.more = more;
    this.loaded = true;
  }

  loadOlder(): Promise<void> {
    return this.alone(() => this.addOlder());
  }

  private async addOlder(): Promise<void> {
    const first = this.rows[0]?.event.seq;
    if (!this.more || first === undefined) return;
    const { events, more } = await this.page(`before=${first}`);
    this.rows = [...(await this.openAll(events)), ...this.rows];
    this.more = more;
  }

  /** Everything after the newest row that is here. */
  loadNewer(): Promise<void> {
    return this.alone(() => this.addNewer());
  }

  private async addNewer(): Promise<void> {
    if (!this.loaded) return this.loadNewest();
    for (let more = true; more; ) {
      const page = await this.page(`after=${this.rows.at(-1)?.event.seq ?? 0}`);
      this.rows = [...this.rows, ...(await this.openAll(page.events))];
      more = page.more && page.events.length > 0;
    }
  }

  /** Tries again what waited for a key, and takes note of what was erased since. */
  refresh(): Promise<void> {
    return this.alone(async () => {
      for (const row of this.rows) {
        if (!("hidden" in row.opened) || !row.event.content) continue;
        row.opened = await this.open(row.event);
        await this.learn(row);
      }
    });
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
    if (!this.loaded) await this.loadNewer();
    while (this.more) await this.loadOlder();
  }

  /** Erasures show in copies of rows that are here already: of the newest ones at each wake-up, of all when it is opened. */
  checkErased(all: boolean): Promise<void> {
    return this.alone(async () => {
      const first = (all ? this.rows : this.rows.slice(-PAGE))[0]?.event.seq;
      if (first === undefined) return;
      let after = first - 1;
      for (let more = true; more; ) {
        const page = await this.page(`after=${after}`);
        for (const event of page.events) await this.takeErased(event);
        after = page.events.at(-1)?.seq ?? after;
        more = page.more && page.events.length > 0;
      }
    });
  }

  private async takeErased(event: EventReply): Promise<void> {
    const row = this.rows.find((one) => one.event.seq === event.seq);
    if (row?.event.content && !event.content) Object.assign(row, { event, opened: await this.open(event) });
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
