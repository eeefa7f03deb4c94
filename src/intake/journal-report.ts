import type { Derived } from "../core/journal.ts";
import { toDecimal } from "../core/money.ts";
import type { Currency, Day } from "../core/types.ts";
import type { Column } from "./column.ts";
import type { FecYear } from "./fec.ts";
import type { FecColumn } from "./fec-columns.ts";
import { fingerprintOf } from "./header.ts";
import type { JournalReading } from "./journal.ts";
import type { Finding } from "./look.ts";
import type { Profile } from "./profile.ts";
import type { Role } from "./roles.ts";
import type { Understanding } from "./understanding.ts";

const SHOWN = 5;

const names = (all: readonly string[]): string =>
  all.length > SHOWN ? `${all.slice(0, SHOWN).join(", ")} ...` : all.join(", ");
const several = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${more}`;

/** What a person should know of a reading. */
export function journalWarnings(
  years: readonly FecYear[],
  derived: Derived,
  asOf: Finding<Day>,
  currency: Currency,
): string[] {
  const warnings = years.flatMap((year) => yearWarnings(year, currency));
  const { items, disagreeing, lumps, oddTerms } = derived;
  const newest = years.at(-1);
  if (asOf.evidence.startsWith("the newest entry"))
    warnings.push(
      `the balance is taken to be of ${asOf.value}: ${asOf.evidence}; --balance-date says otherwise`,
    );
  const dues = items.filter(({ dueDerived }) => dueDerived).length;
  if (dues > 0)
    warnings.push(
      `${several(dues, "due date was", "due dates were")} worked out from the document's date and terms: a journal has none`,
    );
  if (newest?.lettered === false && items.length > 0)
    warnings.push(
      "no line bears a letter: payments were put on the oldest items, so which invoices are open is derived",
    );
  if (lumps > 0 && years.length === 1)
    warnings.push(
      `${several(lumps, "customer carries its", "customers carry their")} opening balance as one sum without invoices: import the year before with it (--together)`,
    );
  if (years.length > 1 && newest?.opened === false)
    warnings.push("the newest journal carries nothing over: what the year before left open was added");
  if (disagreeing.length > 0)
    warnings.push(
      `the opening entries of ${several(disagreeing.length, "customer differ", "customers differ")} from the year before and were kept as they are: ${names(disagreeing)}`,
    );
  if (oddTerms.size > 0)
    warnings.push(`payment terms that cannot be read were passed over: ${names([...oddTerms])}`);
  return warnings;
}

function yearWarnings({ scan, rows, unchosen, unbalanced }: FecYear, currency: Currency): string[] {
  const warnings = [...scan.warnings];
  if (scan.nuls > 0) warnings.push(`${several(scan.nuls, "zero byte was", "zero bytes were")} left out`);
  if (rows.mended > 0)
    warnings.push(`${several(rows.mended, "row was", "rows were")} mended: a text holds the separator`);
  if (rows.unusable > 0)
    warnings.push(
      `${several(rows.unusable, "row", "rows")} of other accounts could not be read and were left out`,
    );
  if (unbalanced !== 0)
    warnings.push(
      `debits and credits of the whole journal differ by ${toDecimal(unbalanced, currency)} ${currency}`,
    );
  const left = [...unchosen].filter(([, amount]) => amount !== 0);
  if (left.length > 0) {
    const list = left.map(([account, amount]) => `${account} (${toDecimal(amount, currency)})`);
    warnings.push(`other customers' accounts were not taken in: ${names(list)}; --accounts chooses them`);
  }
  return warnings;
}

const ROLES: Readonly<Partial<Record<FecColumn, Role>>> = {
  CompteNum: "account",
  CompAuxNum: "debtor",
  CompAuxLib: "name",
  PieceRef: "number",
  PieceDate: "issued",
  EcritureLib: "label",
  Debit: "debit",
  Credit: "credit",
  Montant: "open",
  Sens: "side",
  EcritureLet: "settled",
  Idevise: "currency",
};

function columnsOf({ header }: FecYear): Column[] {
  const byIndex = new Map([...header.at].map(([name, index]) => [index, name]));
  return header.headers.slice(0, header.width).map((text, index) => {
    const name = byIndex.get(index);
    const role = name === undefined ? null : (ROLES[name] ?? null);
    const evidence = name === undefined ? "no column of the FEC" : "a column of the FEC";
    return { index, header: text, role, bucket: null, attr: null, confidence: 1, evidence };
  });
}

const REJECTS = 20;

/** A journal as `inspect` shows it. */
export function journalUnderstanding(
  year: FecYear,
  { report, rejected }: JournalReading,
  { asOf, profile }: { readonly asOf: Finding<Day>; readonly profile: Profile },
): Understanding {
  const { scan, header, headerLine, rows } = year;
  const { accounts = [], lines = 0 } = report.journal ?? {};
  const layout = "the layout of the FEC";
  return {
    file: year.path,
    kind: "journal",
    sha256: scan.sha256,
    encoding: {
      name: scan.encoding,
      confidence: scan.confidence,
      evidence: scan.evidence,
      suspects: scan.suspects,
    },
    delimiter: {
      value: header.separator,
      evidence: `${header.at.size} columns of the FEC stand in the header`,
    },
    sheet: null,
    header: { row: headerLine, rows: 1, fingerprint: fingerprintOf(header.headers) },
    match: null,
    columns: columnsOf(year),
    top: [],
    values: [],
    layout: null,
    decimal: { value: ",", evidence: layout },
    dates: {},
    dateOrder: { value: "day-first", evidence: layout },
    sign: { value: "owed-positive", evidence: `debit - credit of the accounts ${accounts.join(", ")}` },
    currency: { value: report.control.currency, evidence: "the books' own" },
    asOf,
    rows: {
      preamble: 0,
      header: 1,
      group: 0,
      item: lines,
      subtotal: 0,
      total: 0,
      footer: 0,
      blank: rows.blank,
      unknown: 0,
    },
    totals: report.totals,
    control: report.control,
    rejected: rejected.slice(0, REJECTS),
    rejectedCount: rejected.length,
    holds: report.holds,
    warnings: report.warnings,
    problems: [],
    profile,
  };
}
