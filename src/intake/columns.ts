import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { parseBuckets } from "./buckets.ts";
import {
  type Column,
  correct,
  fits,
  keepAs,
  keepAttributes,
  type Look,
  lookAt,
  shareText,
} from "./column.ts";
import { takeDocumentAmount } from "./document-amount.ts";
import type { Header, Row } from "./header.ts";
import type { ColumnChoice, Profile } from "./profile.ts";
import { type Role, roleText } from "./roles.ts";
import { type Meaning, meaningsOf } from "./synonyms.ts";
import { headerKey } from "./words.ts";

/** Roles that several columns may share. */
const SHARED: ReadonlySet<Role> = new Set(["settled", "blocked", "sent", "address", "bucket", "ignored"]);
/** Two columns of one name are a mistake where the wrong one would change who owes what. */
const CRITICAL: ReadonlySet<Role> = new Set([
  "debtor",
  "name",
  "number",
  "issued",
  "due",
  "open",
  "debit",
  "credit",
  "original",
  "paid",
  "total",
  "side",
  "currency",
]);
/** Reading a file without such a column would make up what it says. */
const DECISIVE: ReadonlySet<Role> = new Set<Role>(["due", "open", "debit", "credit"]);

/** Gives each column its role, by the profile or by its name and its cells. Throws Failure(65) for names given twice. */
export function assignColumns(
  file: string,
  header: Header,
  data: readonly Row[],
  asOf: Day | null,
  profile: Profile | null,
): Column[] {
  const columns: Column[] = header.cells.map((cell, index) => ({
    index,
    header: cell,
    role: null,
    bucket: null,
    attr: null,
    confidence: 0,
    evidence: "not known",
  }));
  const looks = columns.map((column) => lookAt(column.index, data));
  const byName = profile?.columns === undefined || profile.others === "by-name";
  if (profile?.columns !== undefined) {
    assignNamed(file, columns, profile.columns, header);
    for (const attribute of profile.attributes ?? [])
      keepAs(columnNamed(file, columns, attribute, header), columns);
  }
  if (byName) {
    assignByName(file, header, columns, looks);
    refuseUnreadable(file, header, columns, looks);
    assignUnnamed(columns, looks);
  }
  assignBuckets(columns, looks, asOf, profile);
  if (profile?.columns !== undefined) {
    if (byName) keepAttributes(columns, looks, data);
    return columns;
  }
  correct(columns, looks, data);
  if (!takeDocumentAmount(columns, data)) throw currencyUnclear(file, header);
  assignUnnamed(columns, looks);
  keepAttributes(columns, looks, data);
  return columns;
}

function assignByName(
  file: string,
  header: Header,
  columns: readonly Column[],
  looks: readonly Look[],
): void {
  const wishes = columns
    .flatMap((column) => meaningsOf(column.header).map((meaning) => ({ column, meaning })))
    .sort((a, b) => a.meaning.rank - b.meaning.rank || a.column.index - b.column.index);
  const taken = new Map<Role, Column>();
  for (const column of columns) if (column.role !== null) taken.set(column.role, column);
  for (const { column, meaning } of wishes) {
    const look = looks[column.index]!;
    const holder = taken.get(meaning.role);
    if (holder !== undefined && holder !== column && !SHARED.has(meaning.role)) {
      const same = headerKey(holder.header) === headerKey(column.header);
      if (same && holder.role === meaning.role && CRITICAL.has(meaning.role))
        throw duplicate(file, header, holder, column, meaning);
      continue;
    }
    if (column.role !== null) continue;
    if (!fits(meaning.role, look, meaning.rank)) {
      column.evidence = `the name says ${roleText(meaning.role)}, but ${shareText(meaning.role, look)}`;
      continue;
    }
    column.role = meaning.role;
    column.confidence = [0, 0.98, 0.9, 0.8, 0.7][meaning.rank] ?? 0.7;
    column.evidence = `a known name of ${roleText(meaning.role)} (${meaning.language}); ${shareText(meaning.role, look)}`;
    taken.set(meaning.role, column);
  }
}

/** A column that is surely called the due date or the amount, and holds none, is a notation that nobody knows. */
function refuseUnreadable(
  file: string,
  header: Header,
  columns: readonly Column[],
  looks: readonly Look[],
): void {
  for (const column of columns) {
    const [first] = meaningsOf(column.header);
    if (column.role !== null || first?.rank !== 1 || !DECISIVE.has(first.role)) continue;
    if (columns.some(({ role, confidence }) => role === first.role && confidence === 1)) continue;
    const look = looks[column.index]!;
    if (fits(first.role, look, 1)) continue;
    throw new Failure(EXIT.input, {
      code: "column-unreadable",
      where: { file, line: header.line, column: column.index + 1 },
      message: `the column "${column.header}" is called ${roleText(first.role)}, but none of its cells can be read so`,
      found: shareText(first.role, look),
      expected: first.role === "due" ? "dates such as 31/03/2026" : "amounts such as 1 250,00",
      fix: "name the columns in a profile (profiles: in dunning.yaml), without this one or with its notation",
    });
  }
}

function currencyUnclear(file: string, header: Header): Failure {
  return new Failure(EXIT.input, {
    code: "currency-unclear",
    where: { file, line: header.line },
    message: "the open amounts stand in two currencies, and not every row has both",
    found: header.cells.filter((cell) => cell !== "").join(", "),
    expected: "one column with the open amount in the currency that the row names",
    fix: "name the columns in a profile (profiles: in dunning.yaml): open: the amount, currency: its currency",
  });
}

function duplicate(file: string, header: Header, first: Column, second: Column, meaning: Meaning): Failure {
  return new Failure(EXIT.input, {
    code: "duplicate-header",
    where: { file, line: header.line, column: second.index + 1 },
    message: `two columns are called "${second.header}"`,
    found: `columns ${first.index + 1} and ${second.index + 1}`,
    expected: `one column for ${roleText(meaning.role)}`,
    fix: "rename one of them in the export, or name the columns by number in a profile",
  });
}

/** Summaries often leave the customer's column without a name. */
function assignUnnamed(columns: readonly Column[], looks: readonly Look[]): void {
  const first = columns[0];
  const look = looks[0];
  if (first === undefined || look === undefined || first.header !== "" || first.role !== null) return;
  if (columns.some((column) => column.role === "debtor" || column.role === "name")) return;
  if (look.filled === 0 || look.amounts * 5 > look.filled || look.dates * 5 > look.filled) return;
  Object.assign(first, {
    role: "name",
    confidence: 0.7,
    evidence: `a first column without a name; ${shareText("name", look)}`,
  });
}

function assignBuckets(
  columns: readonly Column[],
  looks: readonly Look[],
  asOf: Day | null,
  profile: Profile | null,
): void {
  const named = profile?.buckets;
  if (named !== undefined) {
    for (const column of columns) {
      const from = Object.entries(named).find(
        ([header]) => headerKey(header) === headerKey(column.header),
      )?.[1];
      if (from === undefined || column.role !== null) continue;
      const lower = from === "not-due" ? null : from;
      Object.assign(column, {
        role: "bucket",
        bucket: { from: lower, to: null },
        confidence: 1,
        evidence: "named by the profile",
      });
    }
    const limits = columns.flatMap((column) => (column.bucket?.from == null ? [] : [column.bucket.from]));
    for (const column of columns) {
      const from = column.bucket?.from ?? null;
      if (from === null) continue;
      const next = Math.min(...limits.filter((limit) => limit > from));
      column.bucket = { from, to: Number.isFinite(next) ? next - 1 : null };
    }
    return;
  }
  if (profile?.columns !== undefined && profile.shape !== "summary" && profile.others !== "by-name") return;
  const buckets = parseBuckets(
    columns.map((column) => (column.role === null ? column.header : "")),
    asOf,
  );
  for (const [index, bucket] of buckets.entries()) {
    const look = looks[index]!;
    if (bucket === null || !fits("bucket", look, 2)) continue;
    const range =
      bucket.from === null ? "not due yet" : `${bucket.from} to ${bucket.to ?? "any number of"} days late`;
    Object.assign(columns[index]!, {
      role: "bucket",
      bucket,
      confidence: 0.95,
      evidence: `an ageing column: ${range}; ${shareText("bucket", look)}`,
    });
  }
}

function assignNamed(
  file: string,
  columns: readonly Column[],
  choice: Readonly<Partial<Record<Role, ColumnChoice>>>,
  header: Header,
): void {
  for (const [role, wanted] of Object.entries(choice) as [Role, ColumnChoice][]) {
    const names: (string | number)[] = typeof wanted === "object" ? [...wanted] : [wanted];
    for (const name of SHARED.has(role) ? names : [oneOf(names, columns)]) {
      const column = columnNamed(file, columns, name, header);
      Object.assign(column, { role, confidence: 1, evidence: "named by the profile" });
    }
  }
}

/** Of the names that one column may have, the first that the file has. */
function oneOf(names: readonly (string | number)[], columns: readonly Column[]): string | number {
  const there = names.find((name) =>
    typeof name === "number"
      ? name <= columns.length
      : columns.some(({ header }) => headerKey(header) === headerKey(name)),
  );
  return there ?? names[0]!;
}

function columnNamed(
  file: string,
  columns: readonly Column[],
  name: string | number,
  header: Header,
): Column {
  const exact = columns.filter((column) =>
    typeof name === "number" ? column.index === name - 1 : column.header === name,
  );
  const found =
    exact.length > 0
      ? exact
      : columns.filter((column) => typeof name === "string" && headerKey(column.header) === headerKey(name));
  const [column, second] = found;
  if (column !== undefined && second === undefined) return column;
  throw new Failure(EXIT.input, {
    code: column === undefined ? "profile-column-missing" : "duplicate-header",
    where: { file, line: Math.max(1, header.line) },
    message:
      column === undefined
        ? `the profile's column ${JSON.stringify(name)} is not in this file`
        : `two columns are called "${name}"`,
    found: header.cells.filter((cell) => cell !== "").join(", "),
    expected: `one column called ${JSON.stringify(name)}`,
    fix: `look at the file (dunning inspect ${file}) and mend the profile's columns`,
  });
}
