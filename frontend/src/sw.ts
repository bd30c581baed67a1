/// <reference lib="webworker" />
/** The service worker: keeps the page shell and its files, so that a reload without a line works. It never touches the
 * API, the sign-in or the socket, and keeps nothing that anybody wrote. */

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Filled in by the build: every file under assets/. */
const FILES = "__BUILT_FILES__" as unknown as string[];
const SHELL = "/";
const PREFIX = "hearthside-";
const NEVER = /^\/(api|_allauth|ws|readyz|metrics)(\/|$)/;
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

export {};
