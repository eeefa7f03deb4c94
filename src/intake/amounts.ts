import type { Cents, Currency } from "../core/types.ts";
import { currencyOf } from "./currency.ts";
import { LIMITS } from "./limits.ts";

/** The decimal marks that an amount allows, as bits. */
export const COMMA = 1;
export const DOT = 2;

const SPACES = "\\s\\u00a0\\u2007\\u2008\\u2009\\u200a\\u202f";
const DASHES = /[\u2010-\u2015\u2212\ufe63\uff0d]/g;
const NOTHING = /^[-'\s\u00a0\u202f]*$/;
const CORE = new RegExp(`^[.,]?\\d(?:[\\d.,'’${SPACES}]*\\d)?[.,]?$`);
const LEADING_CURRENCY = /^(\p{Sc}|[A-Z]{3}|US\$|C\$|Fr\.?|SFr|kr\.?)(?=[\s\u00a0\u202f\d.,+-]|$)/u;
const TRAILING_CURRENCY =
  /(?<=[\d\s\u00a0\u202f.,+-])(\p{Sc}|[A-Z]{3}|Fr\.?|zł|Kč|kr\.?|Ft|lei|F|FCFA|euros?)$/u;
/** Sides printed after an amount: English, French, German. */
const SIDE = /(?<=[\d\s\u00a0\u202f.,])(cr|c|h|dr|db|d|s)\.?$/i;

/**
 * One amount as it stands in a cell, before it is known which mark is the decimal one. The fields belong to
 * the last `read`; one object serves a whole file.
 */
export class AmountCell {
  /** All digits as one whole number, without sign. */
  digits = 0;
  /** Digits after the mark if the decimal mark is a comma, a dot; -1: the cell cannot be read so. */
  comma = -1;
  dot = -1;
  negative = false;
  /** Printed beside the amount. */
  currency: Currency | null = null;
  /** Why the last cell was no amount. */
  reason = "";
  readonly #own: Currency;

  constructor(own: Currency) {
    this.#own = own;
  }

  /** Bits of the decimal marks that fit; 0 where the cell is no amount. */
  get mask(): number {
    return (this.comma === -1 ? 0 : COMMA) | (this.dot === -1 ? 0 : DOT);
  }

  read(text: string): "amount" | "empty" | "bad" {
    const length = text.length;
    if (length === 0) return "empty";
    let index = text.charCodeAt(0) === 45 ? 1 : 0;
    const negative = index === 1;
    let digits = 0;
    let count = 0;
    let mark = 0;
    let before = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 47 && code < 58) {
        digits = digits * 10 + code - 48;
        count++;
      } else if ((code === 44 || code === 46) && mark === 0) {
        mark = code;
        before = count;
      } else return this.#readLong(text);
    }
    const after = count - before;
    if (count === 0 || count > LIMITS.digits || (mark !== 0 && (after === 3 || after === 0)))
      return this.#readLong(text);
    this.digits = digits;
    this.negative = negative && digits !== 0;
    this.currency = null;
    this.comma = mark === 0 ? 0 : mark === 44 ? after : -1;
    this.dot = mark === 0 ? 0 : mark === 46 ? after : -1;
    return "amount";
  }

  /** Group marks, currencies, brackets, sides, minus signs behind. */
  #readLong(text: string): "amount" | "empty" | "bad" {
    this.comma = -1;
    this.dot = -1;
    this.currency = null;
    this.negative = false;
    let rest = text.trim().replaceAll(DASHES, "-");
    if (NOTHING.test(rest)) return "empty";
    if (rest.startsWith("'")) rest = rest.slice(1).trim();
    let minus = 0;
    let plus = 0;
    if (rest.startsWith("(") && rest.endsWith(")")) {
      minus++;
      rest = rest.slice(1, -1).trim();
    }
    const strip = (pattern: RegExp): string | null => {
      const found = pattern.exec(rest);
      if (found === null) return null;
      rest = rest.replace(pattern, "").trim();
      return found[0];
    };
    const side = strip(SIDE);
    if (side !== null && /^[ch]/i.test(side)) minus++;
    else if (side !== null) plus++;
    let trailing = false;
    for (let turn = 0; turn < 2; turn++) {
      const lead = strip(/^[-+]/);
      const currency = strip(LEADING_CURRENCY) ?? strip(TRAILING_CURRENCY);
      const trail = strip(/[-+]$/);
      trailing ||= trail !== null;
      for (const sign of [lead, trail]) {
        if (sign === "-") minus++;
        if (sign === "+") plus++;
      }
      if (currency === null) continue;
      const code = currencyOf(currency, this.#own);
      if (code === null || (this.currency !== null && this.currency !== code))
        return this.#bad(`"${currency}" is not a currency`);
      this.currency = code;
    }
    if (rest === "" && this.currency !== null && minus < 2) return "empty";
    if (/^\d+([.,]\d+)?E[+-]?\d+$/i.test(rest))
      return this.#bad("is written with an exponent: a spreadsheet has damaged it");
    if (!CORE.test(rest) || (trailing && /[.,]$/.test(rest))) return this.#bad("is not an amount");
    if (minus + plus > 1) return this.#bad("has two signs");
    return this.#readCore(rest, minus === 1);
  }

  #readCore(core: string, negative: boolean): "amount" | "bad" {
    const marks = core
      .replaceAll(/\d/g, "")
      .replaceAll(new RegExp(`[${SPACES}]`, "g"), " ")
      .replaceAll("’", "'");
    const groups = core.split(/\D/);
    const digits = groups.join("").replace(/^0+(?=\d)/, "");
    this.comma = decimalsUnder(",", marks, groups);
    this.dot = decimalsUnder(".", marks, groups);
    const excess = digits.length - LIMITS.digits;
    if (excess > 0) {
      // 0.30000000000000004: noise of a program that computes with fractions.
      const decimals = Math.max(this.comma, this.dot);
      if (decimals < 9 || decimals < excess) return this.#bad("has too many digits");
      if (this.comma !== -1) this.comma -= excess;
      if (this.dot !== -1) this.dot -= excess;
    }
    this.digits = Number(digits.slice(0, LIMITS.digits));
    this.negative = negative && this.digits !== 0;
    return this.mask === 0 ? this.#bad("is not grouped like an amount") : "amount";
  }

  #bad(reason: string): "bad" {
    this.comma = -1;
    this.dot = -1;
    this.reason = reason;
    return "bad";
  }

  /** Signed minor units under a decimal mark that fits; null where the currency has fewer decimals than the cell. */
  minor(mark: number, currencyDigits: number): Cents | null {
    const decimals = mark === COMMA ? this.comma : this.dot;
    const value = this.negative ? -this.digits : this.digits;
    if (decimals === currencyDigits) return value as Cents;
    if (decimals < currencyDigits) {
      const scaled = value * 10 ** (currencyDigits - decimals);
      return Number.isSafeInteger(scaled) ? (scaled as Cents) : null;
    }
    const exact = value / 10 ** (decimals - currencyDigits);
    const whole = Math.round(exact);
    const tolerance = decimals > 6 ? 1e-5 : 0;
    return Math.abs(exact - whole) <= tolerance ? ((whole === 0 ? 0 : whole) as Cents) : null;
  }
}

/** Digits after the decimal mark if that is `mark`; -1 where the marks and groups of digits do not allow it. */
function decimalsUnder(mark: "," | ".", marks: string, groups: readonly string[]): number {
  const at = marks.indexOf(mark);
  if (at !== -1 && at !== marks.length - 1) return -1;
  const grouping = at === -1 ? marks : marks.slice(0, at);
  const whole = groups.slice(0, grouping.length + 1);
  const decimals = at === -1 ? 0 : (groups[at + 1] ?? "").length;
  if (grouping === "") return decimals;
  const [first, ...others] = whole as [string, ...string[]];
  const same = grouping === grouping.charAt(0).repeat(grouping.length);
  if (!same || first === "" || first.startsWith("0") || first.length > 3) return -1;
  const thousands = others.every((group) => group.length === 3);
  // 12,34,567.50: India groups by two above the thousands.
  const indian = grouping[0] === "," && first.length < 3 && others.length > 1 && others.at(-1)?.length === 3;
  return thousands || (indian && others.slice(0, -1).every((group) => group.length === 2)) ? decimals : -1;
}
