import { basename } from "node:path";
import { controlOfYears, type Derived, deriveItems } from "../core/journal.ts";
import { minus, plus, sum, toDecimal } from "../core/money.ts";
import type { Cents, Day, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Balance } from "./balance.ts";
import { type FecYear, readFec } from "./fec.ts";
import { CUSTOMER_ACCOUNTS, isManyCustomers } from "./fec-accounts.ts";
import type { FecHeader } from "./fec-columns.ts";
import { journalUnderstanding, journalWarnings } from "./journal-report.ts";
import { dateDiffers, expected, type Finding } from "./look.ts";
import type { BalanceOptions, ReadReport } from "./options.ts";
import { type Profile, readProfile } from "./profile.ts";
import type { BalanceSink } from "./reader.ts";
import type { Control, Total } from "./tally.ts";
import type { Understanding } from "./understanding.ts";

/** A journal that has been read: its years can be put together. */
export interface Journal extends Balance {
  readonly kind: "journal";
  readonly year: FecYear;
}

const isJournal = (balance: Balance): balance is Journal => balance.kind === "journal";

/** What the reading of one or several years came to. */
export interface JournalReading {
  /** The oldest first. */
  readonly years: readonly [FecYear, ...FecYear[]];
  readonly derived: Derived;
  readonly rejected: readonly RejectedRow[];
  readonly report: ReadReport;
}

/** Opens a file that `recogniseFec` has recognised. Throws Failure(65) for what an import refuses at sight. */
export async function openJournal(
  path: string,
  header: FecHeader,
  options: BalanceOptions,
): Promise<Journal> {
  if (header.missing.length > 0) throw incomplete(path, header);
  const profile = profileOf(header, options);
  const { encoding, accounts = CUSTOMER_ACCOUNTS, currency = options.currency } = profile;
  const year = await readFec(path, header, {
    encoding: options.encoding ?? encoding ?? null,
    currency,
    accounts,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  const asOf = asOfOf(year, options.balanceDate);
  const understood = (reading: JournalReading): Understanding =>
    journalUnderstanding(year, reading, { asOf, profile: { ...profile, encoding: year.scan.encoding } });
  const read = (earlier: readonly FecYear[]): JournalReading =>
    readYears([year, ...earlier], asOf, {
      ...options,
      currency,
      terms: profile.terms ?? options.terms,
      accounts,
    });
  return {
    path,
    sha256: year.scan.sha256,
    kind: "journal",
    asOf: asOf.value,
    year,
    profile: { ...profile, encoding: year.scan.encoding },
    get understanding() {
      return understood(read([]));
    },
    read: async (sink, earlier = []) => {
      const reading = read(earlier.filter(isJournal).map((each) => each.year));
      give(reading, sink);
      return await Promise.resolve(reading.report);
    },
  };
}

function incomplete(file: string, { headers, missing }: FecHeader): Failure {
  return new Failure(EXIT.input, {
    code: "fec-column-missing",
    where: { file, line: 1 },
    message: "this is a FEC, but a column that the open items hang on is missing",
    found: headers.filter((header) => header !== "").join(", "),
    expected: missing.join(", "),
    fix: "export the FEC again with its official header",
  });
}

/** How a journal is read, in full; of a profile for tables only what has a meaning here. */
function profileOf({ separator }: FecHeader, options: BalanceOptions): Profile {
  const given = options.profile === null ? null : readProfile(options.profile);
  const own = given?.format === "fec" ? given : null;
  return {
    format: "fec",
    ...(own?.encoding === undefined ? {} : { encoding: own.encoding }),
    delimiter: separator === "\t" ? "tab" : separator,
    accounts: own?.accounts ?? options.accounts ?? CUSTOMER_ACCOUNTS,
    decimal: ",",
    terms: own?.terms ?? options.terms,
    currency: own?.currency ?? options.currency,
  };
}

/** The closing date in the name, unless an entry is newer; else the one that was said; else the newest entry. */
function asOfOf({ path, named, until }: FecYear, said: Day | null): Finding<Day> & { readonly value: Day } {
  const newest = until ?? named;
  if (newest === null) {
    throw new Failure(EXIT.input, {
      code: "no-items",
      where: { file: path },
      message: "there is no open item in this file",
      found: "a journal without entries",
      expected: "at least one entry with a date",
      fix: "export the journal again",
    });
  }
  if (named !== null && named >= newest) {
    if (said !== null && said !== named) throw dateDiffers(path, named, said, 0);
    return { value: named, evidence: "the closing date in the file's name" };
  }
  if (said !== null) {
    if (said < newest) throw dateDiffers(path, newest, said, 0);
    return { value: said, evidence: "--balance-date" };
  }
  const why =
    named === null ? "the file's name has no closing date" : `the name says ${named}, entries are newer`;
  return { value: newest, evidence: `the newest entry (${why})` };
}

function readYears(
  files: readonly FecYear[],
  asOf: Finding<Day>,
  options: BalanceOptions & { readonly accounts: readonly string[] },
): JournalReading {
  const years = files.toSorted((a, b) => ((a.until ?? "") < (b.until ?? "") ? -1 : 1)) as [
    FecYear,
    ...FecYear[],
  ];
  refuseOverlap(years);
  const { currency, termsOf = () => [] } = options;
  const derived = deriveItems(years, {
    currency,
    termsOf: (debtor, account) => [...termsOf(debtor, account), options.terms],
    isMany: isManyCustomers,
  });
  const newest = years.at(-1) ?? years[0];
  const rejected = [
    ...years.flatMap((year) => year.rejected),
    ...newest.nobody.map((part) => nobodys(part, currency)),
  ];
  const nobody = sum(newest.nobody.map(({ open }) => open));
  const totals = totalsOf(derived, asOf.value, currency);
  const control = controlOf(years, plus(sum(derived.items.map(({ open }) => open)), nobody), nobody, options);
  const rows = { read: 0, items: derived.items.length, subtotals: 0, blank: 0, rejected: rejected.length };
  for (const each of years) {
    rows.read += each.rows.read;
    rows.blank += each.rows.blank;
  }
  const holds = years.some(({ unbalanced }) => unbalanced !== 0) ? ["journal-unbalanced"] : [];
  if (control.difference !== 0) holds.push("control-total");
  const counted = rows.items + rows.rejected;
  if (options.expectRows !== undefined && options.expectRows !== counted) holds.push("row-count");
  const lines = years.reduce((all, each) => all + each.lines, 0);
  const { settled, unbalanced, payments } = derived;
  const journal = { accounts: options.accounts, lines, settled, unbalanced, payments: payments.length };
  const warnings = journalWarnings(years, derived, asOf, currency);
  return { years, derived, rejected, report: { rows, totals, control, holds, warnings, journal } };
}

/** Files of one year twice would count everything twice. */
function refuseOverlap(years: readonly FecYear[]): void {
  for (const [at, { path, from }] of years.entries()) {
    const before = years[at - 1];
    if (before === undefined || from === null || before.until === null || from > before.until) continue;
    throw new Failure(EXIT.input, {
      code: "years-overlap",
      where: { file: path },
      message: "journals that are put together must be of years one after the other",
      found: `entries from ${from} on; those of ${basename(before.path)} go up to ${before.until}`,
      expected: `entries after ${before.until}`,
      fix: "leave --together out and import the newer one alone",
    });
  }
}

function nobodys({ entry, open }: FecYear["nobody"][number], currency: string): RejectedRow {
  return {
    line: entry.line,
    column: "CompAuxNum",
    value: `${entry.account}: ${toDecimal(open, currency)}`,
    reason: "stands on an account that all customers share, without naming one",
    fix: "give the line its customer's auxiliary account in the books, then export again",
    debtor: null,
  };
}

function totalsOf({ items }: Derived, asOf: Day | null, currency: string): Total[] {
  const debit = sum(items.filter(({ open }) => open > 0).map(({ open }) => open));
  const credit = minus(0 as Cents, sum(items.filter(({ open }) => open < 0).map(({ open }) => open)));
  const late = items.filter(({ due, open }) => open > 0 && due !== null && asOf !== null && due < asOf);
  const overdue = sum(late.map(({ open }) => open));
  return [
    { currency, debit, credit: credit === 0 ? (0 as Cents) : credit, open: minus(debit, credit), overdue },
  ];
}

/** The accounts' balance beside the open items: they agree, or there is a bug. */
function controlOf(
  years: readonly FecYear[],
  derived: Cents,
  nobody: Cents,
  { expectTotal, currency }: BalanceOptions,
): Control {
  const known = years.map(({ nobody: _nobody, ...year }) => year);
  const balance = plus(controlOfYears(known), nobody);
  const alone = years.length === 1 ? (years[0]?.control ?? balance) : balance;
  if (balance !== derived || alone !== balance)
    throw new Error(`open items of ${derived} on accounts of ${alone} (${balance})`);
  if (expectTotal === undefined)
    return { kind: "accounts", expected: balance, difference: 0 as Cents, currency };
  const wanted = expected(expectTotal, currency) as Cents;
  return { kind: "option", expected: wanted, difference: minus(wanted, balance), currency };
}

function give({ derived, rejected }: JournalReading, sink: BalanceSink): void {
  for (const item of derived.items) sink.item(item);
  for (const doubt of derived.doubts) sink.doubt(doubt);
  for (const payment of derived.payments) sink.paid(payment);
  for (const row of rejected) sink.reject(row);
}
