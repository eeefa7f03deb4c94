import type { Cents, Currency } from "./types.ts";

/** Digits after the point of the currencies that do not have two (ISO 4217). */
const DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** How many digits a currency has after the point: 2 for EUR, 0 for XOF, 3 for TND. */
export function digitsOf(currency: Currency): number {
  return DIGITS[currency] ?? 2;
}

/** Marks a whole number as minor units. Throws on a fraction: that is a bug of ours. */
export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`);
  return value as Cents;
}

export const ZERO = 0 as Cents;

export function sum(values: Iterable<Cents>): Cents {
  let total = 0;
  for (const value of values) total += value;
  return cents(total);
}

export function plus(a: Cents, b: Cents): Cents {
  return cents(a + b);
}

export function minus(a: Cents, b: Cents): Cents {
  return cents(a - b);
}

/** Major units (10.5) to minor units of the currency, rounded half away from zero. For limits in a configuration. */
export function fromMajor(amount: number, currency: Currency): Cents {
  const scaled = Math.abs(amount) * 10 ** digitsOf(currency);
  return cents(Math.sign(amount) * Math.floor(scaled + 0.5 + 1e-9));
}

/** `"-1234.50"`: the form of every amount in JSON. */
export function toDecimal(amount: Cents, currency: Currency): string {
  const digits = digitsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const sign = amount < 0 ? "-" : "";
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
