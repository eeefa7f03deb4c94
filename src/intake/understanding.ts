import type { Currency, Day, RejectedRow } from "../core/types.ts";
import type { Problem } from "../problem.ts";
import type { Column } from "./column.ts";
import { BY_SIDE, DAY_FIRST, type Proof } from "./conventions.ts";
import type { Row } from "./header.ts";
import type { Finding, Seen } from "./look.ts";
import type { BalanceOptions } from "./options.ts";
import { dateFormatName, type Profile } from "./profile.ts";
import type { Plan } from "./reader.ts";
import type { Match } from "./recognise.ts";
import { reportOf } from "./report.ts";
import type { Role } from "./roles.ts";
import { indexOf, type Layout } from "./shape.ts";
import { type Control, type RowClass, Tally, type Total } from "./tally.ts";

/** What the importer sees in a file, and why. Parts that were not reached are null. */
export interface Understanding {
  readonly file: string;
  readonly kind: "table" | "journal";
  readonly sha256: string;
  readonly encoding: {
    readonly name: string;
    readonly confidence: number;
    readonly evidence: string;
    readonly suspects: readonly { readonly line: number; readonly text: string }[];
  };
  readonly delimiter: Finding<string>;
  /** Of a workbook; null: the file is a text. */
  readonly sheet: Finding<string> | null;
  /** The profile that the file was known by; null where one was named, or none fits. */
  readonly match: Match | null;
  /** `row` is the physical line of its first row; 0: the file has none. */
  readonly header: { readonly row: number; readonly rows: number; readonly fingerprint: string } | null;
  readonly columns: readonly Column[];
  /** The first rows of the file, and the first values of each column, for a person to look at. */
  readonly top: readonly Row[];
  readonly values: readonly (readonly string[])[];
  readonly layout: Layout | null;
  readonly decimal: Finding<"," | ".">;
  /** "dd/MM/yyyy" and so on, by the header of the date column. */
  readonly dates: Readonly<Record<string, string>>;
  readonly dateOrder: Finding<"day-first" | "month-first">;
  readonly sign: Finding<"owed-positive" | "owed-negative" | "by-side">;
  readonly currency: Finding<Currency>;
  readonly asOf: Finding<Day>;
  readonly rows: Readonly<Record<RowClass, number>>;
  readonly totals: readonly Total[];
  readonly control: Control;
  /** The first rejected rows, and how many there are. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
  readonly holds: readonly string[];
  readonly warnings: readonly string[];
  /** Why an import would refuse this file; empty where it would not. */
  readonly problems: readonly Problem[];
  /** What was found out about the layout, for `inspect --save-profile` and for reading a snapshot again. */
  readonly profile: Profile;
}

/** The columns of a profile: by header, or by number where a header is missing or stands twice. */
function columnChoices(columns: readonly Column[]): Pick<Profile, "columns" | "attributes" | "buckets"> {
  const name = (column: Column): string | number => {
    const twins = columns.filter(({ header }) => header === column.header).length;
    return column.header === "" || twins > 1 ? column.index + 1 : column.header;
  };
  const choices: Partial<Record<Role, (string | number)[]>> = {};
  const buckets: Record<string, number | "not-due"> = {};
  for (const column of columns) {
    if (column.role === null || column.role === "running") continue;
    if (column.role !== "bucket") choices[column.role] = [...(choices[column.role] ?? []), name(column)];
    else if (column.bucket !== null) buckets[column.header] = column.bucket.from ?? "not-due";
  }
  const attributes = columns.filter(({ attr }) => attr !== null).map(name);
  return {
    columns: Object.fromEntries(
      Object.entries(choices).map(([role, names]) => [role, names.length === 1 ? names[0] : names]),
    ) as NonNullable<Profile["columns"]>,
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(Object.keys(buckets).length === 0 ? {} : { buckets }),
  };
}

/** How the file is read, in full. What nothing depended on is left out: the same bytes leave it open again. */
export function resolvedProfile(seen: Seen, options: BalanceOptions): Profile {
  const { plan, structure, table, tally, given } = seen;
  const delimiter = table?.delimiter?.delimiter;
  const base: Profile = {
    format: table?.format ?? "csv",
    ...(table?.format === "csv" ? { encoding: table.encoding.name } : {}),
    ...(table?.sheet == null ? {} : { sheet: table.sheet.name }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === "\t" ? "tab" : delimiter }),
  };
  if (plan === null || structure === null) return base;
  const { amounts, signs } = plan.conventions;
  const dates = datesBy(structure.columns, plan);
  const sign = plan.inverted
    ? "owed-negative"
    : signs.decided
      ? signs.chosen === BY_SIDE
        ? "by-side"
        : "owed-positive"
      : given?.sign;
  const printed = seen.whole && tally !== null ? (tally.controls().length > 0 ? "line" : "none") : undefined;
  const total = given?.total ?? printed;
  return {
    ...base,
    ...(Object.keys(dates).length === 0 ? {} : { dates: shortest(dates) }),
    ...(amounts.decided ? { decimal: amounts.mark } : {}),
    header: plan.header.rows === 0 ? 0 : plan.header.fingerprint,
    ...columnChoices(structure.columns),
    shape: plan.layout.shape,
    ...(plan.layout.shape === "items" ? { groups: plan.layout.groups } : { basis: plan.setting.basis }),
    ...(sign === undefined ? {} : { sign }),
    terms: given?.terms ?? options.terms,
    currency: plan.currency,
    control: given?.control ?? "check",
    ...(total === undefined ? {} : { total }),
  };
}

function datesBy(
  columns: readonly Column[],
  { conventions: { dates } }: Plan,
): { issued?: string; due?: string } {
  const found: { issued?: string; due?: string } = {};
  for (const { role, header, index } of columns) {
    if (role !== "issued" && role !== "due") continue;
    const shape = dates.shapes.get(header === "" ? `column ${index + 1}` : header)?.shape;
    const open = (shape === "numeric" || shape === "compact") && !dates.decided;
    if (shape !== undefined && !open) found[role] = dateFormatName(shape, dates.chosen);
  }
  return found;
}

function shortest(dates: { issued?: string; due?: string }): NonNullable<Profile["dates"]> {
  const { issued, due } = dates;
  return issued === undefined ? (due ?? "") : due === undefined || due === issued ? issued : dates;
}

const proofOf = (proof: Proof | undefined, otherwise: string): string =>
  proof === undefined ? otherwise : `"${proof.text}" in column "${proof.header}", line ${proof.line}`;

function finding<T>(
  ways: {
    decided: boolean;
    pinned: boolean;
    possible: number;
    decidedBy: string | null;
    proofs: ReadonlyMap<number, Proof>;
  },
  value: T,
): Finding<T> {
  if (!ways.decided) return { value: null, evidence: "no cell depends on it" };
  if (ways.pinned) return { value, evidence: "named by the profile" };
  return {
    value,
    evidence: ways.decidedBy ?? proofOf(ways.proofs.get(ways.possible), "proved by the cells"),
  };
}

const NO_ROWS = new Tally();
const UNKNOWN = { value: null, evidence: "not looked for" };

/** Everything that was found out, as far as the look came. */
export function understandingOf(
  file: string,
  seen: Seen,
  options: BalanceOptions,
  problems: readonly Problem[],
): Understanding {
  const { table, plan, structure } = seen;
  if (table === null) throw new Error("nothing was looked at");
  const tally = seen.tally ?? NO_ROWS;
  const conventions = plan?.conventions;
  const report = plan === null ? null : reportOf(plan, seen, options, tally);
  return {
    file,
    kind: "table",
    sha256: table.sha256,
    encoding: table.encoding,
    delimiter:
      table.delimiter === null
        ? { value: null, evidence: "cells need none" }
        : { value: table.delimiter.delimiter, evidence: table.delimiter.evidence },
    sheet: table.sheet === null ? null : { value: table.sheet.name, evidence: table.sheet.evidence },
    header:
      structure === null
        ? null
        : {
            row: structure.header.line,
            rows: structure.header.rows,
            fingerprint: structure.header.fingerprint,
          },
    match: seen.match,
    columns: structure?.columns ?? [],
    top: seen.top,
    values: (structure?.columns ?? []).map(({ index }) =>
      (structure?.data ?? [])
        .map(({ cells }) => cells[index] ?? "")
        .filter((cell) => cell.trim() !== "")
        .slice(0, 3),
    ),
    layout: plan?.layout ?? null,
    decimal: conventions === undefined ? UNKNOWN : finding(conventions.amounts, conventions.amounts.mark),
    dates: plan === null || structure === null ? {} : datesBy(structure.columns, plan),
    dateOrder:
      conventions === undefined
        ? UNKNOWN
        : finding(conventions.dates, conventions.dates.chosen === DAY_FIRST ? "day-first" : "month-first"),
    sign: conventions === undefined ? UNKNOWN : signOf(plan!),
    currency: currencyFinding(seen, options),
    asOf: seen.asOf,
    rows: tally.classes,
    totals: tally.totals(),
    control: report?.control ?? {
      kind: "none",
      expected: null,
      difference: null,
      currency: options.currency,
    },
    rejected: seen.rejected,
    rejectedCount: tally.rejected,
    holds: report?.holds ?? [],
    warnings: report?.warnings ?? table.warnings,
    problems,
    profile: resolvedProfile(seen, options),
  };
}

function signOf(plan: Plan): Understanding["sign"] {
  if (plan.inverted) return { value: "owed-negative", evidence: "named by the profile" };
  const { signs } = plan.conventions;
  return finding(signs, signs.chosen === BY_SIDE ? "by-side" : "owed-positive");
}

function currencyFinding({ plan, structure, given }: Seen, options: BalanceOptions): Finding<Currency> {
  if (plan === null) return UNKNOWN;
  if (given?.currency !== undefined) return { value: given.currency, evidence: "named by the profile" };
  if (structure?.currency != null)
    return { value: structure.currency.code, evidence: structure.currency.evidence };
  if (structure !== null && indexOf(structure.columns, "currency") !== -1)
    return { value: plan.currency, evidence: "where the currency column is empty" };
  return { value: options.currency, evidence: "the company's own" };
}
