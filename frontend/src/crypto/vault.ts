/** Small things of ours that must outlive the tab, each a box of its own: rosters, seen messages, what waits to be sent, drafts. */

import { openDB, type IDBPDatabase } from "idb";
import { aesKey, hkdf, hmac, open, seal, text, toBase64, utf8, type Box, type Bytes } from "./codec";

/** What lies in the vault, by the first part of its key. */
export interface Kept {
  since: string;
  /** Events of a conversation that were shown under a Megolm index: a second one is a replay. */
  seen: Record<string, string>;
  roster: unknown;
  outbox: unknown;
  draft: string;
  counter: number;
  ledger: unknown;
  setting: unknown;
  preview: unknown;
  report: unknown;
  vouched: unknown;
}

export class Vault {
  private constructor(
    private readonly db: IDBPDatabase,
    private readonly box: CryptoKey,
    private readonly names: Bytes,
  ) {}

  /** Opens the vault with keys derived from the store key. */
  static async open(name: string, storeKey: Bytes): Promise<Vault> {
    const db = await openDB(name, 1, { upgrade: (made) => void made.createObjectStore("boxes") });
    const box = await aesKey(await hkdf(storeKey, new Uint8Array(), "hs.vault.1", 32));
    return new Vault(db, box, await hkdf(storeKey, new Uint8Array(), "hs.vault.names.1", 32));
  }

  /** Names are hidden too: a conversation's id tells who talks to whom. The kind stays readable, so that a kind can be listed. */
  private async place(kind: keyof Kept, id: string): Promise<string> {
    return `${kind}/${toBase64(await hmac(this.names, utf8(id)))}`;
  }

  async get<K extends keyof Kept>(kind: K, id = ""): Promise<Kept[K] | undefined> {
    const place = await this.place(kind, id);
    return this.read(place, (await this.db.get("boxes", place)) as Box | undefined);
  }

  async put<K extends keyof Kept>(kind: K, id: string, value: Kept[K]): Promise<void> {
    const place = await this.place(kind, id);
    await this.db.put("boxes", await seal(this.box, utf8(JSON.stringify({ id, value })), place), place);
  }

  async remove(kind: keyof Kept, id: string): Promise<void> {
    await this.db.delete("boxes", await this.place(kind, id));
  }

  /** Every row of a kind, with its id. */
  async all<K extends keyof Kept>(kind: K): Promise<{ id: string; value: Kept[K] }[]> {
    const range = IDBKeyRange.bound(`${kind}/`, `${kind}0`, false, true);
    const keys = (await this.db.getAllKeys("boxes", range)) as string[];
    const boxes = (await this.db.getAll("boxes", range)) as Box[];
    return Promise.all(
      boxes.map(async (box, index) => JSON.parse(text(await open(this.box, box, keys[index]!))) as { id: string; value: Kept[K] }),
    );
  }

  close(): void {
    this.db.close();
  }

  private async read<K extends keyof Kept>(place: string, box: Box | undefined): Promise<Kept[K] | undefined> {
    if (!box) return undefined;
    const row = JSON.parse(text(await open(this.box, box, place))) as { value: Kept[K] };
    return row.value;
  }
}
