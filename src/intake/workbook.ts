import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Cell, CellValue, Sheet, Workbook } from "hucre/xlsx";
import { EXIT, Failure } from "../problem.ts";
import { findHeader, isBlank, type Row } from "./header.ts";
import { LIMITS, refuseLongCells } from "./limits.ts";
import type { Table } from "./table.ts";
import { readZipDirectory, type ZipDirectory } from "./zip.ts";

type Kind = "xlsx" | "ods";

const kindOf = ({ names, start }: ZipDirectory): Kind | null => {
  if (names.includes("xl/workbook.xml")) return "xlsx";
  return start.includes("opendocument.spreadsheet") ? "ods" : null;
};

/** Whether a ZIP file is a workbook that can be read (.xlsx, .xlsm, .ods). */
export async function isWorkbook(path: string): Promise<boolean> {
  return kindOf(await directoryOf(path)) !== null;
}

/** Throws Failure(65) for what would not fit into memory once it is unpacked. */
async function directoryOf(path: string): Promise<ZipDirectory> {
  const { size } = await stat(path);
  if (size > LIMITS.workbook) throw tooLarge(path, `${size} bytes`, `at most ${LIMITS.workbook} bytes`);
  const directory = readZipDirectory(await readFile(path));
  if (directory === null) throw unreadable(path, "the directory of its parts is damaged");
  if (directory.names.length > LIMITS.workbookParts)
    throw tooLarge(path, `${directory.names.length} parts`, `at most ${LIMITS.workbookParts} parts`);
  if (directory.unpacked > LIMITS.workbookUnpacked)
    throw tooLarge(path, `${directory.unpacked} bytes unpacked`, `at most ${LIMITS.workbookUnpacked} bytes`);
  return directory;
}

/**
 * Opens a workbook and chooses its sheet: the named one, else the one whose header row is known best; visible sheets
 * before hidden ones, tables before pivots. Throws Failure(65) where none or several could be meant, and for formulas
 * whose results were not saved. Typed cells come as text that can mean one thing only: dates as yyyy-MM-dd.
 */
export async function openWorkbook(path: string, sheet: string | null): Promise<Table> {
  const kind = kindOf(await directoryOf(path)) ?? "xlsx";
  const bytes = await readFile(path);
  const sheets = await sheetsOf(path, kind, bytes);
  const { chosen, evidence } = choose(path, sheets, sheet);
  const rows = rowsOf(path, chosen);
  return {
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    scan: null,
    format: "workbook",
    encoding: { name: kind, confidence: 1, evidence: "a workbook names its own", suspects: [] },
    delimiter: null,
    sheet: { name: chosen.name, evidence },
    finalLineEnd: true,
    warnings: [],
    first: async (count) => await Promise.resolve(rows.slice(0, count)),
    rows: async (visit) => {
      for (const { cells, line } of rows) visit(cells, line);
      return await Promise.resolve();
    },
  };
}

async function sheetsOf(path: string, kind: Kind, bytes: Buffer): Promise<readonly Sheet[]> {
  try {
    const workbook: Workbook =
      kind === "xlsx"
        ? await (await import("hucre/xlsx")).readXlsx(bytes)
        : await (await import("hucre/ods")).readOds(bytes);
    return workbook.sheets;
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

interface Choice {
  readonly chosen: Sheet;
  readonly evidence: string;
}

interface Candidate {
  readonly sheet: Sheet;
  readonly hits: number;
  readonly shown: boolean;
}

/** A header row with fewer known names is a list of something else. */
const KNOWN = 3;

function choose(path: string, sheets: readonly Sheet[], named: string | null): Choice {
  const names = sheets.map(({ name }) => name).join(", ");
  if (named !== null) {
    const chosen = sheets.find(({ name }) => name === named);
    if (chosen !== undefined) return { chosen, evidence: "named by you" };
    throw new Failure(EXIT.input, {
      code: "sheet-missing",
      where: { file: path },
      message: "this workbook has no such sheet",
      found: named,
      expected: names,
      fix: `dunning inspect ${path}`,
    });
  }
  const candidates = sheets
    .filter(({ rows }) => rows.some((cells) => cells.some((cell) => cell !== null && cell !== "")))
    .map(
      (sheet): Candidate => ({
        sheet,
        hits: findHeader(headRows(sheet))?.hits ?? 0,
        shown: sheet.hidden !== true && sheet.veryHidden !== true && (sheet.pivotTables ?? []).length === 0,
      }),
    );
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined)
    return { chosen: only.sheet, evidence: "the only sheet with rows" };
  const tables = candidates.filter(({ hits }) => hits >= KNOWN);
  const shown = tables.filter((candidate) => candidate.shown);
  const pool = shown.length > 0 ? shown : tables;
  const most = Math.max(...pool.map(({ hits }) => hits));
  const best = pool.filter(({ hits }) => hits === most);
  const [first, second] = best;
  if (first !== undefined && second === undefined) {
    const hidden = first.shown ? "" : ", hidden";
    return {
      chosen: first.sheet,
      evidence: `${first.hits} headers are known, more than on the other ${sheets.length - 1} sheets${hidden}`,
    };
  }
  throw new Failure(EXIT.input, {
    code: "sheet-unclear",
    where: { file: path },
    message:
      first === undefined
        ? "no sheet of this workbook looks like a list of open items"
        : "several sheets of this workbook could be the list of open items",
    found: first === undefined ? names : best.map(({ sheet }) => sheet.name).join(", "),
    expected: "one sheet with a header row such as customer, invoice, due date, open amount",
    fix: `name it: --sheet "${(first ?? only)?.sheet.name ?? "NAME"}"`,
  });
}

const headRows = ({ rows }: Sheet): Row[] =>
  rows
    .slice(0, LIMITS.headerRows)
    .map((cells, index) => ({ cells: cells.map((cell) => textOf(cell, ".")), line: index + 1 }));

/** Rows as text. Behind the header's last column stand notes, not values: they are left out. */
function rowsOf(path: string, sheet: Sheet): Row[] {
  refuseFormulas(path, sheet);
  const header = findHeader(headRows(sheet));
  const width = header === null ? Infinity : header.cells.findLastIndex((cell) => cell !== "") + 1;
  const mark = markOf(sheet);
  return sheet.rows.flatMap((values, index) => {
    const line = index + 1;
    const below = header !== null && line >= header.line + header.rows;
    const cells = (below ? values.slice(0, width) : values).map((value) => textOf(value, mark));
    refuseLongCells(path, cells, line);
    return isBlank(cells) && header === null ? [] : [{ cells, line }];
  });
}

/**
 * The mark for typed numbers: the one of the amounts that stand there as text, so that one column has one notation.
 * A typed number is exact whatever its mark.
 */
function markOf({ rows }: Sheet): "," | "." {
  for (const cells of rows) {
    for (const cell of cells) {
      if (typeof cell === "string" && /^[-+(]?[\d\u00a0\u202f .']*\d,\d{1,2}[-)]?$/.test(cell.trim()))
        return ",";
    }
  }
  return ".";
}

function textOf(value: CellValue, mark: "," | "."): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.replaceAll(/[\r\n\t]+/g, " ");
  if (typeof value === "number") return numberText(value, mark);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "#DATE!" : value.toISOString().slice(0, 10);
  return String(value);
}

/** Fifteen digits are what a spreadsheet keeps; three decimals would read as thousands. */
export function numberText(value: number, mark: "," | "."): string {
  if (!Number.isFinite(value)) return "#NUM!";
  const rounded = Number(value.toPrecision(LIMITS.digits));
  if (Number.isInteger(rounded)) return Math.abs(rounded) < 1e21 ? rounded.toFixed(0) : String(rounded);
  const shortest = String(rounded);
  const decimals = /e-/.test(shortest) ? 20 : (shortest.split(".")[1] ?? "").length;
  return rounded.toFixed(Math.min(20, decimals === 3 ? 4 : Math.max(2, decimals))).replace(".", mark);
}

function refuseFormulas(path: string, { cells }: Sheet): void {
  const empty: [string, Cell][] = [...(cells ?? [])].filter(
    ([, { formula, formulaResult, value }]) =>
      formula !== undefined && (formulaResult ?? value ?? null) === null,
  );
  const [first] = empty;
  if (first === undefined) return;
  const [row = 0, column = 0] = first[0].split(",").map(Number);
  throw new Failure(EXIT.input, {
    code: "formula-without-value",
    where: { file: path, line: row + 1, column: column + 1 },
    message: "this cell is a formula whose result was not saved",
    found: `=${first[1].formula ?? ""}${empty.length > 1 ? `, and ${empty.length - 1} more such cells` : ""}`,
    expected: "values",
    fix: "open the workbook in your spreadsheet program, save it, and import it again",
  });
}

function unreadable(path: string, why: string): Failure {
  return new Failure(EXIT.input, {
    code: "workbook-unreadable",
    where: { file: path },
    message: "this workbook cannot be read",
    found: why,
    expected: "a complete .xlsx or .ods file without a password",
    fix: "open it in your spreadsheet program and save it again, as .xlsx or as CSV UTF-8",
  });
}

function tooLarge(path: string, found: string, expected: string): Failure {
  return new Failure(EXIT.input, {
    code: "workbook-too-large",
    where: { file: path },
    message: "this workbook is too large to be unpacked in memory",
    found,
    expected,
    fix: "save the sheet as CSV UTF-8 and import that file: it has no such limit",
  });
}
