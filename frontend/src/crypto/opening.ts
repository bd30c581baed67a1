/** From a stored event to words that may be shown, or the reason why they may not. */

import { DecryptionErrorCode, type DecryptedRoomEvent, type DecryptionSettings, type MegolmDecryptionError } from "@matrix-org/matrix-sdk-crypto-wasm";
import { room, strict, vouchedOnly } from "./engine";
import { EVENT_TYPE, messageIndex, unpack, type Sealable } from "./franking";
import { roomId } from "./ids";
import { readWords, type EventReply, type Words } from "./shapes";
import type { Station } from "./station";
import { vouchedFor } from "./vouching";
import type { Hidden } from "./types";

/** What the engine says of a session that it did not get from its sender. */
const UNSURE: ReadonlySet<DecryptionErrorCode> = new Set([
  DecryptionErrorCode.UnknownSenderDevice,
  DecryptionErrorCode.UnsignedSenderDevice,
]);

export type OpenedEvent = { words: Words; sealed: Sealable } | { hidden: Hidden };

export class Opening {
  constructor(private readonly station: Station) {}

  /** Decrypts and checks: sender, device, commitment, shape, and that it was not shown under another id. */
  async open(conversation: string, event: EventReply): Promise<OpenedEvent> {
    const { content } = event;
    if (!content) return { hidden: "unreadable" };
    let decrypted: DecryptedRoomEvent;
    try {
      decrypted = await this.decrypt(conversation, event, strict());
      if (decrypted.sender.toString() !== event.sender) return { hidden: "wrong_sender" };
      if (decrypted.senderDevice?.toString() !== event.device_id) return { hidden: "wrong_sender" };
    } catch (error) {
      const vouched = await this.openVouched(conversation, event, error as MegolmDecryptionError);
      if (!vouched) return { hidden: this.reason(error as MegolmDecryptionError, event) };
      decrypted = vouched;
    }
    const inner = JSON.parse(decrypted.event) as { type?: string; sender?: string; content?: unknown };
    if (inner.sender !== event.sender) return { hidden: "wrong_sender" };
    if (inner.type !== EVENT_TYPE) return { hidden: "unreadable" };
    const sealed = await unpack(roomId(conversation), inner.content, event.commitment);
    if (!sealed) return { hidden: "does_not_check" };
    const words = readWords(sealed.pt);
    if (!words) return { hidden: "unreadable" };
    if (!(await this.isFirst(conversation, event))) return { hidden: "replayed" };
    return { words, sealed };
  }

  /** A session from our backup or from who let us in counts as its sender's when it was vouched for as just theirs. */
  private async openVouched(conversation: string, event: EventReply, error: MegolmDecryptionError): Promise<DecryptedRoomEvent | null> {
    if (!UNSURE.has(error.code)) return null;
    const sender = await vouchedFor(this.station, event.content!.session_id);
    if (!sender || sender.user !== event.sender || sender.device !== event.device_id) return null;
    const decrypted = await this.decrypt(conversation, event, vouchedOnly());
    return decrypted.senderCurve25519Key === sender.key ? decrypted : null;
  }

  private decrypt(conversation: string, event: EventReply, settings: DecryptionSettings): Promise<DecryptedRoomEvent> {
    const raw = {
      type: "m.room.encrypted",
      event_id: event.event_id,
      sender: event.sender,
      origin_server_ts: event.at,
      content: event.content,
      unsigned: {},
    };
    return this.station.engine.machine.decryptRoomEvent(JSON.stringify(raw), room(roomId(conversation)), settings);
  }

  /** The engine takes the same ciphertext under a new id; we remember each session's indices and refuse the second. */
  private async isFirst(conversation: string, event: EventReply): Promise<boolean> {
    const { session_id: session, ciphertext } = event.content!;
    const index = messageIndex(ciphertext);
    if (index === null) return false;
    const key = `${conversation}/${session}`;
    const seen = (await this.station.vault.get("seen", key)) ?? {};
    const before = seen[index];
    if (before !== undefined) return before === event.event_id;
    await this.station.vault.put("seen", key, { ...seen, [index]: event.event_id });
    return true;
  }

  private reason(error: MegolmDecryptionError, event: EventReply): Hidden {
    switch (error.code) {
      case DecryptionErrorCode.MissingRoomKey:
        if (error.withheldCode) return "withheld";
        return event.at < this.station.began ? "before_device" : "waiting_key";
      case DecryptionErrorCode.UnknownMessageIndex:
        return "before_join";
      case DecryptionErrorCode.UnknownSenderDevice:
      case DecryptionErrorCode.UnsignedSenderDevice:
        return "unknown_device";
      case DecryptionErrorCode.MismatchedIdentityKeys:
      case DecryptionErrorCode.MismatchedSender:
        return "wrong_sender";
      case DecryptionErrorCode.SenderIdentityVerificationViolation:
        return "identity_changed";
      default:
        return "unreadable";
    }
  }
}
