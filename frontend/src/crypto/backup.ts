/** The encrypted copy of room keys on the server, so that a new device reads the history.
 *
 * Whoever knows the backup's public key could put a session into it under anybody's name; so each one carries a tag under a key
 * that only the person's own devices can derive (the idea of MSC4048), and what has none is not taken back.
 */

import { BackupDecryptionKey, RequestType, RoomId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { canonical, fromBase64, hkdf, hmac, same, toBase64, utf8, type Bytes } from "./codec";
import { NoLine, Refused } from "./relay";
import type { Station } from "./station";
import { vouch, vouchedFor } from "./vouching";

const ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2";
const MOST = 50;

interface Session {
  first_message_index: number;
  forwarded_count: number;
  is_verified: boolean;
  session_data: { ephemeral: string; ciphertext: string; mac: string };
  /** "user device" that the session came from, as the device that kept it found out. */
  hs_sender?: string;
  hs_mac?: string;
}

type Rooms = Record<string, { sessions: Record<string, Session> }>;

interface Version {
  version: string;
  algorithm: string;
  auth_data: { public_key: string };
}

export type BackupState = "on" | "behind";

async function tagKey(backupKey: string): Promise<Bytes> {
  return hkdf(fromBase64(backupKey), new Uint8Array(), "hs.backup.1", 32);
}

async function tag(key: Bytes, roomName: string, id: string, session: Session): Promise<string> {
  const words = `${roomName}\0${id}\0${canonical(session.session_data)}\0${session.hs_sender ?? ""}`;
  return toBase64(await hmac(key, utf8(words)));
}

function openSession(secret: string, { session_data: { ephemeral, mac, ciphertext } }: Session): { sender_key: string } {
  return JSON.parse(BackupDecryptionKey.fromBase64(secret).decryptV1(ephemeral, mac, ciphertext)) as { sender_key: string };
}

/** Makes a new backup and turns it on; answers key and version. */
export async function makeBackup({ engine, relay }: Station): Promise<{ key: string; version: string }> {
  const key = BackupDecryptionKey.createRandomKey();
  const secret = key.toBase64();
  const publicKey = key.megolmV1PublicKey.publicKeyBase64;
  const signatures = JSON.parse((await engine.machine.sign(canonical({ public_key: publicKey }))).asJSON()) as unknown;
  const auth = { public_key: publicKey, signatures };
  const { version } = await relay.post<{ version: string }>("room_keys/version", { algorithm: ALGORITHM, auth_data: auth });
  await engine.machine.saveBackupDecryptionKey(key, version);
  await engine.machine.enableBackupV1(publicKey, version);
  return { key: secret, version };
}

/** Turns on the backup that the server has, when its key is ours. */
export async function resumeBackup({ engine, relay }: Station, secret: string | null): Promise<BackupState> {
  const found = await relay.find<Version>("room_keys/version");
  const held = secret ?? (await engine.machine.getBackupKeys()).decryptionKeyBase64 ?? null;
  if (!found || !held) return "behind";
  const key = BackupDecryptionKey.fromBase64(held);
  const publicKey = key.megolmV1PublicKey.publicKeyBase64;
  if (publicKey !== found.auth_data.public_key) return "behind";
  await engine.machine.saveBackupDecryptionKey(key, found.version);
  await engine.machine.enableBackupV1(publicKey, found.version);
  return "on";
}

/** Brings the backup up to date; "behind" when somebody replaced it or the line went. */
export async function feedBackup(station: Station): Promise<BackupState> {
  const { engine, relay } = station;
  if (!(await engine.machine.isBackupEnabled())) return "behind";
  const held = (await engine.machine.getBackupKeys()).decryptionKeyBase64;
  if (!held) return "behind";
  const key = await tagKey(held);
  const devices = await engine.confirmedByKey();
  for (let rounds = 0; rounds < MOST; rounds += 1) {
    const request = await engine.machine.backupRoomKeys();
    if (!request) return "on";
    const { rooms } = JSON.parse(request.body) as { rooms: Rooms };
    for (const [roomName, { sessions }] of Object.entries(rooms)) {
      for (const [id, session] of Object.entries(sessions)) {
        const sender = (await vouchedFor(station, id)) ?? devices.get(openSession(held, session).sender_key);
        if (sender) session.hs_sender = `${sender.user} ${sender.device}`;
        session.hs_mac = await tag(key, roomName, id, session);
      }
    }
    try {
      const answer = await relay.put(`room_keys/keys?version=${encodeURIComponent(request.version)}`, { rooms });
      await engine.machine.markRequestAsSent(request.id, RequestType.KeysBackup, JSON.stringify(answer));
    } catch (error) {
      if (error instanceof NoLine || error instanceof Refused) return "behind";
      throw error;
    }
  }
  return "on";
}

/** Takes back every session that our own devices put into the backup. */
export async function restoreBackup(station: Station, progress: (done: number, total: number) => void): Promise<number> {
  const { engine, relay } = station;
  const { decryptionKeyBase64: held, backupVersion: version } = await engine.machine.getBackupKeys();
  if (!held || !version) return 0;
  const key = await tagKey(held);
  const total = (await relay.get<{ count: number }>("room_keys/version")).count;
  let done = 0;
  let after: string | null = "";
  while (after !== null) {
    const page: { rooms: Rooms; next: string | null } = await relay.get(
      `room_keys/keys?version=${encodeURIComponent(version)}&after=${encodeURIComponent(after)}`,
    );
    const good = new Map<RoomId, Map<string, unknown>>();
    for (const [roomName, { sessions }] of Object.entries(page.rooms)) {
      const opened = new Map<string, unknown>();
      for (const [id, session] of Object.entries(sessions)) {
        done += 1;
        const made = await tag(key, roomName, id, session);
        if (!same(utf8(made), utf8(session.hs_mac ?? ""))) continue;
        const data = openSession(held, session);
        opened.set(id, data);
        const [from, device] = (session.hs_sender ?? "").split(" ");
        if (from && device) await vouch(station, id, { user: from, device, key: data.sender_key });
      }
      good.set(new RoomId(roomName), opened);
    }
    await engine.machine.importBackedUpRoomKeys(good, () => {}, version);
    progress(done, Math.max(total, done));
    after = page.next;
  }
  return done;
}
