/** The words of a sealed report, opened by this tab's own keys. They are never sent, and are gone with the page. */

import type { ReportOpened } from "../../crypto/types";
import type { SealedInfo } from "../shapes";

/** What this needs of the page's side of the crypto worker. */
export interface Keys {
  start(person: string): Promise<void>;
  readonly ready: boolean;
  readonly phase: { name: string };
  readonly sealed: {
    openReport(report: string, commitment: string, conversation: string): Promise<ReportOpened>;
    comeBack(): Promise<void>;
  };
}

export type Standing = "covered" | "opening" | "shown" | "not_set_up" | "absent" | "false" | "failed";

const LOOK_AGAIN_MS = 100;
const LONGEST_MS = 15_000;

export class LocalWords {
  status = $state<Standing>("covered");
  pt = $state.raw("");
  #era = 0;

  constructor(
    private readonly keys: Keys,
    private readonly person: () => string,
  ) {}

  /** Forgets the words: another item is looked at. */
  forget(): void {
    this.#era += 1;
    this.status = "covered";
    this.pt = "";
  }

  /** Opens the first report whose words came to this device. */
  async open(sealed: SealedInfo): Promise<void> {
    const era = ++this.#era;
    this.status = "opening";
    const found = await this.#look(sealed).catch(() => "failed" as const);
    if (era !== this.#era) return;
    this.status = typeof found === "string" ? found : "shown";
    this.pt = typeof found === "string" ? "" : found.pt;
  }

  async #look(sealed: SealedInfo): Promise<{ pt: string } | "not_set_up" | "absent" | "false"> {
    await this.keys.start(this.person());
    await this.#settled();
    if (!this.keys.ready) return "not_set_up";
    const first = await this.#openAny(sealed);
    if (first !== "absent") return first;
    await this.keys.sealed.comeBack(); // it may be on its way
    return this.#openAny(sealed);
  }

  async #openAny({ reports, commitment, conversation }: SealedInfo): Promise<{ pt: string } | "absent" | "false"> {
    let worst: "absent" | "false" = "absent";
    if (commitment === null) return worst;
    for (const report of reports) {
      if (report.form !== "sealed") continue;
      const opened = await this.keys.sealed.openReport(report.id, commitment, conversation);
      if ("pt" in opened) return opened;
      if (opened.problem === "false") worst = "false";
    }
    return worst;
  }

  /** Waits until it is clear where this browser stands. */
  async #settled(): Promise<void> {
    for (let waited = 0; this.keys.phase.name === "starting"; waited += LOOK_AGAIN_MS) {
      if (waited > LONGEST_MS) throw new Error("slow");
      await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
    }
  }
}
