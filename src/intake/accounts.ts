import { bare } from "../core/bare.ts";
import type { Column } from "./column.ts";
import { isBlank, looksLikeDate, type Row } from "./header.ts";
import { meaningsOf } from "./synonyms.ts";
import { nameKey, totalName } from "./words.ts";

/** What an account of the general ledger holds, where it cannot be one customer. */
export type AccountKind = "collective" | "supplier" | "other";

/** Accounts of suppliers in the French and the Belgian chart. */
const SUPPLIERS = /^(?:40[1348]|440)(?:\d{3,})?$/;
const SUPPLIER_CODE = /^401[A-Z]/i;
/** 411, 411000: all customers together. */
const COLLECTIVE = /^41(?:1|10)0*$/;
/** Doubtful customers, and the classes of suppliers, banks, charges and products. */
const OTHER = /^(?:416|407|4[2-9]\d|[5-7]\d\d)(?:\d{3,}|[A-Z]\w*)?$/i;

/** What a code of a column called "Compte" says; null: it can be a customer's. */
export function accountKind(code: string): AccountKind | null {
  if (SUPPLIERS.test(code) || SUPPLIER_CODE.test(code)) return "supplier";
  if (COLLECTIVE.test(code)) return "collective";
  return OTHER.test(code) ? "other" : null;
}

export const isSupplierCode = (code: string): boolean => SUPPLIER_CODE.test(code);

/** Whether a column's header speaks of the French or Belgian chart, where a number's first digits say its kind. */
export function isChartColumn({ header, role }: Column): boolean {
  if (role === "account") return /\b(?:compte|collectif|grootboek)/.test(bare(header));
  return role === "debtor" && /^(?:n\W* ?(?:de )?)?compte$/.test(bare(header).trim());
}

/**
 * Whether a column of codes holds accounts that several customers share: one code beside several names or below
 * several customers' rows, or one code for all rows and nothing that names customers.
 */
export function isShared(column: Column, name: Column | undefined, data: readonly Row[]): boolean {
  if ((meaningsOf(column.header)[0]?.rank ?? 1) === 1) return false;
  const owners = new Map<string, Set<string>>();
  let rows = 0;
  let head = "";
  for (const { cells } of data) {
    const code = (cells[column.index] ?? "").trim();
    if (code === "") {
      head = headOf(cells) ?? head;
      continue;
    }
    if (!/^\d{3,}$/.test(code)) continue;
    rows++;
    const owner = name === undefined ? head : nameKey(cells[name.index] ?? "");
    owners.set(code, (owners.get(code) ?? new Set()).add(owner));
  }
  const [first] = owners.keys();
  if (first === undefined) return false;
  const counts = [...owners.values()].map((names) => names.size);
  const named = counts.reduce((sum, count) => sum + count, 0);
  // Two spellings of one name are no proof: most codes must have several.
  if (named >= owners.size * 2) return true;
  return name === undefined && head === "" && rows > 1 && owners.size === 1 && /^4[01]/.test(first);
}

/** The words of a row that may name a customer for the rows below. */
function headOf(cells: readonly string[]): string | null {
  const texts = cells.map((cell) => cell.trim());
  if (isBlank(texts) || texts.some(looksLikeDate)) return null;
  const first = texts.find((text) => text !== "") ?? "";
  return totalName(first) === null ? nameKey(first) : null;
}
