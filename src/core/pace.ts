import { payerFigures } from "./payer.ts";
import type { PlanningDay } from "./planning-day.ts";
import type { DebtorId, Ledger, Scenario, Step } from "./types.ts";

/**
 * The scenario as this debtor walks through it: `cadence` multiplies days and gaps by the payer class, `jitter` moves each
 * step by some days, the same ones every time (a hash of seed, debtor and step). What a message announces stays as it is.
 */
export function pacedScenario(day: PlanningDay, ledger: Ledger, scenario: Scenario): Scenario {
  const { cadence, jitter } = scenario;
  const factor = cadenceOf(day, ledger, cadence);
  const even = factor === 1 ? scenario : day.atPace(scenario, factor);
  return jitter === 0 ? even : shaken(day, ledger.debtor.id, even);
}

/** What the debtor's payer class makes of a scenario's days. */
export function cadenceOf(
  { rules, today }: PlanningDay,
  ledger: Ledger,
  cadence: Scenario["cadence"],
): number {
  if (Object.keys(cadence).length === 0) return 1;
  const { class: payer } = payerFigures(ledger, rules.payerLimits, today);
  return payer === null ? 1 : (cadence[payer] ?? 1);
}

/** Days after the due date and gaps, rounded, never less than one; steps before the due date stay where they are. */
export function atPace(scenario: Scenario, factor: number): Scenario {
  const scaled = (days: number): number => Math.max(1, Math.round(days * factor));
  const step = (each: Step): Step => ({
    ...each,
    day: each.day > 0 ? scaled(each.day) : each.day,
    gap: each.gap === null ? null : scaled(each.gap),
    skipAfter: each.skipAfter === null ? null : scaled(each.skipAfter),
  });
  return { ...scenario, gap: scaled(scenario.gap), steps: scenario.steps.map(step) };
}

/** Earlier or later by up to `jitter` days; in the order of the steps, and a step after the due date stays after it. */
function shaken(day: PlanningDay, debtor: DebtorId, scenario: Scenario): Scenario {
  let before = Number.NEGATIVE_INFINITY;
  const steps = scenario.steps.map((step) => {
    // What the law or a deadline counts from is not left to chance.
    const fixed = step.finalWarning || step.formalNotice || step.day <= 0;
    const end = Math.max(step.day, step.skipAfter ?? Infinity);
    const moved = fixed
      ? step.day
      : Math.min(end, Math.max(1, step.day + shift(day, debtor, step, scenario.jitter)));
    const own = Math.max(moved, before);
    before = own;
    return own === step.day ? step : { ...step, day: own };
  });
  return { ...scenario, steps };
}

function shift({ at, rules }: PlanningDay, debtor: DebtorId, step: Step, jitter: number): number {
  return pick(at.hash(JSON.stringify([rules.seed, "jitter", debtor, step.id])), 2 * jitter + 1) - jitter;
}

/** A whole number from 0 on, below `count`, from a hash in hex. */
export function pick(hash: string, count: number): number {
  return Number.parseInt(hash.slice(0, 8), 16) % count;
}
