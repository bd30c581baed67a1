/** Notes on this device's screen: whether this browser can, switching them on and off, and keeping the server's address right. */

import { command, get, Problem } from "../api";
import { me, PUSH } from "../state/me.svelte";
import { proposedName } from "../sealed/device_name";
import { installed, isApple } from "./install";
import type { Choices } from "./shapes";

export type Standing = "loading" | "unsupported" | "install" | "closed" | "denied" | "off" | "on";

/** What this browser says about itself. */
export interface Browser {
  able: boolean;
  apple: boolean;
  installed: boolean;
  permission: NotificationPermission;
}

/** What stands between this browser and a note on the screen; `on` only when the server knows the device as well. */
export function standing(browser: Browser, practice: { key: string; known: boolean; consent: boolean }): Standing {
  if (!browser.able) return browser.apple && !browser.installed ? "install" : "unsupported";
  if (!practice.key) return "closed";
  if (browser.permission === "denied") return "denied";
  return browser.permission === "granted" && practice.known && practice.consent ? "on" : "off";
}

/** The server's public key, from base64url, as browsers take it. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

const READY_MS = 8000;

export function thisBrowser(): Browser {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  return {
    able,
    apple: isApple(navigator.userAgent, navigator.maxTouchPoints),
    installed: installed(),
    permission: able ? Notification.permission : "default",
  };
}

export class Here {
  standing = $state<Standing>("loading");

  /** Looks at this browser beside what the server said. */
  async look(choices: Choices): Promise<void> {
    const consent = await agreed();
    const known = choices.push.devices.some((device) => device.this) && (await subscription()) !== null;
    this.standing = standing(thisBrowser(), { key: choices.push.key, known, consent });
  }

  /** Asks for permission, then tells the server; false when the person said no. Raises Problem, Offline or what the browser raised. */
  async turnOn(choices: Choices): Promise<boolean> {
    if ((await Notification.requestPermission()) !== "granted") {
      if (Notification.permission === "denied") this.standing = "denied";
      return false;
    }
    const made = await subscribe(keyBytes(choices.push.key));
    await tell(made);
    this.standing = "on";
    return true;
  }

  /** Ends it here and on the server. */
  async turnOff(choices: Choices): Promise<void> {
    const mine = choices.push.devices.find((device) => device.this);
    if (mine) await command("push.remove", { id: mine.id });
    mark(null);
    await (await subscription())?.unsubscribe().catch(() => false);
    this.standing = "off";
  }
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

async function subscribe(applicationServerKey: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const { pushManager } = await worker();
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // An address made with another key stands in the way; it is of no use any more.
    const old = await pushManager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return pushManager.subscribe(options);
  }
}

/** The service worker, which is registered a moment after the page is there. */
async function worker(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, refuse) => setTimeout(() => refuse(new Error("no service worker")), READY_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

async function tell(made: PushSubscription, again = false): Promise<void> {
  const { p256dh, auth } = made.toJSON().keys ?? {};
  await command("push.add", { endpoint: made.endpoint, p256dh, auth, name: proposedName(navigator.userAgent), again });
  mark(me.person?.id ?? null);
}

/** When a page opens, the server learns again that this browser is the person's: the sign-in or the address may be another one.
 * That is no yes to notes on devices: the server refuses it when they have said no, also in this very moment. */
export async function keepUp(): Promise<void> {
  if (!me.confirmed || marked() !== me.person?.id) return;
  const made = await subscription();
  if (!made || Notification.permission !== "granted") return mark(null);
  await tell(made, true).catch((error: unknown) => {
    if (!(error instanceof Problem && error.type === "closed")) throw error;
    mark(null);
  });
}

/** Whether the person says yes to notes on devices. */
async function agreed(): Promise<boolean> {
  const { consents } = await get<{ consents: { purpose: string; given: boolean }[] }>("/api/me/consents");
  return consents.some((line) => line.purpose === "push" && line.given);
}

function marked(): string | null {
  try {
    return localStorage.getItem(PUSH);
  } catch {
    return null;
  }
}

function mark(person: string | null): void {
  try {
    if (person) localStorage.setItem(PUSH, person);
    else localStorage.removeItem(PUSH);
  } catch {
    // Without storage the device is asked to be switched on again after the next sign-in.
  }
}
