/** How the pages are built: words from the catalogue, no inlined files, relative addresses. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Connect, Plugin } from "vite";
import { defineConfig } from "vitest/config";

const CATALOGUE = fileURLToPath(new URL("../src/perpetuum/report/words.json", import.meta.url));
const NEEDED = /^(ui|derived|stage|mark|money|band|policy|part|role|status|verdict_page\.(part|measure|comparable)|machine_page\.key|wheels\.place|dominoes\.(channel|hit|view))\.|^verdict_page\.(measure|comparable)$|^dominoes\.(left\.unknown|everyone)$|^(unknown|nothing|at_least|undated|stage|html\.(close|skip|evidence|chosen|overruled|read_from|known|published|through|assumed|band)|sources|remembered|claims)$|^curves\./;

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** `import words from "virtual:words"`: the part of the one catalogue that pages say by themselves. */
function words(): Plugin {
  return {
    name: "perpetuum-words",
    resolveId: (id) => (id === "virtual:words" ? "\0words" : null),
    load(id) {
      if (id !== "\0words") return null;
      this.addWatchFile(CATALOGUE);
      const all = JSON.parse(readFileSync(CATALOGUE, "utf-8")) as Record<string, unknown>;
      return `export default ${JSON.stringify(Object.fromEntries(Object.entries(all).filter(([key]) => NEEDED.test(key))))}`;
    },
  };
}

/** Saved answers in place of a server, for work on the pages: PERPETUUM_ANSWERS names the folder. */
function savedAnswers(): Plugin {
  const folder = process.env.PERPETUUM_ANSWERS;
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!folder || !url.pathname.startsWith("/api/")) return next();
    const asked = url.searchParams;
    const verb = url.pathname.slice(5);
    const part = asked.get("page") ?? asked.get("show") ?? (asked.has("against") ? "against" : "");
    const file = [`${folder}/${verb}.${part}.json`, `${folder}/${verb}.json`].find((name) => existsSync(name));
    response.statusCode = file ? 200 : 404;
    response.setHeader("Content-Type", file ? "application/json" : "application/problem+json");
    response.end(file ? readFileSync(file) : "{}");
  };
  return {
    name: "perpetuum-saved-answers",
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
  };
}

export default defineConfig({
  base: "./",
  plugins: [svelte(), words(), savedAnswers()],
  build: {
    outDir: "../src/perpetuum/web/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false },
  },
  server: { proxy: process.env.PERPETUUM_ANSWERS ? {} : { "/api": "http://127.0.0.1:8765" } },
  // What the server sends, so that a page that would break under it breaks here.
  preview: { headers: { "Content-Security-Policy": CSP }, proxy: process.env.PERPETUUM_ANSWERS ? {} : { "/api": "http://127.0.0.1:8765" } },
  test: { include: ["tests/**/*.test.ts"] },
});
