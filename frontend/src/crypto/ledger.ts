/** The server's hash-chained list of keys: a client that holds an earlier head sees when it was rewritten. */

import { canonical, fromBase64, join, sha256, toBase64, utf8, type Bytes } from "./codec";
import type { Station } from "./station";

interface Entry {
  n: number;
  at: number;
  subject: string;
  kind: string;
  key: string;
  prev: string;
  hash: string;
  signature: string;
}

interface Head {
  n: number;
  hash: string;
  publicKey: string;
}

async function hashOf(entry: Entry): Promise<string> {
  const { n, at, subject, kind, key, prev } = entry;
  return toBase64(await sha256(utf8(canonical({ n, at, subject, kind, key, prev }))));
}

async function signed(entry: Entry, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, fromBase64(entry.signature), join(utf8("hs.ledger.1\0"), fromBase64(entry.hash)));
  } catch (error) {
    // Browsers without Ed25519 rely on the chain alone.
    if (error instanceof DOMException && error.name === "NotSupportedError") return true;
    throw error;
  }
}

export async function subjectOf(userName: string): Promise<string> {
  return toBase64(await sha256(utf8(`hs.ledger.1\0${userName}`)));
}

/** Follows the ledger on from the head this device holds. False when it does not continue it: somebody rewrote it. */
export async function followLedger({ relay, vault }: Station): Promise<boolean> {
  let head = (await vault.get("ledger")) as Head | undefined;
  for (;;) {
    const page: { entries: Entry[]; public_key: string } = await relay.get(`key_ledger?after=${head ? head.n - 1 : 0}&limit=500`);
    if (head && page.public_key !== head.publicKey) return false;
    // The entry that we hold comes again, so that a shortened or changed ledger shows.
    if (head && page.entries[0]?.hash !== head.hash) return false;
    const fresh = head ? page.entries.slice(1) : page.entries;
    const before: Head | undefined = head;
    for (const entry of fresh) {
      if (head && (entry.prev !== head.hash || entry.n !== head.n + 1)) return false;
      if (entry.hash !== (await hashOf(entry)) || !(await signed(entry, fromBase64(page.public_key)))) return false;
      head = { n: entry.n, hash: entry.hash, publicKey: page.public_key };
    }
    if (head && head !== before) await vault.put("ledger", "", head);
    if (page.entries.length < 500) return true;
  }
}
