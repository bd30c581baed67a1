/** A person's devices, as the server lists them and the identity confirms them. */

import type { Relay } from "./relay";
import type { Station } from "./station";
import type { DeviceView } from "./types";

interface DeviceRow {
  device_id: string;
  name: string;
  created_at: string;
  seen_at: string | null;
  dehydrated: boolean;
}

/** The devices that somebody holds in their hands. */
export async function deviceRows(relay: Relay): Promise<DeviceRow[]> {
  const { devices } = await relay.get<{ devices: DeviceRow[] }>("devices");
  return devices.filter((one) => !one.dehydrated);
}

export async function listDevices({ relay, engine, user, device }: Station): Promise<DeviceView[]> {
  const rows = await deviceRows(relay);
  const confirmed = await engine.confirmed(user);
  return rows.map((one) => ({
    id: one.device_id,
    name: one.name,
    createdAt: one.created_at,
    seenAt: one.seen_at,
    here: one.device_id === device,
    confirmed: confirmed.has(one.device_id),
  }));
}
