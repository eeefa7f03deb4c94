import { bare } from "../core/bare.ts";
import type { Currency } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { type AsOfClue, findAsOf } from "./as-of.ts";
import type { Column } from "./column.ts";
import { assignColumns } from "./columns.ts";
import { Dates } from "./conventions.ts";
import { currencyOf } from "./currency.ts";
import {
  describe,
  findHeader,
  type Header,
  headerAt,
  isBlank,
  isRepeat,
  noHeader,
  oneLine,
  type Row,
  refuseOtherHeader,
} from "./header.ts";
import { LIMITS } from "./limits.ts";
import type { Profile } from "./profile.ts";
import { candidatesOf, placeOf } from "./recognise.ts";
import { namesCustomers, namesSuppliers } from "./words.ts";

/** What the top of a file tells: its header, what its columns hold, its date. */
export interface Structure {
  readonly header: Header;
  readonly columns: readonly Column[];
  /** Rows above the header. */
  readonly preamble: readonly Row[];
  /** Rows below the header. */
  readonly data: readonly Row[];
  readonly clue: AsOfClue | null;
  /** Named by a header or above it. */
  readonly currency: { readonly code: Currency; readonly evidence: string } | null;
}

/** Throws Failure(65) where there is no header, where columns stand twice, and for suppliers' balances. */
export function structureOf(
  file: string,
  sample: readonly Row[],
  profile: Profile | null,
  own: Currency,
): Structure {
  const header = locateHeader(file, sample, profile);
  const start = sample.findIndex(({ line }) => line >= header.line);
  const preamble = header.rows === 0 ? [] : sample.slice(0, start);
  const data = sample
    .slice(start + header.rows)
    .filter(({ cells }) => !isBlank(cells) && !isRepeat(header, cells));
  for (const row of data) refuseOtherHeader(file, header, row);
  refuseSuppliers(file, preamble, header);
  const clue = findAsOf(preamble, header.cells, header.line, file);
  const day = clue === null ? null : new Dates(file, null, 0).resolve(clue.reading);
  const columns = assignColumns(file, header, data, day, profile);
  return { header, columns, preamble, data, clue, currency: namedCurrency(preamble, columns, own) };
}

function locateHeader(file: string, sample: readonly Row[], profile: Profile | null): Header {
  const wanted = profile?.header;
  if (wanted === 0) return noHeader(Math.max(...sample.map(({ cells }) => cells.length)));
  if (typeof wanted === "number") {
    const at = sample.findIndex(({ line }) => line === wanted);
    const row = sample[at];
    if (row !== undefined) return headerAt(row, sample[at + 1]) ?? describe(row.cells.map(oneLine), row, 1);
  } else if (profile !== null && (wanted !== undefined || profile.headers !== undefined)) {
    const place = placeOf(profile, candidatesOf(sample));
    if (place !== null) return describe(place.cells, sample[place.index]!, place.lines);
  } else {
    const found = findHeader(sample);
    if (found !== null) return found;
  }
  const names = wanted ?? profile?.headers?.map((list) => list.join(", ")).join("; or ");
  throw new Failure(EXIT.input, {
    code: names === undefined ? "no-header" : "profile-header-missing",
    where: { file, line: typeof wanted === "number" ? wanted : 1 },
    message:
      names === undefined ? "no header row was recognised" : "the profile's header row is not in this file",
    found: (sample[0]?.cells ?? []).join(" | ").slice(0, 120),
    expected:
      names === undefined
        ? `a row with column names in the first ${LIMITS.headerRows} rows, in French, Dutch, German or English`
        : `the columns for which the profile was made (header: ${names})`,
    fix:
      names === undefined
        ? `look at \`dunning inspect ${file}\`; for a file without column names, name the columns by number in a profile (header: 0)`
        : `make the profile again: dunning inspect ${file} --save-profile NAME`,
  });
}

/** A balance of suppliers says so above or in its header, and names no customers there. */
function refuseSuppliers(file: string, preamble: readonly Row[], header: Header): void {
  const texts = [...preamble.flatMap(({ cells }) => cells), ...header.cells];
  const found = texts.find(namesSuppliers);
  if (found === undefined || texts.some(namesCustomers)) return;
  throw suppliers(file, `"${found.trim()}"`);
}

export function suppliers(file: string, found: string): Failure {
  return new Failure(EXIT.input, {
    code: "suppliers-ledger",
    where: { file },
    message: "this is a balance of suppliers: nobody here owes you money",
    found,
    expected: "the open items of customers (account 411, klanten, Debitoren, receivables)",
    fix: "export the customers' balance",
  });
}

const CURRENCY_LINE = /(?:devise|monnaie|currency|wahrung|valuta|munt)\s*:?\s*(?:en\s+)?([a-z]{3})\b/;

function namedCurrency(
  preamble: readonly Row[],
  columns: readonly Column[],
  own: Currency,
): Structure["currency"] {
  for (const { header, role } of columns) {
    if (role !== "open" && role !== "debit" && role !== "original" && role !== "bucket") continue;
    const text = /\(([^)]{1,4})\)|\b([A-Z]{3})\s*$|(\p{Sc})/u.exec(header);
    const code = text === null ? null : currencyOf(text[1] ?? text[2] ?? text[3] ?? "", own);
    if (code !== null) return { code, evidence: `the header "${header}"` };
  }
  for (const { cells, line } of preamble) {
    const code = CURRENCY_LINE.exec(bare(cells.join(" ")))?.[1];
    const known = code === undefined ? null : currencyOf(code, own);
    if (known !== null) return { code: known, evidence: `line ${line}` };
  }
  return null;
}
