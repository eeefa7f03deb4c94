/** What would happen if nothing but time, the plan and payments did anything. */

import { addDays, later } from "./day.ts";
import { payerFigures } from "./payer.ts";
import { planDebtor } from "./plan.ts";
import { planningDay } from "./planning-day.ts";
import type { Action, Day, ItemKey, Ledger, OpenItem, PlanMoment, Rules } from "./types.ts";
import { world } from "./world.ts";

/**
 * How debtors pay. none: nobody pays. class: each document as late as the debtor has paid on the mean so far, where that is
 * known. after: so many days after its due date. What should have been paid by then is paid a week from today.
 */
export type Behaviour =
  | { readonly kind: "none" }
  | { readonly kind: "class" }
  | { readonly kind: "after"; readonly days: number };

/** What happens on one day: messages as if they had left, calls as if they were made, approvals as if they were given. */
export interface Foreseen {
  readonly day: Day;
  readonly action: Action;
}

const CATCH_UP_DAYS = 7;
/** Approvals on one day: each may bring another proposal to light. */
const ROUNDS = 5;

/** The day on which a document is paid; null: never. */
export function payDay(
  item: OpenItem,
  ledger: Ledger,
  behaviour: Behaviour,
  rules: Rules,
  today: Day,
): Day | null {
  if (behaviour.kind === "none" || item.open <= 0 || item.due === null) return null;
  const days =
    behaviour.kind === "after"
      ? behaviour.days
      : payerFigures({ ...ledger, dossiers: [] }, rules.payerLimits, today).days;
  if (days === null) return null;
  const day = addDays(item.due, days);
  return day > today ? day : addDays(today, CATCH_UP_DAYS);
}

/** Facts that change while nobody does anything. */
const OF_TIME: ReadonlySet<string> = new Set([
  "overdue",
  "oldest_days",
  "claimed",
  "average_days_late",
  "payer_class",
  "broken_promises",
]);

/** Whether the plan can say by itself when it will differ: no segment and no step hangs on the day alone, and no invoice walks alone. */
function changesByPlan({ segments, scenarios }: Rules): boolean {
  const still = segments.every(({ when }) => !when.facts.some((fact) => OF_TIME.has(fact)));
  return (
    still &&
    [...scenarios.values()].every(
      ({ entry, cadence, follow, steps }) =>
        entry === "first" &&
        follow === "debtor" &&
        Object.keys(cadence).length === 0 &&
        steps.every(
          ({ skipAfter, when }) =>
            skipAfter === null && when?.facts.some((fact) => OF_TIME.has(fact)) !== true,
        ),
    )
  );
}

/**
 * Every action for one debtor from the moment's day to `until`, both included. Balances stay fresh, persons do their work
 * on the day. Looks only at days on which something can change: the plan itself says which (`nextPossible`).
 * Where it cannot say so (`changesByPlan`), and with `everyDay`, it looks at all of them.
 */
export function foresee(
  ledger: Ledger,
  rules: Rules,
  at: PlanMoment,
  {
    until,
    behaviour,
    everyDay = false,
  }: { readonly until: Day; readonly behaviour: Behaviour; readonly everyDay?: boolean },
): Foreseen[] {
  const { debtor } = ledger;
  const all = world([ledger]);
  const found: Foreseen[] = [];
  const daily = everyDay || !changesByPlan(rules);
  const payments = paymentsOf(ledger, rules, at.today, behaviour);
  for (let today: Day | null = at.today; today !== null && today <= until; ) {
    const day = planningDay(rules, {
      ...at,
      today,
      snapshot: { ...at.snapshot, asOf: later(at.snapshot.asOf, today) },
    });
    while (payments[0] !== undefined && payments[0].day <= today) {
      const { item } = payments.shift() as Payment;
      const open = all
        .ledgers()[0]
        ?.dossiers.flatMap(({ items }) => items)
        .find(({ key }) => key === item);
      if (open !== undefined && open.open > 0) all.pay(debtor.id, item, open.open, today);
    }
    all.settlePromises(day);
    let settled = planDebtor(day, all.ledgers()[0] as Ledger);
    // What waits for a person's word from before today.
    for (const { code, facts } of settled.notActed) {
      if (code !== "waiting-for-approval" && code !== "own-side") continue;
      const step = code === "own-side" ? "own-side" : String(facts["step"]);
      if (all.decide(debtor.id, step, "granted", today))
        settled = planDebtor(day, all.ledgers()[0] as Ledger);
    }
    for (let round = 0; settled.actions.length > 0 && round < ROUNDS; round++) {
      all.carryOut(settled.actions, today);
      for (const action of settled.actions) {
        if (action.state === "awaiting-approval") all.decide(debtor.id, action.step, "granted", today);
        else found.push({ day: today, action });
      }
      all.speak(debtor.id, today, "all");
      settled = planDebtor(day, all.ledgers()[0] as Ledger);
    }
    const next = settled.notActed.flatMap(({ nextPossible }) => nextPossible ?? []);
    const payment = payments[0]?.day;
    const soonest = [...next, ...(payment === undefined ? [] : [payment])].sort()[0];
    const tomorrow = addDays(today, 1);
    today = daily ? tomorrow : soonest === undefined ? null : soonest > today ? soonest : tomorrow;
  }
  return found;
}

interface Payment {
  readonly day: Day;
  readonly item: ItemKey;
}

/** In the order of their days. */
function paymentsOf(ledger: Ledger, rules: Rules, today: Day, behaviour: Behaviour): Payment[] {
  if (behaviour.kind === "none") return [];
  const items = ledger.dossiers.flatMap((dossier) => dossier.items);
  const all = items.flatMap((item) => {
    const day = payDay(item, ledger, behaviour, rules, today);
    return day === null ? [] : [{ day, item: item.key }];
  });
  return all.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.item - b.item));
}
