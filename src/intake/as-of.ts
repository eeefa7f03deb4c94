import { basename } from "node:path";
import { bare } from "../core/bare.ts";
import { type DateReading, readDate } from "./dates.ts";

/** A date that the file itself gives for its balance. */
export interface AsOfClue {
  readonly reading: DateReading;
  readonly text: string;
  readonly source: "preamble" | "column header" | "file name";
  /** 0 where it does not stand in the file. */
  readonly line: number;
}

const DATE =
  /\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}(?:er|\.)?[\s-]+\p{L}{3,9}\.?[\s,-]+\d{4}|\p{L}{3,9}\.? \d{1,2},? \d{4}|(?<!\d)\d{8}(?!\d)/gu;
const PRINTED =
  /(?:imprim|edit(?:e|ion)|printed|generat|genere|gedrukt|gedruckt|erstellt|export|created|tire le|extrait)/;
/** A financial year says nothing of the day up to which it is booked. */
const YEAR = /exercice|fiscal|financial year|boekjaar|geschaftsjahr|wirtschaftsjahr/;
const RANGE_START = /(?:^|[^\p{L}])(?:du|de|depuis|from|van|vom|von|ab)[\s:]*$/u;
const AS_OF =
  /(?:^|[^\p{L}])(?:au|arretee?s?(?: au| le| a)?|as of|as at|a la date|situation|per|op|zum|stichtag|peildatum|tot|to|until|bis|date d'?arrete)[\s:du]*(?:le\s*)?$/u;

interface Found {
  readonly text: string;
  readonly reading: DateReading;
  readonly before: string;
}

function datesIn(text: string): Found[] {
  const found: Found[] = [];
  let from = 0;
  for (const match of text.matchAll(DATE)) {
    const reading = readDate(match[0]);
    if (reading === null || reading === "empty" || reading.shape === "serial") continue;
    found.push({ text: match[0], reading, before: bare(text.slice(from, match.index)) });
    from = match.index + match[0].length;
  }
  return found;
}

/**
 * The day of the balance as the rows above the header, an ageing column's header or the file's name give it.
 * Dates of printing, starts of periods and financial years are no such day. Null where there is none.
 */
export function findAsOf(
  preamble: readonly { readonly cells: readonly string[]; readonly line: number }[],
  headers: readonly string[],
  headerLine: number,
  path: string,
): AsOfClue | null {
  let loose: AsOfClue | null = null;
  for (const { cells, line } of preamble) {
    const text = cells.join(" ").replaceAll(/\s+/g, " ");
    let inRange = false;
    for (const { reading, before, ...found } of datesIn(text)) {
      if (YEAR.test(before)) break;
      if (RANGE_START.test(before)) inRange = true;
      if (PRINTED.test(before) || RANGE_START.test(before)) continue;
      const clue = { reading, text: found.text, source: "preamble", line } as const;
      if (AS_OF.test(before) && !inRange) return clue;
      loose ??= clue;
    }
  }
  if (loose !== null) return loose;
  for (const header of headers) {
    const found = /not due|non echu|as of|as at|nicht fallig|niet vervallen|a la date/.test(bare(header))
      ? datesIn(header)[0]
      : undefined;
    if (found !== undefined)
      return { reading: found.reading, text: found.text, source: "column header", line: headerLine };
  }
  const name = basename(path)
    .replace(/\.[a-z]{2,4}$/i, "")
    .replaceAll("_", " ");
  const dated = datesIn(name.replaceAll(/(\d) (\d{1,2}) (?=\d)/g, "$1-$2-")).at(-1);
  return dated === undefined
    ? null
    : { reading: dated.reading, text: dated.text, source: "file name", line: 0 };
}
