/** The files that go with the next message: chosen, shown small, and sent one after the other. */

import type { Thumb } from "../crypto/types";
import { isPicture, makeThumb, MOST_BYTES, sizeName, withoutTraces } from "../sealed/pictures";
import { traffic } from "../sealed/traffic.svelte";
import { talk } from "../strings/en_talk";
import { sealedTrouble } from "./problems";

const MOST_FILES = 10;

export class AttachedFile {
  readonly id = crypto.randomUUID();
  /** A picture's address on this page; let go of with the file. */
  readonly url: string;
  state = $state<"ready" | "sealing" | "sending">("ready");
  problem = $state("");
  #began = $state(0);
  #size = 0;

  constructor(readonly file: File) {
    this.url = isPicture(file.type) ? URL.createObjectURL(file) : "";
  }

  get name(): string {
    return this.file.name;
  }

  /** How much of it is up, in percent. */
  get percent(): number {
    return Math.min(100, Math.round(((traffic.up - this.#began) / Math.max(this.#size, 1)) * 100));
  }

  /** Sends it by `send`; raises what went wrong, which then stands with the file too. */
  async go(send: (file: File, thumb: Thumb | null) => Promise<void>): Promise<void> {
    this.problem = "";
    this.state = "sealing";
    try {
      const [file, thumb] = await Promise.all([withoutTraces(this.file), makeThumb(this.file)]);
      this.#began = traffic.up;
      this.#size = file.size + (thumb?.bytes.length ?? 0);
      this.state = "sending";
      await send(file, thumb);
    } catch (error) {
      this.problem = talk.composer.fileFailed(this.name, sealedTrouble(error).detail);
      this.state = "ready";
      throw error;
    }
  }

  release(): void {
    if (this.url) URL.revokeObjectURL(this.url);
  }
}

export class Attached {
  files = $state.raw<readonly AttachedFile[]>([]);
  problem = $state("");

  get busy(): boolean {
    return this.files.some((one) => one.state !== "ready");
  }

  /** Takes files in, those that fit; says why others do not. */
  add(files: Iterable<File>): void {
    this.problem = "";
    const fitting: File[] = [];
    for (const file of files) {
      if (file.size > MOST_BYTES) this.problem = talk.composer.tooLarge(file.name, sizeName(file.size));
      else if (file.size === 0) this.problem = talk.composer.emptyFile(file.name);
      else if (this.files.length + fitting.length >= MOST_FILES) this.problem = talk.composer.tooMany;
      else fitting.push(file);
    }
    this.files = [...this.files, ...fitting.map((file) => new AttachedFile(file))];
  }

  remove(one: AttachedFile): void {
    one.release();
    this.files = this.files.filter((other) => other !== one);
  }

  clear(): void {
    for (const one of this.files) one.release();
    this.files = [];
  }
}
