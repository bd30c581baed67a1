import { mount } from "svelte";
import App from "./App.svelte";
import { startRouter } from "./router";
import { chosenTheme, setTheme } from "./theme";

setTheme(chosenTheme());
startRouter();
mount(App, { target: document.getElementById("app")! });

const WORKER_AFTER_MS = 1500;

/** After the first page is there, so that keeping the files for later does not slow it. */
function keepShell(): void {
  navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => {
    // Without the worker everything works, only a reload needs a line.
  });
}

if ("serviceWorker" in navigator && import.meta.env.PROD) {
  window.addEventListener("load", () => setTimeout(keepShell, WORKER_AFTER_MS));
}
