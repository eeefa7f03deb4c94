import { createHash } from "node:crypto";
import type { Language } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { AmountCell } from "./amounts.ts";
import { type Bucket, mayBeBucket, parseBuckets } from "./buckets.ts";
import { readDate } from "./dates.ts";
import { LIMITS } from "./limits.ts";
import { meaningsOf } from "./synonyms.ts";
import { headerKey } from "./words.ts";

export interface Row {
  readonly cells: readonly string[];
  /** Physical line on which it starts. */
  readonly line: number;
}

export interface Header {
  /** Headers in column order; a header of two lines is joined. Empty where the file has none. */
  readonly cells: readonly string[];
  /** Its first row, as a page break repeats it. */
  readonly first: readonly string[];
  /** Line of its first row; 0 where the file has none. */
  readonly line: number;
  /** Rows that it takes: 0, 1 or 2. */
  readonly rows: 0 | 1 | 2;
  readonly fingerprint: string;
  /** Distinct roles that its cells name. */
  readonly hits: number;
  readonly language: Language | null;
}

const amount = new AmountCell("EUR");
export const looksLikeAmount = (text: string): boolean => amount.read(text) === "amount";
export const looksLikeDate = (text: string): boolean => {
  const reading = readDate(text);
  return reading !== null && reading !== "empty";
};
export const oneLine = (text: string): string =>
  /[^\S ]|\s\s/.test(text) ? text.replaceAll(/\s+/g, " ").trim() : text.trim();
const isTyped = (text: string): boolean => text !== "" && (looksLikeAmount(text) || looksLikeDate(text));
export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

/** The header row: the one among the first rows whose cells name the most roles. Null where none names two. */
export function findHeader(rows: readonly Row[]): Header | null {
  let best: Header | null = null;
  const top = rows.slice(0, LIMITS.headerRows);
  for (const [index, row] of top.entries()) {
    const header = headerAt(row, rows[index + 1]);
    if (header !== null && header.hits > (best?.hits ?? 1)) best = header;
  }
  return best;
}

/** The row read as a header, joined with the next one where that names more. Null where it holds values. */
export function headerAt(row: Row, next: Row | undefined): Header | null {
  const single = asHeader(row.cells, row, 1);
  if (single === null || next === undefined) return single;
  if (isBlank(next.cells) || next.cells.some((cell) => isTyped(oneLine(cell)))) return single;
  const joined = joinRows(row, next);
  const double = asHeader(joined, row, 2);
  return double !== null && double.hits > single.hits ? double : single;
}

/** Refuses a second header that names other columns: its rows would be read under the wrong names. */
export function refuseOtherHeader(file: string, header: Header, row: Row): void {
  if (header.rows === 0) return;
  const other = headerAt(row, undefined);
  if (other === null || other.hits < Math.max(3, header.hits * 0.6)) return;
  const named = (cells: readonly string[]): string => cells.filter((cell) => cell !== "").join(", ");
  throw new Failure(EXIT.input, {
    code: "header-changed",
    where: { file, line: row.line },
    message: "the columns of this file change in its middle",
    found: named(other.cells),
    expected: named(header.cells),
    fix: "export each part into a file of its own",
  });
}

/** A row above the header that has values where it has columns: of a part whose own header is damaged or missing. */
export function isItemAbove(
  cells: readonly string[],
  amounts: ReadonlySet<number>,
  dates: readonly number[],
): boolean {
  const values = cells.filter(
    (cell, index) =>
      (amounts.has(index) && /\d[.,]\d/.test(cell) && looksLikeAmount(cell)) ||
      (dates.includes(index) && looksLikeDate(cell)),
  );
  return values.length > 1;
}

export function isRepeat(header: Header, cells: readonly string[]): boolean {
  return header.rows > 0 && header.first.every((text, index) => text === oneLine(cells[index] ?? ""));
}

function asHeader(raw: readonly string[], row: Row, rows: 1 | 2): Header | null {
  const cells = raw.map(oneLine);
  if (cells.filter((cell) => cell !== "").length < 2) return null;
  // Rows of values, which are nearly all, end at their first one.
  if (cells.some((cell) => isTyped(cell) && !mayBeBucket(cell))) return null;
  const buckets = bucketsIn(cells);
  // "90+" is an ageing column, though it could be an amount.
  return cells.some((cell, index) => buckets[index] === null && isTyped(cell))
    ? null
    : describe(cells, row, rows);
}

function bucketsIn(cells: readonly string[]): readonly (Bucket | null)[] {
  return parseBuckets(
    cells.map((cell) => (meaningsOf(cell).length > 0 ? "" : cell)),
    null,
  );
}

export function joinRows(row: Row, next: Row): string[] {
  const width = Math.max(row.cells.length, next.cells.length);
  return Array.from({ length: width }, (_, index) =>
    oneLine(`${row.cells[index] ?? ""} ${next.cells[index] ?? ""}`),
  );
}

/** A row read as the header because a profile says so. */
export function describe(cells: readonly string[], row: Row, rows: 1 | 2): Header {
  const roles = new Set<string>();
  const languages = new Map<Language, number>();
  for (const cell of cells) {
    const meanings = meaningsOf(cell);
    if (meanings[0] !== undefined) roles.add(meanings[0].role);
    for (const language of new Set(meanings.map((meaning) => meaning.language))) {
      languages.set(language, (languages.get(language) ?? 0) + 1);
    }
  }
  const buckets = bucketsIn(cells);
  const language = [...languages].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  const hits = roles.size + buckets.filter((bucket) => bucket !== null).length;
  return {
    cells,
    first: row.cells.map(oneLine),
    line: row.line,
    rows,
    fingerprint: fingerprintOf(cells),
    hits,
    language,
  };
}

/** Twelve hex digits over the headers without dates and numbers: the same for every export of one layout. */
export function fingerprintOf(headers: readonly string[]): string {
  const keys = headers.map((header) => headerKey(header).replaceAll(/\d+/g, "").trim());
  while (keys.at(-1) === "") keys.pop();
  return createHash("sha256").update(keys.join("\n")).digest("hex").slice(0, 12);
}

/** A file without header, whose columns a profile names by their number. */
export function noHeader(width: number): Header {
  return {
    cells: Array.from({ length: width }, () => ""),
    first: [],
    line: 0,
    rows: 0,
    fingerprint: "",
    hits: 0,
    language: null,
  };
}
