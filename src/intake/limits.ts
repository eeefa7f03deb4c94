import { EXIT, Failure } from "../problem.ts";

/** Everything that comes from outside has a limit; all of them stand here. */
export const LIMITS = {
  rows: 20_000_000,
  columns: 200,
  /** UTF-16 units in one cell. */
  cell: 4_000,
  /** Bytes between two line ends, and UTF-8 bytes of one quoted record. */
  line: 65_536,
  /** Rows from the top in which the header row is looked for. */
  headerRows: 40,
  /** Rows from the top on which roles, shape and row layout are decided; conventions are proved over all rows. */
  sampleRows: 2_000,
  /** Debtors of a summary, which are kept in memory until its end. */
  summaryDebtors: 1_000_000,
  /** Bytes of a workbook, of all its parts unpacked, and the number of these. */
  workbook: 100_000_000,
  workbookUnpacked: 600_000_000,
  workbookParts: 5_000,
  /** Digits of an amount that a double keeps exactly. */
  digits: 15,
} as const;

/** Throws Failure(65) where a cell is longer than any name, number or amount. */
export function refuseLongCells(path: string, cells: readonly string[], line: number): void {
  const column = cells.findIndex((cell) => cell.length > LIMITS.cell);
  if (column === -1) return;
  throw new Failure(EXIT.input, {
    code: "cell-too-long",
    where: { file: path, line, column: column + 1 },
    message: `a cell holds more than ${LIMITS.cell} characters`,
    expected: "names, numbers, dates and amounts",
    fix: "look at that line; a quotation mark or a delimiter is probably wrong",
  });
}
