/** Who is in a conversation, as its creator has sealed it: the only people that room keys go to.
 *
 * A member's row that somebody slips into the server's database is in no roster and gets nothing.
 */

import { bare, madeBy } from "./ids";
import type { RosterWords } from "./shapes";
import type { Station } from "./station";

export interface Roster extends RosterWords {
  /** The sequence number up to which rosters were looked for. */
  scanned: number;
  /** The rosters that counted, by event: the people of the one before it, null for the first. */
  log: Record<string, string[] | null>;
}

export class Rosters {
  private readonly known = new Map<string, Roster>();

  constructor(private readonly station: Station) {}

  async of(conversation: string): Promise<Roster | null> {
    const held = this.known.get(conversation);
    if (held) return held;
    const kept = (await this.station.vault.get("roster", conversation)) as Roster | undefined;
    if (kept?.version) this.known.set(conversation, kept);
    return kept?.version ? kept : null;
  }

  /** Takes a roster that `sender` sealed; answers the people of the one before it, or undefined when it does not count. */
  async learn(conversation: string, event: string, sender: string, words: RosterWords): Promise<string[] | null | undefined> {
    const now = await this.of(conversation);
    const known = now?.log[event];
    if (known !== undefined) return known;
    if (!(await this.counts(conversation, sender, words, now))) return undefined;
    const before = now?.members ?? null;
    await this.keep(conversation, { ...words, scanned: now?.scanned ?? 0, log: { ...now?.log, [event]: before } });
    return before;
  }

  private async counts(conversation: string, sender: string, words: RosterWords, now: Roster | null): Promise<boolean> {
    if (!Number.isInteger(words.version) || !words.members.every((id) => bare(id) !== "")) return false;
    if (now) return sender === now.creator && words.version > now.version;
    // The first that this device sees: by whoever made the conversation, or by whom it was handed on to.
    const origin = words.origin ?? words.creator;
    if (!(await madeBy(conversation, origin, words.seed))) return false;
    return sender === origin || (words.origin !== undefined && sender === words.creator && words.version > 1);
  }

  async keep(conversation: string, roster: Roster): Promise<void> {
    this.known.set(conversation, roster);
    await this.station.vault.put("roster", conversation, roster);
  }

  /** How far rosters were looked for. */
  async scanned(conversation: string): Promise<number> {
    return ((await this.station.vault.get("roster", conversation)) as Partial<Roster> | undefined)?.scanned ?? 0;
  }

  async scannedTo(conversation: string, seq: number): Promise<void> {
    const now = await this.of(conversation);
    if (now) await this.keep(conversation, { ...now, scanned: Math.max(now.scanned, seq) });
  }
}
