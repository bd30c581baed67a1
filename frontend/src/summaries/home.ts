/** What the home page shows of summaries, in one read; copies on this device follow what is true now. */

import { explain, get, Offline } from "../api";
import type { DraftLine, QuoteRequest, Reading, SummaryLine } from "./shapes";
import { refreshShelved, shelved, unshelve } from "./shelf";

export interface HomeSummaries {
  /** Missed and not read yet. */
  waiting: SummaryLine[];
  /** Sessions whose summary has not gone out; for facilitators. */
  drafts: DraftLine[];
  /** How many sentences this person is asked for. */
  asked: number;
}

let looked = "";

/** Reads it all; raises Offline without a line. A part that fails otherwise is left out, the others stand. */
export async function readHome(person: string, staff: boolean): Promise<HomeSummaries> {
  const [lines, drafts, quotes] = await Promise.all([
    part(get<{ summaries: SummaryLine[] }>("/api/summaries?unread=1"), { summaries: [] }),
    staff ? part(get<{ drafts: DraftLine[] }>("/api/summaries?drafts=1"), { drafts: [] }) : { drafts: [] },
    part(get<{ quotes: QuoteRequest[] }>("/api/quotes"), { quotes: [] }),
  ]);
  if (looked !== person) {
    looked = person;
    void renewShelf(person);
  }
  return {
    waiting: lines.summaries.filter((line) => line.state === "published" && line.you_were_absent && !line.read),
    drafts: drafts.drafts,
    asked: quotes.quotes.filter((quote) => quote.state === "asked").length,
  };
}

async function part<T>(reading: Promise<T>, instead: T): Promise<T> {
  return reading.catch((error: unknown) => {
    if (error instanceof Offline) throw error;
    return instead;
  });
}

/** Once a visit: a copy of what was corrected is corrected, of what was withdrawn or is theirs no more goes. */
export async function renewShelf(person: string): Promise<void> {
  for (const { summary } of await shelved(person)) {
    try {
      await refreshShelved(person, await get<Reading>(`/api/summaries/${encodeURIComponent(summary.id)}`));
    } catch (error) {
      if (explain(error).gone) await unshelve(person, summary.id);
    }
  }
}
