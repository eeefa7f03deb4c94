// One file per command instead of two hundred modules: starting up is mostly loading, see bench/start-up.js.
import { defineConfig } from "rolldown";

/** What is needed at every start is bundled; native, CommonJS or rarely used packages stay where npm put them. */
const BUNDLED = /^(\.|\/|#|[A-Z]:|chalk|commander|date-fns|yaml|zod)/;

// oxlint-disable-next-line import/no-default-export: the tool asks for it
export default defineConfig({
  input: { main: "src/main.ts", "reading-thread": "src/intake/reading-thread.ts" },
  platform: "node",
  external: (id) => !BUNDLED.test(id),
  output: { dir: "dist", format: "esm", chunkFileNames: "[name].js", cleanDir: true },
});
