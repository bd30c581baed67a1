import { mount } from "svelte";
import App from "./App.svelte";
import { watchForOffer } from "./notices/install";
import { navigate, startRouter } from "./router";
import { chosenTheme, setTheme } from "./theme";

setTheme(chosenTheme());
startRouter();
watchForOffer();
mount(App, { target: document.getElementById("app")! });

const WORKER_AFTER_MS = 1500;

/** After the first page is there, so that keeping the files for later does not slow it. */
function keepShell(): void {
  navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => {
    // Without the worker everything works, only a reload needs a line.
  });
}

/** A notice was pressed while this page was open. */
function follow(event: MessageEvent): void {
  const { type, link } = (event.data ?? {}) as { type?: string; link?: string };
  if (type === "open" && link?.startsWith("/")) navigate(link);
}

if ("serviceWorker" in navigator) navigator.serviceWorker.addEventListener("message", follow);

if ("serviceWorker" in navigator && import.meta.env.PROD) {
  window.addEventListener("load", () => setTimeout(keepShell, WORKER_AFTER_MS));
}
