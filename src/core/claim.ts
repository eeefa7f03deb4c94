import { type Candidate, type Standing, sumClaimable } from "./candidates.ts";
import { byAge } from "./item-order.ts";
import { ZERO } from "./money.ts";
import { pick } from "./pace.ts";
import type { PersonRole } from "./person.ts";
import type { Course, PlanningDay } from "./planning-day.ts";
import type { ActionItem, Cents, DebtorId, OpenItem, Step } from "./types.ts";

/** Sum of what is claimed less all credits of the dossier, never negative: so never above the open balance. */
export function netOf(claimed: Cents, standing: Standing): Cents {
  return Math.max(0, claimed - standing.creditTotal) as Cents;
}

/**
 * Those of `listed` that a step claims: all, but final and formal steps claim only what carries the step before or
 * has reached the step's own day; the younger ones are listed for information.
 */
function claimedBy(course: Course, step: Step, listed: readonly Candidate[]): readonly Candidate[] {
  if (!step.finalWarning && !step.formalNotice) return listed;
  const own = step.level ?? 0;
  const before = course.steps.findLast((each) => each.level < own)?.level ?? Infinity;
  return listed.filter(({ item, age }) => item.level >= before || age >= step.day);
}

/** What the step would claim of `listed`. */
export function amountOf(
  course: Course,
  step: Step,
  listed: readonly Candidate[],
  standing: Standing,
): Cents {
  return netOf(sumClaimable(claimedBy(course, step, listed)), standing);
}

/**
 * The level that a message leaves on a candidate: the step's, but not more than the item's own age has reached
 * (who rides along does not inherit the leader's). What is listed for information was not warned: it stays below the
 * final warning. Null where the item has been told as much before.
 */
function levelFor(course: Course, step: Step, { item, age }: Candidate, claimed: boolean): number | null {
  if (step.level === null) return null;
  const ceiling = claimed ? Infinity : course.finalLevel;
  let reached = 0;
  for (const { day, level } of course.steps) {
    if (day <= age && level > reached && level < ceiling) reached = level;
  }
  const level = Math.min(step.level, reached);
  return level > item.level ? level : null;
}

/** The lines of a message: what is listed (in order) and all credits, oldest due first. `part`: of the late items only some are meant. */
export function linesOf(
  day: PlanningDay,
  course: Course,
  step: Step,
  listed: readonly Candidate[],
  credits: readonly OpenItem[],
  part: boolean,
): ActionItem[] {
  const claimed = claimedBy(course, step, listed);
  const some = claimed === listed ? null : new Set(claimed);
  const lines = listed.map((candidate) => {
    const isClaimed = some === null || some.has(candidate);
    // Covered items stand in each of several messages: none of them tells them anything.
    const level = part && candidate.covered ? null : levelFor(course, step, candidate, isClaimed);
    const amount = isClaimed ? candidate.claimable : ZERO;
    return line(candidate.item, candidate.age, isClaimed ? "claimed" : "information", amount, level);
  });
  if (credits.length === 0) return lines;
  const ageOf = ({ due }: OpenItem): number => (due === null ? 0 : day.age(due));
  lines.push(...credits.map((item) => line(item, ageOf(item), "credit", ZERO, null)));
  return lines.sort(byAge);
}

function line(
  item: OpenItem,
  daysOverdue: number,
  role: ActionItem["role"],
  claimed: Cents,
  level: number | null,
): ActionItem {
  const { key, number, type, issued, due, dueDerived, open, disputed } = item;
  return { key, number, type, issued, due, dueDerived, daysOverdue, open, disputed, claimed, role, level };
}

/** One of a list whose members take turns: a hash chooses, so that nobody can learn the pattern and every run agrees. */
function turn<T>(list: readonly T[], by: readonly string[], { at }: PlanningDay): T | null {
  if (list.length < 2) return list[0] ?? null;
  return list[pick(at.hash(JSON.stringify(by)), list.length)] ?? null;
}

/** E-mails about a balance without invoices have a wording of their own; else one of the step's variants. */
export function templateOf(
  { templates, id }: Step,
  debtor: DebtorId,
  balanceOnly: boolean,
  day: PlanningDay,
): string | null {
  return balanceOnly ? "statement" : turn(templates, [day.rules.seed, debtor, id], day);
}

/** What the addressee does at the customer; null: no matter. */
export const addresseeOf = (
  { addressees, id }: Step,
  debtor: DebtorId,
  day: PlanningDay,
): PersonRole | null => turn(addressees, [day.rules.seed, "addressee", debtor, id], day);

/** Who signs; null: whoever signs for the company. */
export const senderOf = ({ senders, id }: Step, debtor: DebtorId, day: PlanningDay): string | null =>
  turn(senders, [day.rules.seed, "sender", debtor, id], day);
