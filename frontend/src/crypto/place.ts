/** What this browser profile keeps of one person's device, and how its store key is wrapped.
 *
 * The engine's store is encrypted with 32 bytes that lie here only wrapped. The wrapping key comes from a key that can't be
 * exported and from a secret that the server gives while the person is signed in: a copy of the profile opens nothing.
 */

import { deleteDB, openDB, type IDBPDatabase } from "idb";
import { fromBase64, open, random, seal, utf8, type Box, type Bytes } from "./codec";

const NAME = "hearthside-devices";
const SWEEP_MS = 2000;

interface DeviceRecord {
  person: string;
  device: string;
  /** Base of the wrapping key; not extractable. */
  base: CryptoKey;
  wrapped: Box;
  /** When this device began, ms: what was written before may never become readable here. */
  began: number;
}

async function records(): Promise<IDBPDatabase> {
  return openDB(NAME, 1, { upgrade: (db) => void db.createObjectStore("devices", { keyPath: "person" }) });
}

export interface Place {
  device: string;
  began: number;
  record: DeviceRecord;
}

/** The device of this person in this profile, or null. */
export async function findPlace(person: string): Promise<Place | null> {
  const db = await records();
  const record = (await db.get("devices", person)) as DeviceRecord | undefined;
  db.close();
  return record ? { device: record.device, began: record.began, record } : null;
}

async function wrapKey(base: CryptoKey, secret: string): Promise<CryptoKey> {
  const how = { name: "HKDF", hash: "SHA-256", salt: fromBase64(secret), info: utf8("hs.store.1") };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Makes and keeps the store key of a new device; `secret` is the device's, from the server. */
export async function makePlace(person: string, device: string, secret: string, began: number): Promise<Bytes> {
  const base = await crypto.subtle.importKey("raw", random(32), "HKDF", false, ["deriveKey"]);
  const key = random(32);
  const wrapped = await seal(await wrapKey(base, secret), key, `${person}/${device}`);
  const db = await records();
  await db.put("devices", { person, device, base, wrapped, began } satisfies DeviceRecord);
  db.close();
  return key;
}

/** The store key; raises OperationError when the profile's record was damaged. */
export async function unwrap(place: Place, secret: string): Promise<Bytes> {
  const { person, device, base, wrapped } = place.record;
  return open(await wrapKey(base, secret), wrapped, `${person}/${device}`);
}

export const storeName = (device: string): string => `hearthside-engine-${device}`;
export const vaultName = (device: string): string => `hearthside-vault-${device}`;

/** Forgets a device with everything that was kept for it. */
export async function forgetPlace(person: string): Promise<void> {
  const db = await records();
  await db.delete("devices", person);
  db.close();
  await sweep();
}

/** Removes what was kept for devices that are no more; what is still open somewhere goes the next time. */
export async function sweep(): Promise<void> {
  const db = await records();
  const devices = ((await db.getAll("devices")) as DeviceRecord[]).map((record) => record.device);
  db.close();
  const ours = /^hearthside-(engine|vault)-/;
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "").filter((name) => ours.test(name));
  const gone = names.filter((name) => !devices.some((device) => name.includes(device)));
  const patience = new Promise<void>((done) => setTimeout(done, SWEEP_MS));
  await Promise.race([patience, Promise.all(gone.map((name) => deleteDB(name)))]);
}
