import { mount } from "svelte";
import App from "./App.svelte";
import { startRouter } from "./router";
import { chosenTheme, setTheme } from "./theme";

setTheme(chosenTheme());
startRouter();
mount(App, { target: document.getElementById("app")! });

if ("serviceWorker" in navigator && import.meta.env.PROD) {
  navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => {
    // Without the worker everything works, only a reload needs a line.
  });
}
