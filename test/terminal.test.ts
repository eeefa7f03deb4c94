import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const built = existsSync(join(root, "dist", "main.js"));
const terminal = spawnSync("script", ["--version"]).status === 0;

/** What the built program prints on a real (pseudo-)terminal. */
function onTerminal(words: string, env: Record<string, string> = {}): string {
  const { NO_COLOR: _no, CI: _ci, ...inherited } = process.env;
  const run = spawnSync("script", ["-qec", `node ${join(root, "bin", "dunning.js")} ${words}`, "/dev/null"], {
    encoding: "utf8",
    env: { ...inherited, TERM: "xterm-256color", ...env },
  });
  return run.stdout;
}

describe.skipIf(!built || !terminal)(
  "the built program on a terminal (skipped without `script` or a build)",
  () => {
    test("speaks in colour, and works", () => {
      const text = onTerminal("demo --no-input");
      expect(text).toContain("\u001b[1m");
      expect(text).toContain("Where to look");
      expect(text).not.toContain("internal error");
    });

    test("NO_COLOR is heard", () => {
      const text = onTerminal("template list", { NO_COLOR: "1" });
      expect(text).toContain("reminder-a");
      expect(text).not.toContain("\u001b[1m");
    });
  },
);
