/** Reporting a sealed message: to the people one names, sealed for them, or openly to the facilitators' queue. */

import { command, get } from "../api";
import { client } from "./client.svelte";

export type ReportForm = "sealed" | "open";

export interface SealedReport {
  conversation: string;
  /** The message's id, as its item has it. */
  item: string;
  form: ReportForm;
  category: string;
  note: string;
  /** For the sealed form: whom it goes to. */
  recipients: readonly string[];
}

/** Who looks at a report: `nobody` while there is nobody outside the conversation who could. */
export type Looks = "facilitators" | "admins" | "clinical_lead" | "nobody";

export interface Received {
  /** How many people can open it; null for the open form, where everybody who looks can. */
  opened: number | null;
  looks: Looks;
}

/** Whom a sealed report from this conversation may go to; may be nobody. Raises Problem or Offline. */
export async function reportRecipients(conversation: string): Promise<string[]> {
  const { recipients } = await get<{ recipients: string[] }>(`/api/messaging/report_recipients?conversation=${encodeURIComponent(conversation)}`);
  return recipients;
}

/** Sends the report under `nonce`. Raises Problem, Offline, or an Error with a slug: `no_proof` when this message can't be reported. */
export async function reportSealed(report: SealedReport, nonce: string): Promise<Received> {
  const { conversation, item, form, category, note } = report;
  const proof = await client.sealed.proof(conversation, item);
  if (!proof) throw new Error("no_proof");
  const shown = form === "open" ? { pt: proof.pt, fk: proof.fk } : {};
  const answer = await command<{ report: string; looks: Looks }>("sealed.report", { conversation, event: proof.event, form, category, note, ...shown }, nonce);
  const opened = form === "open" ? null : await client.sealed.sealReport(answer.report, conversation, item, [...report.recipients]);
  return { opened, looks: answer.looks };
}
