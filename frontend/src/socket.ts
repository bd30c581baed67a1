/** The one WebSocket of this tab, over the official client: streams that recover, and the socket's door for commands. */

import type { Centrifuge, PublicationContext, Subscription } from "centrifuge";
import { get as read, writable, type Readable } from "svelte/store";
import { confirmedFor, Offline, post, Problem } from "./api";
import { heardAt } from "./server_time";
import type { LiveEvent } from "./wire";

export type Connection = "connected" | "connecting" | "offline";

export interface Position {
  offset: number;
  epoch: string;
}

export interface Follower {
  event: (event: LiveEvent) => void;
  /** What was missed could not be replayed: fetch the present state anew. */
  lost: () => void;
  /** The stream is no longer open to this person. */
  gone: () => void;
  /** The stream runs, for the first time or again. */
  live?: () => void;
}

const FINAL_CODE = 3500;
/** Too many requests, or a ticket that ran out: the next try may do. */
const PASSING_CODES = new Set([109, 111]);
const FIRST_PASSING_UNSUBSCRIBE = 2500;

const state = writable<Connection>("connecting");
let client: Centrifuge | null = null;
let own: Subscription | null = null;
let generation = 0;
let opened: Promise<unknown> = Promise.resolve();
let whenClosed: (code: number) => void = () => {};

/** Whether the live line is up, for the quiet line on the page. */
export const connection: Readable<Connection> = { subscribe: state.subscribe };

/** True when commands can go over the socket: it is up, and the server has shown that it is this person's. */
export function ready(): boolean {
  return read(state) === "connected" && own?.state === "subscribed";
}

/** Opens the socket for `person` and follows their own stream. `closed` hears of a final close (codes 3500 and over). */
export async function connect(person: string, follower: Follower, closed: (code: number) => void): Promise<void> {
  disconnect();
  const mine = ++generation;
  const opening = import("centrifuge").then(({ Centrifuge: Client }) => {
    if (mine === generation) open(Client, person, follower, closed);
  });
  opened = opening;
  await opening;
}

function open(Client: typeof Centrifuge, person: string, follower: Follower, closed: (code: number) => void): void {
  whenClosed = closed;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  client = new Client(`${scheme}://${location.host}/ws/v1`, {
    getToken: async () => (await post<{ ticket: string }>("/api/live/ticket")).ticket,
    minReconnectDelay: 200,
    maxReconnectDelay: 3000,
    maxServerPingDelay: 8000,
    timeout: 8000,
    name: "hearthside",
  });
  listen(client);
  own = subscribe(client, `person:${person}`, null, follower);
  client.connect();
}

function listen(made: Centrifuge): void {
  made.on("connected", () => {
    made.setToken("");
    state.set("connected");
  });
  made.on("connecting", () => state.set(navigator.onLine ? "connecting" : "offline"));
  made.on("error", () => {
    if (read(state) !== "connected") state.set("offline");
  });
  made.on("disconnected", (context) => {
    state.set("offline");
    if (made === client && context.code >= FINAL_CODE) whenClosed(context.code);
  });
}

/** Follows `stream` from a snapshot's position, as soon as the socket's client is there; returns a function that stops it. */
export function follow(stream: string, since: Position, follower: Follower): () => void {
  let stop: (() => void) | null = () => {};
  void opened.then(() => {
    const made = client;
    if (!made || !stop) return;
    const old = made.getSubscription(stream);
    if (old) drop(made, old);
    const subscription = subscribe(made, stream, since, follower);
    stop = () => drop(made, subscription);
  });
  return () => {
    stop?.();
    stop = null;
  };
}

function drop(made: Centrifuge, subscription: Subscription): void {
  subscription.removeAllListeners();
  made.removeSubscription(subscription);
}

function subscribe(made: Centrifuge, stream: string, since: Position | null, follower: Follower): Subscription {
  const options = { recoverable: true, positioned: true, minResubscribeDelay: 200, maxResubscribeDelay: 3000 };
  const subscription = made.newSubscription(stream, since ? { ...options, since } : options);
  subscription.on("publication", (context: PublicationContext) => {
    const event = context.data as LiveEvent;
    if ("at" in event) heardAt(event.at);
    follower.event(event);
  });
  let positioned = since !== null;
  subscription.on("subscribed", (context) => {
    if (positioned && !context.recovered) follower.lost();
    positioned = true;
    follower.live?.();
  });
  subscription.on("unsubscribed", (context) => {
    if (context.code < FIRST_PASSING_UNSUBSCRIBE && context.code !== 0) follower.gone();
  });
  subscription.subscribe();
  return subscription;
}

/** Closes the socket and forgets its streams. */
export function disconnect(): void {
  generation += 1;
  const old = client;
  client = null;
  own = null;
  old?.removeAllListeners();
  old?.disconnect();
  state.set("connecting");
}

/** Tries again now instead of waiting, for example when the device says that it is online. */
export function reconnect(): void {
  client?.connect();
}

/** Does one act over the socket. Raises Problem for a refusal, Offline when the answer did not come. */
export async function rpc<T>(method: string, data: Record<string, unknown>): Promise<T> {
  try {
    return await rpcOnce<T>(method, data);
  } catch (error) {
    if (error instanceof Problem && (await confirmedFor(error.extra))) return rpcOnce<T>(method, data);
    throw error;
  }
}

async function rpcOnce<T>(method: string, data: Record<string, unknown>): Promise<T> {
  if (!client) throw new Offline();
  let answer: { data: unknown };
  try {
    answer = await client.rpc(method, data);
  } catch (error) {
    throw frameError(error);
  }
  const result = answer.data as { error?: Record<string, unknown> };
  if (result?.error) throw new Problem(result.error, 400);
  return result as T;
}

/** Frame errors that will not pass by themselves are refusals; every other one means that no answer came. */
function frameError(error: unknown): Error {
  const { code = 0, message = "", temporary = false } = (error ?? {}) as { code?: number; message?: string; temporary?: boolean };
  if (temporary || code <= 100 || code >= 200 || PASSING_CODES.has(code)) return new Offline();
  return new Problem({ type: "bad_request", detail: message }, 400);
}
