/** The dehydrated device: keys that wait on the server for messages while every device of a person is gone (MSC3814). */

import { DehydratedDeviceKey } from "@matrix-org/matrix-sdk-crypto-wasm";
import { fromBase64 } from "./codec";
import { device, strict } from "./engine";
import type { Station } from "./station";

const NAME = "Waiting for a new device";

const keyOf = (secret: string): DehydratedDeviceKey => DehydratedDeviceKey.createKeyFromArray(fromBase64(secret));

/** The engine and its like take the key's base64 as it comes; ours is unpadded. */
export function newDehydrationKey(): string {
  return DehydratedDeviceKey.createRandomKey().toBase64().replace(/=+$/, "");
}

/** Leaves a fresh dehydrated device in place of the last one. */
export async function dehydrate({ engine, relay }: Station, secret: string): Promise<void> {
  await engine.machine.dehydratedDevices().saveDehydratedDeviceKey(keyOf(secret));
  const made = await engine.machine.dehydratedDevices().create();
  const request = await made.keysForUpload(NAME, keyOf(secret));
  await relay.put("dehydrated_device", JSON.parse(request.body));
}

/** Takes in what came while no device was there, and leaves a fresh one. */
export async function rehydrate(station: Station, secret: string): Promise<void> {
  const { engine, relay } = station;
  const found = await relay.find<{ device_id: string; device_data: unknown }>("dehydrated_device");
  if (found) {
    const data = JSON.stringify(found.device_data);
    const waiting = await engine.machine.dehydratedDevices().rehydrate(keyOf(secret), device(found.device_id), data);
    let batch: string | undefined;
    for (;;) {
      const page: { events: unknown[]; next_batch: string } = await relay.post(
        `dehydrated_device/${found.device_id}/events`,
        batch === undefined ? {} : { next_batch: batch },
      );
      if (page.events.length === 0) break;
      await waiting.receiveEvents(JSON.stringify(page.events), strict());
      batch = page.next_batch;
    }
  }
  await dehydrate(station, secret);
}
