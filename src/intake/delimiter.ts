import { EXIT, Failure } from "../problem.ts";
import { firstLine, forEachRecord } from "./csv.ts";
import type { Scan } from "./encoding.ts";
import { findHeader, isBlank, looksLikeAmount, looksLikeDate, type Row } from "./header.ts";

const CANDIDATES = [";", "\t", ",", "|"] as const;
const SAMPLE = 200;

/** Reads the first records of a file; what was read before a failure stands in `rows`. */
export async function firstRows(
  scan: Scan,
  delimiter: string,
  count: number,
  rows: Row[] = [],
): Promise<Row[]> {
  await forEachRecord(scan, delimiter, (cells, line) => {
    rows.push({ cells, line });
    return rows.length < count;
  });
  return rows;
}

export interface DelimiterChoice {
  readonly delimiter: string;
  readonly evidence: string;
}

/**
 * The delimiter that makes rows of equal length whose header is known and whose cells are dates and amounts:
 * a comma in every amount makes equal rows too, but cuts the amounts in two. A first line `sep=;` decides.
 * Throws Failure(65) where no candidate can read the quoting.
 */
export async function chooseDelimiter(scan: Scan): Promise<DelimiterChoice> {
  const named = /^sep=(.)$/i.exec(await firstLine(scan))?.[1];
  if (named !== undefined) return { delimiter: named, evidence: 'the first line says "sep="' };
  let best: { delimiter: string; score: number; evidence: string } | null = null;
  let broken: { score: number; failure: Failure } | null = null;
  for (const delimiter of CANDIDATES) {
    const rows: Row[] = [];
    try {
      const { score, evidence } = judge(await firstRows(scan, delimiter, SAMPLE, rows));
      if (score > (best?.score ?? 0)) best = { delimiter, score, evidence };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // The rows before tell whether this was the right one all the same.
      const { score } = judge(rows);
      if (broken === null || score > broken.score) broken = { score, failure: error };
    }
  }
  if (broken !== null && broken.score >= (best?.score ?? 0)) throw broken.failure;
  if (best !== null) return best;
  throw new Failure(EXIT.input, {
    code: "no-delimiter",
    where: { file: scan.path },
    message: "this file is not a table: no character separates its columns",
    expected: "columns separated by a semicolon, a tab, a comma or a bar",
    fix: "export the open items as CSV; a printed list saved as text cannot be read",
  });
}

function judge(rows: readonly Row[]): { score: number; evidence: string } {
  const filled = rows.filter(({ cells }) => !isBlank(cells));
  const widths = new Map<number, number>();
  for (const { cells } of filled) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width, count] = [...widths].filter(([cells]) => cells > 1).sort((a, b) => b[1] - a[1])[0] ?? [1, 0];
  if (count === 0) return { score: 0, evidence: "" };
  const cells = filled.flatMap((row) => row.cells.map((cell) => cell.trim())).filter((cell) => cell !== "");
  const texts = cells.filter((cell) => !looksLikeAmount(cell) && !looksLikeDate(cell));
  // Cells that still hold other delimiters have not been cut in the right place.
  const uncut = texts.filter((cell) => CANDIDATES.some((candidate) => cell.includes(candidate))).length;
  const hits = findHeader(rows)?.hits ?? 0;
  const evidence = `${count} of ${filled.length} rows have ${width} columns, ${hits} headers are known`;
  const typed = cells.length - texts.length;
  return { score: hits + (count / filled.length) * 4 + ((typed - uncut) / cells.length) * 4, evidence };
}
