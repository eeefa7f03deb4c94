import { digitsOf } from "../core/money.ts";
import { parseTerms } from "../core/terms.ts";
import type { Day, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { AmountCell, COMMA, DOT } from "./amounts.ts";
import { Amounts, BY_SIDE, DAY_FIRST, Dates, MONTH_FIRST, SIGNED, Signs } from "./conventions.ts";
import type { Row } from "./header.ts";
import { type Structure, structureOf } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import type { BalanceOptions } from "./options.ts";
import { dateFormat, type Profile, readProfile } from "./profile.ts";
import { NOWHERE, type Plan, readRows, type Source, undecidedDates } from "./reader.ts";
import { type Match, recognise } from "./recognise.ts";
import { detectLayout } from "./shape.ts";
import { openTable, type Table } from "./table.ts";
import type { Tally } from "./tally.ts";

/** Something that was found out, and from what. `value` null: not found out, or nothing depended on it. */
export interface Finding<T> {
  readonly value: T | null;
  readonly evidence: string;
}

/** What was found out so far: filled step by step, so that `inspect` can show how far it came. */
export interface Seen {
  given: Profile | null;
  /** The profile that the file was known by, where none was named. */
  match: Match | null;
  table: Table | null;
  /** The first rows as they stand. */
  top: readonly Row[];
  structure: Structure | null;
  plan: Plan | null;
  /** The sums of the newest reading: of the first rows, then of all. */
  tally: Tally | null;
  asOf: Finding<Day>;
  source: Source | null;
  /** The sums are those of all rows. */
  whole: boolean;
  /** The first rejected rows of the newest reading. */
  readonly rejected: RejectedRow[];
}

export function nothingSeen(): Seen {
  return {
    given: null,
    match: null,
    table: null,
    top: [],
    structure: null,
    plan: null,
    tally: null,
    asOf: { value: null, evidence: "neither the file nor the command line gives the date of this balance" },
    source: null,
    whole: false,
    rejected: [],
  };
}

/**
 * Looks at a balance as far as the reading needs. Throws Failure(65) for what an import refuses at sight. `ready` hears of
 * the file as soon as it is known how its bytes are read.
 */
export async function look(
  path: string,
  options: BalanceOptions,
  seen: Seen,
  ready: (table: Table, given: Profile | null) => void = () => undefined,
): Promise<Plan> {
  seen.given = options.profile === null ? null : readProfile(options.profile);
  let { table, sample } = await beginning(path, options, seen);
  if (seen.given === null) {
    seen.match = recognise(sample, options.known ?? []);
    seen.given = seen.match === null ? null : readProfile(seen.match.profile);
    if (readsOtherwise(seen.given, table)) ({ table, sample } = await beginning(path, options, seen));
  }
  const { given } = seen;
  ready(table, given);
  seen.top = sample.slice(0, LIMITS.headerRows);
  seen.whole = sample.length < LIMITS.sampleRows;
  seen.structure = structureOf(path, sample, given, options.currency);
  seen.source = table.rows;
  // No character can shift the cells of a workbook.
  seen.plan = planOf(path, options, seen, seen.structure, table.delimiter?.delimiter ?? "\t");
  seen.tally = await readRows(seen.plan, fromMemory(sample), NOWHERE, false);
  if (needsAllRows(seen.plan, seen.structure)) {
    seen.tally = await readRows(seen.plan, seen.source, NOWHERE, true);
    seen.whole = true;
  }
  seen.asOf = asOfOf(path, options, seen.plan, seen.structure);
  seen.plan = { ...seen.plan, setting: { ...seen.plan.setting, asOf: seen.asOf.value } };
  return seen.plan;
}

async function beginning(
  path: string,
  options: BalanceOptions,
  seen: Seen,
): Promise<{ readonly table: Table; readonly sample: readonly Row[] }> {
  const { given } = seen;
  const wanted = {
    encoding: options.encoding ?? given?.encoding ?? null,
    delimiter: given?.delimiter ?? null,
    sheet: options.sheet ?? given?.sheet ?? null,
    scan: options.scan,
  };
  const table = await openTable(path, wanted, options.onProgress);
  seen.table = table;
  return { table, sample: await table.first(LIMITS.sampleRows) };
}

/** Whether the profile that a file was known by reads its bytes in another way than they were looked at. */
function readsOtherwise(given: Profile | null, { encoding, delimiter, sheet }: Table): boolean {
  const named = given?.delimiter === "tab" ? "\t" : given?.delimiter;
  return (
    (named !== undefined && delimiter !== null && named !== delimiter.delimiter) ||
    (given?.encoding !== undefined && given.encoding !== encoding.name) ||
    (given?.sheet !== undefined && given.sheet !== sheet?.name)
  );
}

function fromMemory(rows: readonly Row[]): Source {
  return async (visit) => {
    for (const { cells, line } of rows) visit(cells, line);
    return await Promise.resolve();
  };
}

function planOf(
  file: string,
  options: BalanceOptions,
  seen: Seen,
  structure: Structure,
  delimiter: string,
): Plan {
  const { given } = seen;
  const { header, columns, data, clue } = structure;
  const currency = given?.currency ?? structure.currency?.code ?? options.currency;
  const preferred = header.language === "en" ? "." : ",";
  const amounts = new Amounts(file, currency, given?.decimal ?? null, preferred);
  const numeric = clue !== null && (clue.reading.dayFirst === null || clue.reading.monthFirst === null);
  const own = !numeric ? null : clue.reading.monthFirst === null ? DAY_FIRST : MONTH_FIRST;
  const hint = own ?? hintOf(clue, options.balanceDate);
  return {
    file,
    header,
    layout: detectLayout(file, columns, data, given),
    delimiter,
    currency,
    inverted: given?.sign === "owed-negative",
    conventions: {
      amounts,
      dates: datesOf(file, structure, given, hint),
      signs: new Signs(file, signOf(given)),
    },
    setting: {
      columns,
      asOf: null,
      terms: parseTerms(given?.terms ?? options.terms),
      termsOf: (debtor) => options.termsOf?.(debtor, "") ?? [],
      basis: given?.basis ?? basisOf(structure),
    },
    dateHint: hint,
    expectTotal: options.expectTotal === undefined ? null : expected(options.expectTotal, currency),
  };
}

/** A named date that is one reading of the file's own date says which order that has. */
function hintOf(clue: Structure["clue"], named: Day | null): number | null {
  if (clue === null || named === null || clue.reading.dayFirst === clue.reading.monthFirst) return null;
  if (clue.reading.dayFirst === named) return DAY_FIRST;
  return clue.reading.monthFirst === named ? MONTH_FIRST : null;
}

function signOf(given: Profile | null): number | null {
  if (given?.sign === undefined) return null;
  return given.sign === "by-side" ? BY_SIDE : SIGNED;
}

function datesOf(file: string, { columns }: Structure, given: Profile | null, hint: number | null): Dates {
  const formats = new Map<string, ReturnType<typeof dateFormat>>();
  for (const { role, header, index } of columns) {
    if (role !== "issued" && role !== "due") continue;
    const text = typeof given?.dates === "string" ? given.dates : given?.dates?.[role];
    const format = text === undefined ? null : dateFormat(text);
    if (format !== null) formats.set(header === "" ? `column ${index + 1}` : header, format);
  }
  const order = [...formats.values()].find((format) => format?.order != null)?.order ?? null;
  const dates = new Dates(file, order, hint ?? DAY_FIRST);
  for (const [header, format] of formats) {
    const proof = { line: 0, header, text: "the profile" };
    if (format !== null) dates.shapes.set(header, { shape: format.shape, proof, pinned: true });
  }
  return dates;
}

/** "By document date" above the columns says from when they count. */
function basisOf({ preamble }: Structure): "due" | "document" {
  const text = preamble.map(({ cells }) => cells.join(" ")).join(" ");
  return /date (?:de )?(?:facture|facturation|pi[eè]ce|document|comptable)|(?:document|posting|invoice) date|factuurdatum|rechnungsdatum|belegdatum/i.test(
    text,
  )
    ? "document"
    : "due";
}

/** Whether only the rows further down can say how the rows above are to be read. */
function needsAllRows({ conventions: { amounts, dates }, dateHint }: Plan, { clue }: Structure): boolean {
  const openDate =
    clue !== null && dateHint === null && !dates.decided && clue.reading.dayFirst !== clue.reading.monthFirst;
  const openDates = dates.ambiguous !== null && !dates.decided && dateHint === null;
  return openDate || openDates || (amounts.ambiguous !== null && !amounts.decided);
}

function asOfOf(
  file: string,
  options: BalanceOptions,
  { conventions: { dates }, dateHint }: Plan,
  { clue }: Structure,
): Finding<Day> {
  const hinted = dateHint === DAY_FIRST ? clue?.reading.dayFirst : clue?.reading.monthFirst;
  const own =
    clue === null ? null : (dates.resolve(clue.reading) ?? (dateHint === null ? null : (hinted ?? null)));
  if (clue !== null && own === null)
    throw undecidedDates(file, { line: clue.line, header: clue.source, text: clue.text }, true);
  if (clue !== null && own !== null) {
    if (options.balanceDate !== null && options.balanceDate !== own)
      throw dateDiffers(file, own, options.balanceDate, clue.line);
    const place = clue.source === "file name" ? "the file's name" : `line ${clue.line}`;
    return { value: own, evidence: `"${clue.text}", ${place}` };
  }
  if (options.balanceDate !== null) return { value: options.balanceDate, evidence: "--balance-date" };
  if (options.asOf !== null) return { value: options.asOf, evidence: "--as-of" };
  return nothingSeen().asOf;
}

export function dateDiffers(file: string, own: Day, named: Day, line: number): Failure {
  return new Failure(EXIT.input, {
    code: "balance-date-differs",
    where: line === 0 ? { file } : { file, line },
    message: "this balance has a date of its own, and it is another one",
    found: `${own} in the file, ${named} on the command line`,
    expected: "the same date, or none on the command line",
    fix: "leave --balance-date out, or check that this is the right file",
  });
}

/** `--expect-total` in minor units. Throws Failure(2) where it is no amount or could mean two. */
export function expected(text: string, currency: string): number {
  const cell = new AmountCell(currency);
  const kind = cell.read(text);
  const clear = kind === "amount" && (cell.mask !== (COMMA | DOT) || cell.comma === cell.dot);
  const minor = clear ? cell.minor(cell.mask & DOT ? DOT : COMMA, digitsOf(currency)) : null;
  if (minor !== null) return minor;
  throw new Failure(EXIT.usage, {
    code: "expect-total-unclear",
    message: "--expect-total is not one clear amount",
    found: text,
    expected: `an amount such as 12500.00 in ${currency}`,
  });
}
