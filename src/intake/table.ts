import { open } from "node:fs/promises";
import { forEachRecord, type Progress } from "./csv.ts";
import { chooseDelimiter, type DelimiterChoice, firstRows } from "./delimiter.ts";
import { type Scan, scanFile } from "./encoding.ts";
import type { Row } from "./header.ts";

/** How a file is to be read where somebody has said so; null: find out. */
export interface TableOptions {
  readonly encoding: string | null;
  /** One character, or "tab". */
  readonly delimiter: string | null;
  /** Of a workbook. */
  readonly sheet: string | null;
  /** Where its bytes were looked at before, in this encoding. */
  readonly scan?: Scan | undefined;
}

/** Rows of cells, wherever they come from: what reading balances and contacts stands on. */
export interface Table {
  readonly path: string;
  readonly sha256: string;
  /** Of a text. */
  readonly scan: Scan | null;
  /** csv: `delimiter` is set; workbook: `sheet` is. */
  readonly format: "csv" | "workbook";
  readonly encoding: {
    readonly name: string;
    readonly confidence: number;
    readonly evidence: string;
    readonly suspects: readonly { readonly line: number; readonly text: string }[];
  };
  readonly delimiter: DelimiterChoice | null;
  readonly sheet: { readonly name: string; readonly evidence: string } | null;
  /** False where the last line of a text stops in the middle, perhaps. */
  readonly finalLineEnd: boolean;
  readonly warnings: readonly string[];
  readonly first: (count: number) => Promise<readonly Row[]>;
  /** Gives all rows, as often as it is called. */
  readonly rows: (visit: (cells: readonly string[], line: number) => void) => Promise<void>;
}

const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

/** Workbooks are ZIP files; what else comes as one is refused with its name by whoever opens it. */
async function isZip(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.equals(ZIP);
    } finally {
      await handle.close();
    }
  } catch {
    // Whoever reads the file says why that is not possible.
    return false;
  }
}

/**
 * Opens a text with delimiters, or a workbook, by its bytes. Throws Failure(66) where there is none, Failure(65) for
 * what is neither.
 */
export async function openTable(path: string, options: TableOptions, progress?: Progress): Promise<Table> {
  if (await isZip(path)) {
    const { openWorkbook, isWorkbook } = await import("./workbook.ts");
    if (await isWorkbook(path)) return await openWorkbook(path, options.sheet);
  }
  const scan = options.scan ?? (await scanFile(path, options.encoding));
  const choice = options.delimiter === null ? await chooseDelimiter(scan) : { ...named(options.delimiter) };
  return {
    path,
    sha256: scan.sha256,
    scan,
    format: "csv",
    encoding: {
      name: scan.encoding,
      confidence: scan.confidence,
      evidence: scan.evidence,
      suspects: scan.suspects,
    },
    delimiter: choice,
    sheet: null,
    finalLineEnd: scan.finalLineEnd,
    warnings:
      options.sheet === null
        ? scan.warnings
        : [...scan.warnings, `this file is no workbook: it has no sheet "${options.sheet}"`],
    first: async (count) => await firstRows(scan, choice.delimiter, count),
    rows: async (visit) =>
      await forEachRecord(scan, choice.delimiter, (cells, line) => visit(cells, line), progress),
  };
}

const named = (delimiter: string): DelimiterChoice => ({
  delimiter: delimiter === "tab" ? "\t" : delimiter,
  evidence: "named by the profile",
});
