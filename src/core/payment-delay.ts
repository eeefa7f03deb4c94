import { daysBetween } from "./day.ts";
import type { Cents, Day } from "./types.ts";

/** How late a customer has paid so far. */
export interface PaymentDelay {
  readonly count: number;
  /** Mean days after the due date, weighted by amount, rounded; early payments count as negative. Null: none was paid. */
  readonly days: number | null;
}

/** Sum of amount x (paid - due), over the sum of the amounts. */
export function paymentDelay(
  payments: readonly { readonly due: Day; readonly paid: Day; readonly amount: Cents }[],
): PaymentDelay {
  let weighted = 0n;
  let total = 0n;
  for (const { due, paid, amount } of payments) {
    weighted += BigInt(amount) * BigInt(daysBetween(due, paid));
    total += BigInt(amount);
  }
  if (total <= 0n) return { count: payments.length, days: null };
  const half = weighted < 0n ? -total : total;
  return { count: payments.length, days: Number((2n * weighted + half) / (2n * total)) };
}
