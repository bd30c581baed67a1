/** The one door to encryption: nothing else in the front end knows the engine. Loaded on messaging pages only. */

import { proxy, wrap, type Remote } from "comlink";
import type { Heard, Opened, Sealed, Transport } from "./types";
import type { Worker as Inside } from "./worker";

export type * from "./types";

/** Starts the worker for a person. `transport` carries its calls, `listener` hears every change, `broken` hears that it died. */
export async function openSealed(
  person: string,
  transport: Transport,
  listener: (heard: Heard) => void,
  broken: () => void,
): Promise<Opened> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "hearthside-sealed" });
  worker.addEventListener("error", () => {
    worker.terminate();
    broken();
  });
  const inside = wrap<Inside>(worker);
  const sealed = (await inside.begin(person, proxy(transport) as never, proxy(listener) as never)) as unknown as Remote<Sealed>;
  return { sealed, end: () => worker.terminate() };
}
