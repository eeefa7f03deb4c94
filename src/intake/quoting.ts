import { EXIT, Failure } from "../problem.ts";
import { LIMITS, refuseLongCells } from "./limits.ts";

/** Lines without a quotation mark, or whole records with some: a record may go over several lines. */
export interface Stretch {
  readonly quoted: boolean;
  /** Without the line end at their end. */
  readonly rows: readonly string[];
}

const QUOTE = 34;

/**
 * Cuts a text into stretches. A record is whole where a line ends and its quotation marks are even in number; `open` is
 * the beginning of one that is not.
 */
export function stretchesOf(text: string): { readonly stretches: readonly Stretch[]; readonly open: string } {
  const stretches: { quoted: boolean; rows: string[] }[] = [];
  const add = (quoted: boolean, rows: readonly string[]): void => {
    const last = stretches.at(-1);
    if (last?.quoted === quoted) last.rows.push(...rows);
    else stretches.push({ quoted, rows: [...rows] });
  };
  for (let start = 0; start < text.length; ) {
    const quote = text.indexOf('"', start);
    const lineStart = quote === -1 ? text.length : text.lastIndexOf("\n", quote) + 1;
    if (lineStart > start) {
      add(
        false,
        text.slice(start, text.charCodeAt(lineStart - 1) === 10 ? lineStart - 1 : lineStart).split("\n"),
      );
      start = lineStart;
      continue;
    }
    const end = endOfRecord(text, start);
    if (end === -1) return { stretches, open: text.slice(start) };
    add(true, [text.slice(start, end)]);
    start = end + 1;
  }
  return { stretches, open: "" };
}

/** Where the record that begins at `start` ends; -1: not in this text. */
function endOfRecord(text: string, start: number): number {
  let even = true;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) even = !even;
    else if (code === 10 && even) return at;
  }
  return even ? text.length : -1;
}

/** The physical line of the nth quoted record, where the first stretch begins on `line`. */
export function lineOf(stretches: readonly Stretch[], line: number, nth: number): number {
  let at = line;
  let quoted = 0;
  for (const stretch of stretches) {
    for (const row of stretch.rows) {
      if (stretch.quoted && quoted++ === nth) return at;
      at += stretch.quoted ? row.split("\n").length : 1;
    }
  }
  return at;
}

type Parser = (records: readonly string[], lineOfNth: (nth: number) => number) => string[][];

/** csv-parse, strict, over records that are known to be whole. Throws Failure(65) that names the line. */
export async function quotedParser(path: string, delimiter: string): Promise<Parser> {
  const { parse } = await import("csv-parse/sync");
  const options = {
    delimiter,
    record_delimiter: "\n",
    // Rows of a report differ in length; what a row of the wrong length means is decided by the reader.
    relax_column_count: true,
    max_record_size: LIMITS.line,
  };
  return (records, lineOfNth) => {
    if (records.length === 0) return [];
    try {
      return parse(records.join("\n"), options);
    } catch {
      // Once more, one by one, to say where.
      return records.map((record, nth) => {
        try {
          return parse(record, options)[0] ?? [];
        } catch (error) {
          throw quotingFailure(path, error as Error, lineOfNth(nth));
        }
      });
    }
  };
}

/** Line ends inside the quoted cells of one record. Refuses a cell that has swallowed the rows after it. */
export function lineEndsInside(
  path: string,
  cells: readonly string[],
  delimiter: string,
  line: number,
): number {
  let ends = 0;
  let delimiters = 0;
  for (const cell of cells) {
    if (cell.length > LIMITS.cell) refuseLongCells(path, cells, line);
    if (!cell.includes("\n")) continue;
    ends += cell.split("\n").length - 1;
    delimiters += cell.split(delimiter).length - 1;
  }
  if (ends > 0 && delimiters >= Math.max(2, (cells.length - 1) * 0.75)) {
    throw new Failure(EXIT.input, {
      code: "quote-swallowed-rows",
      where: { file: path, line },
      message: `a quotation mark that opens on line ${line} closes only on a later line and hides the rows between`,
      found: `a cell of ${ends + 1} lines with ${delimiters} delimiters in it`,
      expected: "every row to close its own quotation marks",
      fix: `open the file in a text editor, mend the quotation mark on line ${line} and import again`,
    });
  }
  return ends;
}

const MARKS = 'quotation marks around a whole cell, and doubled ("") inside it';

/** A record that never ends. */
export function unclosed(path: string, line: number, column?: number): Failure {
  return new Failure(EXIT.input, {
    code: "quote-not-closed",
    where: { file: path, line, ...(column === undefined ? {} : { column }) },
    message: `a quotation mark that opens on line ${line} is never closed`,
    expected: MARKS,
    fix: `open the file in a text editor, mend line ${line} and import again`,
  });
}

function quotingFailure(path: string, error: Error, line: number): Error {
  const code = (error as { code?: string }).code ?? "";
  if (!code.startsWith("CSV_") && !code.startsWith("INVALID_")) return error;
  const { column: index } = error as { column?: number };
  const column = typeof index === "number" ? index + 1 : undefined;
  if (code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE") return unclosed(path, line, column);
  return new Failure(EXIT.input, {
    code: "stray-quote",
    where: { file: path, line, ...(column === undefined ? {} : { column }) },
    message: `there is a stray quotation mark in the row that starts on line ${line}`,
    expected: MARKS,
    fix: `open the file in a text editor, mend line ${line} and import again`,
  });
}
