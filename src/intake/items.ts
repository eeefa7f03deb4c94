import { addDays, daysBetween } from "../core/day.ts";
import { dueUnder, parseTerms, type Terms } from "../core/terms.ts";
import type { Cents, Day, DebtorId, IncomingItem, ItemType } from "../core/types.ts";
import { contradicts } from "./buckets.ts";
import type { Column } from "./column.ts";
import type { Signs } from "./conventions.ts";
import type { Fields } from "./fields.ts";
import { oneLine } from "./header.ts";
import { Marks } from "./marks.ts";
import { type Master, MasterColumns } from "./master.ts";
import { indexOf } from "./shape.ts";
import type { Tally } from "./tally.ts";
import { meansPaid, sideOf, typeOf } from "./words.ts";

export interface Owner {
  readonly id: DebtorId;
  /** Null where the file gives codes only. */
  readonly name: string | null;
}

/** What all rows of one reading share. */
export interface Setting {
  readonly columns: readonly Column[];
  readonly asOf: Day | null;
  readonly terms: Terms | null;
  /** Terms in words that are known of a customer besides the file. */
  readonly termsOf: (debtor: DebtorId) => readonly string[];
  readonly basis: "due" | "document";
}

function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined && !known.has(text)) {
      if (known.size > 10_000) known.clear();
      value = read(text);
      known.set(text, value);
    }
    return value as T;
  };
}

/** Reads a row of an open item. The row's cells are those that `fields` was given last. */
export class Items {
  readonly #setting: Setting;
  readonly #fields: Fields;
  readonly #signs: Signs;
  readonly #tally: Tally;
  readonly #give: (item: IncomingItem) => void;
  readonly #master: MasterColumns;
  readonly #at: Readonly<
    Record<"number" | "type" | "label" | "issued" | "due" | "side" | "terms" | "age" | "status", number>
  >;
  readonly #marks: Marks;
  /** Of the row whose master data are read: one function for all rows is less to clear away than one for each. */
  #line = 0;
  readonly #unusable = (): void => this.#tally.remark("master-unusable", this.#line);
  readonly #settled: readonly number[];
  readonly #openAt: number;
  /** The open amount is debit less credit: it has its sign. */
  readonly #bySides: boolean;
  readonly #typeOf = remember(typeOf);
  readonly #sideOf = remember(sideOf);
  readonly #termsOf = remember(parseTerms);
  readonly #paid = remember(meansPaid);

  constructor(
    setting: Setting,
    fields: Fields,
    signs: Signs,
    tally: Tally,
    give: (item: IncomingItem) => void,
  ) {
    this.#setting = setting;
    this.#fields = fields;
    this.#signs = signs;
    this.#tally = tally;
    this.#give = give;
    const { columns } = setting;
    this.#master = new MasterColumns(columns);
    this.#marks = new Marks(columns);
    this.#settled = columns.filter(({ role }) => role === "settled").map(({ index }) => index);
    this.#openAt = indexOf(columns, "open");
    this.#bySides = fields.hasSides && this.#openAt === -1;
    this.#at = {
      number: indexOf(columns, "number"),
      type: indexOf(columns, "type"),
      label: indexOf(columns, "label"),
      issued: indexOf(columns, "issued"),
      due: indexOf(columns, "due"),
      side: indexOf(columns, "side"),
      terms: indexOf(columns, "terms"),
      age: indexOf(columns, "age"),
      status: indexOf(columns, "status"),
    };
  }

  /** True: the row is done. False: `fields.fault` says what is wrong; its amount is counted where it could be read. */
  read(owner: Owner, cells: readonly string[], line: number): boolean {
    const fields = this.#fields;
    const tally = this.#tally;
    const printed = fields.open();
    if (printed === null) {
      fields.fail(-1, "", "has no open amount", "fill in the amount, or take the row out of the export");
      return false;
    }
    const side = this.#side();
    const type = this.#typeOf(fields.text(this.#at.type));
    const open = this.#signed(printed, side, type);
    let original = fields.original();
    if (original !== null && open < 0 && original > 0) original = (0 - original) as Cents;
    const currency = fields.rowCurrency();
    if (fields.fault !== null) return false;
    if (open === 0 || this.#isSettled()) {
      tally.aside(currency, open, true);
      if (open !== 0) tally.remark("settled", line);
      return true;
    }
    const mark = this.#marks.of(fields, open > 0);
    const issued = fields.day(this.#at.issued);
    const stated = fields.day(this.#at.due);
    const due = stated ?? this.#derived(owner.id, issued, open);
    if (fields.fault === null && due === undefined) {
      fields.fail(
        this.#at.due,
        "",
        "has neither a due date nor an invoice date",
        "fill in one of them in the books, then export again",
      );
    }
    if (fields.fault !== null) {
      tally.aside(currency, open, false);
      return false;
    }
    const raw = fields.text(this.#at.number);
    const number = raw.includes("\n") ? oneLine(raw) : raw;
    this.#remarks(stated, due != null, issued, number, line);
    if (mark !== null) tally.remark(mark, line);
    if (original !== null && open > original && open > 0) tally.remark("open-above-original", line);
    tally.item(currency, open, due != null && this.#setting.asOf !== null && due < this.#setting.asOf);
    this.#give({
      debtor: owner.id,
      name: owner.name,
      number,
      type: this.#finalType(open, type, number),
      issued,
      due: due ?? null,
      dueDerived: stated === null && due != null,
      original,
      open,
      currency,
      mark,
      master: this.#masterOf(cells, line),
      line,
    });
    return true;
  }

  #side(): "debit" | "credit" | null {
    if (this.#at.side !== -1) return this.#sideOf(this.#fields.text(this.#at.side));
    const { debit, credit } = this.#fields;
    return credit !== 0 && debit === 0 ? "credit" : debit !== 0 && credit === 0 ? "debit" : null;
  }

  /** Gives an amount its sign where a side or a type says what it is. */
  #signed(open: Cents, side: "debit" | "credit" | null, type: ItemType | null): Cents {
    if (this.#bySides) return open;
    if (side !== "credit" && !(side === null && (type === "credit-note" || type === "payment"))) return open;
    const index = [this.#at.side, this.#at.type, this.#openAt].find((at) => at !== -1) ?? 0;
    const text = `${this.#fields.text(index)} ${this.#fields.text(this.#openAt)}`;
    return this.#signs.credit(open, this.#fields.place(index), text);
  }

  #finalType(open: Cents, type: ItemType | null, number: string): ItemType {
    if (open > 0)
      return type === "debit" || type === "credit-note" || type === "payment" ? "debit" : "invoice";
    if (type === "credit-note" || type === "payment") return type;
    const label = this.#at.label === -1 ? null : this.#typeOf(this.#fields.text(this.#at.label));
    if (label === "credit-note" || label === "payment") return label;
    return number === "" ? "payment" : "credit-note";
  }

  #isSettled(): boolean {
    const { status } = this.#at;
    if (status !== -1 && this.#paid(this.#fields.text(status))) return true;
    // Lower-case letters mark items that are matched in part.
    return this.#settled.some((index) => {
      const mark = this.#fields.text(index);
      return mark !== "" && !/^[a-z]{1,4}$|^[-0]+$/.test(mark);
    });
  }

  /** The due date that terms or an ageing column give. Null: none is needed; undefined: the debtor owes, and there is none. */
  #derived(debtor: DebtorId, issued: Day | null, open: Cents): Day | null | undefined {
    if (open < 0) return null;
    const terms =
      this.#termsOf(this.#fields.text(this.#at.terms)) ??
      this.#setting
        .termsOf(debtor)
        .map(this.#termsOf)
        .find((known) => known !== null) ??
      this.#setting.terms;
    if (issued !== null && terms !== null) return dueUnder(terms, issued);
    const { asOf } = this.#setting;
    for (const { index, bucket } of this.#fields.buckets) {
      const amount = this.#fields.amount(index);
      if (amount === null || amount === 0 || bucket === null) continue;
      if (bucket.from === null) return null;
      return asOf === null ? undefined : addDays(asOf, -bucket.from);
    }
    return undefined;
  }

  get #hasUndueBucket(): boolean {
    return this.#fields.buckets.some(({ bucket }) => bucket !== null && bucket.from === null);
  }

  #remarks(due: Day | null, derived: boolean, issued: Day | null, number: string, line: number): void {
    const tally = this.#tally;
    if (this.#fields.debit !== 0 && this.#fields.credit !== 0) tally.remark("both-sides", line);
    else if (this.#fields.debit < 0 || this.#fields.credit < 0) tally.remark("negative-side", line);
    if (number === "") tally.remark("no-number", line);
    if (due === null) {
      if (derived) tally.remark("derived-due", line);
      return;
    }
    if (issued !== null && due < issued) tally.remark("due-before-issued", line);
    const { asOf } = this.#setting;
    if (asOf === null || (this.#fields.buckets.length === 0 && this.#at.age === -1)) return;
    if (this.#printedAgeDiffers(daysBetween(due, asOf))) tally.remark("age-differs", line);
  }

  #printedAgeDiffers(days: number): boolean {
    const age = this.#at.age === -1 ? "" : this.#fields.text(this.#at.age);
    if (/^-?\d{1,5}$/.test(age) && Math.abs(Number(age) - days) > 1 && (days > 0 || Number(age) > 0))
      return true;
    if (this.#setting.basis === "document") return false;
    for (const { index, bucket } of this.#fields.buckets) {
      const text = this.#fields.text(index);
      if (text === "" || /^[-0,.\s]*$/.test(text) || bucket === null) continue;
      // Where no column is for what is not due yet, the first one holds it.
      const holdsUndue = days <= 0 && bucket.from !== null && bucket.from <= 1 && !this.#hasUndueBucket;
      return !holdsUndue && contradicts(bucket, days);
    }
    return false;
  }

  #masterOf(cells: readonly string[], line: number): Master | null {
    if (this.#master.none) return null;
    this.#line = line;
    return this.#master.read(cells, this.#unusable);
  }
}
