/** The crypto worker's inside as a program for tests: JSON lines in, JSON lines out, over the same calls that screens make.
 *
 * In:  {"id": 1, "call": "sendText", "args": [...]}; first line: {"person", "base", "cookies"}.
 * Out: {"id": 1, "answer": ...} or {"id": 1, "error": "slug"}, and {"heard": ...} for every change.
 */

import "fake-indexeddb/auto";
import { createInterface } from "node:readline";
import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { makeSealed } from "../calls";
import { Machine } from "../machine";
import type { Call, Reply, Sealed } from "../types";

interface Hello {
  person: string;
  base: string;
  cookies: Record<string, string>;
}

interface Asked {
  id: number;
  call: string;
  args: unknown[];
}

const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function transport({ base, cookies, person }: Hello): (call: Call) => Promise<Reply> {
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  return async (call) => {
    const headers: Record<string, string> = { Cookie: cookie, "X-CSRFToken": cookies.csrftoken ?? "", "X-Hearthside-Person": person };
    if (call.device) headers["X-Hearthside-Device"] = call.device;
    const options: RequestInit = { method: call.method, headers };
    if (call.bytes) {
      headers["Content-Type"] = "application/octet-stream";
      options.body = call.bytes;
    } else if (call.body !== undefined) {
      headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(call.body);
    }
    try {
      const response = await fetch(`${base}/api/messaging/${call.path}`, options);
      const isBytes = response.headers.get("content-type")?.startsWith("application/octet-stream");
      if (isBytes) return { status: response.status, body: {}, bytes: new Uint8Array(await response.arrayBuffer()) };
      return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
    } catch {
      return { status: 0, body: {} };
    }
  };
}

/** Files come and go as text: {name, type, text}. */
async function ask(sealed: Sealed, { call, args }: Asked): Promise<unknown> {
  if (call === "sendFile") {
    const [conversation, file, body] = args as [string, { name: string; type: string; text: string }, string];
    return sealed.sendFile(conversation, new File([file.text], file.name, { type: file.type }), null, body);
  }
  if (call === "openFile") return (await sealed.openFile(args[0] as string, args[1] as string, false)).text();
  const method = (sealed as unknown as Record<string, ((...given: unknown[]) => Promise<unknown>) | undefined>)[call];
  if (!method) throw new Error("no_such_call");
  return method.apply(sealed, args);
}

async function run(): Promise<void> {
  await initAsync();
  let sealed: Sealed | null = null;
  for await (const line of createInterface({ input: process.stdin })) {
    if (!sealed) {
      const hello = JSON.parse(line) as Hello;
      const machine = new Machine(hello.person, transport(hello));
      machine.listen((heard) => write({ heard }));
      sealed = makeSealed(machine, null);
      continue;
    }
    const asked = JSON.parse(line) as Asked;
    void ask(sealed, asked).then(
      (answer) => write({ id: asked.id, answer: answer ?? null }),
      (error: unknown) => write({ id: asked.id, error: error instanceof Error ? error.message : String(error), stack: (error as Error).stack ?? "" }),
    );
  }
  process.exit(0);
}

void run();
