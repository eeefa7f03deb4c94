import type { Cents, Currency, Day } from "../core/types.ts";
import type { Column } from "./column.ts";
import type { Amounts, Dates, Place, Signs } from "./conventions.ts";
import { currencyOf } from "./currency.ts";
import type { Role } from "./roles.ts";
import { indexOf } from "./shape.ts";

/** What is wrong with one cell of a row. */
export interface Fault {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
  readonly fix: string;
}

export interface Conventions {
  readonly amounts: Amounts;
  readonly dates: Dates;
  readonly signs: Signs;
}

/** Most cells need no trimming, and asking costs less than doing it. */
function trimmed(text: string | undefined): string {
  if (text === undefined || text === "") return "";
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && first < 127 && last > 32 && last < 127 ? text : text.trim();
}

/**
 * The cells of one row after the other as values; `begin` comes first. A cell that is no such value leaves its
 * `fault`, the first of a row.
 */
export class Fields {
  fault: Fault | null = null;
  /** The amounts of the row's debit and credit columns; 0 where empty or where there are none. */
  debit = 0;
  credit = 0;
  readonly currency: Currency;
  readonly buckets: readonly Column[];
  readonly hasSides: boolean;
  #cells: readonly string[] = [];
  #line = 0;
  /** What the currency column says, else the file's currency. */
  #named: Currency;
  /** Printed beside the row's amounts. */
  #printed: Currency | null = null;
  /** What customers owe is printed as a negative amount. */
  readonly #inverted: boolean;
  readonly #places: readonly Place[];
  readonly #conventions: Conventions;
  readonly #at: Readonly<
    Record<"open" | "debit" | "credit" | "original" | "paid" | "total" | "currency", number>
  >;
  readonly #currencies = new Map<string, Currency | null>();

  constructor(columns: readonly Column[], conventions: Conventions, currency: Currency, inverted: boolean) {
    const at = (role: Role): number => indexOf(columns, role);
    this.currency = currency;
    this.#inverted = inverted;
    this.#named = currency;
    this.#conventions = conventions;
    this.#places = columns.map(({ header, index }) => ({
      header: header === "" ? `column ${index + 1}` : header,
      line: 0,
    }));
    this.buckets = columns.filter(({ role }) => role === "bucket");
    this.#at = {
      open: at("open"),
      debit: at("debit"),
      credit: at("credit"),
      original: at("original"),
      paid: at("paid"),
      total: at("total"),
      currency: at("currency"),
    };
    this.hasSides = this.#at.debit !== -1 || this.#at.credit !== -1;
  }

  begin(cells: readonly string[], line: number): void {
    this.#cells = cells;
    this.#line = line;
    this.fault = null;
    this.#printed = null;
    this.#named = this.currency;
    const text = this.#at.currency === -1 ? "" : this.text(this.#at.currency);
    if (text === "") return;
    let code = this.#currencies.get(text);
    if (code === undefined) {
      code = currencyOf(text, this.currency);
      this.#currencies.set(text, code);
    }
    if (code !== null) this.#named = code;
    else this.fail(this.#at.currency, text, "is not a currency (ISO 4217)", "write a code such as EUR");
  }

  text(index: number): string {
    return index === -1 ? "" : trimmed(this.#cells[index]);
  }

  fail(index: number, value: string, reason: string, fix: string): void {
    this.fault ??= { column: this.#places[index]?.header ?? "", value, reason, fix };
  }

  /** The place of a cell of this row, for proofs. */
  place(index: number): Place {
    const place = this.#places[index]!;
    place.line = this.#line;
    return place;
  }

  /** No amount so far was printed with decimals. */
  get rounded(): boolean {
    return this.#conventions.amounts.withDecimals === 0;
  }

  /** Positive: owed. Null: the cell is empty, or there is a fault. */
  amount(index: number): Cents | null {
    const text = this.text(index);
    if (text === "") return null;
    const { amounts } = this.#conventions;
    const value = amounts.value(text, this.#named, this.place(index));
    if (value === "bad") {
      this.fail(
        index,
        text,
        amounts.cell.reason,
        "mend this amount in the books or in the export, then import again",
      );
      return null;
    }
    const { currency } = amounts.cell;
    if (currency !== null && value !== null) {
      if (this.#at.currency !== -1 && currency !== this.#named && this.text(this.#at.currency) !== "") {
        this.fail(
          index,
          text,
          `is not in the row's currency ${this.#named}`,
          "mend the currency of this row",
        );
      }
      this.#printed = currency;
    }
    return value !== null && this.#inverted ? ((0 - value) as Cents) : value;
  }

  /** Null: no date, or there is a fault. */
  day(index: number): Day | null {
    const text = this.text(index);
    if (text === "") return null;
    const value = this.#conventions.dates.value(text, this.place(index));
    if (value !== "bad") return value;
    const reason = "is no date of the calendar in this column's notation";
    this.fail(index, text, reason, "mend this date in the books or in the export, then import again");
    return null;
  }

  /** The open amount as the row prints it, sides and types not looked at. Null: nothing is printed, or a fault. */
  open(): Cents | null {
    const at = this.#at;
    const debit = this.amount(at.debit);
    const credit = this.amount(at.credit);
    this.debit = debit ?? 0;
    this.credit = credit ?? 0;
    if (at.open !== -1) return this.amount(at.open);
    if (this.hasSides)
      return debit === null && credit === null ? null : ((this.debit - this.credit) as Cents);
    if (at.original !== -1 && at.paid !== -1) {
      const original = this.amount(at.original);
      return original === null ? null : ((original - (this.amount(at.paid) ?? 0)) as Cents);
    }
    return (
      this.bucketSum() ?? this.amount(at.total) ?? (this.buckets.length > 0 ? null : this.amount(at.original))
    );
  }

  /** Sum of the ageing columns; null where all are empty. */
  bucketSum(): Cents | null {
    let sum: number | null = null;
    for (const { index } of this.buckets) {
      const value = this.amount(index);
      if (value !== null) sum = (sum ?? 0) + value;
    }
    return sum as Cents | null;
  }

  /** What a summary prints beside its ageing columns. */
  total(): Cents | null {
    return this.amount(this.#at.total === -1 ? this.#at.open : this.#at.total);
  }

  original(): Cents | null {
    return this.amount(this.#at.original);
  }

  /** The row's currency, once its amounts have been read. */
  rowCurrency(): Currency {
    return this.#at.currency !== -1 && this.text(this.#at.currency) !== ""
      ? this.#named
      : (this.#printed ?? this.#named);
  }
}
