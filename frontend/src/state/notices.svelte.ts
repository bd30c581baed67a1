/** How many notices are unread, for the frame of every page. */

import { announce } from "../announce";
import { get } from "../api";
import { whenEnding } from "../ending";
import { onOwnEvent } from "../session";
import { connection } from "../socket";
import { t } from "../strings";
import { PUSH } from "./me.svelte";

const SOON_MS = 300;

class Notices {
  unread = $state(0);
  /** Counts up whenever they have changed, on whichever device. */
  turn = $state(0);
  #known = false;
  #era = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Counts them now, and anew on every sign that they changed; the returned function ends that and forgets them. */
  start(): () => void {
    const deaf = onOwnEvent((event) => event.type === "notices.changed" && this.#soon());
    const unbind = connection.subscribe((state) => state === "connected" && this.#reached());
    const unending = whenEnding(() => void clearShown());
    void this.load();
    return () => {
      unending();
      this.#era += 1;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      deaf();
      unbind();
      this.#known = false;
      this.unread = 0;
    };
  }

  #reached(): void {
    this.#soon();
    if (shows()) void import("../notices/push.svelte").then(({ keepUp }) => keepUp()).catch(() => {});
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.turn += 1;
      void this.load();
    }, SOON_MS);
  }

  async load(): Promise<void> {
    const era = this.#era;
    try {
      const { unread } = await get<{ unread: number }>("/api/notices?limit=1");
      if (era === this.#era) this.take(unread);
    } catch {
      // What was known stays; the next sign, or the line coming back, counts anew.
    }
  }

  /** The server's own count. More than before is said once. */
  take(unread: number): void {
    if (this.#known && unread > this.unread) announce(t.shell.noticeCame);
    this.#known = true;
    this.unread = unread;
    if (unread === 0) void clearShown();
  }
}

export const notices = new Notices();

/** Whether this device shows notes for somebody. */
function shows(): boolean {
  try {
    return localStorage.getItem(PUSH) !== null;
  } catch {
    return false;
  }
}

/** Everything is read, on whichever device: what this device still shows on its screen goes. */
async function clearShown(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const shown of (await registration?.getNotifications?.()) ?? []) shown.close();
  } catch {
    // A browser without notes on the screen has none to clear.
  }
}
