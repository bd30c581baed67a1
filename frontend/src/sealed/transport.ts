/** Carries the crypto worker's calls: the page knows the CSRF cookie, whose tab it is, and who can confirm a sign-in. */

import { csrfToken, prepareCsrf, reportSignedOut, speaker } from "../api";
import { confirmIsYou } from "../confirm.svelte";
import type { Way } from "../factors";
import type { Call, Reply } from "../crypto/types";
import { traffic } from "./traffic.svelte";

const TIMEOUT_MS = 30_000;

async function once(call: Call): Promise<Reply> {
  if (call.method !== "GET" && !csrfToken()) await prepareCsrf();
  const headers: Record<string, string> = { Accept: "application/json, application/octet-stream" };
  if (call.device) headers["X-Hearthside-Device"] = call.device;
  if (call.method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    headers["X-Hearthside-Person"] = speaker();
  }
  const options: RequestInit = { method: call.method, headers, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (call.bytes) {
    headers["Content-Type"] = "application/octet-stream";
    options.body = call.bytes;
  } else if (call.body !== undefined) {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(call.body);
  }
  const response = await fetch(`/api/messaging/${call.path}`, options);
  if (call.bytes && response.ok) traffic.up += call.bytes.length;
  if (response.headers.get("Content-Type")?.startsWith("application/octet-stream")) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    traffic.down += bytes.length;
    return { status: response.status, body: {}, bytes };
  }
  return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> };
}

/** One call; status 0 when no answer came. What needs a fresh confirmation asks for it and is tried once more. */
export async function carry(call: Call): Promise<Reply> {
  try {
    let reply = await once(call);
    if (reply.status === 403 && reply.body.type === "reauthentication_needed") {
      if (await confirmIsYou(reply.body.ways as Way[])) reply = await once(call);
    }
    if (reply.status === 401) reportSignedOut();
    return reply;
  } catch {
    return { status: 0, body: {} };
  }
}
