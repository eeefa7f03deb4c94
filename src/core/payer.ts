/** How a debtor pays, from the company's own history. */

import { contested } from "./agreed.ts";
import { daysBetween } from "./day.ts";
import { digitsOf } from "./money.ts";
import { brokenPromises } from "./promise.ts";
import type { Cents, Currency, Day, Ledger, PayerClass, PayerLimits } from "./types.ts";

/** A document, or a part of one, that was paid. Of balances the day is the middle of two, and `sure` is false. */
export interface PaidDocument {
  readonly due: Day;
  readonly paid: Day;
  readonly amount: Cents;
  readonly currency: Currency;
  readonly sure: boolean;
}

export interface PayerFigures {
  /** Null: nothing was paid, and nothing is late. */
  readonly class: PayerClass | null;
  /** Mean days after the due date, weighted by amount (major units), rounded; negative: early. */
  readonly days: number | null;
  /** Documents that were paid, and open ones that are later than usual: those count with their age today. */
  readonly paid: number;
  readonly late: number;
  /** Broken promises make it one class worse. */
  readonly broken: number;
  /** At least one day of payment is the middle between two balances. */
  readonly estimated: boolean;
}

const CLASSES: readonly PayerClass[] = ["A", "B", "C", "D"];

function classOf(days: number, limits: PayerLimits): PayerClass {
  if (days <= limits.A) return "A";
  if (days <= limits.B) return "B";
  return days <= limits.C ? "C" : "D";
}

/**
 * Mean of (paid or today - due), weighted by amount; one class worse after a broken promise. Of a debtor who has paid nothing
 * so far nothing is known until something is later than class A allows: a new customer is no good payer yet. What is
 * disputed says nothing of how he pays.
 */
export function payerFigures(ledger: Ledger, limits: PayerLimits, today: Day): PayerFigures {
  let weighted = 0;
  let total = 0;
  const add = (amount: Cents, currency: Currency, days: number): void => {
    const weight = amount / 10 ** digitsOf(currency);
    weighted += weight * days;
    total += weight;
  };
  const paid = ledger.paid ?? [];
  for (const { amount, currency, due, paid: day } of paid) add(amount, currency, daysBetween(due, day));
  // An open document says only that it will be at least so late: it counts once that is later than usual.
  const usual = total > 0 ? weighted / total : limits.A;
  let late = 0;
  for (const dossier of ledger.dossiers) {
    for (const { open, due, disputed, currency } of contested(dossier).items) {
      const owed = open - disputed;
      if (owed <= 0 || due === null || due >= today) continue;
      if (daysBetween(due, today) <= usual) continue;
      late += 1;
      add(owed as Cents, currency, daysBetween(due, today));
    }
  }
  const broken = brokenPromises(ledger);
  const days = total > 0 ? Math.round(weighted / total) : null;
  const own = days === null ? null : classOf(days, limits);
  const worse =
    own === null ? null : (CLASSES[Math.min(3, CLASSES.indexOf(own) + (broken > 0 ? 1 : 0))] ?? "D");
  return { class: worse, days, paid: paid.length, late, broken, estimated: paid.some(({ sure }) => !sure) };
}
