import type { Standing } from "./candidates.ts";
import { addDays } from "./day.ts";
import { toDecimal } from "./money.ts";
import type { Course, PlanningDay } from "./planning-day.ts";
import type { ItemCode, ReasonCode, WhyNot } from "./reasons.ts";
import type { Cents, Day } from "./types.ts";

/** Which reason speaks for a dossier whose overdue items are all out of the game, first come first said. */
const OUT: readonly (readonly [ReasonCode, readonly ItemCode[], string])[] = [
  ["on-hold", ["on-hold"], "on hold"],
  ["disputed", ["disputed"], "disputed"],
  ["promised", ["promised"], "promised"],
  ["outside-help", ["at-agency", "at-insurer", "at-lawyer"], "with outside help"],
  ["direct-debit", ["direct-debit"], "paid by direct debit"],
  ["below-item-minimum", ["below-item-minimum"], "below the item minimum"],
];

/** Why nothing is claimed of a dossier in which no candidate counts. */
export function whyIdle(day: PlanningDay, standing: Standing, course: Course | null): WhyNot {
  if (standing.owedItems === 0) {
    return { code: "nothing-owed", reason: "nothing is owed", facts: {}, nextPossible: null };
  }
  if (standing.candidates.length > 0) return belowMinimum(standing, 0 as Cents, 0 as Cents);
  for (const [code, codes, words] of OUT) {
    const count = codes.reduce((total, each) => total + (standing.out.get(each) ?? 0), 0);
    if (count === 0) continue;
    const reason = `${count} overdue ${count === 1 ? "item" : "items"} ${words}`;
    return { code, reason, facts: Object.fromEntries(standing.out), nextPossible: null };
  }
  return nothingOverdue(day, standing, course);
}

/** A claim that is not above the minimum: because of credits, or because it is that small. */
export function belowMinimum(standing: Standing, claimed: Cents, minimum: Cents): WhyNot {
  const { currency } = standing.dossier;
  const money = (amount: Cents): string => `${toDecimal(amount, currency)} ${currency}`;
  const facts = { claimed: toDecimal(claimed, currency), minimum: toDecimal(minimum, currency) };
  if (standing.creditTotal === 0) {
    const reason = `${money(claimed)} would be claimed, the minimum is ${money(minimum)}`;
    return { code: "below-minimum", reason, facts, nextPossible: null };
  }
  const reason = `credits of ${money(standing.creditTotal)} cover what is overdue, ${money(claimed)} would be claimed`;
  const credits = toDecimal(standing.creditTotal, currency);
  return { code: "covered-by-credit", reason, facts: { ...facts, credits }, nextPossible: null };
}

function nothingOverdue(day: PlanningDay, standing: Standing, course: Course | null): WhyNot {
  let due: Day | null = null;
  for (const item of standing.upcoming)
    if (item.due !== null && (due === null || item.due < due)) due = item.due;
  if (due === null) {
    return { code: "nothing-overdue", reason: "nothing is overdue", facts: {}, nextPossible: null };
  }
  const first = course === null ? null : firstStepDay(day, standing, course, due);
  const reason = `nothing is overdue, the next item falls due on ${due}`;
  return { code: "nothing-overdue", reason, facts: { due }, nextPossible: first };
}

/** The first day on which a step may begin: the first one after the due date, or a reminder before it. */
function firstStepDay(day: PlanningDay, standing: Standing, course: Course, due: Day): Day | null {
  const starts: Day[] = [];
  const earliest = Math.min(...course.steps.map((step) => step.day));
  if (earliest !== Infinity) starts.push(addDays(due, Math.max(1, earliest)));
  for (const step of course.before) {
    const missed = day.courtesyUntil(step.day);
    for (const item of standing.upcoming) {
      if (item.due === null || item.due <= missed || item.courtesyFor === item.due) continue;
      starts.push(addDays(item.due, step.day));
    }
  }
  const first = starts.sort()[0];
  return first === undefined ? null : day.roll(first);
}
