import { toDecimal } from "../../src/core/money.ts";
import { planLedger } from "../../src/core/plan.ts";
import type { Action, Ledger, NotActed, PlanMoment, Rules } from "../../src/core/types.ts";

/** `reminder: due by email, 100.00 EUR` */
export function actionLine({ step, state, channel, task, claimed, currency }: Action): string {
  const how = state === "listed" ? `listed as ${task}` : `${state} by ${channel}`;
  return `${step}: ${how}, ${toDecimal(claimed, currency)} ${currency}`;
}

/** `gap until 2026-11-27` */
export function reasonLine({ code, nextPossible }: NotActed): string {
  return nextPossible === null ? code : `${code} until ${nextPossible}`;
}

/** What the planner says about one debtor, one line per action or reason. */
export function verdict(ledger: Ledger, using: Rules, moment: PlanMoment): string {
  const { actions, notActed } = planLedger(ledger, using, moment);
  return [...actions.map(actionLine), ...notActed.map(reasonLine)].join("; ");
}
