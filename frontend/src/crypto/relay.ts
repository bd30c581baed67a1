/** Calls to the blind relay, with its refusals as typed errors. */

import type { Call, Reply, Transport } from "./types";
import type { Bytes } from "./codec";

/** The server refused: `slug` is a problem's type (docs/errors.md). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly slug: string,
    readonly body: Record<string, unknown>,
  ) {
    super(slug);
  }
}

/** No answer came. */
export class NoLine extends Error {
  constructor() {
    super("offline");
  }
}

export class Relay {
  /** The device that speaks; empty before there is one. */
  device = "";
  /** Milliseconds to add to this clock to get the server's. */
  ahead = 0;

  constructor(private readonly transport: Transport) {}

  get<T>(path: string): Promise<T> {
    return this.call<T>({ method: "GET", path });
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>({ method: "POST", path, body });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>({ method: "PUT", path, body });
  }

  remove(path: string): Promise<unknown> {
    return this.call({ method: "DELETE", path });
  }

  /** As `get`, with null for what is not there. */
  async find<T>(path: string): Promise<T | null> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  async putBytes(path: string, bytes: Bytes): Promise<void> {
    await this.send({ method: "PUT", path, bytes });
  }

  async getBytes(path: string): Promise<Bytes> {
    const { bytes } = await this.send({ method: "GET", path });
    if (!bytes) throw new Refused(502, "bad_answer", {});
    return bytes;
  }

  /** The server's clock, ms, as well as this device knows it. */
  now(): number {
    return Date.now() + this.ahead;
  }

  private async call<T>(call: Call): Promise<T> {
    return (await this.send(call)).body as T;
  }

  private async send(call: Call): Promise<Reply> {
    const reply = await this.transport({ ...call, device: this.device || undefined });
    if (reply.status === 0 || reply.status === 502 || reply.status === 503 || reply.status === 504) throw new NoLine();
    if (reply.status >= 400) throw new Refused(reply.status, String(reply.body.type ?? "problem"), reply.body);
    return reply;
  }
}
