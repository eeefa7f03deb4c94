import { countryOf } from "../core/country.ts";
import { AmountCell, COMMA, DOT } from "./amounts.ts";
import type { Column } from "./column.ts";
import { emailAddress } from "./email-address.ts";
import { MASTER_ROLES, type MasterRole } from "./roles.ts";
import { kindOf, languageOf } from "./words.ts";

export type Master = Readonly<Record<string, string>>;

function decimalOf(text: string): string | null {
  const cell = new AmountCell("EUR");
  if (cell.read(text) !== "amount" || cell.negative) return null;
  const mark = cell.mask === DOT || (cell.mask === 3 && cell.dot === 0) ? DOT : COMMA;
  const minor = cell.mask === 3 && cell.comma !== cell.dot ? null : cell.minor(mark, 2);
  return minor === null ? null : (minor / 100).toFixed(2);
}

/** The value in the form that the store keeps; null where the text is none. Other roles are texts. */
const FORMS: Partial<Record<MasterRole, readonly [(text: string) => string | null, string]>> = {
  email: [emailAddress, "one e-mail address such as name@example.com"],
  country: [countryOf, "a country such as FR or France"],
  language: [languageOf, "fr, nl, de or en"],
  kind: [kindOf, "business or consumer"],
  credit_limit: [decimalOf, "an amount without sign"],
};

export interface MasterFault {
  readonly role: MasterRole;
  readonly header: string;
  readonly value: string;
  readonly expected: string;
}

/** What several columns say of one thing, each on a line. */
function linesOf(cells: readonly string[], columns: readonly Column[]): string {
  let lines = "";
  for (const { index } of columns) {
    const line = (cells[index] ?? "").trim();
    if (line !== "") lines = lines === "" ? line : `${lines}\n${line}`;
  }
  return lines;
}

/** Reads the columns that say something about the debtor, by the keys of `debtor set`. */
export class MasterColumns {
  readonly #roles: readonly (readonly [MasterRole, readonly Column[]])[];
  readonly #attributes: readonly Column[];
  readonly #indices: readonly number[];
  /** Rows of one debtor follow one another and say the same. */
  #last: { readonly texts: readonly string[]; readonly master: Master | null } | null = null;

  constructor(columns: readonly Column[]) {
    this.#roles = MASTER_ROLES.map(
      (role) => [role, columns.filter((column) => column.role === role)] as const,
    ).filter(([, of]) => of.length > 0);
    this.#attributes = columns.filter((column) => column.attr !== null);
    this.#indices = [...this.#roles.flatMap(([, of]) => of), ...this.#attributes].map(({ index }) => index);
  }

  get none(): boolean {
    return this.#roles.length === 0 && this.#attributes.length === 0;
  }

  /** Null where the row says nothing. Unusable values are left out and reported. */
  read(cells: readonly string[], fault: (fault: MasterFault) => void): Master | null {
    if (this.#last !== null && this.#isAs(this.#last.texts, cells)) return this.#last.master;
    const master = this.#readNew(cells, fault);
    this.#last = { texts: this.#indices.map((index) => cells[index] ?? ""), master };
    return master;
  }

  #isAs(texts: readonly string[], cells: readonly string[]): boolean {
    for (let at = 0; at < texts.length; at++) if (cells[this.#indices[at]!] !== texts[at]) return false;
    return true;
  }

  #readNew(cells: readonly string[], fault: (fault: MasterFault) => void): Master | null {
    const values: Record<string, string> = {};
    let any = false;
    for (const [role, columns] of this.#roles) {
      const text = linesOf(cells, columns);
      if (text === "") continue;
      const form = FORMS[role];
      const value = form === undefined ? text : form[0](text);
      if (value !== null) {
        values[role] = value;
        any = true;
      } else if (form !== undefined)
        fault({ role, header: columns[0]!.header, value: text, expected: form[1] });
    }
    for (const { index, attr } of this.#attributes) {
      const text = (cells[index] ?? "").trim();
      if (text === "") continue;
      values[`attr.${attr}`] = text;
      any = true;
    }
    return any ? values : null;
  }
}
