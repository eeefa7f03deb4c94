import type { Proposal } from "./action.ts";
import { type Answer, answerOf, unansweredPromise } from "./broken-promise.ts";
import { type Candidate, type Standing, stageOf, sumClaimable } from "./candidates.ts";
import { amountOf, netOf } from "./claim.ts";
import { courtesyOf } from "./courtesy.ts";
import { addDays } from "./day.ts";
import { growsOn, whyIdle, whyTooSmall } from "./idle.ts";
import { ownSideGate } from "./matters.ts";
import { fromMajor } from "./money.ts";
import {
  type ActionRoute,
  type Case,
  comingStep,
  type Held,
  held,
  listedWith,
  nextStep,
} from "./next-step.ts";
import type { Course, LevelStep, PlanningDay } from "./planning-day.ts";
import type { WhyNot } from "./reasons.ts";
import { contactsOf, type Walk } from "./timing.ts";
import type { Cents } from "./types.ts";

/** What one dossier would do today, and what of it cannot. */
export interface Outlook {
  readonly proposals: readonly Proposal[];
  readonly held: readonly Held[];
}

/** A dossier without a counting candidate: a reminder before the due date, or the reason why nothing happens. */
export function idleOutlook(dossierCase: Case, lateIn: string | null): Outlook {
  const { day, standing, course } = dossierCase;
  const courtesy = courtesyOf(dossierCase);
  if (courtesy.step === null) {
    return {
      proposals: [],
      held: [held(courtesy.why ?? whyIdle(day, standing, course), [], standing.overdue)],
    };
  }
  if (lateIn !== null) {
    const why: WhyNot = {
      code: "late-elsewhere",
      reason: `no reminder before the due date: this debtor is late in ${lateIn}`,
      facts: { currency: lateIn },
      // Its own items fall due all the same.
      nextPossible: growsOn(day, standing),
    };
    return { proposals: [], held: [held(why, [], standing.overdue)] };
  }
  const { step, route, listed } = courtesy;
  const leader = listed[0] as Candidate;
  const claimed = netOf(sumClaimable(listed), standing);
  return { proposals: [{ of: dossierCase, step, route, leader, counting: [], listed, claimed }], held: [] };
}

/** A dossier with counting candidates: what is due of it, and what waits. */
export function lateOutlook(dossierCase: Case): Outlook {
  const { day, standing, scenario } = dossierCase;
  const minimum = fromMajor(scenario.minAmount, standing.dossier.currency);
  const whole = netOf(sumClaimable(standing.candidates), standing);
  if (whole <= minimum) {
    const why = whyTooSmall(standing, whole, minimum, growsOn(day, standing));
    return { proposals: [], held: [heldOf(standing, why, standing.counting)] };
  }
  const gate = ownSideGate(dossierCase);
  if (gate.kind === "ask") return { proposals: [gate.proposal], held: [] };
  if (gate.kind === "shut") return { proposals: [], held: [heldOf(standing, gate.why, standing.counting)] };
  const walks = walksOf(dossierCase);
  const answer = answerOf(dossierCase, walks[0] === undefined ? null : comingStep(dossierCase, walks[0]));
  if (answer !== null) return answerFirst(dossierCase, answer, whole);
  const due = new Map<LevelStep, { readonly route: ActionRoute; readonly counting: Candidate[] }>();
  const waiting = new Map<string, { readonly why: WhyNot; readonly counting: Candidate[] }>();
  for (const walk of walks) {
    const next = nextStep(dossierCase, walk);
    if (next.step === null) {
      const { code, nextPossible, facts } = next.why;
      group(waiting, `${code} ${nextPossible} ${facts["step"]}`, { why: next.why, counting: [] }, walk);
    } else {
      group(due, next.step, { route: next.route, counting: [] }, walk);
    }
  }
  const proposals: Proposal[] = [];
  const helds = [...waiting.values()].map(({ why, counting }) => heldOf(standing, why, counting));
  for (const [step, { route, counting }] of due) {
    const listed = listedWith(standing, counting);
    const claimed = amountOf(dossierCase.course, step, listed, standing);
    if (claimed > minimum) {
      const leader = counting[0] as Candidate;
      proposals.push({ of: dossierCase, step, route, leader, counting, listed, claimed });
    } else {
      // A formal step claims part of what is overdue; younger items reach its day by themselves.
      const why = whyTooSmall(standing, claimed, minimum, day.roll(addDays(day.today, 1)));
      helds.push(heldOf(standing, why, counting));
    }
  }
  return { proposals, held: helds };
}

/** After a broken promise a person speaks with the debtor about all that is late. */
function answerFirst(dossierCase: Case, { step, route, about }: Answer, claimed: Cents): Outlook {
  const { standing } = dossierCase;
  const { candidates: listed, counting } = standing;
  if (route.kind === "blocked") return { proposals: [], held: [heldOf(standing, route.why, counting)] };
  const leader = counting[0] as Candidate;
  const proposal = { of: dossierCase, step, route, leader, counting, listed, claimed, about };
  return { proposals: [proposal], held: [] };
}

/**
 * The reason of a dossier that something may wake sooner than the reason itself says: what is held or promised comes
 * back, and after a broken promise a person calls as soon as anything is late. Reasons that only a balance ends stay.
 */
export function orSooner(day: PlanningDay, standing: Standing, course: Course, why: WhyNot): WhyNot {
  if (why.code === "balance-too-old" || why.code === "newer-balance-on-hold") return why;
  const { returns } = standing.agreed;
  const missed = unansweredPromise(standing.dossier, course) !== null;
  const days = [
    why.nextPossible,
    returns === null ? null : day.roll(returns),
    missed ? growsOn(day, standing) : null,
  ].filter((each) => each !== null);
  return { ...why, nextPossible: days.sort()[0] ?? null };
}

/** Invoices that walk alone meet again in one message per step, or in one reason. */
function group<K, G extends { readonly counting: Candidate[] }>(
  groups: Map<K, G>,
  key: K,
  empty: G,
  walk: Walk,
): void {
  const found = groups.get(key) ?? empty;
  groups.set(key, found);
  found.counting.push(...walk.counting);
}

/** A part of the dossier answers for its own items, the whole of it for all that is overdue. */
export function heldOf(standing: Standing, why: WhyNot, counting: readonly Candidate[]): Held {
  const whole = counting.length === standing.counting.length;
  const own = counting.reduce((total, { item }) => total + item.open, 0) as Cents;
  return held(why, counting, whole ? standing.overdue : own);
}

function walksOf({ standing, scenario }: Case): Walk[] {
  const { counting, dossier } = standing;
  if (scenario.follow === "invoice") {
    return counting.map((one) => ({
      leader: one,
      counting: [one],
      stage: one.item.level,
      ...contactsOf(dossier, one),
    }));
  }
  return [
    {
      leader: counting[0] as Candidate,
      counting,
      stage: stageOf(counting),
      ...contactsOf(dossier, null),
    },
  ];
}
