/** What rules would have done on balances of the past. */

import { addDays, later } from "./day.ts";
import type { Foreseen } from "./foresight.ts";
import { planDebtor } from "./plan.ts";
import { planningDay } from "./planning-day.ts";
import type { Day, Ledger, PlanMoment, Rules } from "./types.ts";
import { type World, world } from "./world.ts";

export interface Hindsight {
  /**
   * From the moment's day to `until`, on the ledgers of one balance: what was told before stays told, whoever said it in
   * these rules. Balances come in order.
   */
  readonly between: (ledgers: Iterable<Ledger>, at: PlanMoment, until: Day) => void;
}

/** `tell` hears of everything that would have been done: approvals given and calls made on the day. */
export function lookBack(rules: Rules, tell: (done: Foreseen) => void): Hindsight {
  const worlds = new Map<string, World>();
  return {
    between: (ledgers, at, until) => {
      for (const ledger of ledgers) {
        const { id } = ledger.debtor;
        const known = worlds.get(id);
        const own = known ?? world([ledger]);
        if (known === undefined) worlds.set(id, own);
        else own.balance(ledger);
        walk(own, ledger, rules, at, until, tell);
      }
    },
  };
}

function walk(
  own: World,
  { debtor }: Ledger,
  rules: Rules,
  at: PlanMoment,
  until: Day,
  tell: (done: Foreseen) => void,
): void {
  for (let today = at.today; today <= until; today = addDays(today, 1)) {
    const day = planningDay(rules, {
      ...at,
      today,
      snapshot: { ...at.snapshot, asOf: later(at.snapshot.asOf, at.today) },
    });
    for (let round = 0; round < 5; round++) {
      const { actions } = planDebtor(day, own.ledgers()[0] as Ledger);
      if (actions.length === 0) break;
      own.carryOut(actions, today);
      for (const action of actions) {
        if (action.state === "awaiting-approval") own.decide(debtor.id, action.step, "granted", today);
        else tell({ day: today, action });
      }
      own.speak(debtor.id, today, "all");
    }
  }
}
