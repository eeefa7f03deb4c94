import type { Proposal } from "./action.ts";
import { type Candidate, type Standing, stageOf, sumClaimable } from "./candidates.ts";
import { amountOf, netOf } from "./claim.ts";
import { courtesyOf } from "./courtesy.ts";
import { belowMinimum, whyIdle } from "./idle.ts";
import { fromMajor } from "./money.ts";
import { type ActionRoute, type Case, type Held, held, listedWith, nextStep } from "./next-step.ts";
import type { LevelStep } from "./planning-day.ts";
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
      nextPossible: null,
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
  const { standing, scenario } = dossierCase;
  const minimum = fromMajor(scenario.minAmount, standing.dossier.currency);
  const whole = netOf(sumClaimable(standing.candidates), standing);
  if (whole <= minimum) {
    return {
      proposals: [],
      held: [held(belowMinimum(standing, whole, minimum), standing.counting, standing.overdue)],
    };
  }
  const due = new Map<LevelStep, { readonly route: ActionRoute; readonly counting: Candidate[] }>();
  const waiting = new Map<string, { readonly why: WhyNot; readonly counting: Candidate[] }>();
  for (const walk of walksOf(dossierCase)) {
    const next = nextStep(dossierCase, walk);
    if (next.step === null) {
      const { why } = next;
      const key = `${why.code} ${why.nextPossible} ${why.facts["step"]}`;
      const group = waiting.get(key) ?? { why, counting: [] };
      waiting.set(key, group);
      group.counting.push(...walk.counting);
    } else {
      const group = due.get(next.step) ?? { route: next.route, counting: [] };
      due.set(next.step, group);
      group.counting.push(...walk.counting);
    }
  }
  const proposals: Proposal[] = [];
  const helds = [...waiting.values()].map(({ why, counting }) => heldOf(standing, why, counting));
  for (const [step, { route, counting }] of due) {
    const listed = listedWith(standing, counting);
    const claimed = amountOf(dossierCase.course, step, listed, standing);
    if (claimed <= minimum) helds.push(heldOf(standing, belowMinimum(standing, claimed, minimum), counting));
    else
      proposals.push({
        of: dossierCase,
        step,
        route,
        leader: counting[0] as Candidate,
        counting,
        listed,
        claimed,
      });
  }
  return { proposals, held: helds };
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
      contacts: contactsOf(dossier, one),
    }));
  }
  return [
    {
      leader: counting[0] as Candidate,
      counting,
      stage: stageOf(counting),
      contacts: contactsOf(dossier, null),
    },
  ];
}
