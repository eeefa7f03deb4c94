import type { Cents, DebtorId, RejectedRow } from "../core/types.ts";
import { type AccountKind, accountKind, isChartColumn, isSupplierCode } from "./accounts.ts";
import type { Claims } from "./claims.ts";
import type { Column } from "./column.ts";
import type { Fields } from "./fields.ts";
import {
  type Header,
  isBlank,
  isItemAbove,
  isRepeat,
  looksLikeAmount,
  looksLikeDate,
  refuseOtherHeader,
} from "./header.ts";
import type { Items, Owner } from "./items.ts";
import { mendRow } from "./mend.ts";
import { Owners } from "./owners.ts";
import { AMOUNT_ROLES } from "./roles.ts";
import { Sections } from "./sections.ts";
import { indexOf, type Layout } from "./shape.ts";
import type { Tally } from "./tally.ts";
import { isFooter, namesCustomers, namesSuppliers, totalName } from "./words.ts";

export interface Reading {
  readonly file: string;
  readonly header: Header;
  readonly columns: readonly Column[];
  readonly layout: Layout;
  readonly delimiter: string;
  readonly fields: Fields;
  readonly tally: Tally;
  readonly items: Items;
  /** Null where rows are items. */
  readonly claims: Claims | null;
  readonly reject: (row: RejectedRow) => void;
}

/** Says of every row what it is, by its words, its place and its sums, and gives it to its reader. */
export class Rows {
  readonly #reading: Reading;
  readonly #owners: Owners;
  readonly #sections: Sections;
  readonly #width: number;
  readonly #number: number;
  readonly #dates: readonly number[];
  /** Columns with accounts of the French or Belgian chart; that of the customer's code first. */
  readonly #accounts: readonly Column[];
  readonly #ledger: number;
  readonly #amounts: ReadonlySet<number>;
  /** The rows above the header: printed pages repeat them. */
  readonly #titles = new Set<string>();
  #headerRows: number;

  constructor(reading: Reading) {
    const { columns, header, layout } = reading;
    this.#reading = reading;
    this.#headerRows = header.rows;
    this.#width =
      header.rows === 0 ? header.cells.length : header.cells.findLastIndex((cell) => cell !== "") + 1;
    this.#number = indexOf(columns, "number");
    this.#dates = [indexOf(columns, "due"), indexOf(columns, "issued")].filter((index) => index !== -1);
    this.#accounts = columns.filter(isChartColumn);
    this.#ledger = indexOf(columns, "ledger");
    this.#amounts = new Set(columns.filter(({ role }) => AMOUNT_ROLES.has(role)).map(({ index }) => index));
    this.#owners = new Owners(columns);
    this.#sections = new Sections({
      ...reading,
      owners: this.#owners,
      grouped: layout.groups !== "none",
      amountColumns: this.#amounts,
      numberColumn: this.#number,
      currencyColumn: indexOf(columns, "currency"),
    });
  }

  take(cells: readonly string[], line: number): void {
    const { header, tally } = this.#reading;
    if (line < header.line) {
      tally.classes[isBlank(cells) ? "blank" : "preamble"]++;
      if (isItemAbove(cells, this.#amounts, this.#dates)) tally.holds.add("rows-above-header");
      this.#titles.add(titleKey(cells));
      return;
    }
    if (this.#headerRows > 0) {
      this.#headerRows--;
      tally.classes.header++;
      return;
    }
    tally.read++;
    const owner = this.#isPlainItem(cells) ? this.#ownerOf(cells) : null;
    if (owner === null || owner === "damaged") this.#sort(cells, line);
    else this.#entry(owner, cells, line);
  }

  /** After the last row. */
  finish(): void {
    this.#sections.close();
    this.#reading.claims?.finish();
  }

  /** The common row: of the right length, numbered and dated. What it holds is looked at only when it is read. */
  #isPlainItem(cells: readonly string[]): boolean {
    if (this.#reading.claims !== null || this.#number === -1 || cells[this.#number] === "") return false;
    if (cells.length !== this.#width && !this.#hasEmptyTail(cells)) return false;
    return this.#dates.some((index) => cells[index] !== "");
  }

  #hasEmptyTail(cells: readonly string[]): boolean {
    return cells.length > this.#width && isBlank(cells.slice(this.#width));
  }

  /** The row's own customer; in a grouped file else the one above. */
  #ownerOf(cells: readonly string[]): Owner | "damaged" | null {
    const { groups } = this.#reading.layout;
    const own = this.#owners.column === -1 ? null : this.#owners.of(cells);
    if (groups === "none" || own === "damaged") return own;
    if (groups === "carried" && own !== null) this.#sections.owner = own;
    const above = own ?? this.#sections.owner;
    return own === null && above !== null && this.#owners.isOther(cells, above) ? null : above;
  }

  #entry(owner: Owner, cells: readonly string[], line: number): void {
    const { fields, tally, items, claims } = this.#reading;
    fields.begin(cells, line);
    const kind = this.#isSuppliers(owner) ? "supplier" : this.#accountKind();
    if (kind !== null && kind !== "supplier") this.#rejectAccount(kind, owner, cells, line);
    else if (kind === "supplier") {
      tally.aside(fields.rowCurrency(), fields.open() ?? (0 as Cents), false);
      tally.remark("supplier", line);
      tally.classes.unknown++;
    } else if ((claims ?? items).read(owner, cells, line)) {
      this.#sections.lastOwner = owner;
      tally.classes.item++;
    } else if (isRepeat(this.#reading.header, cells)) this.#repeatedHeader();
    else this.#reject(cells, line, owner.id);
  }

  #reject(cells: readonly string[], line: number, debtor: DebtorId | null): void {
    const { fields, tally, reject, delimiter } = this.#reading;
    const { fault } = fields;
    tally.rejected++;
    tally.classes.unknown++;
    if (debtor === null) tally.holds.add("rows-without-debtor");
    const value = (fault === null || fault.value === "" ? cells.join(delimiter) : fault.value).slice(0, 120);
    const fix = fault?.fix ?? "look at this row in the export";
    reject({
      line,
      debtor,
      column: fault?.column ?? "",
      value,
      reason: fault?.reason ?? "is not understood",
      fix,
    });
  }

  #sort(cells: readonly string[], line: number): void {
    const { fields, tally } = this.#reading;
    const texts = cells.map((cell) => cell.trim());
    if (isBlank(texts)) {
      tally.classes.blank++;
      this.#sections.owner = null;
      return;
    }
    if (isRepeat(this.#reading.header, texts)) {
      this.#repeatedHeader();
      return;
    }
    refuseOtherHeader(this.#reading.file, this.#reading.header, { cells: texts, line });
    fields.begin(texts, line);
    const amounts = texts.filter((text, index) => text !== "" && this.#amounts.has(index));
    const footer = !amounts.some(looksLikeAmount) && texts.some(isFooter);
    if (footer) tally.classes.footer++;
    else if (this.#titles.has(titleKey(texts))) tally.classes.preamble++;
    else if (amounts.length > 0 && amounts.every((text) => text.endsWith("%"))) tally.classes.subtotal++;
    else if (this.#sections.takeTotal(texts, line)) return;
    else if (this.#isGroupRow(texts)) this.#groupRow(texts, line);
    else if (amounts.length === 0 && !this.#isItemLike(texts)) this.#textRow(texts);
    else this.#looseRow(texts, line);
  }

  /** A row with amounts that is neither a plain item nor a total nor a customer's row. */
  #looseRow(texts: readonly string[], line: number): void {
    const { fields, tally, columns, delimiter, layout } = this.#reading;
    const tail = this.#hasEmptyTail(texts) ? texts.slice(0, this.#width) : texts;
    const mended = tail.length > this.#width ? mendRow(tail, this.#width, columns, delimiter) : null;
    if (mended !== null) tally.remark("mended", line);
    const row = mended ?? tail;
    const owner = this.#ownerOf(row);
    const { column } = this.#owners;
    if (owner === null && this.#sections.takeSilentTotal(row)) return;
    if (owner !== null && owner !== "damaged" && row.length === this.#width) {
      this.#entry(owner, row, line);
      return;
    }
    fields.begin(row, line);
    if (owner === null) {
      const reason = this.#owners.byCode ? "has no customer code" : "has no customer";
      fields.fail(column, "", reason, "fill in the customer in the books, or take the row out of the export");
    } else if (owner === "damaged") {
      const fix = "export again, and do not open the file in a spreadsheet in between";
      fields.fail(column, row[column] ?? "", "is a code that a spreadsheet has turned into a number", fix);
    } else {
      const reason = `has ${row.length} cells where ${this.#width} are expected`;
      fields.fail(-1, "", reason, `look for a "${delimiter}" inside a text: it shifts the cells behind it`);
    }
    if (row.length === this.#width) this.#countAside();
    // Cells left of a shift are right: the customer is known where it stands first, or in a row above.
    const above = layout.groups !== "none" && (row[column] ?? "") === "";
    const known = owner !== null && owner !== "damaged" && (column === 0 || above);
    this.#reject(row, line, known ? owner.id : null);
  }

  #countAside(): void {
    const { fields, tally } = this.#reading;
    const open = fields.open();
    if (open !== null) tally.aside(fields.rowCurrency(), open, false);
  }

  #isGroupRow(texts: readonly string[]): boolean {
    const { groups } = this.#reading.layout;
    if (groups === "none" || groups === "carried") return false;
    if (
      texts[groups.columns[0]! - 1] === "" ||
      this.#dates.some((index) => looksLikeDate(texts[index] ?? ""))
    )
      return false;
    return texts.every(
      (text, index) =>
        text === "" || groups.columns.includes(index + 1) || (groups.amounts && this.#amounts.has(index)),
    );
  }

  /** A row that lacks its amount is no text: dropping it would settle a debt. */
  #isItemLike(texts: readonly string[]): boolean {
    const filled = texts.filter((text) => text !== "").length;
    const numbered = this.#number !== -1 && texts[this.#number] !== undefined && texts[this.#number] !== "";
    return (
      texts.some(looksLikeDate) || (filled > 1 && numbered) || (this.#reading.claims === null && filled > 2)
    );
  }

  #groupRow(texts: readonly string[], line: number): void {
    const { fields, tally, layout } = this.#reading;
    if (layout.groups === "none" || layout.groups === "carried") return;
    const open = layout.groups.amounts ? fields.open() : null;
    this.#sections.begin(this.#owners.ofGroup(texts, layout.groups), open, line);
    tally.classes.group++;
  }

  /** Words without amounts: the name of a section, or a line of text. */
  #textRow(texts: readonly string[]): void {
    const { tally, layout } = this.#reading;
    if (layout.groups === "none") {
      this.#sections.label = totalName(`total ${texts.find((text) => text !== "")}`) ?? "";
      tally.classes.group++;
      return;
    }
    // In a grouped file an unknown line may be a customer: the rows below must not go to the one above.
    const own = layout.groups === "carried" ? this.#owners.of(texts) : null;
    this.#sections.owner = own === "damaged" ? null : own;
    tally.classes[this.#sections.owner === null ? "unknown" : "group"]++;
  }

  #repeatedHeader(): void {
    const { tally, header } = this.#reading;
    tally.classes.header++;
    this.#headerRows = header.rows - 1;
    this.#sections.owner = null;
  }

  #isSuppliers(owner: Owner): boolean {
    if (isSupplierCode(owner.id)) return true;
    const ledger = this.#ledger === -1 ? "" : this.#reading.fields.text(this.#ledger);
    return ledger !== "" && namesSuppliers(ledger) && !namesCustomers(ledger);
  }

  /** What the row's account says against its being one customer's. */
  #accountKind(): AccountKind | null {
    for (const { index, role } of this.#accounts) {
      const kind = accountKind(this.#reading.fields.text(index));
      // Beside the customer's own code or name a collective account is as it should be.
      if (kind !== null && !(kind === "collective" && role === "account")) return kind;
    }
    return null;
  }

  #rejectAccount(kind: "collective" | "other", owner: Owner, cells: readonly string[], line: number): void {
    const { fields } = this.#reading;
    const { index } = this.#accounts.find((column) => accountKind(fields.text(column.index)) === kind)!;
    const [reason, fix] =
      kind === "collective"
        ? ["is an account that all customers share", "export with each customer's own code or name"]
        : ["is no account of customers (411)", "export the open items of account 411 only"];
    this.#countAside();
    fields.fault = null;
    fields.fail(index, fields.text(index), reason, fix);
    this.#reject(cells, line, kind === "collective" ? null : owner.id);
  }
}

function titleKey(cells: readonly string[]): string {
  return cells
    .join(" ")
    .replaceAll(/[\d\s]+/g, " ")
    .trim();
}
