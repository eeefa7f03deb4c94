import type { Cents, Currency, RejectedRow } from "../core/types.ts";
import type { Claims } from "./claims.ts";
import type { Column } from "./column.ts";
import type { Fields } from "./fields.ts";
import { looksLikeAmount } from "./header.ts";
import type { Owner } from "./items.ts";
import { isNamed, type Owners } from "./owners.ts";
import type { Tally } from "./tally.ts";
import { isCarried, nameKey, totalName } from "./words.ts";

/** An amount with decimals, or a currency. */
const isPrinted = (text: string): boolean =>
  /^[A-Z]{3}$/.test(text) || (/[.,]\d{2}(?!\d)/.test(text) && looksLikeAmount(text));

export interface SectionSetting {
  readonly fields: Fields;
  readonly tally: Tally;
  readonly claims: Claims | null;
  readonly owners: Owners;
  readonly columns: readonly Column[];
  readonly grouped: boolean;
  readonly amountColumns: ReadonlySet<number>;
  /** -1 where the file has no such column. */
  readonly numberColumn: number;
  readonly currencyColumn: number;
  readonly reject: (row: RejectedRow) => void;
}

/** The customer whose rows these are, and the sums that the file prints under them. */
export class Sections {
  /** The customer of the rows below, where they do not name one. */
  owner: Owner | null = null;
  /** The customer of the last item: whom a subtotal may name. */
  lastOwner: Owner | null = null;
  /** The words above a section, as a subtotal repeats them. */
  label = "";
  /** The names of all customers' rows: a parent's total stands below those of its children. */
  readonly #heads = new Set<string>();
  readonly #setting: SectionSetting;
  /** A customer row's own total, until its rows have been added up. */
  #expected: { open: Cents; currency: Currency; line: number; owner: Owner } | null = null;

  constructor(setting: SectionSetting) {
    this.#setting = setting;
  }

  /** A customer's row, with the total that it prints. */
  begin(owner: Owner, open: Cents | null, line: number): void {
    this.end();
    this.owner = owner;
    this.#heads.add(nameKey(owner.id)).add(nameKey(owner.name ?? owner.id));
    if (open !== null) this.#expected = { open, currency: this.#setting.fields.rowCurrency(), line, owner };
  }

  end(): void {
    this.close();
    this.#setting.tally.endSection();
    this.owner = null;
  }

  /** Compares the total of a customer's row with the rows below it. */
  close(): void {
    const expected = this.#expected;
    if (expected === null) return;
    this.#expected = null;
    const { tally, reject } = this.#setting;
    const { open, currency, line, owner } = expected;
    if (open === tally.section(currency)) return;
    if (tally.sectionRows > 0) {
      this.#differs(line);
      return;
    }
    tally.rejected++;
    tally.aside(currency, open, false);
    const reason = "is a customer's total without the items that make it up";
    const fix = "unfold the rows of all customers before exporting";
    reject({ line, column: "", value: owner.name ?? owner.id, reason, fix, debtor: owner.id });
  }

  /** Takes a row that is a total by its words. False: it is something else. */
  takeTotal(texts: readonly string[], line: number): boolean {
    const { fields, tally, claims, amountColumns, numberColumn } = this.#setting;
    const at = texts.findIndex(
      (text, index) => text !== "" && !amountColumns.has(index) && totalName(text) !== null,
    );
    if (at === -1 || (numberColumn !== -1 && numberColumn !== at && texts[numberColumn] !== "")) return false;
    const text = texts[at]!;
    const named = totalName(text)!;
    const open = fields.open();
    if (open === null && fields.fault === null && named !== "") return false;
    if (open === null || isCarried(text)) {
      tally.classes.subtotal++;
      return true;
    }
    const currency = this.#currencyOf(text);
    if (currency === fields.currency && fields.rowCurrency() !== currency)
      tally.remark("total-in-other-currency", line);
    if (currency === null) {
      tally.remark("total-of-several-currencies", line);
      tally.classes.total++;
      this.end();
      return true;
    }
    if (named === "") return this.#generalTotal(open, currency, line);
    const owner = this.owner ?? this.lastOwner;
    if ((owner !== null && isNamed(named, owner)) || named === this.label || this.#heads.has(named)) {
      return this.#subtotal(tally.match(currency, open) !== null, line);
    }
    const below = claims?.sumFrom((each) => isNamed(named, each), currency) ?? null;
    return below === null
      ? this.#foreignTotal(texts, at, open, currency)
      : this.#subtotal(below === open, line);
  }

  /** Takes amounts without any word, number or date that add up to the rows above. */
  takeSilentTotal(texts: readonly string[]): boolean {
    const { fields, columns, amountColumns, currencyColumn } = this.#setting;
    // Totals of several amount columns fill those, too, of which only one is read.
    const unread = (text: string, index: number): boolean => {
      const role = columns[index]?.role ?? null;
      return (role === null || role === "ignored") && isPrinted(text);
    };
    const others = texts.some(
      (text, index) =>
        text !== "" && !amountColumns.has(index) && index !== currencyColumn && !unread(text, index),
    );
    const open = fields.open();
    const currency = this.#currencyOf("");
    return !others && open !== null && currency !== null && this.#closes(open, currency);
  }

  /** "Total" that names nobody: of the file where it adds up to it, else of the section. */
  #generalTotal(open: Cents, currency: Currency, line: number): boolean {
    const { tally, grouped } = this.#setting;
    const match = tally.match(currency, open);
    const inGroup = grouped && this.owner !== null && tally.sectionRows > 0;
    // Nought is the sum of no rows: below them all it is a total that the program prints wrongly.
    const isNothing = match === "section" && this.owner === null && tally.sectionRows === 0;
    if (match !== "grand" && (match !== null || inGroup) && !isNothing)
      return this.#subtotal(match !== null, line);
    tally.control(currency, open);
    tally.classes[inGroup && open === tally.section(currency) ? "subtotal" : "total"]++;
    this.end();
    return true;
  }

  /** "Total Energies": a total only where the sums say so and no customer code says otherwise. */
  #foreignTotal(texts: readonly string[], at: number, open: Cents, currency: Currency): boolean {
    const { tally, owners } = this.#setting;
    const coded = owners.byCode && owners.column !== at && texts[owners.column] !== "";
    return !coded && tally.sectionRows > 1 && this.#bySums(open, currency);
  }

  /** The sum of the rows since the last total, or of all rows of its currency, as one after the other may print it. */
  #closes(open: Cents, currency: Currency): boolean {
    const { tally } = this.#setting;
    const all = tally.currencies().includes(currency) && tally.match(currency, open) === "grand";
    return (tally.sectionRows > 0 || all) && this.#bySums(open, currency);
  }

  #bySums(open: Cents, currency: Currency): boolean {
    const { tally } = this.#setting;
    const match = tally.match(currency, open);
    if (match === null) return false;
    if (match === "grand") tally.control(currency, open);
    tally.classes[match === "grand" ? "total" : "subtotal"]++;
    this.end();
    return true;
  }

  #subtotal(fits: boolean, line: number): boolean {
    this.#setting.tally.classes.subtotal++;
    if (!fits) this.#differs(line);
    this.end();
    return true;
  }

  #differs(line: number): void {
    this.#setting.tally.remark("subtotal-differs", line);
    this.#setting.tally.holds.add("control-subtotal");
  }

  /** The currency of a total: its own, else the only one so far; null where it would add up several. */
  #currencyOf(text: string): Currency | null {
    const { fields, tally, currencyColumn } = this.#setting;
    const all = tally.currencies();
    const named = [...text.matchAll(/(?<!\p{L})[A-Z]{3}(?!\p{L})/gu)]
      .map(([code]) => code)
      .find((code) => all.includes(code));
    if (named !== undefined) return named;
    const printed = fields.rowCurrency();
    const [only] = all;
    // A symbol on totals only says nothing against the one currency of the rows.
    if (all.length === 1 && only === fields.currency && fields.text(currencyColumn) === "") return only;
    if (printed !== fields.currency || fields.text(currencyColumn) !== "") return printed;
    return all.length > 1 ? null : (all[0] ?? printed);
  }
}
