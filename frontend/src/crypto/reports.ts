/** Reporting a sealed message: the words and the franking key go to people who may look, and prove themselves. */

import { opens, type Sealable } from "./franking";
import { roomId } from "./ids";
import type { Row } from "./timeline";
import type { Station } from "./station";
import type { ReportOpened } from "./types";

const TYPE = "hs.report";

export interface Proof extends Sealable {
  event: string;
}

export function proofOf(row: Row | undefined): Proof | null {
  if (!row || !("words" in row.opened)) return null;
  return { event: row.event.event_id, ...row.opened.sealed };
}

/** Sends the proof, encrypted, to every confirmed device of these people; answers how many people it can reach. */
export async function sealReport(station: Station, report: string, proof: Proof, recipients: string[]): Promise<number> {
  let reached = 0;
  for (const person of recipients) {
    const devices = await station.engine.tell(person, TYPE, { report, ...proof });
    if (devices > 0) reached += 1;
  }
  return reached;
}

/** Keeps a report that came to this device. */
export async function takeReport({ vault }: Station, type: string, content: Record<string, unknown>): Promise<void> {
  if (type !== TYPE || typeof content.report !== "string" || typeof content.pt !== "string" || typeof content.fk !== "string") return;
  await vault.put("report", content.report, { pt: content.pt, fk: content.fk });
}

/** The exact words of a report, once they open the commitment that the server has stamped; or why there are none here. */
export async function openReport({ vault }: Station, report: string, commits: string, conversation: string): Promise<ReportOpened> {
  const kept = (await vault.get("report", report)) as Sealable | undefined;
  if (!kept) return { problem: "absent" };
  return (await opens(roomId(conversation), kept, commits)) ? { pt: kept.pt } : { problem: "false" };
}
