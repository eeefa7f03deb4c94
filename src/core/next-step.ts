import { answering } from "./broken-promise.ts";
import { type Candidate, keysOf, type Standing } from "./candidates.ts";
import { type Route, routeOf } from "./channel.ts";
import { amountOf } from "./claim.ts";
import { addDays } from "./day.ts";
import { payerFigures } from "./payer.ts";
import type { Course, LevelStep, PlanningDay } from "./planning-day.ts";
import { weighed } from "./postage.ts";
import type { WhyNot } from "./reasons.ts";
import { stepFacts } from "./segment.ts";
import { formalObstacle, runningDeadline, type Walk, waitOf } from "./timing.ts";
import type { Cents, Facts, ItemKey, Ledger, Scenario, Segment, Step } from "./types.ts";

/** A dossier with everything that its decisions look at. */
export interface Case {
  readonly day: PlanningDay;
  readonly ledger: Ledger;
  readonly standing: Standing;
  readonly segment: Segment;
  readonly scenario: Scenario;
  readonly course: Course;
}

/** Ways that end in an action. */
export type ActionRoute = Extract<Route, { kind: "message" | "task" }>;

export type Next =
  | { readonly step: LevelStep; readonly route: ActionRoute }
  | { readonly step: null; readonly why: WhyNot };

/** A reason and the candidates that it holds back. */
export interface Held {
  readonly why: WhyNot;
  readonly items: readonly ItemKey[];
  readonly overdue: Cents;
}

export function held(why: WhyNot, candidates: readonly Candidate[], overdue: Cents): Held {
  return { why, items: keysOf(candidates), overdue };
}

/** The first step above the stage, whether it is due yet or not; null: none is left. */
export function comingStep(dossierCase: Case, walk: Walk): LevelStep | null {
  const entry = entryLevel(dossierCase, walk);
  return dossierCase.course.steps.find((step) => isAhead(step, walk, entry)) ?? null;
}

function isAhead(step: LevelStep, walk: Walk, entry: number): boolean {
  return step.level > walk.stage && step.level >= entry && inTime(step, walk);
}

/** The first step above the stage that is due today, or why it is not. Steps that do not apply are passed over. */
export function nextStep(dossierCase: Case, walk: Walk): Next {
  const { day, ledger, standing, scenario, course } = dossierCase;
  const { dossier } = standing;
  const entry = entryLevel(dossierCase, walk);
  for (const each of course.steps) {
    if (!isAhead(each, walk, entry)) continue;
    const step = answering(dossier, course, each, day.rules.confirmations.broken);
    const wait = waitOf(day, scenario, step, walk, dossier.partPaid);
    if (wait !== null) return { step: null, why: wait };
    if (!applies(dossierCase, walk, step)) continue;
    const obstacle =
      formalObstacle(day, course, step, walk) ?? (standing.balanceOnly ? detailNeeded(step) : null);
    if (obstacle !== null) return { step: null, why: obstacle };
    const found = routeOf(day, ledger, dossier, step, standing.balanceOnly);
    const claimed = amountOf(course, step, listedWith(standing, walk.counting), standing);
    const { debtor } = ledger;
    const route = weighed(day, found, { debtor, step, claimed, currency: dossier.currency });
    if (route.kind === "passed") continue;
    if (route.kind === "blocked") return { step: null, why: route.why };
    return { step, route };
  }
  return { step: null, why: runningDeadline(day, scenario, walk) ?? ended(dossierCase, walk) };
}

/** A step is passed over once the leader is older than its `skip_after`. */
function inTime({ skipAfter }: Step, { leader }: Walk): boolean {
  return skipAfter === null || leader.age <= skipAfter;
}

function applies(dossierCase: Case, walk: Walk, step: LevelStep): boolean {
  if (step.when === null) return true;
  const { standing, course } = dossierCase;
  const claimed = amountOf(course, step, listedWith(standing, walk.counting), standing);
  return step.when.test(caseFacts(dossierCase, claimed, walk.leader.age));
}

/** What a step's `when` sees. */
export function caseFacts({ day, ledger, standing }: Case, claimed: Cents, oldestDays: number): Facts {
  const { rules, today } = day;
  const payerClass = rules.asksPayers ? payerFigures(ledger, rules.payerLimits, today).class : null;
  return stepFacts({ debtor: ledger.debtor, payerClass }, rules, {
    currency: standing.dossier.currency,
    open: standing.open,
    overdue: standing.overdue,
    claimed,
    credits: standing.creditTotal,
    oldestDays,
    items: standing.owedItems,
  });
}

/** What a message about `counting` lists: covered items stand beside the credits that cover them. */
export function listedWith(standing: Standing, counting: readonly Candidate[]): readonly Candidate[] {
  if (counting.length === standing.counting.length) return standing.candidates;
  const own = new Set(counting);
  return standing.candidates.filter((each) => each.covered || own.has(each));
}

/**
 * `entry: by-age`: who was told nothing in this cycle starts at the last step whose day has passed and that applies,
 * but before the final warning. 0: at the first one.
 */
function entryLevel(dossierCase: Case, walk: Walk): number {
  const { scenario, course } = dossierCase;
  const fresh = walk.stage === 0 && walk.contacts.every(({ level }) => level === null);
  if (scenario.entry === "first" || !fresh) return 0;
  const limit = Math.min(course.finalLevel, course.formalLevel);
  const entry = course.steps.findLast(
    (step) =>
      step.level < limit &&
      step.day <= walk.leader.age &&
      inTime(step, walk) &&
      applies(dossierCase, walk, step),
  );
  return entry?.level ?? 0;
}

/** Why a step cannot leave on a balance without invoices: nothing can be enclosed or stated one by one, so e-mails and calls only. */
export function detailNeeded(step: Step): WhyNot | null {
  const letter = step.channel === "letter" || step.channel === "registered-letter";
  if (!letter && !step.finalWarning && !step.formalNotice) return null;
  return {
    code: "detail-needed",
    reason: `step ${step.id} needs invoices: import a detailed balance`,
    facts: { step: step.id },
    nextPossible: null,
  };
}

function ended({ day, course }: Case, { stage, contacts }: Walk): WhyNot {
  const highest = course.steps.at(-1)?.level ?? Infinity;
  const last = contacts.at(-1);
  if (stage < highest) {
    const reason = `no step above level ${stage} applies`;
    // Conditions may look at ages: tomorrow they are asked again.
    return {
      code: "no-step-applies",
      reason,
      facts: { stage },
      nextPossible: day.roll(addDays(day.today, 1)),
    };
  }
  const reason =
    last === undefined ? "all steps have been carried out" : `the last step was ${last.step} on ${last.day}`;
  return { code: "exhausted", reason, facts: { stage }, nextPossible: null };
}
