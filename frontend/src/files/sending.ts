/** Files on their way: kept on this device under who chose them, sent once however often it is tried, let go of when their words
 * have gone. */

import { command, csrfToken, newNonce, Offline, prepareCsrf, Problem, reportSignedOut, speaker } from "../api";
import { files as words } from "../strings/en_files";
import { openStore, type KeptFile } from "../store";
import type { FileInfo, FileRef } from "./shapes";

const SWEEP_AFTER_MS = 60_000;
const LONGEST_MS = 5 * 60_000;

/** Puts a file on this device's shelf; raises when there is no room. */
export async function keepFile(person: string, file: File, type: string): Promise<FileRef> {
  const bytes = await file.arrayBuffer();
  const row: KeptFile = { key: newNonce(), person, name: file.name, type, bytes, server: "", saved_at: Date.now() };
  await (await openStore()).put("files", row);
  return { key: row.key, name: row.name, type, size: bytes.byteLength, alt: "" };
}

/** A kept file's bytes as something a page can show; null when they are not here. */
export async function openKept(ref: Pick<FileRef, "key">): Promise<Blob | null> {
  const row = await (await openStore()).get("files", ref.key);
  return row ? new Blob([row.bytes], { type: row.type }) : null;
}

/** Lets go of files whose words have gone, or that were taken out. */
export async function dropFiles(refs: readonly Pick<FileRef, "key">[] = []): Promise<void> {
  if (!refs.length) return;
  const store = await openStore();
  await Promise.all(refs.map((ref) => store.remove("files", ref.key)));
}

/** Takes a file out that was chosen and not sent with words: it goes from this device, and from the server if it was sent ahead. */
export async function removeFile(ref: Pick<FileRef, "key">): Promise<void> {
  const store = await openStore();
  const row = await store.get("files", ref.key);
  await store.remove("files", ref.key);
  if (row?.server) await command("file.remove", { file: row.server }).catch(() => {}); // else it goes by itself after a day
}

/** Lets go of files that no draft and nothing unsent names any more. */
export async function sweepFiles(person: string, afterMs = SWEEP_AFTER_MS): Promise<void> {
  try {
    const store = await openStore();
    const [drafts, entries, kept] = await Promise.all([store.ofPerson("drafts", person), store.ofPerson("outbox", person), store.ofPerson("files", person)]);
    const named = new Set([...drafts.flatMap((one) => one.attached ?? []), ...entries.flatMap((one) => one.data.attached ?? [])].map((ref) => ref.key));
    await dropFiles(kept.filter((row) => !named.has(row.key) && Date.now() - row.saved_at >= afterMs));
  } catch {
    // Without a store nothing was kept.
  }
}

const running = new Map<string, Promise<string>>();
const hearers = new Map<string, Set<(percent: number) => void>>();

/** Hears how much of a file is up, in percent; the returned function ends that. */
export function onProgress(key: string, hear: (percent: number) => void): () => void {
  const all = hearers.get(key) ?? new Set();
  hearers.set(key, all.add(hear));
  return () => {
    all.delete(hear);
    if (!all.size) hearers.delete(key);
  };
}

/** Sends one kept file unless it is there already; answers its id on the server. Raises Problem or Offline. */
export function sendFile(person: string, ref: Pick<FileRef, "key">): Promise<string> {
  const found = running.get(ref.key);
  if (found) return found;
  const going = sendOnce(person, ref.key).finally(() => running.delete(ref.key));
  running.set(ref.key, going);
  return going;
}

async function sendOnce(person: string, key: string): Promise<string> {
  const store = await openStore();
  const row = await store.get("files", key);
  if (!row || row.person !== person) throw new Problem({ type: "file_gone_here", title: words.of, detail: words.problems.gone }, 422);
  if (row.server) return row.server;
  const name = row.name;
  try {
    const { id } = await upload(new File([row.bytes], name, { type: row.type }), (percent) => {
      for (const hear of hearers.get(key) ?? []) hear(percent);
    });
    const now = await store.get("files", key);
    if (now) await store.put("files", { ...now, server: id });
    return id;
  } catch (error) {
    throw error instanceof Problem ? kindly(error, name) : error;
  }
}

/** The same refusal in words that name the file and the next step. */
export function kindly(problem: Problem, name: string): Problem {
  const detail = {
    file_too_large: words.problems.tooLargeThere(name),
    file_kind: words.problems.kind(name),
    file_broken: words.problems.refused(name, problem.detail),
    file_quota: words.problems.quota,
  }[problem.type];
  return detail ? new Problem({ ...problem.extra, type: problem.type, title: problem.title, detail }, problem.status) : problem;
}

/** What `post.submit` gets for files: their ids and what they show. Raises Problem or Offline. */
export async function sendFiles(person: string, refs: readonly FileRef[]): Promise<{ files: string[]; alts: Record<string, string> }> {
  const files: string[] = [];
  const alts: Record<string, string> = {};
  for (const ref of refs) {
    const id = await sendFile(person, ref);
    files.push(id);
    if (ref.alt.trim()) alts[id] = ref.alt.trim();
  }
  return { files, alts };
}

/** The server has let go of files that waited too long for their words: they are sent anew next time. */
export async function forgetSent(refs: readonly FileRef[]): Promise<void> {
  const store = await openStore();
  for (const ref of refs) {
    const row = await store.get("files", ref.key);
    if (row) await store.put("files", { ...row, server: "" });
  }
}

/** Puts one file on the server. A long line of bytes has no end after 20 seconds, so this does not go through `post`. */
export async function upload(file: File, progress: (percent: number) => void): Promise<FileInfo> {
  if (!csrfToken()) await prepareCsrf();
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/files");
    request.timeout = LONGEST_MS;
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    if (speaker()) request.setRequestHeader("X-Hearthside-Person", speaker());
    request.upload.onprogress = (event) => event.lengthComputable && progress(Math.round((event.loaded / event.total) * 100));
    request.onload = () => settle(request, done, failed);
    request.onerror = request.ontimeout = request.onabort = () => failed(new Offline());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

function settle(request: XMLHttpRequest, done: (file: FileInfo) => void, failed: (problem: Problem) => void): void {
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(request.responseText) as Record<string, unknown>;
  } catch {
    // A proxy's own page: the status says enough.
  }
  if (request.status < 400) return done(body as unknown as FileInfo);
  if (request.status === 401) reportSignedOut();
  const type = request.status === 413 && typeof body.type !== "string" ? { type: "file_too_large" } : {};
  failed(new Problem({ ...body, ...type }, request.status));
}
