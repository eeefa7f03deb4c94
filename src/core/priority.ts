import { daysBetween } from "./day.ts";
import { digitsOf, toDecimal } from "./money.ts";
import { brokenPromises } from "./promise.ts";
import type { Cents, Currency, Day, Dossier, Ledger } from "./types.ts";

export interface Priority {
  /** The larger, the sooner; whole. */
  readonly priority: number;
  /** What it is made of: "1250.00 EUR, 35 days late, 1 broken promise". */
  readonly because: string;
}

/** What grows the risk, in percent of it. */
const PER_BROKEN_PROMISE = 50;
const FOR_A_NEW_CUSTOMER = 25;
const MOST_BROKEN_PROMISES = 3;
/** Older debts are no more urgent: what is years old would hide what can still be had. */
const OLDEST_DAYS = 180;

/** Days past due of the oldest item that is owed; 0 where nothing is late. */
export function oldestAge({ items }: Dossier, today: Day): number {
  let oldest = today;
  for (const { open, due } of items) if (open > 0 && due !== null && due < oldest) oldest = due;
  return daysBetween(oldest, today);
}

/**
 * In which order persons work: amount x risk x age. The amount in whole units of its currency; risk is 100 %, and 50 %
 * more for each of up to three broken promises, 25 % more for a new customer; age counts double after thirty days, and no more after 180.
 */
export function priorityOf(ledger: Ledger, amount: Cents, currency: Currency, age: number): Priority {
  const broken = brokenPromises(ledger);
  const { newCustomer } = ledger.debtor;
  const risk =
    100 +
    PER_BROKEN_PROMISE * Math.min(broken, MOST_BROKEN_PROMISES) +
    (newCustomer ? FOR_A_NEW_CUSTOMER : 0);
  const units = Math.floor(amount / 10 ** digitsOf(currency));
  const parts = [
    `${toDecimal(amount, currency)} ${currency}`,
    ...(age > 0 ? [`${age} ${age === 1 ? "day" : "days"} late`] : []),
    ...(broken > 0 ? [`${broken} broken ${broken === 1 ? "promise" : "promises"}`] : []),
    ...(newCustomer ? ["new customer"] : []),
  ];
  return {
    priority: Math.floor((units * risk * (30 + Math.min(age, OLDEST_DAYS))) / 3000),
    because: parts.join(", "),
  };
}
