import { EXIT, Failure } from "../problem.ts";
import { LIMITS, refuseLongCells } from "./limits.ts";

/** Lines, or whole records in which a cell is quoted: such a record may go over several lines. */
export interface Stretch {
  /** A mark inside a cell that does not begin with one is text: `Tube 1/2" acier`. */
  readonly quoted: boolean;
  /** Without the line end at their end. */
  readonly rows: readonly string[];
}

const QUOTE = 34;

/**
 * Cuts a text into stretches. Quotation marks count where a cell begins with one, and until it ends (RFC 4180); `open` is
 * the beginning of a record whose quoted cell goes on.
 */
export function stretchesOf(
  text: string,
  delimiter: string,
): { readonly stretches: readonly Stretch[]; readonly open: string } {
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
    const record = recordAt(text, start, delimiter.charCodeAt(0));
    if (record === null) return { stretches, open: text.slice(start) };
    add(record.quoted, [text.slice(start, record.end)]);
    start = record.end + 1;
  }
  return { stretches, open: "" };
}

/** Where the record that begins at `start` ends, and whether a cell of it is quoted; null: not in this text. */
function recordAt(text: string, start: number, delimiter: number): { end: number; quoted: boolean } | null {
  let quoted = false;
  let inside = false;
  let fresh = true;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE && (inside || fresh)) {
      inside = !inside;
      quoted = true;
      // A doubled mark ends the cell and begins it again at once.
      fresh = !inside;
    } else if (!inside) {
      if (code === 10) return { end: at, quoted };
      fresh = code === delimiter;
    }
  }
  return inside ? null : { end: text.length, quoted };
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

type Parser = (records: readonly string[], lineOfNth: (nth: number) => number) => Iterable<string[]>;

/** Characters; a longer record is measured by the parser, whose limit is in bytes. */
const SHORT = LIMITS.line / 4;

/**
 * The cells of a record in which each quoted cell ends with its mark and no other cell holds one: nearly all are so, and
 * a parser's start costs ten times as much. Null: ask the parser.
 */
export function plainCells(record: string, delimiter: string): string[] | null {
  if (record.length > SHORT) return null;
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    if (record.charCodeAt(at) === QUOTE) {
      let end = at;
      do end = record.indexOf('"', end + 1) + 1;
      while (end > 0 && record.charCodeAt(end) === QUOTE);
      if (end === 0 || (end < record.length && record[end] !== delimiter)) return null;
      cells.push(record.slice(at + 1, end - 1).replaceAll('""', '"'));
      at = end;
    } else {
      const next = record.indexOf(delimiter, at);
      const cell = record.slice(at, next === -1 ? record.length : next);
      if (cell.includes('"')) return null;
      cells.push(cell);
      at += cell.length;
    }
    if (at >= record.length) return cells;
  }
}

/**
 * Plain records as they are, the others through csv-parse, strict. All are known to be whole. Throws Failure(65) that
 * names the line, once it comes to that record.
 */
export async function quotedParser(path: string, delimiter: string): Promise<Parser> {
  const { parse } = await import("csv-parse/sync");
  const options = {
    delimiter,
    record_delimiter: "\n",
    // Rows of a report differ in length; what a row of the wrong length means is decided by the reader.
    relax_column_count: true,
    max_record_size: LIMITS.line,
  };
  const one = (record: string, line: () => number): string[] => {
    try {
      // Beside a quoted cell another one may hold a mark as text; what follows a closing mark may not.
      return parse(record, { ...options, relax_quotes: endsWell(record, delimiter) })[0] ?? [];
    } catch (error) {
      throw quotingFailure(path, error as Error, line());
    }
  };
  const all = (records: readonly string[]): readonly string[][] | null => {
    try {
      return records.length === 0 ? [] : parse(records.join("\n"), options);
    } catch {
      return null;
    }
  };
  return function* cellsOf(records, lineOfNth) {
    const plain = records.map((record) => plainCells(record, delimiter));
    const parsed = all(records.filter((_, nth) => plain[nth] === null));
    let others = 0;
    for (const [nth, record] of records.entries())
      yield plain[nth] ?? parsed?.[others++] ?? one(record, () => lineOfNth(nth));
  };
}

/** Whether every quoted cell ends with its mark. */
function endsWell(record: string, delimiter: string): boolean {
  let inside = false;
  let fresh = true;
  for (let at = 0; at < record.length; at++) {
    const char = record[at];
    if (inside) {
      if (char !== '"') continue;
      const next = record[at + 1];
      if (next === '"') at++;
      else if (next === undefined || next === delimiter || next === "\n") inside = false;
      else return false;
    } else if (char === '"' && fresh) inside = true;
    fresh = char === delimiter;
  }
  return !inside;
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
