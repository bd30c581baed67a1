/** What runs while somebody is signed in on this tab: the socket, the outbox and what both change on the screens. */

import { announceBurst } from "./announce";
import { command, get, Offline, Problem } from "./api";
import { contactsChanged } from "./contacts/heard";
import { endParts } from "./ending";
import { Outbox, type Entry } from "./outbox";
import * as socket from "./socket";
import { OwnPosts } from "./state/own.svelte";
import { groups } from "./state/groups.svelte";
import { me } from "./state/me.svelte";
import { steps } from "./state/steps.svelte";
import { support } from "./state/support.svelte";
import type { MeAnswer, SubmitAnswer } from "./state/shapes";
import { t } from "./strings";
import { showToast } from "./toast";
import type { LiveEvent } from "./wire";

const AGAIN_MS = 1000;
const LONGEST_MS = 30_000;

export const outbox = new Outbox({ submit, person: () => me.person?.id ?? "", answered });

/** The person's own posts of the open topic that the group does not see. */
export const own = new OwnPosts(outbox);

/** What the server says with an answer: care for the author comes first. */
function answered(entry: Entry, answer: SubmitAnswer): void {
  if (answer.state === "held") own.heard(entry.topic);
  if (answer.state !== "refused" && entry.data.attached) void sending().then((files) => files.dropFiles(entry.data.attached), () => {});
  if (answer.support?.show) support.show({ post: answer.id, topic: entry.topic, group: entry.place.group, person: entry.person });
}

/** Sends an entry; that the person has a break from writing, or that a topic has been locked, shows at once. */
async function submit(entry: Entry): Promise<SubmitAnswer> {
  try {
    return await send(entry);
  } catch (error) {
    if (error instanceof Problem && error.type === "file_gone" && entry.attempts === 0) {
      await (await sending()).forgetSent(entry.data.attached ?? []);
      throw new Offline(); // sent anew, with its files
    }
    if (error instanceof Problem && error.status === 409) groups.soon(entry.place.group);
    throw error;
  }
}

/** What sends files, which comes when somebody has chosen one. */
const sending = () => import("./files/sending");

/** The post as the server takes it, once the files that go with it are there. */
async function dataOf(entry: Entry): Promise<Record<string, unknown>> {
  const { attached, ...words } = entry.data;
  const data = { topic: entry.topic, ...words };
  if (!attached?.length) return data;
  const { sendFiles } = await sending().catch(() => Promise.reject(new Offline()));
  return { ...data, ...(await sendFiles(entry.person, attached)) };
}

/** Over the socket when the server has shown that it is this person's; else over HTTP, after asking who is signed in. */
async function send(entry: Entry): Promise<SubmitAnswer> {
  if (!socket.ready() || entry.data.attached?.length) {
    const answer = await get<MeAnswer>("/api/me");
    if (answer.person.id !== entry.person) {
      void me.load();
      throw new Problem({ type: "signed_out" }, 401);
    }
  }
  const data = await dataOf(entry);
  if (socket.ready()) return socket.rpc<SubmitAnswer>(entry.command, { ...data, nonce: entry.nonce });
  return command<SubmitAnswer>(entry.command, data, entry.nonce);
}

let running = "";
let finals = 0;

/** Starts everything for `person`; repeated for the same person it does nothing. */
export function startSession(person: string): void {
  if (running === person) return;
  stopSession();
  running = person;
  groups.listener = heardInGroup;
  support.start(person);
  void outbox.open(person);
  void openLine(person);
  window.addEventListener("online", onOnline);
}

/** Stops everything; what waits to be sent stays on the device. */
export function stopSession(): void {
  running = "";
  endParts();
  window.removeEventListener("online", onOnline);
  socket.disconnect();
  outbox.close();
  support.stop();
  steps.stop();
  groups.clear();
}

async function openLine(person: string): Promise<void> {
  const own = { event: heardOwn, lost: () => void refreshAll(), gone: () => void me.load(), live: () => onLive() };
  await Promise.all([socket.connect(person, own, (code) => void closed(person, code)), groups.load()]);
}

function onOnline(): void {
  socket.reconnect();
  outbox.pump();
}

function onLive(): void {
  finals = 0;
  for (const hear of liveListeners) hear();
  outbox.pump();
  void own.load();
  lookForSteps();
  if (!me.confirmed || groups.status === "failed") void refreshAll();
}

function lookForSteps(): void {
  void steps.look(running);
}

async function refreshAll(): Promise<void> {
  await me.load();
  if (running) await groups.load();
}

/** A final close: signed out, or a fault of this connection that a new one may not have. */
async function closed(person: string, _code: number): Promise<void> {
  await me.load();
  setTimeout(
    () => {
      if (running === person && me.status === "in") socket.reconnect();
    },
    Math.min(LONGEST_MS, AGAIN_MS * 2 ** finals++),
  );
}

/** Parts that are loaded only when needed (the staff's, sealed conversations) and hear every event of the person's own stream. */
const listeners = new Set<(event: LiveEvent) => void>();

/** Lets a part hear the person's own events; the returned function ends that. */
export function onOwnEvent(hear: (event: LiveEvent) => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

const liveListeners = new Set<() => void>();

/** Lets a part hear that the person's own stream runs, for the first time or again: what was read before may be old. */
export function onOwnLive(hear: () => void): () => void {
  liveListeners.add(hear);
  return () => liveListeners.delete(hear);
}

function heardOwn(event: LiveEvent): void {
  for (const hear of listeners) hear(event);
  switch (event.type) {
    case "read.moved":
      groups.readMoved(event.topic, event.read_seq);
      break;
    case "agreement.accepted":
      void groups.refresh(event.group).catch(() => {});
      break;
    case "membership.changed":
      if (event.state !== "active") groups.leave(event.group);
      else void groups.load().then(() => groups.soon(event.group));
      break;
    case "blocks.changed":
      groups.soon(event.group);
      break;
    case "step.changed":
      groups.soon(event.group);
      lookForSteps();
      break;
    case "message.stated":
      lookForSteps();
      break;
    case "report.stated":
      showToast(t.steps.reported);
      break;
    case "contact.changed":
      contactsChanged();
      break;
    case "consent.changed":
      consentChanged();
      break;
    case "post.stated":
      void outbox.stated(event.post, event.state);
      own.heard(event.topic);
      break;
    case "signin.ended":
      if (event.signin === me.signin?.id) void me.load();
      else placeEnded();
      break;
    case "person.updated":
      if (event.active) me.update({ name: event.name, role: event.role as MeAnswer["person"]["role"] });
      if (!event.active || !me.welcomed) void me.load();
      break;
    default:
      break;
  }
}

let consentChanged = () => {};

/** Calls `listener` when the person agrees to something or no longer does, on whichever device; the returned function ends that. */
export function onConsent(listener: () => void): () => void {
  consentChanged = listener;
  return () => {
    if (consentChanged === listener) consentChanged = () => {};
  };
}

let placeEnded = () => {};

/** Calls `listener` when the person was signed out somewhere else; the returned function ends that. */
export function onPlaceEnded(listener: () => void): () => void {
  placeEnded = listener;
  return () => {
    if (placeEnded === listener) placeEnded = () => {};
  };
}

/** Set by the open topic: what readers should hear of a new post there. */
export let sayArrival: (group: string, event: LiveEvent) => (() => string) | null = () => null;

/** Lets the open topic say its arrivals; the returned function ends that. */
export function onArrival(say: typeof sayArrival): () => void {
  sayArrival = say;
  return () => {
    if (sayArrival === say) sayArrival = () => null;
  };
}

const groupListeners = new Set<(group: string, event: LiveEvent) => void>();

/** Lets a part hear the events of every group; the returned function ends that. */
export function onGroupEvent(hear: (group: string, event: LiveEvent) => void): () => void {
  groupListeners.add(hear);
  return () => groupListeners.delete(hear);
}

function heardInGroup(group: string, event: LiveEvent): void {
  for (const hear of groupListeners) hear(group, event);
  if (event.type !== "post.published") return;
  void outbox.arrived(event.post, event.nonce);
  const sentence = sayArrival(group, event);
  if (sentence) announceBurst(sentence);
}
