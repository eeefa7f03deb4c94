import { type Agreed, disputedText, onHoldText, promisedText } from "./agreed.ts";
import { lastWorkingDayIn } from "./calendar.ts";
import type { Standing } from "./candidates.ts";
import { addDays } from "./day.ts";
import { toDecimal, ZERO } from "./money.ts";
import type { Course, PlanningDay } from "./planning-day.ts";
import { promiseLimit } from "./promise.ts";
import type { ItemCode, ReasonCode, WhyNot } from "./reasons.ts";
import type { Cents, Day, Step } from "./types.ts";

/** Which reason speaks for a dossier whose overdue items are all out of the game, first come first said. */
const OUT: readonly (readonly [ReasonCode, readonly ItemCode[], (agreed: Agreed) => string])[] = [
  ["on-hold", ["on-hold"], (agreed) => onHoldText(agreed)],
  ["disputed", ["disputed"], (agreed) => disputedText(agreed)],
  ["promised", ["promised"], (agreed) => promisedText(agreed)],
  ["outside-help", ["at-agency", "at-insurer", "at-lawyer"], () => "with outside help"],
  ["direct-debit", ["direct-debit"], () => "paid by direct debit"],
  ["below-item-minimum", ["below-item-minimum"], () => "below the item minimum"],
];

/** The days of every promise that covers the items have passed, and the balance is from before. */
function undecided(day: PlanningDay, { promises }: Agreed): WhyNot | null {
  const [first] = promises;
  if (first === undefined || promises.some((each) => !each.undecided)) return null;
  const { promise } = first;
  const limit = promiseLimit(day, promise);
  return {
    code: "promise-undecided",
    reason: `promise ${promise.id} was for ${promise.date}: a balance of ${limit} or later must tell`,
    facts: { promise: promise.id, date: promise.date, balanceFrom: limit },
    nextPossible: null,
  };
}

/** Why nothing is claimed of a dossier in which no candidate counts. */
export function whyIdle(day: PlanningDay, standing: Standing, course: Course | null): WhyNot {
  if (standing.owedItems === 0) {
    return { code: "nothing-owed", reason: "nothing is owed", facts: {}, nextPossible: null };
  }
  const due = nextDue(standing);
  const nextPossible = due === null || course === null ? null : firstStepDay(day, standing, course, due);
  if (standing.candidates.length > 0) return whyTooSmall(standing, ZERO, ZERO, nextPossible);
  for (const [code, codes, words] of OUT) {
    const count = codes.reduce((total, each) => total + (standing.out.get(each) ?? 0), 0);
    if (count === 0) continue;
    const waits = code === "promised" ? undecided(day, standing.agreed) : null;
    if (waits !== null) return { ...waits, nextPossible };
    const reason = `${count} overdue ${count === 1 ? "item" : "items"} ${words(standing.agreed)}`;
    return { code, reason, facts: Object.fromEntries(standing.out), nextPossible };
  }
  const reason = `nothing is overdue${due === null ? "" : `, the next item falls due on ${due}`}`;
  return { code: "nothing-overdue", reason, facts: { due }, nextPossible };
}

/** A claim that is not above the minimum: credits cover it, or it is that small. */
export function whyTooSmall(
  standing: Standing,
  claimed: Cents,
  minimum: Cents,
  nextPossible: Day | null,
): WhyNot {
  const { creditTotal, dossier } = standing;
  const money = (amount: Cents): string => toDecimal(amount, dossier.currency);
  const facts = { claimed: money(claimed), minimum: money(minimum), credits: money(creditTotal) };
  const would = `${facts.claimed} ${dossier.currency} would be claimed`;
  if (creditTotal === 0) {
    const reason = `${would}, the minimum is ${facts.minimum} ${dossier.currency}`;
    return { code: "below-minimum", reason, facts, nextPossible };
  }
  const reason = `credits of ${facts.credits} ${dossier.currency} cover what is overdue, ${would}`;
  return { code: "covered-by-credit", reason, facts, nextPossible };
}

/** The day on which more becomes overdue; null: never by itself. */
export function growsOn(day: PlanningDay, standing: Standing): Day | null {
  const due = nextDue(standing);
  return due === null ? null : day.roll(addDays(due, 1));
}

function nextDue({ upcoming }: Standing): Day | null {
  let next: Day | null = null;
  for (const { due } of upcoming) if (due !== null && (next === null || due < next)) next = due;
  return next;
}

/** The first day on which a step may begin: the first one after the due date, or a reminder before it. */
function firstStepDay(day: PlanningDay, standing: Standing, course: Course, due: Day): Day | null {
  const starts: Day[] = [];
  const earliest = Math.min(...course.steps.map((step) => step.day));
  if (earliest !== Infinity) starts.push(day.roll(addDays(due, Math.max(1, earliest))));
  for (const step of course.before) {
    const missed = day.courtesyUntil(step.day);
    for (const item of standing.upcoming) {
      if (item.due === null || item.due <= missed || item.courtesyFor === item.due) continue;
      starts.push(courtesyStart(day, step, item.due));
    }
  }
  return starts.sort()[0] ?? null;
}

function courtesyStart(day: PlanningDay, step: Step, due: Day): Day {
  const start = addDays(due, step.day);
  const first = day.roll(start);
  if (first < due) return first;
  return lastWorkingDayIn(day.rules.calendar, addDays(day.today, 1), start) ?? first;
}
