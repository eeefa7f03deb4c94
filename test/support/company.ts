import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { main } from "../../src/main.ts";

const root = join(import.meta.dirname, "..", "..");

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document, where there is one. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Runs one command line in a folder, as a user without a terminal would. The clock stands at noon UTC of `day`. */
export async function dunning(folder: string, day: string, ...words: readonly string[]): Promise<Ran> {
  return await inFolder(folder, `${day}T12:00:00Z`, ["--as-of", day, ...words]);
}

/** The same at a moment (ISO 8601) of the day, for what is told apart by time. */
export async function inFolder(folder: string, moment: string, words: readonly string[]): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const exit = await main(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: {},
    env: { HOME: folder },
    cwd: folder,
    now: () => new Date(moment),
    onSignal: () => undefined,
    runIn: async (company, argv) => await inFolder(company, moment, argv),
    exit: () => undefined,
  });
  const json = words.includes("--json") ? (JSON.parse(stdout) as Record<string, unknown>) : {};
  return { exit, stdout, stderr, json };
}

/** A copy of one of the demo companies, gone after the test. */
export function demoCompany(name = "."): string {
  const folder = mkdtempSync(join(tmpdir(), "dunning-company-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "fixtures", "demo", name), folder, { recursive: true });
  return folder;
}

/** Writes a balance of a day (`columns` without their line end) and takes it in. */
export async function takeBalance(
  folder: string,
  day: string,
  columns: string,
  rows: readonly string[],
): Promise<Ran> {
  const file = `balance-${day}.csv`;
  const date = day.split("-").reverse().join("/");
  writeFileSync(join(folder, file), `Balance au ${date}\n${columns}\n${rows.join("\n")}\n`);
  return await dunning(folder, day, "import", file);
}
