import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const BASE = "/static/";
const WORKER = "sw";
/** The crypto worker and its engine: large, and of no use without the server, so no device keeps them for later. */
const SEALED = /^assets\/sealed-worker-|\.wasm$/;

/** Tells the service worker which built files to keep, and a version that changes with any of them. */
function precache(): Plugin {
  return {
    name: "hearthside-precache",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = Object.values(bundle).find((file) => file.fileName === `${WORKER}.js`);
      if (!worker || worker.type !== "chunk") return;
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith("assets/") && !SEALED.test(name))
        .sort();
      worker.code = worker.code.replace(/["'`]__BUILT_FILES__["'`]/, JSON.stringify(files.map((name) => BASE + name)));
    },
  };
}

/** Writes packed twins beside the finished files, which the server sends to browsers that take them. */
function packed(): Plugin {
  const smallest = 1024;
  return {
    name: "hearthside-packed",
    enforce: "post",
    async writeBundle({ dir = "dist" }, bundle) {
      const names = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|svg|wasm)$/.test(name));
      for (const name of names) {
        const path = join(dir, name);
        const source = await readFile(path);
        if (source.length < smallest) continue;
        await writeFile(`${path}.gz`, gzipSync(source, { level: 9 }));
        await writeFile(`${path}.br`, brotliCompressSync(source));
      }
    },
  };
}

/** Writes the SHA-256 of every built file, so that what a server delivers can be compared with what was published. */
function hashes(): Plugin {
  return {
    name: "hearthside-hashes",
    enforce: "post",
    async writeBundle({ dir = "dist" }, bundle) {
      const lines = Object.keys(bundle)
        .sort()
        .map(async (name) => `${createHash("sha256").update(await readFile(join(dir, name))).digest("hex")}  ${name}\n`);
      await writeFile(join(dir, "hashes.txt"), (await Promise.all(lines)).join(""));
    },
  };
}

export default defineConfig({
  base: BASE,
  plugins: [svelte(), svelteTesting(), precache(), packed(), hashes()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { main: "index.html", [WORKER]: "src/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === WORKER ? "[name].js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  worker: {
    format: "es",
    rollupOptions: { output: { entryFileNames: "assets/sealed-worker-[hash].js", assetFileNames: "assets/[name]-[hash][extname]" } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test_setup.ts"],
    restoreMocks: true,
  },
});
