import { get } from "svelte/store";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Offline, Problem } from "./api";
import { connect, connection, disconnect, follow, ready, rpc, type Follower } from "./socket";
import type { LiveEvent } from "./wire";

/** The server's side of the protocol, as much as the client needs. */
class Wire {
  static open: Wire[] = [];
  static recovered = true;
  static rpc: (data: unknown) => unknown = () => ({});
  sent: Record<string, unknown>[] = [];
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    Wire.open.push(this);
    setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(text: string): void {
    for (const line of text.split("\n")) {
      const call = JSON.parse(line) as Record<string, never>;
      this.sent.push(call);
      if ("id" in call) this.reply(this.answer(call));
    }
  }

  answer(call: Record<string, never>): object {
    const { id } = call;
    if ("connect" in call) return { id, connect: { client: "c", version: "1", ping: 25, pong: true } };
    if ("rpc" in call) return { id, ...(Wire.rpc(call.rpc) as object) };
    const asked = call.subscribe as unknown as { recover?: boolean; offset?: number };
    const was = asked.recover === true;
    const place = { recoverable: true, positioned: true, epoch: "e", offset: asked.offset ?? 0 };
    return { id, subscribe: { ...place, was_recovering: was, recovered: was && Wire.recovered, publications: [] } };
  }

  reply(body: object): void {
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(body) }));
  }

  close(code = 1000, reason = ""): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    setTimeout(() => this.onclose?.({ code, reason }));
  }
}

let tickets = 0;
let closed = 0;
const heard: LiveEvent[] = [];
const follower = (): Follower => ({ event: (event) => heard.push(event), lost: vi.fn(), gone: vi.fn() });
const tokens = () => Wire.open.flatMap((wire) => wire.sent).flatMap((call) => ("connect" in call ? [(call.connect as { token: string }).token] : []));

beforeEach(() => {
  Object.assign(Wire, { open: [], recovered: true, rpc: () => ({}) });
  heard.length = tickets = closed = 0;
  document.cookie = "csrftoken=x";
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ ticket: `ticket ${++tickets}` })));
});

afterEach(() => {
  disconnect();
  vi.unstubAllGlobals();
});

const begin = async () => {
  await connect("robin", follower(), (code) => (closed = code));
  await vi.waitFor(() => expect(ready()).toBe(true));
};

it("uses each ticket once: a new line asks for a new one", async () => {
  await begin();
  Wire.open[0]!.close(3001, "shutdown");
  await vi.waitFor(() => expect(tokens()).toEqual(["ticket 1", "ticket 2"]), { timeout: 3000 });
  await vi.waitFor(() => expect(get(connection)).toBe("connected"));
});

it("follows a stream from the snapshot's position", async () => {
  await begin();
  follow("group:g", { offset: 7, epoch: "e" }, follower());
  const asked = () => Wire.open[0]!.sent.find((call) => (call.subscribe as { channel: string })?.channel === "group:g");
  await vi.waitFor(() => expect(asked()).toMatchObject({ subscribe: { recover: true, offset: 7, epoch: "e" } }));
  Wire.open[0]!.reply({ push: { channel: "group:g", pub: { offset: 8, data: { v: 1, type: "skipped", seq: 8 } } } });
  await vi.waitFor(() => expect(heard).toEqual([{ v: 1, type: "skipped", seq: 8 }]));
});

it("says so when what was missed cannot be replayed", async () => {
  await begin();
  const mine = follower();
  follow("group:g", { offset: 7, epoch: "e" }, mine);
  await vi.waitFor(() => expect(Wire.open[0]!.sent.length).toBeGreaterThan(2));
  await new Promise((done) => setTimeout(done, 10));
  expect(mine.lost).not.toHaveBeenCalled();
  Wire.recovered = false;
  Wire.open[0]!.close(3008, "slow");
  await vi.waitFor(() => expect(mine.lost).toHaveBeenCalledOnce(), { timeout: 3000 });
});

it("a final close is told, and the client does not come again by itself", async () => {
  await begin();
  Wire.open[0]!.close(3503, "signed out");
  await vi.waitFor(() => expect(closed).toBe(3503));
  expect(Wire.open).toHaveLength(1);
  expect(ready()).toBe(false);
});

it("commands: an answer, a refusal, and no answer", async () => {
  await begin();
  Wire.rpc = () => ({ rpc: { data: { id: "p1", state: "published" } } });
  expect(await rpc("post.submit", {})).toEqual({ id: "p1", state: "published" });
  Wire.rpc = () => ({ rpc: { data: { error: { type: "closed", title: "Closed", status: 409, detail: "Locked." } } } });
  await expect(rpc("post.submit", {})).rejects.toMatchObject({ type: "closed", status: 409 });
  Wire.rpc = () => ({ error: { code: 100, message: "internal" } });
  await expect(rpc("post.submit", {})).rejects.toBeInstanceOf(Offline);
  Wire.rpc = () => ({ error: { code: 104, message: "method not found" } });
  await expect(rpc("nothing", {})).rejects.toBeInstanceOf(Problem);
});
