/** This device's store (IndexedDB): what waits to be sent, drafts, and a few own things for when there is no line. All of it
 * stands under the person it belongs to. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Entry, PostData } from "./outbox";

export interface Draft extends PostData {
  key: string;
  person: string;
  topic: string;
  note_open: boolean;
  saved_at: number;
  /** Of words that change something that is there: the version they were written on. */
  base?: number;
}

/** A picture or PDF that goes with unsent words, until they have gone. */
export interface KeptFile {
  key: string;
  person: string;
  name: string;
  type: string;
  bytes: ArrayBuffer;
  /** Its id on the server once it is there. */
  server: string;
  saved_at: number;
}

/** A copy of something of the person's own: what the support card says, the safety plan. */
export interface Kept {
  key: string;
  person: string;
  value: unknown;
  saved_at: number;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Entry; indexes: { person: string } };
  drafts: { key: string; value: Draft; indexes: { person: string } };
  kept: { key: string; value: Kept; indexes: { person: string } };
  files: { key: string; value: KeptFile; indexes: { person: string } };
}

type Shelf = "outbox" | "drafts" | "kept" | "files";

export class Store {
  constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Keeps a row, or replaces the one with its key. */
  async put<S extends Shelf>(shelf: S, row: Schema[S]["value"]): Promise<void> {
    await this.db.put(shelf, row);
  }

  /** Replaces the row at `key` by one that may have another key, in one step. */
  async swap<S extends Shelf>(shelf: S, key: string, row: Schema[S]["value"]): Promise<void> {
    const change = this.db.transaction(shelf, "readwrite");
    await Promise.all([change.store.delete(key), change.store.put(row), change.done]);
  }

  async get<S extends Shelf>(shelf: S, key: string): Promise<Schema[S]["value"] | undefined> {
    return this.db.get(shelf, key);
  }

  async remove(shelf: Shelf, key: string): Promise<void> {
    await this.db.delete(shelf, key);
  }

  /** Removes every row whose key ends in `end`. */
  async removeEnding(shelf: Shelf, end: string): Promise<void> {
    const change = this.db.transaction(shelf, "readwrite");
    const keys = (await change.store.getAllKeys()).filter((key) => key.endsWith(end));
    await Promise.all([...keys.map((key) => change.store.delete(key)), change.done]);
  }

  /** Every row of one person; outbox entries in the order they were written. */
  async ofPerson<S extends Shelf>(shelf: S, person: string): Promise<Schema[S]["value"][]> {
    const rows: Schema[S]["value"][] = await this.db.getAllFromIndex<Shelf, "person">(shelf, "person", person);
    return rows.sort((a, b) => ("order" in a && "order" in b ? a.order - b.order : 0));
  }

  close(): void {
    this.db.close();
  }
}

let opened: Promise<Store> | null = null;

/** The store, opened once per tab. */
export function openStore(): Promise<Store> {
  opened ??= openDB<Schema>("hearthside", 3, {
    upgrade(db, before) {
      if (before < 3) db.createObjectStore("files", { keyPath: "key" }).createIndex("person", "person");
      if (before < 2) db.createObjectStore("kept", { keyPath: "key" }).createIndex("person", "person");
      if (before >= 1) return;
      db.createObjectStore("outbox", { keyPath: "nonce" }).createIndex("person", "person");
      db.createObjectStore("drafts", { keyPath: "key" }).createIndex("person", "person");
    },
    blocking(_now, _wanted, event) {
      opened = null;
      (event.target as IDBDatabase).close();
    },
    terminated() {
      opened = null;
    },
  }).then((db) => new Store(db));
  return opened;
}
