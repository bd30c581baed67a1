/** The module worker: keys live here and nowhere else. The page calls it over comlink (index.ts). */

import { expose, proxy, type Remote } from "comlink";
import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { makeSealed } from "./calls";
import { Hold } from "./hold";
import { Machine } from "./machine";
import type { Heard, Reply, Call, Sealed, Transport } from "./types";

/** Starts for one person; `send` is carried out by the page. */
async function begin(person: string, send: Remote<Transport>, listener: Remote<(heard: Heard) => void>): Promise<Sealed> {
  await initAsync();
  const transport: Transport = (call: Call): Promise<Reply> => send(call);
  const machine = new Machine(person, transport);
  machine.listen((heard) => void listener(heard));
  const hold = new Hold(person, () => machine.lock("other_tab"));
  return proxy(makeSealed(machine, hold));
}

export type Worker = { begin: typeof begin };

expose({ begin });
