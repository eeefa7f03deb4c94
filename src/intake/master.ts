import { AmountCell, COMMA, DOT } from "./amounts.ts";
import type { Column } from "./column.ts";
import { emailAddress } from "./email-address.ts";
import { MASTER_ROLES, type MasterRole } from "./roles.ts";
import { bare, kindOf, languageOf } from "./words.ts";

export type Master = Readonly<Record<string, string>>;

let countries: ReadonlyMap<string, string> | null = null;

/** ISO 3166-1 alpha-2 for a code or a name in French, Dutch, German or English; null for anything else. */
export function countryOf(text: string): string | null {
  countries ??= countryNames();
  const key = bare(text).trim();
  return countries.get(key) ?? null;
}

/** Codes that name no country: unions, the unknown, tests. */
const NO_COUNTRY: ReadonlySet<string> = new Set(["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"]);

function countryNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
  const tongues = ["fr", "nl", "de", "en"].map(
    (tongue) => new Intl.DisplayNames([tongue], { type: "region", fallback: "none" }),
  );
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    // Old codes such as UK stand for today's.
    const current = Intl.getCanonicalLocales(`und-${code}`)[0]?.slice(4) ?? code;
    for (const tongue of tongues) {
      const name = tongue.of(code);
      if (name === undefined || NO_COUNTRY.has(current)) continue;
      names.set(bare(name), current);
      names.set(code.toLowerCase(), current);
    }
  }
  return names;
}

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
    const last = this.#last;
    if (last !== null && this.#indices.every((index, at) => cells[index] === last.texts[at]))
      return last.master;
    const master = this.#readNew(cells, fault);
    this.#last = { texts: this.#indices.map((index) => cells[index] ?? ""), master };
    return master;
  }

  #readNew(cells: readonly string[], fault: (fault: MasterFault) => void): Master | null {
    const values: Record<string, string> = {};
    let any = false;
    for (const [role, columns] of this.#roles) {
      const text = columns
        .map(({ index }) => (cells[index] ?? "").trim())
        .filter((line) => line !== "")
        .join("\n");
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
