import { addDays } from "../../src/core/day.ts";
import type { Cents, Dispute, Dossier, Hold, OpenItem, PromiseToPay, Rules } from "../../src/core/types.ts";
import { aged, at, day, euros, ledger, rules } from "./ledger.ts";
import { verdict } from "./verdict.ts";

export const TODAY = day("2026-11-24"); // a Tuesday
export const ago = (days: number): ReturnType<typeof day> => addDays(TODAY, -days);
export const ahead = (days: number): ReturnType<typeof day> => addDays(TODAY, days);
export const says = (of: Dossier, using: Rules = rules(), moment = at(TODAY)): string =>
  verdict(ledger([of]), using, moment);

export const REMIND = "reminder: due by email, 100.00 EUR";
export const late = (over: Partial<OpenItem> = {}): OpenItem => aged(TODAY, 10, { number: "A", ...over });
export const later = (over: Partial<OpenItem> = {}): OpenItem => aged(TODAY, 5, { number: "B", ...over });

export const hold = (over: Partial<Hold> = {}): Hold => ({
  id: "H1",
  items: null,
  since: ago(3),
  until: null,
  ...over,
});
export const dispute = (items: readonly OpenItem[], over: Partial<Dispute> = {}): Dispute => ({
  id: "D1",
  items: items.map(({ key }) => key),
  amount: null,
  opened: ago(3),
  accepted: null,
  deducted: false,
  ...over,
});
/** A promise about the first items of a dossier as they were; `others`: seen, not meant. */
export function promise(
  items: readonly OpenItem[],
  amount: number,
  over: Partial<PromiseToPay> = {},
  others: readonly OpenItem[] = [],
): PromiseToPay {
  const of = (meant: boolean) => (each: OpenItem) => ({ key: each.key, open: each.open, meant });
  return {
    id: "P1",
    plan: null,
    date: TODAY,
    amount: euros(amount),
    given: ago(6),
    items: [...items.map(of(true)), ...others.map(of(false))],
    credits: 0 as Cents,
    state: "open",
    paid: 0 as Cents,
    decided: null,
    cycle: null,
    ...over,
  };
}
export const paid = (item: OpenItem, amount: number): OpenItem => ({
  ...item,
  open: (item.open - euros(amount)) as Cents,
});
