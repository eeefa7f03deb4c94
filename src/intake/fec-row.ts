import { digitsOf } from "../core/money.ts";
import type { Cents, Currency, Day } from "../core/types.ts";
import { AmountCell, COMMA, DOT } from "./amounts.ts";
import { readDate } from "./dates.ts";
import type { FecColumn, FecHeader } from "./fec-columns.ts";
import type { Fault } from "./fields.ts";
import { oneLine } from "./header.ts";

/** One row of a FEC. */
export interface FecRow {
  readonly journal: string;
  readonly journalName: string;
  readonly entryNumber: string;
  readonly account: string;
  readonly accountName: string;
  readonly auxiliary: string;
  readonly auxiliaryName: string;
  readonly ref: string;
  readonly label: string;
  readonly letter: string;
  readonly day: Day | null;
  readonly issued: Day | null;
  /** Debit - credit. */
  readonly amount: Cents;
  /** Booked from another currency. */
  readonly foreign: boolean;
  /** The first cell that cannot be read; null: all can. */
  readonly fault: Fault | null;
}

const EXPONENT = /^([-+]?)(\d+)(?:[.,](\d*))?E([-+]?\d{1,2})$/i;

/** `1,25E+03` -> `1250,`: the same digits, the mark moved. */
function withoutExponent(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] = EXPONENT.exec(text) ?? [];
  if (whole === "") return text;
  const digits = whole + fraction;
  const at = whole.length + Number(power);
  const padded = at <= 0 ? "0".repeat(1 - at) + digits : digits.padEnd(at, "0");
  const mark = at <= 0 ? 1 : at;
  const behind = padded.slice(mark).replace(/0+$/, "");
  return `${sign}${padded.slice(0, mark)}${behind === "" ? "" : `,${behind}`}`;
}

/**
 * Amounts of a FEC in minor units; empty is 0, null is no clear amount. The decimal mark is a comma; a point is read too
 * where it can be nothing else.
 */
export function fecAmounts(currency: Currency): (text: string) => Cents | null {
  const cell = new AmountCell(currency);
  const digits = digitsOf(currency);
  return (text) => {
    const kind = cell.read(withoutExponent(text.trim()));
    if (kind === "empty") return 0 as Cents;
    if (kind === "bad" || (cell.currency !== null && cell.currency !== currency)) return null;
    if (cell.mask === (COMMA | DOT) && cell.comma !== cell.dot) return null;
    return cell.minor(cell.mask & COMMA ? COMMA : DOT, digits);
  };
}

const SHAPES = new Set(["numeric", "iso", "compact", "compact-iso"]);

/** AAAAMMJJ, or year or day first with / - . and a time; "empty" where there is none, null where it is no date. */
export function fecDay(text: string): Day | "empty" | null {
  const reading = readDate(text);
  if (reading === null || reading === "empty") return reading;
  return SHAPES.has(reading.shape) ? reading.dayFirst : null;
}

const DATES = "a date such as 20251231 or 31/12/2025";

/** Reads the cells of rows under one header. */
export function fecRows(header: FecHeader, currency: Currency): (cells: readonly string[]) => FecRow {
  const amountOf = fecAmounts(currency);
  let fault: Fault | null = null;
  let cells: readonly string[] = [];
  const text = (name: FecColumn): string => {
    const index = header.at.get(name);
    return index === undefined ? "" : oneLine(cells[index] ?? "");
  };
  const fail = (column: FecColumn, reason: string, fix: string): void => {
    fault ??= { column, value: text(column), reason, fix };
  };
  const amount = (name: FecColumn): Cents => {
    const value = amountOf(text(name));
    if (value === null) fail(name, "is not one clear amount", "write it as 1234,50, without group marks");
    return value ?? (0 as Cents);
  };
  const day = (name: FecColumn, needed: boolean): Day | null => {
    const value = fecDay(text(name));
    if (value === null || (value === "empty" && needed)) fail(name, "is not a date", `write ${DATES}`);
    return value === "empty" ? null : value;
  };
  const balance = (): Cents => {
    if (!header.at.has("Montant")) return (amount("Debit") - amount("Credit")) as Cents;
    const value = amount("Montant");
    const side = text("Sens").toUpperCase();
    if (/^(?:D|\+?1)$/.test(side) || value === 0) return value;
    if (/^(?:C|-1)$/.test(side)) return (0 - value) as Cents;
    fail("Sens", "is neither D nor C", "write D or C (+1 or -1)");
    return 0 as Cents;
  };
  return (given) => {
    fault = null;
    cells = given;
    const booked = text("Idevise").toUpperCase();
    const row = {
      journal: text("JournalCode"),
      journalName: text("JournalLib"),
      entryNumber: text("EcritureNum"),
      account: text("CompteNum"),
      accountName: text("CompteLib"),
      auxiliary: text("CompAuxNum"),
      auxiliaryName: text("CompAuxLib"),
      ref: text("PieceRef"),
      label: text("EcritureLib"),
      letter: text("EcritureLet"),
      day: day("EcritureDate", true),
      issued: day("PieceDate", false),
      amount: balance(),
      foreign: booked !== "" && booked !== currency && amountOf(text("MontantDevise")) !== 0,
    };
    return { ...row, fault };
  };
}
