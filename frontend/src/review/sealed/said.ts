/** A reported message's exact words as something to show: plain text, and what kind of thing it was. */

import { readWords } from "../../crypto/shapes";
import { sealedReview as words } from "../../strings/en_sealed_review";

export interface SaidView {
  /** What it was, when that is not plainly words. */
  kind: string;
  body: string;
}

/** What the JSON that opened the commitment says; one that this version cannot read is shown as it is. */
export function readSaid(pt: string): SaidView {
  const said = readWords(pt);
  switch (said?.k) {
    case "text":
      return { kind: "", body: said.body };
    case "edit":
      return { kind: words.edit, body: said.body };
    case "reaction":
      return { kind: said.off ? words.reactionOff : words.reaction, body: said.word };
    case "file":
      return { kind: words.file(said.name, words.kilobytes(Math.max(1, Math.round(said.size / 1000)))), body: said.body ?? "" };
    case "roster":
      return { kind: words.roster, body: said.title };
    case "exported":
      return { kind: words.exported, body: "" };
    default:
      return { kind: words.unreadable, body: pt };
  }
}
