/** The HTTP door: reads, commands and sign-in calls, with every refusal as one typed Problem. */

import { t } from "./strings";

const TIMEOUT_MS = 15_000;

/** A problem+json answer. `type` is a stable slug; `detail` is a kind sentence with the next step. */
export class Problem extends Error {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Which fields do not fit, and why, for `invalid`. */
  readonly fields: Readonly<Record<string, string>>;
  /** When the next try is welcome, in milliseconds, for `rate_limited`. */
  readonly retryAfterMs: number | null;
  /** The whole answer, for what only some problems carry. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(body: Record<string, unknown>, status: number) {
    super(String(body.type ?? "problem"));
    this.type = String(body.type ?? "problem");
    this.title = String(body.title ?? t.errors.title);
    this.status = Number(body.status ?? status);
    this.detail = String(body.detail ?? t.errors.detail);
    this.fields = (body.fields as Record<string, string> | undefined) ?? {};
    this.retryAfterMs = typeof body.retry_after_ms === "number" ? body.retry_after_ms : null;
    this.extra = body;
  }

  /** True when the same call may work later without any change: the line, the rate or a busy server was the reason. */
  get temporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** No answer came: no line, or a server that could not be reached. */
export class Offline extends Error {
  constructor() {
    super("offline");
  }
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

let person = "";
let signedOut: () => void = () => {};
let factorNeeded: () => void = () => {};
let confirmAsked: (ways: readonly string[]) => Promise<boolean> = async () => false;

/** Names the person that this tab speaks for; the server refuses an act when the cookie is somebody else's. */
export function speakFor(id: string): void {
  person = id;
}

/** The person that this tab speaks for; empty when nobody is signed in. */
export function speaker(): string {
  return person;
}

/** An answer said that the sign-in is over. */
export function reportSignedOut(): void {
  signedOut();
}

/** Calls `listener` whenever an answer says that the sign-in is over. */
export function whenSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Calls `listener` whenever an answer says that a second step must be set up first. */
export function whenFactorNeeded(listener: () => void): void {
  factorNeeded = listener;
}

/** Has `ask` confirm that it is the person, in one of `ways`, when an act asks for that; after a yes it is sent once more. */
export function whenUnconfirmed(ask: typeof confirmAsked): void {
  confirmAsked = ask;
}

/** Whether a refusal asked for a confirmation, and got it now: then the same act may be sent once more. */
export async function confirmedFor(refused: Record<string, unknown>): Promise<boolean> {
  if (refused.type !== "reauthentication_needed") return false;
  return confirmAsked((refused.ways as string[] | undefined) ?? []);
}

/** A new nonce for one act; the same act sent again keeps its nonce. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** The CSRF cookie as it is now: signing in renews it. */
export function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** Sends, and once more when the person had to confirm that it is they. */
async function send(method: string, path: string, body?: unknown, withinMs: number = TIMEOUT_MS): Promise<Answer> {
  const answer = await sendOnce(method, path, body, withinMs);
  return (await confirmedFor(answer.body)) ? sendOnce(method, path, body, withinMs) : answer;
}

async function sendOnce(method: string, path: string, body: unknown, withinMs: number): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    if (person) headers["X-Hearthside-Person"] = person;
  }
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const options: RequestInit = { method, headers, credentials: "same-origin", signal: AbortSignal.timeout(withinMs) };
  if (body !== undefined) options.body = JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Offline();
  }
  const text = await response.text().catch(() => "");
  return { status: response.status, body: decode(text) };
}

function decode(text: string): Record<string, unknown> {
  try {
    const value: unknown = text ? JSON.parse(text) : {};
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : { items: value };
  } catch {
    return {};
  }
}

function check(answer: Answer): Record<string, unknown> {
  if (answer.status < 400) return answer.body;
  const problem = new Problem(answer.body, answer.status);
  if (problem.status === 401) signedOut();
  if (problem.type === "factor_needed") factorNeeded();
  throw problem;
}

/** Reads `path`, for example `/api/groups`. A JSON list arrives as it is. Raises Problem or Offline. */
export async function get<T>(path: string): Promise<T> {
  const body = check(await send("GET", path));
  return ("items" in body && Array.isArray(body.items) ? body.items : body) as T;
}

/** Posts `body` to `path`, for calls that are no command (the live ticket). Raises Problem or Offline, also when no answer
 * came within `withinMs`. */
export async function post<T>(path: string, body: unknown = {}, withinMs: number = TIMEOUT_MS): Promise<T> {
  if (!csrfToken()) await prepareCsrf();
  return check(await send("POST", path, body, withinMs)) as T;
}

/** Does one act of the product: `POST /api/<name>` with a nonce. Raises Problem or Offline; after Offline the act may or
 * may not have happened, and the same `nonce` makes a second try safe. */
export async function command<T = Record<string, unknown>>(
  name: string,
  data: Record<string, unknown> = {},
  nonce: string = newNonce(),
): Promise<T & { duplicate: boolean }> {
  return post<T & { duplicate: boolean }>(`/api/${name}`, { ...data, nonce });
}

/** Sends one act while the page goes away; nobody waits for its answer. */
export function leavingCommand(name: string, data: Record<string, unknown>, nonce: string = newNonce()): void {
  if (!person) return; // who did it has gone from this tab, and the cookie may be somebody else's
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "X-Hearthside-Person": person };
  const options: RequestInit = { method: "POST", headers, credentials: "same-origin", keepalive: true };
  fetch(`/api/${name}`, { ...options, body: JSON.stringify({ ...data, nonce }) }).catch(() => {
    // The page is gone; without a line the act did not happen, and the queue still shows it as open.
  });
}

/** Ends the sign-in while the page goes away; nobody waits for its answer. */
export function endSessionSoon(): void {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const options: RequestInit = { method: "DELETE", headers, credentials: "same-origin", keepalive: true };
  fetch("/_allauth/browser/v1/auth/session", options).catch(() => {
    // Without a line the server hears of it when somebody comes back on this device.
  });
}

/** Asks for the CSRF cookie, which every unsafe call needs. */
export async function prepareCsrf(): Promise<void> {
  await send("GET", "/_allauth/browser/v1/config");
}

/** A call to the sign-in service under /_allauth/browser/v1/ ("auth/login"). Its 4xx answers are part of its language, so
 * they are returned, not raised; only Offline and 429/5xx (as Problem) are raised. */
export async function auth(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Answer> {
  if (method !== "GET" && !csrfToken()) await prepareCsrf();
  const answer = await send(method, `/_allauth/browser/v1/${path}`, body);
  if (answer.status === 429 || answer.status >= 500) {
    const words = answer.status === 429 ? t.errors.tooMany : t.errors.broken;
    throw new Problem({ type: "problem", ...words, ...answer.body }, answer.status);
  }
  return answer;
}

export interface Explanation {
  title: string;
  detail: string;
  offline: boolean;
  /** Absent or not theirs: trying again will not help. */
  gone: boolean;
}

/** Any failure in words for a screen. */
export function explain(problem: unknown): Explanation {
  if (problem instanceof Offline) return { ...t.errors.offline, offline: true, gone: false };
  if (problem instanceof Problem) {
    const gone = problem.status === 404 || (problem.status === 403 && problem.type !== "reauthentication_needed");
    const words = gone ? t.errors.gone : { title: problem.title, detail: problem.detail };
    return { ...words, offline: false, gone };
  }
  return { title: t.errors.title, detail: t.errors.detail, offline: false, gone: false };
}
