/** A conversation as a signed record, made on the device of somebody who is in it. */

import { canonical, utf8, sha256, toBase64 } from "./codec";
import type { Item } from "./types";
import type { Station } from "./station";

/** What stands in a record; `record` is what the device signs, in its canonical form. */
export interface SignedRecord {
  record: {
    format: "hearthside.record.1";
    conversation: string;
    title: string;
    people: { id: string; name: string }[];
    exported_by: string;
    exported_at: string;
    messages: RecordedMessage[];
  };
  sha256: string;
  signatures: unknown;
}

export interface RecordedMessage extends Pick<Item, "id" | "seq" | "sender" | "at" | "state" | "kind" | "body" | "edited" | "hidden" | "erased" | "notice"> {
  sender_name: string;
  reply_to: string | null;
  reactions: { word: string; people: string[] }[];
  file: { name: string; type: string; size: number } | null;
}

/** JSON with the visible messages, and this device's signature over its canonical form. */
export async function makeRecord(
  station: Station,
  conversation: string,
  title: string,
  people: { id: string; name: string }[],
  items: Item[],
): Promise<string> {
  const nameOf = (id: string) => people.find((one) => one.id === id)?.name ?? "";
  const messages = items
    .filter((item) => item.seq !== null)
    .map(({ id, seq, sender, senderName, at, state, kind, body, edited, hidden, erased, file, notice, reply, reactions }): RecordedMessage => ({
      id,
      seq,
      sender,
      sender_name: senderName || nameOf(sender),
      at,
      state,
      kind,
      body,
      edited,
      hidden,
      erased,
      reply_to: reply?.id ?? null,
      reactions: reactions.map(({ word, people: by }) => ({ word, people: by })),
      file: file ? { name: file.name, type: file.type, size: file.size } : null,
      notice,
    }));
  const exported_at = new Date(station.relay.now()).toISOString();
  const record: SignedRecord["record"] = { format: "hearthside.record.1", conversation, title, people, exported_by: station.user, exported_at, messages };
  const signatures = JSON.parse((await station.engine.machine.sign(canonical(record))).asJSON()) as unknown;
  const signed: SignedRecord = { record, sha256: toBase64(await sha256(utf8(canonical(record)))), signatures };
  return JSON.stringify(signed, null, 2);
}
