import { join } from "node:path";
import { main } from "../../src/main.ts";

const home = join(import.meta.dirname, "..", "..");

export interface Ran {
  readonly exit: number;
  /** Both streams, in the order in which a terminal shows them; folders as `<folder>` and `<home>`. */
  readonly printed: string;
  /** Standard output alone. */
  readonly results: string;
}

/** Runs one command line for a folder (in which its user stands, where `cwd` says no other), on 22 November 2026. */
export async function runLine(
  folder: string,
  words: readonly string[],
  { terminal = false, cwd = folder }: { readonly terminal?: boolean; readonly cwd?: string } = {},
): Promise<Ran> {
  const printed: string[] = [];
  const results: string[] = [];
  const exit = await main(["-C", folder, ...words], {
    stdout: { write: (text) => results.push(text) + printed.push(text), isTTY: terminal },
    stderr: { write: (text) => printed.push(text) },
    stdin: { isTTY: terminal },
    env: { HOME: folder, NO_COLOR: "1" },
    cwd,
    now: () => new Date("2026-11-22T09:00:00Z"),
    onSignal: () => undefined,
    runIn: () => Promise.reject(new Error("no other processes here")),
    exit: () => undefined,
  });
  const placed = (texts: readonly string[]): string =>
    texts.join("").replaceAll(folder, "<folder>").replaceAll(home, "<home>");
  return { exit, printed: placed(printed), results: placed(results) };
}
