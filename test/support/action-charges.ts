import { cents } from "../../src/core/money.ts";
import { parseRate, type Rate } from "../../src/core/rates.ts";
import type { ActionCharges, Day, ItemKey } from "../../src/core/types.ts";

const day = (text: string): Day => text as Day;
const rate = (text: string): Rate => parseRate(text) as Rate;

/** V9 of the facts: 261.21 of interest in two pieces, 40 of compensation, on the oldest invoice of the made-up debtor. */
export const someCharges: ActionCharges = {
  mode: "claimed",
  country: "FR",
  items: [
    {
      key: 1 as ItemKey,
      number: "FA-2026-0153",
      type: "invoice",
      principal: cents(1_000_000),
      interest: cents(26_121),
      compensation: cents(4000),
      segments: [
        {
          from: day("2025-06-01"),
          to: day("2025-06-30"),
          days: 30,
          rate: rate("13.15"),
          principal: cents(1_000_000),
          amount: cents(10_808),
          because: "statutory",
        },
        {
          from: day("2025-07-01"),
          to: day("2025-08-15"),
          days: 46,
          rate: rate("12.15"),
          principal: cents(1_000_000),
          amount: cents(15_313),
          because: "statutory",
        },
      ],
    },
  ],
  interest: cents(26_121),
  compensation: cents(4000),
  interestText: "fr-business-interest",
  compensationText: "fr-business-compensation",
  before: { amount: cents(15_000), day: day("2025-05-20") },
  refused: [],
  leftOut: [{ from: day("2025-08-16"), to: day("2025-08-20") }],
};

/** What an action holds that claims them. */
export const claiming = (claimed: number) => ({
  charges: someCharges,
  interest: someCharges.interest,
  compensation: someCharges.compensation,
  total: cents(claimed + 30_121),
});

/** What the store says of a debtor whose charges may be claimed. */
export const BUSINESS = { kind: "business", insolvent: false, waived: false } as const;
