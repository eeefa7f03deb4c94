import { fraction, multiply, rounded } from "./fraction.ts";
import { cents } from "./money.ts";
import type { Cents } from "./types.ts";

/** 40 EUR for each late invoice (directive 2011/7/EU, art. 6). */
export const EUROPEAN = cents(4000);

/** UK: 40, 70 or 100 GBP by the size of the invoice, VAT included (Late Payment of Commercial Debts (Interest) Act 1998, s. 5A). */
export function british(invoice: Cents): Cents {
  if (invoice <= 0) return cents(0);
  return cents(invoice < 100_000 ? 4000 : invoice < 1_000_000 ? 7000 : 10_000);
}

/** Parts of the claim in minor units, and what of each is asked, in thousandths. */
const DUTCH_BANDS: readonly (readonly [upTo: number, perMille: number])[] = [
  [250_000, 150],
  [500_000, 100],
  [1_000_000, 50],
  [20_000_000, 10],
  [Number.POSITIVE_INFINITY, 5],
];

/** NL: collection costs by bands of the claim, at least 40 and at most 6 775 EUR (Besluit BIK). */
export function dutch(claim: Cents): Cents {
  if (claim <= 0) return cents(0);
  let from = 0;
  let thousandths = 0;
  for (const [upTo, perMille] of DUTCH_BANDS) {
    thousandths += Math.max(0, Math.min(claim, upTo) - from) * perMille;
    from = upTo;
  }
  return cents(Math.min(677_500, Math.max(4000, rounded(fraction(thousandths, 1000)))));
}

/** Belgium, consumers: the most that a contract may ask of a balance (Code de droit économique, art. XIX.4). */
export function belgianConsumer(balance: Cents): Cents {
  if (balance <= 0) return cents(0);
  if (balance <= 15_000) return cents(2000);
  const above = (limit: number, percent: number, base: number): Cents =>
    cents(base + rounded(multiply(fraction(balance - limit), fraction(percent, 100))));
  if (balance <= 50_000) return above(15_000, 10, 3000);
  return cents(Math.min(200_000, above(50_000, 5, 6500)));
}
