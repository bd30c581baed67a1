/** Putting the site on the home screen: whether this browser offers it, and what to do where it has no button for it. */

import { writable, type Readable } from "svelte/store";

interface InstallPrompt extends Event {
  prompt: () => Promise<{ outcome: "accepted" | "dismissed" }>;
}

const offered = writable<InstallPrompt | null>(null);

/** The browser's own offer, kept until somebody asks for it; null while there is none. */
export const offer: Readable<InstallPrompt | null> = { subscribe: offered.subscribe };

/** Keeps the browser's offer from showing by itself. */
export function watchForOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered.set(event as InstallPrompt);
  });
  addEventListener("appinstalled", () => offered.set(null));
}

/** Asks the browser to do it; true when the person said yes. */
export async function install(prompt: InstallPrompt): Promise<boolean> {
  const { outcome } = await prompt.prompt();
  offered.set(null);
  return outcome === "accepted";
}

/** True when the page was opened from the home screen. */
export function installed(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

/** True on iPhone and iPad, where Safari alone puts a site on the home screen; a newer iPad calls itself a Mac with fingers. */
export function isApple(userAgent: string, touchPoints: number): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
}
