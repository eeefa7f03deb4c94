import { cents } from "./money.ts";
import type { Cents } from "./types.ts";

/** An exact number: interest is never held in binary floating point. `d` is positive. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const NOTHING: Fraction = { n: 0n, d: 1n };

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** In lowest terms, so that many additions stay small. */
export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  if (bottom <= 0n) throw new RangeError(`a fraction over ${bottom}`);
  const common = gcd(top, bottom);
  return { n: top / common, d: bottom / common };
}

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const isPositive = ({ n }: Fraction): boolean => n > 0n;
export const lesser = (a: Fraction, b: Fraction): Fraction => (a.n * b.d <= b.n * a.d ? a : b);

function floor({ n, d }: Fraction): bigint {
  const down = n / d;
  return n < 0n && down * d !== n ? down - 1n : down;
}

/** Minor units, half up. */
export const rounded = ({ n, d }: Fraction): Cents => cents(Number(floor({ n: 2n * n + d, d: 2n * d })));

/**
 * Whole minor units for each part so that they add up to the rounded sum: every part is rounded down, and what is left goes to
 * the parts that lost most (the first of equals).
 */
export function roundedParts(parts: readonly Fraction[]): Cents[] {
  const floors = parts.map(floor);
  const total = BigInt(rounded(parts.reduce(add, NOTHING)));
  let left = total - floors.reduce((sum, each) => sum + each, 0n);
  const lost = parts.map((part, at) => subtract(part, { n: floors[at] ?? 0n, d: 1n }));
  const byLoss = parts.map((_, at) => at).sort((a, b) => compare(lost[b], lost[a]) || a - b);
  for (const at of byLoss) {
    if (left <= 0n) break;
    floors[at] = (floors[at] ?? 0n) + 1n;
    left -= 1n;
  }
  return floors.map((each) => cents(Number(each)));
}

function compare(a: Fraction = NOTHING, b: Fraction = NOTHING): number {
  const [left, right] = [a.n * b.d, b.n * a.d];
  return left < right ? -1 : left > right ? 1 : 0;
}
