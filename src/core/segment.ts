import { daysBetween } from "./day.ts";
import { languageOf } from "./language.ts";
import { digitsOf } from "./money.ts";
import { payerFigures } from "./payer.ts";
import { brokenPromises } from "./promise.ts";
import type {
  Cents,
  Currency,
  Day,
  Debtor,
  Dossier,
  Facts,
  Ledger,
  PayerClass,
  Rules,
  Scenario,
  Segment,
} from "./types.ts";

/** Minor units as the number that rules compare: 12345 -> 123.45 for EUR. */
export function major(amount: Cents | number, currency: Currency): number {
  return amount / 10 ** digitsOf(currency);
}

/** The dossier that speaks for a debtor: the company's currency, else the largest open amount; null: nothing is open. */
export function mainDossier(ledger: Ledger, rules: Rules): Dossier | null {
  let main: Dossier | null = null;
  let largest = Number.NEGATIVE_INFINITY;
  for (const dossier of ledger.dossiers) {
    if (dossier.items.length === 0) continue;
    if (dossier.currency === rules.currency) return dossier;
    const open = dossier.items.reduce((total, item) => total + item.open, 0);
    const amount = major(open, dossier.currency);
    if (main === null || amount > largest || (amount === largest && dossier.currency < main.currency)) {
      main = dossier;
      largest = amount;
    }
  }
  return main;
}

/** What is known of a debtor, from its master data or the configuration; null: nothing. */
export function kindKnown(debtor: Debtor, rules: Rules): "business" | "consumer" | null {
  const kind = debtor.kind === "unknown" ? rules.defaultKind : debtor.kind;
  return kind === "unknown" ? null : kind;
}

/** What nobody said is treated as the configuration says; what that leaves open, as a consumer. */
function kindOf(debtor: Debtor, rules: Rules): "business" | "consumer" {
  return kindKnown(debtor, rules) ?? "consumer";
}

/**
 * The facts that segment rules see. Amounts in major units; `items` counts what is owed; `oldest_days` is 0 where
 * nothing is overdue. What is not known yet is null (a comparison with it is false), never a flattering number.
 */
export function factsOf(ledger: Ledger, rules: Rules, today: Day): Facts {
  const { debtor } = ledger;
  const payer = rules.asksPayers ? payerFigures(ledger, rules.payerLimits, today) : null;
  const dossier = mainDossier(ledger, rules);
  const currency = dossier?.currency ?? rules.currency;
  let balance = 0;
  let overdue = 0;
  let items = 0;
  let oldest: Day | null = null;
  for (const { open, due } of dossier?.items ?? []) {
    balance += open;
    if (open <= 0) continue;
    items += 1;
    if (due === null || due >= today) continue;
    overdue += open;
    if (oldest === null || due < oldest) oldest = due;
  }
  return {
    balance: major(balance, currency),
    overdue: major(overdue, currency),
    oldest_days: oldest === null ? 0 : daysBetween(oldest, today),
    items,
    average_days_late: payer?.days ?? null,
    broken_promises: brokenPromises(ledger),
    payer_class: payer?.class ?? "",
    score: debtor.score,
    insured: debtor.insured,
    strategic: debtor.strategic,
    kind: kindOf(debtor, rules),
    country: debtor.country ?? rules.country,
    language: languageOf(debtor, rules).language,
    region: debtor.region ?? "",
    sector: debtor.sector ?? "",
    salesperson: debtor.salesperson ?? "",
    insolvent: debtor.insolvent,
    new_customer: debtor.newCustomer,
    attr: debtor.attrs,
  };
}

export interface DossierFigures {
  readonly currency: Currency;
  /** Balance of the dossier, credits deducted. */
  readonly open: Cents;
  readonly overdue: Cents;
  /** What the step would claim. */
  readonly claimed: Cents;
  readonly credits: Cents;
  readonly oldestDays: number;
  /** Items that the debtor owes. */
  readonly items: number;
}

/** Whose dossier it is. */
export interface StepSubject {
  readonly debtor: Debtor;
  readonly payerClass: PayerClass | null;
}

/** The facts that a step's `when` sees: the dossier's own figures in its own currency. */
export function stepFacts({ debtor, payerClass }: StepSubject, rules: Rules, figures: DossierFigures): Facts {
  const { currency } = figures;
  return {
    open: major(figures.open, currency),
    overdue: major(figures.overdue, currency),
    claimed: major(figures.claimed, currency),
    credits: major(figures.credits, currency),
    oldest_days: figures.oldestDays,
    items: figures.items,
    currency,
    kind: kindOf(debtor, rules),
    payer_class: payerClass ?? "",
    country: debtor.country ?? rules.country,
    language: languageOf(debtor, rules).language,
    insolvent: debtor.insolvent,
  };
}

export interface Segmentation {
  /** Null: no segment matches. */
  readonly segment: Segment | null;
  readonly scenario: Scenario | null;
  /** The segments looked at, in order, the winner last. */
  readonly tried: readonly { readonly name: string; readonly matched: boolean }[];
}

/** The first segment whose rule is true. */
export function segmentOf(ledger: Ledger, rules: Rules, today: Day): Segmentation {
  const facts = factsOf(ledger, rules, today);
  const winner = rules.segments.findIndex(({ when }) => when.test(facts));
  const segment = rules.segments[winner] ?? null;
  const tried = winner === -1 ? rules.segments : rules.segments.slice(0, winner + 1);
  return {
    segment,
    scenario: segment === null ? null : (rules.scenarios.get(segment.scenario) ?? null),
    tried: tried.map(({ name }, index) => ({ name, matched: index === winner })),
  };
}
