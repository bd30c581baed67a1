/** One session's room as this tab knows it: its page, who is there, and the tab's own signs of life. */

import { command, get, leavingCommand, Offline, Problem } from "../api";
import { serverNow } from "../server_time";
import { idle } from "../state/idle.svelte";
import { onHint } from "./heard";
import type { RoomPage, SessionPage } from "./shapes";

const BEAT_MS = 20_000;
const APART_MS = 1000;
const LONGEST_WAIT_MS = 2_000_000_000;

export class LiveRoom {
  page = $state.raw<SessionPage | null>(null);
  room = $state.raw<RoomPage | null>(null);
  problem = $state.raw<unknown>(null);
  /** When who is there was last read, in milliseconds. */
  readAt = $state(0);

  #arrived = false;
  #closed = false;
  #turn = 0;
  #lastRead = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #release = () => {};

  constructor(readonly id: string) {}

  /** True while what is shown could not be read anew for want of a line. */
  get old(): boolean {
    return this.page !== null && this.problem instanceof Offline;
  }

  /** Absent, or no longer open to this person. */
  get gone(): boolean {
    return this.problem instanceof Problem && this.problem.status === 404;
  }

  /** Reads and follows the room, and tells the server that somebody is here, until the returned function is called. */
  start(): () => void {
    const stop = onHint(["session.changed", "room.changed"], (session) => session === this.id && this.soon());
    const visible = () => this.#seen();
    const online = () => void this.load();
    const leave = () => this.#leave();
    document.addEventListener("visibilitychange", visible);
    addEventListener("online", online);
    addEventListener("pagehide", leave);
    this.#beat = setInterval(() => void this.#tell(), BEAT_MS);
    void this.load();
    return () => {
      this.#closed = true;
      stop();
      document.removeEventListener("visibilitychange", visible);
      removeEventListener("online", online);
      removeEventListener("pagehide", leave);
      clearInterval(this.#beat);
      clearTimeout(this.#soon);
      clearTimeout(this.#opening);
      this.#release();
      leave();
    };
  }

  /** Reads anew, once a second at most. */
  soon(): void {
    if (this.#closed) return;
    const wait = Math.max(0, this.#lastRead + APART_MS - Date.now());
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.load();
    }, wait);
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#lastRead = Date.now();
    const path = `/api/sessions/${encodeURIComponent(this.id)}`;
    try {
      const page = await get<SessionPage>(path);
      const room = page.room ? await get<RoomPage>(`${path}/room`) : null;
      if (turn !== this.#turn || this.#closed) return;
      this.page = page;
      this.room = room;
      this.readAt = serverNow();
      this.problem = null;
      this.#follow();
    } catch (error) {
      if (turn === this.#turn) this.problem = error;
    }
  }

  /** While the room is open the tab says that it is there, and the time-out for idle tabs rests. */
  #follow(): void {
    const open = this.page?.room?.enter ?? false;
    this.#release();
    this.#release = this.page?.room?.open ? idle.hold() : () => {};
    if (open && !this.#arrived && document.visibilityState === "visible") void this.#arrive();
    clearTimeout(this.#opening);
    const opens = Date.parse(this.page?.room?.opens_at ?? "");
    const wait = opens - serverNow();
    if (!open && wait > 0) this.#opening = setTimeout(() => void this.load(), Math.min(wait + APART_MS, LONGEST_WAIT_MS));
  }

  async #arrive(): Promise<void> {
    this.#arrived = true;
    try {
      await command("session.arrive", { session: this.id });
      this.soon();
    } catch {
      this.#arrived = false;
    }
  }

  async #tell(): Promise<void> {
    if (!this.page?.room?.enter || document.visibilityState !== "visible") return;
    if (!this.#arrived) return this.#arrive();
    try {
      await command("session.here", { session: this.id });
      if (this.problem) this.soon();
    } catch (error) {
      this.problem ??= error instanceof Offline ? error : null;
    }
  }

  /** The tab came into sight, or went out of it: the second is told once, for a phone then keeps silent. */
  #seen(): void {
    if (document.visibilityState === "visible") {
      void this.#tell();
      this.soon();
    } else if (this.#arrived && this.page?.room?.enter) {
      leavingCommand("session.here", { session: this.id, away: true });
    }
  }

  #leave(): void {
    if (!this.#arrived) return;
    this.#arrived = false;
    leavingCommand("session.leave", { session: this.id });
  }
}
