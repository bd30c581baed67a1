/** A person's encryption identity on this device: made, joined, recovered, replaced. */

import type { OwnUserIdentity } from "@matrix-org/matrix-sdk-crypto-wasm";
import { makeBackup, restoreBackup, resumeBackup } from "./backup";
import { newDehydrationKey, dehydrate, rehydrate } from "./dehydrated";
import { user } from "./engine";
import { leaveCopy } from "./practice_copy";
import { newRecoveryKey, openSecrets, sealSecrets, type Blob, type Past, type Secrets } from "./recovery_key";
import type { Station } from "./station";
import type { Recovered } from "./types";

interface KeptBlob {
  version: number;
  blob: Blob;
}

const BACKUP_SECRET = "m.megolm_backup.v1";

type Parts = { id?: string | undefined; type?: number | undefined; body: string };

/** Whether this device is signed by the identity that it knows the private keys of. */
export async function isJoined({ engine }: Station): Promise<boolean> {
  const status = await engine.machine.crossSigningStatus();
  const own = await engine.machine.getDevice(user(engine.user), engine.machine.deviceId);
  return status.hasMaster && status.hasSelfSigning && status.hasUserSigning && own !== undefined && own.isCrossSignedByOwner();
}

export async function ownIdentity({ engine }: Station): Promise<OwnUserIdentity | null> {
  return ((await engine.machine.getIdentity(user(engine.user))) as OwnUserIdentity | undefined) ?? null;
}

/** Makes identity, backup, dehydrated device and recovery key: the whole first set-up, or the one after giving the old identity up.
 *
 * The identity is made before the first upload of device keys, so that the device is never seen unsigned.
 */
export async function makeIdentity(station: Station): Promise<string> {
  const { engine, relay } = station;
  const { uploadKeysRequest, uploadSigningKeysRequest, uploadSignaturesRequest } = await engine.machine.bootstrapCrossSigning(true);
  if (uploadKeysRequest) await engine.carry(uploadKeysRequest as Parts);
  await relay.post("device_signing/upload", JSON.parse(uploadSigningKeysRequest.body));
  await engine.carry(uploadSignaturesRequest as Parts);
  await engine.follow([engine.user]);
  const backup = await makeBackup(station);
  const dehydration = newDehydrationKey();
  await station.vault.put("setting", "dehydration", dehydration);
  await dehydrate(station, dehydration);
  return renewRecoveryKey(station, backup, dehydration);
}

/** A new recovery key for what this device holds; the one before it stops working. */
export async function renewRecoveryKey(
  station: Station,
  backup?: { key: string; version: string },
  dehydration?: string,
): Promise<string> {
  const { engine, relay, vault } = station;
  const keys = await engine.machine.exportCrossSigningKeys();
  const held = await engine.machine.getBackupKeys();
  const key = backup?.key ?? held.decryptionKeyBase64;
  const version = backup?.version ?? held.backupVersion;
  if (!keys?.masterKey || !keys.self_signing_key || !keys.userSigningKey || !key || !version) throw new Error("not_ready");
  const waiting = dehydration ?? ((await vault.get("setting", "dehydration")) as string | undefined) ?? "";
  const secrets: Secrets = {
    master: keys.masterKey,
    selfSigning: keys.self_signing_key,
    userSigning: keys.userSigningKey,
    backup: key,
    backupVersion: version,
    dehydration: waiting,
  };
  const old = await relay.find<KeptBlob>("recovery_blob");
  const past: Past[] = old ? [...old.blob.past, { salt: old.blob.salt, check: old.blob.check }] : [];
  const written = newRecoveryKey();
  const kept = await relay.put<{ version: number }>("recovery_blob", {
    blob: await sealSecrets(written, secrets, past),
    replaces: old?.version ?? 0,
  });
  await vault.put("setting", "unsaved", written);
  await leaveCopy(station, written, kept.version);
  return written;
}

/** Whether this key opens the recovery blob, without a device. */
export async function tryRecoveryKey(relay: Station["relay"], typed: string): Promise<Secrets | Exclude<Recovered, "ok" | "offline">> {
  const kept = await relay.find<KeptBlob>("recovery_blob");
  return kept ? openSecrets(typed, kept.blob) : "none";
}

/** Makes this new device part of the identity, with the secrets of the recovery key, and reads the history back. */
export async function joinWith(station: Station, secrets: Secrets, progress: (done: number, total: number) => void): Promise<Recovered> {
  const { engine } = station;
  await engine.flush();
  await engine.follow([engine.user]);
  const status = await engine.machine.importCrossSigningKeys(secrets.master, secrets.selfSigning, secrets.userSigning);
  // The engine takes only keys that belong to the identity the server shows: after a reset elsewhere these are outdated.
  if (!status.hasMaster || !status.hasSelfSigning || !status.hasUserSigning) return "outdated";
  await signOwnDevice(station);
  if (secrets.dehydration) {
    await station.vault.put("setting", "dehydration", secrets.dehydration);
    await rehydrate(station, secrets.dehydration);
  }
  await resumeBackup(station, secrets.backup);
  await restoreBackup(station, progress);
  return "ok";
}

/** Signs this device with the identity and tells everybody. */
export async function signOwnDevice({ engine }: Station): Promise<void> {
  const own = await engine.machine.getDevice(user(engine.user), engine.machine.deviceId);
  if (!own) throw new Error("own device unknown");
  await engine.carry((await own.verify()) as Parts);
  await engine.lookAgain(engine.user);
}

/** After another device confirmed this one: the identity's keys that came from it. Answers whether they are there. */
export async function takeGossip(station: Station): Promise<boolean> {
  const status = await station.engine.machine.crossSigningStatus();
  if (!status.hasMaster || !status.hasSelfSigning || !status.hasUserSigning) return false;
  if (!(await isJoined(station))) await signOwnDevice(station);
  return true;
}

/** Takes the backup's key, when another device sent it, and reads the history back. */
export async function takeBackupKey(station: Station, progress: (done: number, total: number) => void): Promise<void> {
  const { machine } = station.engine;
  for (const secret of await machine.getSecretsFromInbox(BACKUP_SECRET)) {
    if ((await resumeBackup(station, secret)) !== "on") continue;
    await machine.deleteSecretsFromInbox(BACKUP_SECRET);
    await restoreBackup(station, progress);
  }
}
