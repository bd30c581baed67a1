/** One person's device while it is unlocked: everything the parts of the worker share. */

import { Engine } from "./engine";
import { userId } from "./ids";
import { findPlace, makePlace, sweep, unwrap, vaultName } from "./place";
import { Refused, type Relay } from "./relay";
import { Vault } from "./vault";
import type { Bytes } from "./codec";

export interface Station {
  person: string;
  user: string;
  device: string;
  /** When this device began, ms. */
  began: number;
  relay: Relay;
  engine: Engine;
  vault: Vault;
}

export type Opened = Station | "none" | "removed" | "store_lost";

async function assemble(relay: Relay, person: string, device: string, began: number, key: Bytes): Promise<Station> {
  relay.device = device;
  const engine = await Engine.open(relay, userId(person), device, key);
  const vault = await Vault.open(vaultName(device), key);
  return { person, user: userId(person), device, began, relay, engine, vault };
}

/** Opens this browser's device of a person. Raises NoLine while the server can't be asked for its half of the key. */
export async function openStation(relay: Relay, person: string): Promise<Opened> {
  await sweep();
  const place = await findPlace(person);
  if (!place) return "none";
  relay.device = place.device;
  let secret: string;
  try {
    secret = (await relay.get<{ store_secret: string }>(`devices/${place.device}/store_secret`)).store_secret;
  } catch (error) {
    relay.device = "";
    if (error instanceof Refused && error.status === 404) return "removed";
    throw error;
  }
  try {
    return await assemble(relay, person, place.device, place.began, await unwrap(place, secret));
  } catch (error) {
    if (error instanceof Refused) throw error;
    relay.device = "";
    return "store_lost";
  }
}

/** Makes a new device for this browser, known to the server but not yet to anybody else. */
export async function makeStation(relay: Relay, person: string, name: string): Promise<Station> {
  relay.device = "";
  const made = await relay.post<{ device_id: string; store_secret: string }>("devices", { name });
  const began = relay.now();
  const key = await makePlace(person, made.device_id, made.store_secret, began);
  return assemble(relay, person, made.device_id, began, key);
}

export function closeStation(station: Station): void {
  station.engine.close();
  station.vault.close();
  station.relay.device = "";
}
