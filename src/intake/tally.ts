import type { Cents, Currency } from "../core/types.ts";

export interface Total {
  readonly currency: Currency;
  /** What debtors owe. */
  readonly debit: Cents;
  /** What is in their favour, a positive number. */
  readonly credit: Cents;
  readonly open: Cents;
  /** Owed items past their due date, credits not deducted. */
  readonly overdue: Cents;
}

export interface Control {
  readonly kind: "total-line" | "option" | "accounts" | "none";
  readonly expected: Cents | null;
  /** Expected minus read. */
  readonly difference: Cents | null;
  readonly currency: Currency;
}

export type RowClass =
  | "preamble"
  | "header"
  | "group"
  | "item"
  | "subtotal"
  | "total"
  | "footer"
  | "blank"
  | "unknown";

/** How a printed sum stands to the rows above it. */
export type Match = "grand" | "section" | "outer" | null;

interface Sums {
  debit: number;
  credit: number;
  overdue: number;
  /** All amounts that a printed total may add up: also of rows that were rejected or left out. */
  printed: number;
  /** Settled rows: totals of some programs add them, others do not. */
  settled: number;
  /** `printed` and `settled` at the end of each section. */
  readonly marks: { printed: number; settled: number }[];
}

const MARKS = 2_000;

/** Adds up one reading: by currency, by section, and against the sums that the file prints. */
export class Tally {
  readonly classes: Record<RowClass, number> = {
    preamble: 0,
    header: 0,
    group: 0,
    item: 0,
    subtotal: 0,
    total: 0,
    footer: 0,
    blank: 0,
    unknown: 0,
  };
  read = 0;
  rejected = 0;
  /** Items given, and those of them in the debtor's favour. */
  items = 0;
  credits = 0;
  /** Rows since the last subtotal, group row or total. */
  sectionRows = 0;
  readonly holds = new Set<string>();
  readonly #remarks = new Map<string, { count: number; first: number }>();
  /** The last printed total by currency, and what had been read up to it. */
  readonly #controls = new Map<Currency, { expected: Cents; difference: Cents; printed: number }>();
  readonly #sums = new Map<Currency, Sums>();
  #last: Sums | null = null;
  #lastCurrency = "";

  /** An item; `printed`: its amount stands as such in the file (the claims of a summary do not). */
  item(currency: Currency, open: Cents, overdue: boolean, printed = true): void {
    const sums = this.#of(currency);
    this.items++;
    if (open < 0) this.credits++;
    if (open > 0) sums.debit += open;
    else sums.credit -= open;
    if (overdue && open > 0) sums.overdue += open;
    if (!printed) return;
    sums.printed += open;
    this.sectionRows++;
  }

  /** A row that becomes no item, but whose amount stands in the file. */
  aside(currency: Currency, open: Cents, settled: boolean): void {
    const sums = this.#of(currency);
    if (settled) sums.settled += open;
    else sums.printed += open;
    this.sectionRows++;
  }

  remark(kind: string, line: number): void {
    const known = this.#remarks.get(kind);
    if (known === undefined) this.#remarks.set(kind, { count: 1, first: line });
    else known.count++;
  }

  remarked(kind: string): { count: number; first: number } | null {
    return this.#remarks.get(kind) ?? null;
  }

  currencies(): Currency[] {
    return [...this.#sums.keys()];
  }

  printed(currency: Currency): Cents {
    return (this.#sums.get(currency)?.printed ?? 0) as Cents;
  }

  section(currency: Currency): Cents {
    const sums = this.#sums.get(currency);
    return (sums === undefined ? 0 : sums.printed - (sums.marks.at(-1)?.printed ?? 0)) as Cents;
  }

  match(currency: Currency, amount: Cents): Match {
    const sums = this.#sums.get(currency);
    if (sums === undefined) return amount === 0 ? "section" : null;
    const all = sums.printed + sums.settled;
    if (amount === sums.printed || amount === all) return "grand";
    for (let index = sums.marks.length - 1; index >= 0; index--) {
      const { printed, settled } = sums.marks[index]!;
      if (amount !== sums.printed - printed && amount !== all - printed - settled) continue;
      return index === sums.marks.length - 1 ? "section" : "outer";
    }
    return null;
  }

  endSection(): void {
    this.sectionRows = 0;
    for (const sums of this.#sums.values()) {
      sums.marks.push({ printed: sums.printed, settled: sums.settled });
      if (sums.marks.length > MARKS) sums.marks.splice(0, MARKS / 2);
    }
  }

  /** A printed total of the whole file, as far as it has been read. */
  control(currency: Currency, expected: Cents): void {
    const fits = this.match(currency, expected) === "grand";
    const { printed } = this.#of(currency);
    this.#controls.set(currency, { expected, difference: (fits ? 0 : expected - printed) as Cents, printed });
  }

  /** The printed totals that differ, and those that no further row of their currency follows. */
  controls(): Control[] {
    return [...this.#controls]
      .filter(([currency, { difference, printed }]) => difference !== 0 || printed === this.printed(currency))
      .map(([currency, { expected, difference }]) => ({
        kind: "total-line",
        expected,
        difference,
        currency,
      }));
  }

  totals(): Total[] {
    return [...this.#sums]
      .map(([currency, { debit, credit, overdue }]) => ({
        currency,
        debit: debit as Cents,
        credit: (credit === 0 ? 0 : credit) as Cents,
        open: (debit - credit) as Cents,
        overdue: overdue as Cents,
      }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }

  #of(currency: Currency): Sums {
    if (currency === this.#lastCurrency && this.#last !== null) return this.#last;
    let sums = this.#sums.get(currency);
    if (sums === undefined) {
      sums = { debit: 0, credit: 0, overdue: 0, printed: 0, settled: 0, marks: [] };
      this.#sums.set(currency, sums);
    }
    this.#last = sums;
    this.#lastCurrency = currency;
    return sums;
  }
}
