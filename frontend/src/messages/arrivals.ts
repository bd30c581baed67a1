/** What readers hear of messages that come into the open conversation: once, several together. */

import { announceBurst } from "../announce";
import type { Item } from "../crypto/types";
import { talk } from "../strings/en_talk";
import { senderOf } from "./names";

const lastOf = (items: readonly Item[]) => items.findLast((item) => item.seq !== null)?.seq ?? 0;
const isNews = (item: Item, after: number) => item.seq !== null && item.seq > after && !item.yours && item.kind !== "notice";

export class Arrivals {
  #heard = -1;
  #from = 0;
  #waiting: readonly Item[] = [];

  /** Takes in the messages as they are now; those that are there at first are not news. */
  hear(items: readonly Item[], title: string): void {
    const before = this.#heard;
    this.#heard = lastOf(items);
    if (before < 0 || !items.some((item) => isNews(item, before))) return;
    if (!this.#waiting.length) this.#from = before;
    this.#waiting = items.filter((item) => isNews(item, this.#from));
    announceBurst(() => {
      const all = this.#waiting;
      this.#waiting = [];
      return all.length === 1 ? talk.arrivedBy(senderOf(all[0]!)) : talk.arrived(all.length, title);
    });
  }
}
