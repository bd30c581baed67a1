/** The pictures and PDFs that go with the next post: kept on this device at once, sent ahead while there is a line. */

import { Offline, Problem } from "../api";
import { isPicture as looksLikePicture, sizeName } from "../sealed/pictures";
import { files as words } from "../strings/en_files";
import { keepFile, onProgress, openKept, removeFile, sendFile } from "./sending";
import { misfit, MOST_FILES, typeOf, type FileRef, type Misfit } from "./shapes";

export class AttachedFile {
  /** A picture's address on this page; empty for a PDF. */
  url = $state("");
  state = $state<"checking" | "sending" | "ready" | "kept">("checking");
  percent = $state(0);
  alt = $state("");

  constructor(readonly ref: FileRef) {
    this.alt = ref.alt;
  }

  get picture(): boolean {
    return looksLikePicture(this.ref.type);
  }
}

/** True when this browser can draw the picture; a PDF is left to the server. */
async function opens(file: Blob): Promise<boolean> {
  if (typeof createImageBitmap === "undefined" || !looksLikePicture(file.type)) return true;
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

function why(found: Misfit, file: File): string {
  const { problems } = words;
  switch (found) {
    case "many":
      return words.only(MOST_FILES);
    case "empty":
      return problems.empty(file.name);
    case "tooLarge":
      return problems.tooLarge(file.name, sizeName(file.size));
    case "broken":
      return problems.broken(file.name);
    default:
      return problems.kind(file.name);
  }
}

export class Attached {
  files = $state.raw<readonly AttachedFile[]>([]);
  problem = $state("");
  #closed = false;

  /** `changed` is called whenever what goes with the post is another. */
  constructor(
    private readonly person: string,
    private readonly changed: () => void,
  ) {}

  /** What goes into the draft and the outbox. */
  get refs(): FileRef[] {
    return this.files.map((one) => ({ ...one.ref, alt: one.alt }));
  }

  get busy(): boolean {
    return this.files.some((one) => one.state === "checking");
  }

  /** Takes files in, those that fit; says why others do not. */
  async add(chosen: Iterable<File>): Promise<void> {
    this.problem = "";
    for (const file of chosen) {
      const type = typeOf(file);
      const found = misfit(file, this.files.length) ?? ((await opens(new Blob([file], { type }))) ? null : "broken");
      if (found) {
        this.problem = why(found, file);
        continue;
      }
      try {
        this.#begin(new AttachedFile(await keepFile(this.person, file, type)));
        this.changed();
      } catch {
        this.problem = words.problems.store(file.name);
      }
    }
  }

  /** Shows files again that a draft or an entry names. */
  restore(refs: readonly FileRef[] = []): void {
    for (const ref of refs) {
      if (!this.files.some((one) => one.ref.key === ref.key)) this.#begin(new AttachedFile(ref));
    }
  }

  #begin(one: AttachedFile): void {
    this.files = [...this.files, one];
    void openKept(one.ref)
      .catch(() => null)
      .then((blob) => {
        if (!blob) this.#refuse(one, words.problems.gone);
        else if (this.#closed || !this.files.includes(one)) return;
        else {
          if (one.picture) one.url = URL.createObjectURL(blob);
          void this.ahead(one);
        }
      });
  }

  /** Sends it ahead of its words, so that what is wrong with it shows now; without a line it waits. */
  async ahead(one: AttachedFile): Promise<void> {
    const stop = onProgress(one.ref.key, (percent) => (one.percent = percent));
    one.state = "sending";
    try {
      await sendFile(this.person, one.ref);
      one.state = "ready";
    } catch (error) {
      one.state = "kept";
      if (error instanceof Problem && !error.temporary && error.status !== 401) this.#refuse(one, error.detail);
      else if (!(error instanceof Offline) && !(error instanceof Problem)) this.#refuse(one, words.problems.failed(one.ref.name));
    } finally {
      stop();
    }
  }

  #refuse(one: AttachedFile, problem: string): void {
    if (!this.files.includes(one)) return;
    this.remove(one);
    this.problem = problem;
  }

  remove(one: AttachedFile): void {
    this.files = this.files.filter((other) => other !== one);
    if (one.url) URL.revokeObjectURL(one.url);
    void removeFile(one.ref).catch(() => {});
    this.changed();
  }

  /** They went with their words: the page shows them no more, the device keeps them until they are there. */
  gone(): void {
    for (const one of this.files) if (one.url) URL.revokeObjectURL(one.url);
    this.files = [];
    this.problem = "";
  }

  close(): void {
    this.#closed = true;
    for (const one of this.files) if (one.url) URL.revokeObjectURL(one.url);
  }
}
