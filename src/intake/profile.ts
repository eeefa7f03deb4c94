import { parseTerms } from "../core/terms.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { DAY_FIRST, MONTH_FIRST } from "./conventions.ts";
import type { DateShape } from "./dates.ts";
import { MASTER_ROLES, type Role } from "./roles.ts";

/** A column by its header, or by its number from 1. */
export type ColumnChoice = string | number | readonly (string | number)[];

/** Rows that name a customer for the rows below: the columns (from 1) that such a row may fill, the first always. */
export interface GroupRows {
  readonly columns: readonly number[];
  /** The first column holds code and name: "C001 Dupont". */
  readonly split: boolean;
  /** Such a row carries the customer's total. */
  readonly amounts: boolean;
}

/**
 * How one layout is read. What a profile names is taken as said, what it leaves out is found out from the file;
 * a profile made by `profileFrom` names everything, so that reading it again guesses nothing.
 */
export interface Profile {
  readonly format: "csv" | "workbook" | "fec";
  /** The program and its report, for people. */
  readonly title?: string;
  /** How the layout is known: a file whose header has all names of one list. Dates and numbers in names do not count. */
  readonly headers?: readonly (readonly string[])[];
  readonly encoding?: string;
  /** Of a workbook. */
  readonly sheet?: string;
  /** One character, or "tab". */
  readonly delimiter?: string;
  /** dd/MM/yyyy, MM/dd/yyyy, yyyy-MM-dd, ddMMyyyy, MMddyyyy, yyyyMMdd, d MMM yyyy, excel: for all dates or by column. */
  readonly dates?: string | { readonly issued?: string; readonly due?: string };
  readonly decimal?: "," | ".";
  /** Line of the header, 0 for none, or a fingerprint. */
  readonly header?: number | string;
  readonly columns?: Readonly<Partial<Record<Role, ColumnChoice>>>;
  /** The columns that `columns` does not name: left out, or found by their names as without a profile. */
  readonly others?: "ignore" | "by-name";
  /** Further columns that are kept on the debtor as `attr.`. */
  readonly attributes?: readonly (string | number)[];
  readonly shape?: "items" | "summary";
  /** Customers: on every row, above their rows, or only on the first of their rows. */
  readonly groups?: "none" | "carried" | GroupRows;
  /** Ageing columns: least days late by header, or "not-due". */
  readonly buckets?: Readonly<Record<string, number | "not-due">>;
  /** From which date the ageing columns count. */
  readonly basis?: "due" | "document";
  /** What a customer owes is printed as a positive amount, a negative one, or by a side or type column. */
  readonly sign?: "owed-positive" | "owed-negative" | "by-side";
  /** 30d, 30d end-of-month: where a row has an invoice date and no due date. */
  readonly terms?: string;
  readonly currency?: string;
  /** Of a journal: prefixes of the customers' accounts. */
  readonly accounts?: readonly string[];
  /** A printed total that differs holds the import back, or is a warning only. */
  readonly control?: "check" | "warn";
  /** Whether a complete file ends in a line of totals. */
  readonly total?: "line" | "none";
}

const DATE_FORMATS: readonly (readonly [RegExp, string, DateShape, number | null])[] = [
  [/^d{1,2}[-/. ]M{1,2}[-/. ](yy){1,2}$/, "dd/MM/yyyy", "numeric", DAY_FIRST],
  [/^M{1,2}[-/. ]d{1,2}[-/. ](yy){1,2}$/, "MM/dd/yyyy", "numeric", MONTH_FIRST],
  [/^yyyy[-/. ]M{1,2}[-/. ]d{1,2}$/, "yyyy-MM-dd", "iso", null],
  [/^ddMMyyyy$/, "ddMMyyyy", "compact", DAY_FIRST],
  [/^MMddyyyy$/, "MMddyyyy", "compact", MONTH_FIRST],
  [/^yyyyMMdd$/, "yyyyMMdd", "compact-iso", null],
  [/^d{1,2}[- ]M{3,4}[- ](yy){1,2}$/, "d MMM yyyy", "named", null],
  [/^excel$/, "excel", "serial", null],
];

/** Null for a format that is not known. */
export function dateFormat(text: string): { shape: DateShape; order: number | null } | null {
  const found = DATE_FORMATS.find(([pattern]) => pattern.test(text));
  return found === undefined ? null : { shape: found[2], order: found[3] };
}

export function dateFormatName(shape: DateShape, order: number): string {
  return (
    DATE_FORMATS.find((format) => format[2] === shape && (format[3] === null || format[3] === order))?.[1] ??
    "dd/MM/yyyy"
  );
}

const ROLES: ReadonlySet<string> = new Set(
  `debtor name number type label issued due original paid open debit credit side total currency settled status blocked sent method
  terms age account ledger ignored ${MASTER_ROLES.join(" ")}`.split(/\s+/),
);
/** Column keys that a profile may use. */
const PROFILE_COLUMNS: readonly string[] = [...ROLES];

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isName = (value: unknown): boolean => typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isAccountPrefix = (value: unknown): boolean => typeof value === "string" && /^\d{2,}\w*$/.test(value);
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0;
const isChoice = (value: unknown): boolean =>
  isText(value) ||
  isNumber(value) ||
  (Array.isArray(value) && value.length > 0 && value.every((each) => isText(each) || isNumber(each)));
const oneOf =
  (...values: string[]) =>
  (value: unknown): boolean =>
    typeof value === "string" && values.includes(value);
const isDates = (value: unknown): boolean =>
  isText(value)
    ? dateFormat(value) !== null
    : isRecord(value) &&
      Object.entries(value).every(
        ([key, each]) => ["issued", "due"].includes(key) && isText(each) && dateFormat(each) !== null,
      );

const KEYS: Readonly<Record<keyof Profile, readonly [(value: unknown) => boolean, string]>> = {
  format: [oneOf("csv", "workbook", "fec"), "csv, workbook or fec"],
  sheet: [isText, "the name of a sheet"],
  title: [isText, "a text"],
  headers: [
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((names) => Array.isArray(names) && names.length > 1 && names.every(isName)),
    "lists of column names, such as [[Invoice, Due date, Balance]]",
  ],
  encoding: [isText, "utf-8, utf-16le, windows-1252, cp850, macintosh ..."],
  delimiter: [(value) => isText(value) && (value === "tab" || value.length === 1), "one character, or tab"],
  dates: [
    isDates,
    "dd/MM/yyyy, MM/dd/yyyy, yyyy-MM-dd, ddMMyyyy, MMddyyyy, yyyyMMdd, d MMM yyyy or excel; or { issued, due }",
  ],
  decimal: [oneOf(",", "."), '"," or "."'],
  header: [
    (value) => value === 0 || isNumber(value) || isText(value),
    "a line number (0: no header) or a fingerprint",
  ],
  columns: [
    (value) =>
      isRecord(value) && Object.entries(value).every(([key, each]) => ROLES.has(key) && isChoice(each)),
    `headers or numbers by ${PROFILE_COLUMNS.slice(0, 12).join(", ")} ...`,
  ],
  others: [oneOf("ignore", "by-name"), "ignore or by-name"],
  attributes: [
    (value) => Array.isArray(value) && value.every((each) => isText(each) || isNumber(each)),
    "a list of headers",
  ],
  shape: [oneOf("items", "summary"), "items or summary"],
  groups: [
    (value) =>
      value === "none" ||
      value === "carried" ||
      (isRecord(value) &&
        Array.isArray(value["columns"]) &&
        value["columns"].length > 0 &&
        value["columns"].every(isNumber) &&
        [value["split"], value["amounts"]].every((each) => typeof each === "boolean")),
    "none, carried, or { columns, split, amounts }",
  ],
  buckets: [
    (value) => isRecord(value) && Object.values(value).every((from) => from === "not-due" || isNumber(from)),
    "least days late, or not-due, by header",
  ],
  basis: [oneOf("due", "document"), "due or document"],
  sign: [oneOf("owed-positive", "owed-negative", "by-side"), "owed-positive, owed-negative or by-side"],
  terms: [(value) => isText(value) && parseTerms(value) !== null, "30d, 30d end-of-month, 45d end-of-month"],
  currency: [(value) => isText(value) && /^[A-Z]{3}$/.test(value), "an ISO 4217 code"],
  accounts: [
    (value) => Array.isArray(value) && value.length > 0 && value.every(isAccountPrefix),
    'prefixes of accounts in quotes, such as ["411", "416"]',
  ],
  control: [oneOf("check", "warn"), "check or warn"],
  total: [oneOf("line", "none"), "line or none"],
};

export interface ProfileFault {
  readonly key: string;
  readonly found: string;
  readonly expected: string;
}

/** What is wrong with a profile as it stands in a file; empty where it can be used. */
export function profileFaults(value: unknown): ProfileFault[] {
  if (!isRecord(value))
    return [{ key: "", found: JSON.stringify(value), expected: "a profile: { format: csv, ... }" }];
  const faults: ProfileFault[] = [];
  for (const [key, each] of Object.entries(value)) {
    if (says(each) === undefined) continue;
    const rule = Object.hasOwn(KEYS, key) ? KEYS[key as keyof Profile] : undefined;
    if (rule === undefined)
      faults.push({ key, found: "an unknown key", expected: Object.keys(KEYS).join(", ") });
    else if (!rule[0](each)) faults.push({ key, found: JSON.stringify(each), expected: rule[1] });
  }
  return faults;
}

/** A key without a value, and a section without keys, say nothing. */
function says(value: unknown): unknown {
  return value === null || (isRecord(value) && Object.keys(value).length === 0) ? undefined : value;
}

/** A profile from a configuration or from a stored snapshot. Throws Failure(78) with everything that is wrong with it. */
export function readProfile(value: unknown): Profile {
  const [first, ...others] = profileFaults(value).map(
    ({ key, found, expected }): Problem => ({
      code: "profile-invalid",
      message: `an import profile has an unusable ${key === "" ? "form" : `"${key}"`}`,
      found,
      expected,
    }),
  );
  if (first !== undefined) throw new Failure(EXIT.config, [first, ...others]);
  const kept = Object.entries(value as Profile).filter(([, each]) => says(each) !== undefined);
  return { format: "csv", ...(Object.fromEntries(kept) as Partial<Profile>) };
}

/** What `inspect --save-profile` writes: everything that was found out, so that nothing is guessed the next time. */
export function profileFrom(understanding: { readonly profile: Profile }): Profile {
  return understanding.profile;
}
