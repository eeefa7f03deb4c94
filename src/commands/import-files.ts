import { existsSync } from "node:fs";
import { basename, join, parse, resolve } from "node:path";
import type { Context } from "../context.ts";
import type { RejectedRow } from "../core/types.ts";
import type { Balance } from "../intake/balance.ts";
import { archiveExport, exportsMatching, isPattern } from "../intake/exports.ts";
import { Failure } from "../problem.ts";
import type { ImportResult } from "../store/importer.ts";
import { type Company } from "./company.ts";
import { balanceOptions, type ReadingOptions } from "./import-reading.ts";

export interface Opened {
  readonly balances: readonly Balance[];
  /** Files that a pattern named and that are not taken, each with the reason. */
  readonly left: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Opens what an import names. Of the files of a pattern the newest balance counts. Throws what is wrong with a file that
 * was named, and with the newest written file of a pattern: an older one in its place would be yesterday's balance.
 */
export async function openAll(
  context: Context,
  company: Company,
  files: readonly string[],
  options: ReadingOptions,
): Promise<Opened> {
  const { openBalance } = await import("../intake/balance.ts");
  const reading = balanceOptions(context, company, options);
  const balances: Balance[] = [];
  const left: { file: string; reason: string }[] = [];
  for (const named of files) {
    const [newest, ...others] = exportsMatching(named, context.cwd);
    let chosen = await openBalance(newest, reading);
    for (const file of others) {
      try {
        const other = await openBalance(file, reading);
        const [better, worse] = other.asOf > chosen.asOf ? [other, chosen] : [chosen, other];
        left.push({
          file: worse.path,
          reason: `balance of ${worse.asOf}, ${basename(better.path)} is newer`,
        });
        chosen = better;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        left.push({ file, reason: error.problems[0].message });
      }
    }
    balances.push(chosen);
    if (isPattern(named) && others.length > 0)
      context.out.note(
        `${basename(chosen.path)} is the newest of ${others.length + 1} files; the others are left`,
      );
  }
  return { balances, left };
}

/** Moves files that count into a folder; what was refused or waits stays where it is. */
export function archive(context: Context, folder: string, taken: readonly Balance[]): string[] {
  return taken.map(({ path }) => {
    const moved = archiveExport(path, resolve(context.cwd, folder));
    context.out.say(`Archived: ${moved}`);
    return moved;
  });
}

/**
 * Writes what could not be read beside the store, for whoever mends the export. Returns the path; null where the same
 * bytes were taken in before and the file is there. It may not be: an import can be killed after its commit.
 */
export async function writeRejects(
  company: Company,
  [first]: readonly [Balance, ...Balance[]],
  rejected: readonly RejectedRow[],
  state: ImportResult["state"],
): Promise<string | null> {
  const { spreadsheetText } = await import("../render/spreadsheet.ts");
  const { replaceWhole } = await import("../delivery/files.ts");
  const path = join(company.folder, `${parse(first.path).name}.rejects.csv`);
  if (state === "unchanged" && existsSync(path)) return null;
  const rows = rejected.map(({ line, debtor, column, value, reason, fix }) => [
    String(line),
    debtor ?? "",
    column,
    value,
    reason,
    fix,
  ]);
  const text = spreadsheetText([["line", "debtor", "column", "found", "why", "what to do"], ...rows]);
  replaceWhole(path, Buffer.from(text));
  return path;
}
