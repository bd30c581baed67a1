/** The practice's key and the copies sealed to it, as the server tells an admin. */

import { carry } from "../../sealed/transport";
import { Offline, Problem } from "../../api";
import type { Call } from "../../crypto/types";
import type { CopyBox } from "../../crypto/practice_key";

export interface KeyNow {
  public_key: string | null;
  key_id: string | null;
  announced_at: string | null;
}

export interface CopyRow {
  person: string;
  name: string;
  made_at: string | null;
  opened_at: string | null;
}

export interface TakenOut {
  box: CopyBox;
  key_id: string;
  version: number;
}

async function call<T>(method: Call["method"], path: string, body?: unknown): Promise<T> {
  const reply = await carry({ method, path, ...(body !== undefined && { body }) });
  if (reply.status === 0) throw new Offline();
  if (reply.status >= 400) throw new Problem(reply.body, reply.status);
  return reply.body as T;
}

export async function readKey(): Promise<{ now: KeyNow; copies: CopyRow[] }> {
  const [now, { copies }] = await Promise.all([call<KeyNow>("GET", "practice_key"), call<{ copies: CopyRow[] }>("GET", "key_copies")]);
  return { now, copies };
}

export const announceKey = (publicKey: string) => call("PUT", "practice_key", { public_key: publicKey });
export const endKey = () => call("DELETE", "practice_key");
export const takeOut = (person: string, reason: string) => call<TakenOut>("POST", `key_copies/${person}/open`, { reason });
