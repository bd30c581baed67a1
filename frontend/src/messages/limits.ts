/** How long a message may be: what is sealed is JSON, and its bytes have a limit. */

const MOST_BYTES = 31_000;
const encoder = new TextEncoder();

/** Bytes that are left for these words; below zero when they are too long. */
export function bytesLeft(body: string): number {
  return MOST_BYTES - encoder.encode(JSON.stringify(body)).length;
}

/** True when these words do not fit into one message. */
export const isTooLong = (body: string) => bytesLeft(body) < 0;
