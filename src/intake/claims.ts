import { addDays } from "../core/day.ts";
import { digitsOf } from "../core/money.ts";
import type { Cents, Currency, Day, IncomingItem, ItemMark } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Fields } from "./fields.ts";
import type { Owner, Setting } from "./items.ts";
import { LIMITS } from "./limits.ts";
import { Marks, strongest } from "./marks.ts";
import { type Master, MasterColumns } from "./master.ts";
import { indexOf } from "./shape.ts";
import type { Tally } from "./tally.ts";

interface Claim {
  readonly owner: Owner;
  readonly currency: Currency;
  readonly line: number;
  readonly master: Master | null;
  /** Where a customer stands on several rows, the strongest. */
  mark: ItemMark | null;
  /** Amounts in the order of the ageing columns. */
  readonly amounts: number[];
  /** Sum of all rows before this one: what a parent's subtotal counts from. */
  readonly before: Cents;
}

/**
 * Reads the rows of a summary, one customer each. A customer gets one claim for what is overdue, as old as its
 * oldest ageing column, and one for what is not due; no invoices are made up.
 */
export class Claims {
  readonly #file: string;
  readonly #setting: Setting;
  readonly #fields: Fields;
  readonly #tally: Tally;
  readonly #give: (item: IncomingItem) => void;
  readonly #master: MasterColumns;
  readonly #marks: Marks;
  readonly #byCode: boolean;
  readonly #claims = new Map<string, Claim>();

  constructor(
    file: string,
    setting: Setting,
    fields: Fields,
    tally: Tally,
    give: (item: IncomingItem) => void,
  ) {
    this.#file = file;
    this.#setting = setting;
    this.#fields = fields;
    this.#tally = tally;
    this.#give = give;
    this.#master = new MasterColumns(setting.columns);
    this.#marks = new Marks(setting.columns);
    this.#byCode = indexOf(setting.columns, "debtor") !== -1;
  }

  /** True: the row is done. False: `fields.fault` says what is wrong; its amount is counted where it could be read. */
  read(owner: Owner, cells: readonly string[], line: number): boolean {
    const fields = this.#fields;
    const amounts = fields.buckets.map(({ index }): number => fields.amount(index) ?? 0);
    const printed = fields.total();
    const currency = fields.rowCurrency();
    if (fields.fault !== null) return false;
    const sum = amounts.reduce((a, b) => a + b, 0) as Cents;
    const total = printed ?? sum;
    const key = `${owner.id}\n${currency}`;
    const known = this.#claims.get(key);
    if (total !== sum && !this.#rounded(total - sum, 10 ** digitsOf(currency))) {
      const reason = "is not the sum of the ageing columns: a column may be missing";
      const { columns } = this.#setting;
      const at = [indexOf(columns, "total"), indexOf(columns, "open")].find((index) => index !== -1) ?? -1;
      fields.fail(at, fields.text(at), reason, "name all ageing columns in a profile (buckets:)");
    } else if (known !== undefined && !this.#byCode) {
      const reason = "stands on two rows, and there are no customer codes to tell them apart";
      fields.fail(
        indexOf(this.#setting.columns, "name"),
        owner.id,
        reason,
        "export the balance with customer codes",
      );
    }
    if (fields.fault !== null) {
      this.#tally.aside(currency, total, false);
      return false;
    }
    const before = this.#tally.printed(currency);
    this.#tally.aside(currency, total, false);
    const mark = total === 0 ? null : this.#marks.of(fields, total > 0);
    if (mark !== null) this.#tally.remark(mark, line);
    if (known !== undefined) {
      known.mark = strongest(known.mark, mark);
      amounts.forEach((amount, index) => (known.amounts[index] = (known.amounts[index] ?? 0) + amount));
      return true;
    }
    if (this.#claims.size >= LIMITS.summaryDebtors) throw this.#tooMany(line);
    const master = this.#master.none
      ? null
      : this.#master.read(cells, () => this.#tally.remark("master-unusable", line));
    this.#claims.set(key, { owner, currency, line, master, mark, amounts, before });
    return true;
  }

  /** Gives all claims, in the order of the file. */
  finish(): void {
    for (const claim of this.#claims.values()) this.#emit(claim);
  }

  /** The sum of a named customer's row and all rows after it; null where no row names it. */
  sumFrom(isParent: (owner: Owner) => boolean, currency: Currency): Cents | null {
    for (const claim of this.#claims.values()) {
      if (claim.currency === currency && isParent(claim.owner))
        return (this.#tally.printed(currency) - claim.before) as Cents;
    }
    return null;
  }

  /** Balances that are printed without decimals may differ by one unit for each column. */
  #rounded(difference: number, unit: number): boolean {
    return (
      this.#fields.rounded &&
      difference % unit === 0 &&
      Math.abs(difference) <= unit * this.#fields.buckets.length
    );
  }

  #emit({ owner, currency, line, master, mark, amounts }: Claim): void {
    const shared = {
      debtor: owner.id,
      name: owner.name,
      number: "",
      issued: null,
      original: null,
      currency,
      mark,
      master,
      line,
    };
    const parts = this.#fields.buckets.map(({ bucket }, index) => ({
      days: this.#daysLate(bucket?.from ?? null),
      amount: amounts[index] ?? 0,
    }));
    const overdue = parts
      .filter(({ days }) => days !== null)
      .reduce((sum, { amount }) => sum + amount, 0) as Cents;
    const notDue = parts
      .filter(({ days }) => days === null)
      .reduce((sum, { amount }) => sum + amount, 0) as Cents;
    if (overdue !== 0) {
      const due = this.#due(oldest(parts, overdue));
      this.#tally.item(currency, overdue, this.#setting.asOf !== null, false);
      this.#give({
        ...shared,
        type: overdue > 0 ? "balance" : "payment",
        open: overdue,
        due,
        dueDerived: true,
      });
    }
    if (notDue !== 0) {
      this.#tally.item(currency, notDue, false, false);
      this.#give({
        ...shared,
        type: notDue > 0 ? "balance" : "payment",
        open: notDue,
        due: null,
        dueDerived: false,
      });
    }
  }

  /** Days after the due date; null: not due. Ageing from the document date is later by the terms. */
  #daysLate(from: number | null): number | null {
    if (from === null || this.#setting.basis === "due") return from;
    const days = from - (this.#setting.terms?.days ?? 0);
    return days < 1 ? null : days;
  }

  #due(days: number): Day | null {
    return this.#setting.asOf === null ? null : addDays(this.#setting.asOf, -Math.max(1, days));
  }

  #tooMany(line: number): Failure {
    return new Failure(EXIT.input, {
      code: "file-too-large",
      where: { file: this.#file, line },
      message: "this summary is larger than an import may be",
      found: `more than ${LIMITS.summaryDebtors} customers`,
      fix: "export one company at a time, or the open items instead of a summary",
    });
  }
}

/** Lower bound of the oldest column that still counts once the credits have covered the oldest amounts. */
function oldest(
  parts: readonly { readonly days: number | null; readonly amount: number }[],
  overdue: Cents,
): number {
  const late = parts
    .flatMap(({ days, amount }) => (days === null || amount === 0 ? [] : [{ days, amount }]))
    .sort((a, b) => b.days - a.days);
  if (overdue < 0) return late[0]?.days ?? 1;
  let credit = late.reduce((sum, { amount }) => sum + Math.min(0, amount), 0);
  for (const { days, amount } of late) {
    if (amount <= 0) continue;
    credit += amount;
    if (credit > 0) return days;
  }
  return 1;
}
