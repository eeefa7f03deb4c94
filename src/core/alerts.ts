/** What somebody should know of a debtor beside what is due: nothing here sends or stops anything. */

import { addDays } from "./day.ts";
import { limitationNear, limitationOf, limitationText, oldEnough, recognitionsOf } from "./limitation.ts";
import { digitsOf } from "./money.ts";
import { kindKnown, mainDossier, major } from "./segment.ts";
import type { Day, DebtorId, Ledger, Rules } from "./types.ts";

export type AlertKind = "insurer" | "limitation" | "credit-limit" | "credit-check";

export interface Alert {
  readonly kind: AlertKind;
  readonly debtor: DebtorId;
  readonly name: string;
  /** insurer: the last day on which it can be told; limitation: the earliest on which a claim may lapse; maybe past. */
  readonly until: Day | null;
  readonly reason: string;
}

/** Days before the insurer's deadline from which somebody is told of it. */
const AHEAD = 14;

/**
 * The insurer must hear of an insured debt within `insurerDays` of its due date; open amounts above the credit limit; new
 * customers of whom nobody has asked a credit agency. Amounts in the company's currency alone: there are no rates here.
 */
export function alertsOf(ledger: Ledger, rules: Rules, today: Day): Alert[] {
  const { debtor, dossiers } = ledger;
  if (!dossiers.some(({ items }) => items.some(({ open }) => open > 0))) return [];
  const alert = (kind: AlertKind, reason: string, until: Day | null = null): Alert => ({
    kind,
    debtor: debtor.id,
    name: debtor.name,
    until,
    reason,
  });
  return [
    ...insurerAlert(ledger, rules, today).map(({ until, reason }) => alert("insurer", reason, until)),
    ...limitationAlert(ledger, rules, today).map(({ until, reason }) => alert("limitation", reason, until)),
    ...limitAlert(ledger, rules).map((reason) => alert("credit-limit", reason)),
    ...(debtor.newCustomer && debtor.score === null
      ? [alert("credit-check", "a new customer without a credit score (dunning import scores)")]
      : []),
  ];
}

function insurerAlert(
  { debtor, dossiers }: Ledger,
  { insurerDays }: Rules,
  today: Day,
): { until: Day; reason: string }[] {
  if (!debtor.insured || insurerDays === null) return [];
  const late = dossiers
    .flatMap(({ items }) => items)
    .flatMap(({ open, due, number }) => (open > 0 && due !== null && due < today ? [{ due, number }] : []))
    .sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  const [oldest] = late;
  if (oldest === undefined) return [];
  const until = addDays(oldest.due, insurerDays);
  if (today < addDays(until, -AHEAD)) return [];
  const document = oldest.number === "" ? "the balance" : oldest.number;
  const when = today > until ? `had to be told by ${until}` : `must be told by ${until}`;
  return [{ until, reason: `the insurer ${when}: ${document} fell due on ${oldest.due}` }];
}

/** The claim that lapses first, where it does so within the year. */
function limitationAlert(
  { debtor, dossiers }: Ledger,
  rules: Rules,
  today: Day,
): { until: Day; reason: string }[] {
  const where = { country: rules.charges.country, kind: kindKnown(debtor, rules) };
  const old = oldEnough(where, today);
  const near = dossiers.flatMap((dossier) =>
    dossier.items.flatMap((item) => {
      if (item.open <= 0 || !old(item)) return [];
      const found = limitationOf(item, where, recognitionsOf(dossier, item));
      return found === null || limitationNear(found, today) === null ? [] : [{ item, found }];
    }),
  );
  const [first] = near.sort((a, b) => (a.found.until < b.found.until ? -1 : 1));
  if (first === undefined) return [];
  const more = near.length === 1 ? "" : `, and ${near.length - 1} more within the year`;
  const name = first.item.number === "" ? "the balance" : first.item.number;
  return [{ until: first.found.until, reason: `${name} ${limitationText(first.found, today)}${more}` }];
}

function limitAlert(ledger: Ledger, rules: Rules): string[] {
  const { creditLimit } = ledger.debtor;
  const dossier = mainDossier(ledger, rules);
  if (creditLimit === null || dossier === null || dossier.currency !== rules.currency) return [];
  const { currency } = dossier;
  const open = major(
    dossier.items.reduce((total, item) => total + item.open, 0),
    currency,
  );
  if (open <= creditLimit) return [];
  const text = (amount: number): string => `${amount.toFixed(digitsOf(currency))} ${currency}`;
  return [`${text(open)} is open, the credit limit is ${text(creditLimit)}`];
}
