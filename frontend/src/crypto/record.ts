/** A conversation as a signed record, made on the device of somebody who is in it. */

import { canonical, utf8, sha256, toBase64 } from "./codec";
import type { Item } from "./types";
import type { Station } from "./station";

/** JSON with the visible messages, and this device's signature over its canonical form. */
export async function makeRecord(station: Station, conversation: string, title: string, people: string[], items: Item[]): Promise<string> {
  const messages = items
    .filter((item) => item.seq !== null)
    .map(({ id, seq, sender, senderName, at, state, kind, body, edited, hidden, erased, file, notice }) => ({
      id,
      seq,
      sender,
      sender_name: senderName,
      at,
      state,
      kind,
      body,
      edited,
      hidden,
      erased,
      file: file ? { name: file.name, type: file.type, size: file.size } : null,
      notice,
    }));
  const record = { format: "hearthside.record.1", conversation, title, people, exported_by: station.user, exported_at: new Date(station.relay.now()).toISOString(), messages };
  const signatures = JSON.parse((await station.engine.machine.sign(canonical(record))).asJSON()) as unknown;
  return JSON.stringify({ record, sha256: toBase64(await sha256(utf8(canonical(record)))), signatures }, null, 2);
}
