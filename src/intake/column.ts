import { bare } from "../core/bare.ts";
import { isShared } from "./accounts.ts";
import type { Bucket } from "./buckets.ts";
import { readDate } from "./dates.ts";
import { looksLikeAmount, looksLikeDate, type Row } from "./header.ts";
import { AMOUNT_ROLES, DATE_ROLES, type Role } from "./roles.ts";
import { meaningsOf } from "./synonyms.ts";
import { headerKey, namesCustomers, namesSuppliers } from "./words.ts";

export interface Column {
  readonly index: number;
  readonly header: string;
  role: Role | null;
  bucket: Bucket | null;
  /** `attr.` key under which its text is kept on the debtor. */
  attr: string | null;
  /** From 0 to 1. */
  confidence: number;
  evidence: string;
}

/** What the sample's cells of one column look like. */
export interface Look {
  readonly filled: number;
  readonly dates: number;
  readonly amounts: number;
  readonly distinct: number;
}

export function lookAt(index: number, data: readonly Row[]): Look {
  let filled = 0;
  let dates = 0;
  let amounts = 0;
  const distinct = new Set<string>();
  for (const { cells } of data) {
    const text = (cells[index] ?? "").trim();
    if (text === "" || readDate(text) === "empty") continue;
    filled++;
    if (looksLikeDate(text)) dates++;
    if (looksLikeAmount(text)) amounts++;
    if (distinct.size < 20) distinct.add(text);
  }
  return { filled, dates, amounts, distinct: distinct.size };
}

/** Whether the cells can be what the name says: any of them under a sure name, half of them under another. */
export function fits(role: Role, look: Look, rank: number): boolean {
  // A program that never fills this column does not know what was sent.
  if (look.filled === 0) return role !== "sent";
  const share = rank === 1 ? 0 : 0.5;
  if (AMOUNT_ROLES.has(role)) return look.amounts > look.filled * share;
  return !DATE_ROLES.has(role) || look.dates > look.filled * share;
}

export function shareText(role: Role, look: Look): string {
  if (look.filled === 0) return "no cell is filled";
  if (AMOUNT_ROLES.has(role)) return `${look.amounts} of ${look.filled} cells are amounts`;
  if (DATE_ROLES.has(role)) return `${look.dates} of ${look.filled} cells are dates`;
  return `${look.filled} cells, ${look.distinct === 20 ? "20 or more" : look.distinct} different`;
}

/** What the other columns and the cells say about names that mean several things. */
export function correct(columns: readonly Column[], looks: readonly Look[], data: readonly Row[]): void {
  const find = (role: Role): Column | undefined => columns.find((column) => column.role === role);
  const turn = (column: Column, role: Role, confidence: number, why: string): void => {
    Object.assign(column, { role, confidence, evidence: `${why}; ${shareText(role, looks[column.index]!)}` });
  };
  const debtor = find("debtor");
  const name = find("name");
  if (debtor !== undefined && find("account") === undefined && isShared(debtor, name, data))
    turn(debtor, "account", 0.8, "shared by several customers: an account of the general ledger");
  const number = find("number");
  const documents = find("due") ?? find("issued");
  if (
    number !== undefined &&
    documents === undefined &&
    find("bucket") !== undefined &&
    headerKey(number.header) === "no"
  ) {
    turn(
      number,
      find("debtor") === undefined ? "debtor" : "label",
      0.7,
      "a number beside ageing columns and no dates: the customer's",
    );
  }
  const type = find("type");
  if (type !== undefined) {
    const texts = data.map(({ cells }) => cells[type.index] ?? "").filter((text) => text.trim() !== "");
    const ledgers = texts.filter((text) => namesSuppliers(text) || namesCustomers(text)).length;
    if (texts.length > 0 && ledgers > texts.length * 0.8)
      turn(type, "ledger", 0.8, "names customers or suppliers");
  }
  const open = find("open");
  if (find("debit") !== undefined || find("credit") !== undefined) {
    // "Solde" beside debit and credit is their difference, or a running one; "Restant dû" is what is left of them.
    if (open !== undefined && (meaningsOf(open.header)[0]?.rank ?? 1) > 1) {
      turn(open, "running", 0.8, "a balance beside debit and credit, which say the same");
    }
    return;
  }
  if (open !== undefined) return;
  const total = find("total");
  if (total !== undefined && find("bucket") !== undefined && documents !== undefined)
    turn(total, "open", 0.75, "the only total of a row");
}

/** Other columns are kept on the debtor, unless they differ between the rows of one debtor. */
export function keepAttributes(
  columns: readonly Column[],
  looks: readonly Look[],
  data: readonly Row[],
): void {
  const identity = (
    columns.find((column) => column.role === "debtor") ?? columns.find((column) => column.role === "name")
  )?.index;
  for (const column of columns) {
    if (
      column.role !== null ||
      column.header === "" ||
      looks[column.index]!.filled === 0 ||
      identity === undefined
    )
      continue;
    const seen = new Map<string, string>();
    const varies = data.some(({ cells }) => {
      const id = (cells[identity] ?? "").trim();
      const text = (cells[column.index] ?? "").trim();
      const before = seen.get(id);
      seen.set(id, text);
      return id !== "" && before !== undefined && before !== text;
    });
    if (varies) column.evidence = "differs between the rows of one customer: not kept";
    else keepAs(column, columns);
  }
}

export function keepAs(column: Column, columns: readonly Column[]): void {
  const slug = bare(column.header)
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .replace(/^(?=\d)/, "n");
  if (slug === "") return;
  const same = columns.filter(({ attr }) => attr === slug || attr?.replace(/_\d+$/, "") === slug).length;
  column.attr = same === 0 ? slug : `${slug}_${same + 1}`;
  column.confidence = 1;
  column.evidence = `kept as attr.${column.attr}`;
}
