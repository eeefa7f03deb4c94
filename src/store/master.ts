/** Master data of a debtor, by the keys of `debtor set`: how each is read and where it is kept. */

import { countryOf } from "../core/country.ts";
import { parseDay } from "../core/day.ts";
import { isOneAddress } from "../core/email-address.ts";
import { registrationNumber, vatNumber } from "./company-numbers.ts";

/** What a column holds; null: not known. */
export type MasterValue = string | number | null;
export type Master = Readonly<Record<string, MasterValue>>;

type Read = (text: string) => MasterValue | undefined;
interface Field {
  /** Undefined: not such a value. */
  readonly read: Read;
  readonly expected: string;
}

const oneLine: Field = {
  read: (text) => {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > 500 ? undefined : line;
  },
  expected: "a text of at most 500 characters",
};

const choice = (...values: readonly string[]): Field => ({
  read: (text) => (values.includes(text.toLowerCase()) ? text.toLowerCase() : undefined),
  expected: values.join(", "),
});

const YES = ["true", "yes", "oui", "ja", "1"];
const NO = ["false", "no", "non", "nein", "nee", "0"];
const flag: Field = {
  read: (text) => (YES.includes(text.toLowerCase()) ? 1 : NO.includes(text.toLowerCase()) ? 0 : undefined),
  expected: "true or false",
};

const FIELDS: Readonly<Record<string, Field>> = {
  name: oneLine,
  kind: {
    read: (text) => (text.toLowerCase() === "unknown" ? null : choice("business", "consumer").read(text)),
    expected: "business, consumer or unknown",
  },
  contact: oneLine,
  email: {
    // One mailbox, nothing that a mail program would take for two; the transports look again, strictly.
    read: (text) => (isOneAddress(text) ? text : undefined),
    expected: "one address such as name@example.com",
  },
  phone: oneLine,
  address: {
    read: (text) => {
      const lines = text.split(/\r?\n|\|/).map((line) => line.replace(/\s+/g, " ").trim());
      const kept = lines.filter((line) => line !== "");
      return kept.length > 8 || text.length > 1000 ? undefined : JSON.stringify(kept);
    },
    expected: "up to eight lines, separated by |",
  },
  postcode: oneLine,
  city: oneLine,
  country: {
    read: (text) => countryOf(text) ?? undefined,
    expected: "a country such as FR (ISO 3166-1) or France",
  },
  language: choice("fr", "nl", "de", "en"),
  vat: { read: vatNumber, expected: "a VAT number with right check digits, such as FR66000000018" },
  registration: {
    read: registrationNumber,
    expected: "a SIREN, SIRET or enterprise number with right check digits, such as 000000018",
  },
  region: oneLine,
  sector: oneLine,
  salesperson: oneLine,
  terms: oneLine,
  channel: choice("email", "letter", "registered-letter", "call", "visit"),
  strategic: flag,
  insured: flag,
  insolvent: flag,
  charges: {
    read: (text) => (text.toLowerCase() === "claimed" ? null : choice("waived").read(text)),
    expected: "waived or claimed",
  },
  credit_limit: {
    read: (text) => (/^\d{1,13}(\.\d{1,3})?$/.test(text) ? text : undefined),
    expected: "an amount such as 12000.00",
  },
  score: {
    read: (text) => (/^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : undefined),
    expected: "a number such as 72",
  },
  score_date: {
    read: (text) => parseDay(text) ?? undefined,
    expected: "a day such as 2026-11-20",
  },
};

/** In the order of the columns; each has the name of its key. */
export const MASTER_COLUMNS: readonly string[] = Object.keys(FIELDS);

/** What a column holds while nothing is known. */
export function emptyValue(key: string): MasterValue {
  if (key === "name") return "";
  if (key === "address") return "[]";
  return FIELDS[key] === flag ? 0 : null;
}

const ATTRIBUTE = /^attr\.[\p{L}\p{N}_ .-]{1,60}$/u;

export type Reading =
  | { readonly ok: true; readonly value: MasterValue }
  | { readonly ok: false; readonly expected: string };

/** Reads one `KEY=VALUE`. An empty text means: not known. */
export function readMaster(key: string, text: string): Reading {
  const trimmed = text.trim();
  if (key.startsWith("attr.") && ATTRIBUTE.test(key)) {
    const value = oneLine.read(text);
    if (value === undefined) return { ok: false, expected: oneLine.expected };
    return { ok: true, value: value === "" ? null : value };
  }
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (field === undefined) return { ok: false, expected: `one of ${MASTER_COLUMNS.join(", ")}, attr.NAME` };
  if (trimmed === "") return { ok: true, value: emptyValue(key) };
  if (/^(\.{3}|…)$/.test(trimmed))
    return { ok: false, expected: `${field.expected}; the dots of a hint stand for your own` };
  const value = field.read(trimmed);
  return value === undefined ? { ok: false, expected: field.expected } : { ok: true, value };
}
