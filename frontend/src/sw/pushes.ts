/** What a push becomes on the screen of a locked phone: a title, a neutral sentence, and where it leads. */

import { worker as words } from "../strings/en_worker";

const VERSION = 1;
const MOST_TITLE = 80;
const MOST_BODY = 160;
/** Where a notice leads whose own way cannot be read. */
export const CENTRE = "/notices";

/** A notice as it will be shown. */
export interface Note {
  title: string;
  body: string;
  link: string;
  /** The same thing again takes the place of the one that is shown. */
  tag: string;
}

const PLAIN: Note = { title: words.title, body: words.body, link: CENTRE, tag: "hearthside" };

/** The notice that a push holds; the plain one when it holds nothing that can be read. */
export function noteOf(text: string): Note {
  let given: Partial<Record<string, unknown>>;
  try {
    given = (JSON.parse(text) ?? {}) as typeof given;
  } catch {
    return PLAIN;
  }
  if (given.v !== VERSION) return PLAIN;
  return {
    title: line(given.title, MOST_TITLE) || PLAIN.title,
    body: line(given.body, MOST_BODY) || PLAIN.body,
    link: safeLink(given.link),
    tag: line(given.tag, MOST_TITLE) || PLAIN.tag,
  };
}

function line(value: unknown, most: number): string {
  return typeof value === "string" ? value.replace(/\s+/g, " ").trim().slice(0, most) : "";
}

/** A path of this site, or the notices: a push never leads anywhere else. */
export function safeLink(value: unknown): string {
  return typeof value === "string" && /^\/(?![/\\])[^\s\\]*$/.test(value) ? value : CENTRE;
}

/** What the browser is told to show. */
export function optionsOf(note: Note): NotificationOptions {
  return {
    body: note.body,
    tag: note.tag,
    icon: "/static/icon-192.png",
    badge: "/static/badge-96.png",
    data: { link: note.link },
  };
}

/** A window of the site, as far as opening a notice needs it. */
export interface Window {
  focus: () => Promise<unknown>;
  postMessage: (message: unknown) => void;
  focused: boolean;
  visibilityState: string;
}

/** Leads to `link` in a window that is open already, the one in sight first, so that nothing typed there is lost; else in a new one. */
export async function lead(link: string, windows: readonly Window[], open: (link: string) => Promise<unknown>): Promise<void> {
  const [best] = [...windows].sort((one, two) => rank(two) - rank(one));
  if (!best) {
    await open(link);
    return;
  }
  best.postMessage({ type: "open", link });
  await best.focus().catch(() => {
    // A browser may refuse to bring a window to the front; the page has gone there all the same.
  });
}

const rank = (one: Window) => (one.focused ? 2 : 0) + (one.visibilityState === "visible" ? 1 : 0);

/** Where pushes go, as the server keeps it. */
export interface Address {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** The address in a subscription; null when it has no keys. */
export function addressOf(subscription: { endpoint: string; toJSON: () => PushSubscriptionJSON }): Address | null {
  const { p256dh, auth } = subscription.toJSON().keys ?? {};
  return p256dh && auth ? { endpoint: subscription.endpoint, p256dh, auth } : null;
}

/** The browser has given this device another address: the server learns it, with the old one as the proof that it is the same
 * device. Nobody need be signed in. What does not work here is done when the person next opens the site. */
export async function renew(
  old: string | null,
  subscribe: () => Promise<{ endpoint: string; toJSON: () => PushSubscriptionJSON } | null>,
  tell: (data: Address & { old: string }) => Promise<unknown>,
): Promise<boolean> {
  const fresh = await subscribe().catch(() => null);
  const address = fresh && addressOf(fresh);
  if (!address || !old || address.endpoint === old) return false;
  await tell({ old, ...address });
  return true;
}
