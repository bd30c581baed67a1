/// <reference lib="webworker" />
/** The service worker: keeps the page shell and its files, so that a reload without a line works, and shows notices while no
 * page is open. It never keeps an answer of the API, the sign-in or the socket, and keeps nothing that anybody wrote. */

import { lead, noteOf, optionsOf, renew, safeLink } from "./sw/pushes";

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Filled in by the build: every file under assets/. */
const FILES = "__BUILT_FILES__" as unknown as string[];
const SHELL = "/";
const PREFIX = "hearthside-";
const NEVER = /^\/(api|_allauth|ws|readyz|metrics|calendar)(\/|$)/;
const CACHE = PREFIX + version();
const NAVIGATION_MS = 4000;

/** A short name for this set of files. */
function version(): string {
  let sum = 5381;
  for (const letter of String(FILES)) sum = (Math.imul(sum, 33) ^ letter.charCodeAt(0)) >>> 0;
  return sum.toString(36);
}

worker.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  await cache.add(new Request(SHELL, { cache: "reload" }));
}

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

/** A page opened before the update may still ask for a file of the last set: that one is kept until the next update. */
async function dropOld(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin || NEVER.test(url.pathname)) return;
  if (event.request.mode === "navigate") event.respondWith(shell(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

/** The page from the server, or the kept one when the line is down, slow or broken. */
async function shell(request: Request): Promise<Response> {
  const kept = await caches.match(SHELL);
  const options = kept ? { signal: AbortSignal.timeout(NAVIGATION_MS) } : {};
  try {
    const answer = await fetch(request, options);
    return answer.status >= 500 && kept ? kept : answer;
  } catch {
    return kept ?? Response.error();
  }
}

/** Files carry a hash of their content in their name, so a kept one is never out of date. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener("push", (event) => {
  const note = noteOf(event.data?.text() ?? "");
  event.waitUntil(worker.registration.showNotification(note.title, optionsOf(note)));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { link } = (event.notification.data ?? {}) as { link?: unknown };
  event.waitUntil(
    worker.clients
      .matchAll({ type: "window", includeUncontrolled: true })
      .then((windows) => lead(safeLink(link), windows, (path) => worker.clients.openWindow(path))),
  );
});

worker.addEventListener("pushsubscriptionchange", (raw) => {
  const event = raw as ExtendableEvent & { oldSubscription?: PushSubscription; newSubscription?: PushSubscription };
  const old = event.oldSubscription;
  event.waitUntil(renew(old?.endpoint ?? null, async () => event.newSubscription ?? again(old), tell));
});

/** Asks the browser for a new address with the key that the old one had. */
async function again(old: PushSubscription | undefined): Promise<PushSubscription | null> {
  const key = old?.options.applicationServerKey;
  if (!key) return worker.registration.pushManager.getSubscription();
  return worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function tell(data: object): Promise<void> {
  const body = JSON.stringify(data);
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  await fetch("/api/push/renew", { method: "POST", credentials: "omit", headers, body });
}
