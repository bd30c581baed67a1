/** The engine (Olm, Megolm, cross-signing) on this device's store, and its requests carried to the relay.
 *
 * Objects handed to the engine are consumed by it, so each is made anew for each call.
 */

import {
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  OlmMachine,
  RequestType,
  RoomId,
  StoreHandle,
  TrustRequirement,
  UserId,
  type DecryptedToDeviceEvent,
  type ProcessedToDeviceEvent,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Bytes } from "./codec";
import { storeName } from "./place";
import type { Relay } from "./relay";

export interface SyncReply {
  next: string;
  reset: boolean;
  to_device: { events: { id: number | string; type: string; sender: string; content: unknown }[]; more: boolean };
  device_lists: { changed: string[]; left: string[] };
  device_one_time_keys_count: Record<string, number>;
  device_unused_fallback_key_types: string[];
  /** ms */
  now: number;
}

/** A request that the engine wants carried, whatever its kind. */
interface Outgoing {
  readonly id?: string | undefined;
  readonly type?: RequestType | undefined;
  readonly body: string;
  readonly event_type?: string;
  readonly txn_id?: string;
}

export const user = (id: string): UserId => new UserId(id);
export const room = (id: string): RoomId => new RoomId(id);
export const device = (id: string): DeviceId => new DeviceId(id);
/** Nothing is shown of a device that its owner's identity has not signed. */
export const strict = (): DecryptionSettings => new DecryptionSettings(TrustRequirement.CrossSigned);
/** Only for sessions that are vouched for, whose sender is then checked by us (opening.ts). */
export const vouchedOnly = (): DecryptionSettings => new DecryptionSettings(TrustRequirement.Untrusted);

export class Engine {
  /** What a sync brought that is ours to handle: decrypted to-device events of type hs.*. */
  onSealed: (type: string, sender: string, content: Record<string, unknown>) => Promise<void> = async () => {};
  private sending: Promise<void> = Promise.resolve();

  private constructor(
    readonly machine: OlmMachine,
    readonly relay: Relay,
    readonly user: string,
  ) {}

  static async open(relay: Relay, userName: string, deviceName: string, storeKey: Bytes): Promise<Engine> {
    const store = await StoreHandle.openWithKey(storeName(deviceName), storeKey);
    const machine = await OlmMachine.initFromStore(user(userName), device(deviceName), store);
    machine.roomKeyRequestsEnabled = false;
    machine.roomKeyForwardingEnabled = false;
    return new Engine(machine, relay, userName);
  }

  close(): void {
    this.machine.close();
  }

  /** Carries one request and tells the engine how it went. */
  async carry(request: Outgoing): Promise<void> {
    const body: unknown = JSON.parse(request.body);
    let answer: unknown;
    switch (request.type) {
      case RequestType.KeysUpload:
        answer = await this.relay.post("keys/upload", body);
        break;
      case RequestType.KeysQuery:
        answer = await this.relay.post("keys/query", body);
        break;
      case RequestType.KeysClaim:
        answer = await this.relay.post("keys/claim", body);
        break;
      case RequestType.SignatureUpload:
        answer = await this.relay.post("signatures/upload", body);
        break;
      case RequestType.ToDevice:
        answer = await this.relay.put(`to_device/${request.event_type}/${encodeURIComponent(request.txn_id ?? "")}`, body);
        break;
      default:
        throw new Error(`no way for a request of kind ${String(request.type)}`);
    }
    if (request.id) await this.machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer));
  }

  /** Carries everything that waits, one round after another until nothing does; one caller at a time. */
  flush(): Promise<void> {
    const next = this.sending.then(() => this.carryAll());
    this.sending = next.catch(() => {});
    return next;
  }

  private async carryAll(): Promise<void> {
    for (let rounds = 0; rounds < 10; rounds += 1) {
      const requests = (await this.machine.outgoingRequests()) as unknown as Outgoing[];
      if (requests.length === 0) return;
      for (const request of requests) await this.carry(request);
    }
  }

  /** Takes a sync in, in this order: device lists, their keys, then to-device events with their senders' keys. */
  async take(reply: SyncReply): Promise<void> {
    const counts = () => new Map(Object.entries(reply.device_one_time_keys_count));
    const unused = () => new Set(reply.device_unused_fallback_key_types);
    if (reply.reset) await this.machine.markAllTrackedUsersAsDirty();
    const lists = new DeviceLists(reply.device_lists.changed.map(user), reply.device_lists.left.map(user));
    await this.machine.receiveSyncChanges("[]", lists, counts(), unused());
    await this.flush();
    if (reply.to_device.events.length === 0) return;
    const events = reply.to_device.events.map(({ type, sender, content }) => ({ type, sender, content }));
    await this.follow([...new Set(events.map(({ sender }) => sender))]); // who reports may be nobody we follow
    const done = await this.machine.receiveSyncChanges(JSON.stringify(events), new DeviceLists(), counts(), unused());
    for (const event of done as ProcessedToDeviceEvent[]) await this.pass(event);
  }

  private async pass(event: ProcessedToDeviceEvent): Promise<void> {
    const info = (event as DecryptedToDeviceEvent).encryptionInfo;
    if (!info) return;
    const raw = JSON.parse(event.rawEvent) as { type: string; sender: string; content: Record<string, unknown> };
    if (!raw.type.startsWith("hs.")) return;
    const from = info.senderDevice && (await this.machine.getDevice(user(raw.sender), device(info.senderDevice.toString())));
    if (from && from.isCrossSignedByOwner()) await this.onSealed(raw.type, raw.sender, raw.content);
  }

  /** Knows the devices of these people as they are now: the engine asks for those it does not follow yet. */
  async follow(users: string[]): Promise<void> {
    await this.machine.updateTrackedUsers(users.map(user));
    await this.flush();
  }

  /** Asks for somebody's keys now, though nothing said that they changed. */
  async lookAgain(person: string): Promise<void> {
    const query = this.machine.queryKeysForUsers([user(person)]);
    const answer = await this.relay.post("keys/query", JSON.parse(query.body));
    await this.machine.markRequestAsSent(query.id, RequestType.KeysQuery, JSON.stringify(answer));
    await this.flush();
  }

  /** Opens an Olm session with each device of these people that has none. */
  async reach(users: string[]): Promise<void> {
    const claim = await this.machine.getMissingSessions(users.map(user));
    if (claim) await this.carry(claim as unknown as Outgoing);
  }

  /** The ids of a person's devices that their identity has signed. */
  async confirmed(person: string): Promise<Set<string>> {
    const devices = (await this.machine.getUserDevices(user(person))).devices();
    return new Set(devices.filter((one) => one.isCrossSignedByOwner()).map((one) => one.deviceId.toString()));
  }

  /** The confirmed devices of everybody that this device follows, by Curve25519 key. */
  async confirmedByKey(): Promise<Map<string, { user: string; device: string; key: string }>> {
    const found = new Map<string, { user: string; device: string; key: string }>();
    for (const person of await this.machine.trackedUsers()) {
      const name = person.toString();
      for (const one of (await this.machine.getUserDevices(user(name))).devices()) {
        const key = one.curve25519Key?.toBase64();
        if (key && one.isCrossSignedByOwner()) found.set(key, { user: name, device: one.deviceId.toString(), key });
      }
    }
    return found;
  }

  /** Sends an encrypted to-device event to every confirmed device of a person but this one; answers how many. */
  async tell(person: string, type: string, content: object): Promise<number> {
    await this.follow([person]);
    await this.reach([person]);
    const devices = (await this.machine.getUserDevices(user(person))).devices();
    const own = this.machine.deviceId.toString();
    const messages: Record<string, unknown> = {};
    for (const one of devices) {
      const id = one.deviceId.toString();
      if (!one.isCrossSignedByOwner() || (person === this.user && id === own)) continue;
      messages[id] = JSON.parse(await one.encryptToDeviceEvent(type, content)) as unknown;
    }
    const count = Object.keys(messages).length;
    if (count) await this.relay.put(`to_device/m.room.encrypted/${crypto.randomUUID()}`, { messages: { [person]: messages } });
    return count;
  }
}
