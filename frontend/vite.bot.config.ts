import { defineConfig } from "vite";

/** The crypto worker's inside for Node, for the tests that drive it (tests/messaging/engine.py). */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: "src/crypto/testing/bot.ts",
    outDir: ".bot",
    target: "node20",
    minify: false,
    rollupOptions: { output: { entryFileNames: "bot.mjs" } },
  },
  logLevel: "warn",
});
