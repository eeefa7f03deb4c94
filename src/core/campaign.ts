/** A query with a channel and a text, beside the scenarios. */

import { notActedOf, type Proposal } from "./action.ts";
import { isPersonal, unansweredPromise } from "./broken-promise.ts";
import { type Candidate, type Standing, stageOf, standingOf, sumClaimable } from "./candidates.ts";
import { routeOf } from "./channel.ts";
import { netOf } from "./claim.ts";
import { orSooner } from "./dossier.ts";
import { growsOn, whyIdle, whyTooSmall } from "./idle.ts";
import { ownSideGate } from "./matters.ts";
import { ZERO } from "./money.ts";
import { type Case, detailNeeded, held } from "./next-step.ts";
import { ownStep } from "./own-step.ts";
import { pacedScenario } from "./pace.ts";
import { sortedPlan, whyBlocked } from "./plan.ts";
import { type Course, planningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import type { WhyNot } from "./reasons.ts";
import { factsOf, mainDossier, segmentOf } from "./segment.ts";
import { settle } from "./settle.ts";
import type { Action, Campaign, Day, Ledger, NotActed, Plan, PlanMoment, Rules, Step } from "./types.ts";

/** Under which name its messages stand in the history; no step of a scenario may be called so. */
export const campaignStep = (name: string): string => `campaign-${name}`;

/** The campaign of a step; null: a step of a scenario. */
export const campaignOf = (step: string): string | null =>
  step.startsWith("campaign-") ? step.slice("campaign-".length) : null;

const stepOf = ({ name, channel, templates, approve }: Campaign, level: number | null): Step =>
  ownStep(campaignStep(name), { level, channel, templates, approve });

/** Whether the debtor has heard of it in its period, about whatever he owes. */
function heard({ dossiers }: Ledger, step: Step, from: Day | null): boolean {
  return dossiers.some(({ contacts }) =>
    contacts.some((contact) => contact.step === step.id && (from === null || contact.day >= from)),
  );
}

/**
 * What a campaign would send today: to each debtor for whom its rule is true, once in its period, about what is overdue and
 * may be claimed. Contact cap, working days, age of the balance, holds, disputes, promises, doubts about our own side and
 * approvals count as for steps; after a broken promise the call comes first.
 */
export function planCampaign(
  ledgers: Iterable<Ledger>,
  rules: Rules,
  campaign: Campaign,
  at: PlanMoment,
): Plan {
  const day = planningDay(rules, at);
  const actions: Action[] = [];
  const notActed: NotActed[] = [];
  for (const given of ledgers) {
    const ledger = decided(day, given);
    if (!campaign.when.test(factsOf(ledger, rules, day.today))) continue;
    const dossier = mainDossier(ledger, rules);
    if (dossier === null) continue;
    const standing = standingOf(day, dossier, ZERO);
    const { segment, scenario: written } = segmentOf(ledger, rules, day.today);
    const blocked = whyBlocked(ledger, written !== null);
    if (segment === null || written === null) {
      if (blocked !== null) notActed.push(refusedFor(ledger, standing, blocked));
      continue;
    }
    const scenario = pacedScenario(day, ledger, written);
    const of: Case = { day, ledger, standing, segment, scenario, course: day.course(scenario) };
    const outlook = blocked ?? outlookOf(of, campaign);
    if ("code" in outlook) {
      notActed.push(refusedFor(ledger, standing, orSooner(day, standing, of.course, outlook)));
      continue;
    }
    const settled = settle(day, ledger, [outlook]);
    actions.push(...settled.actions);
    notActed.push(...settled.notActed);
  }
  return sortedPlan(actions, notActed, at);
}

const refusedFor = (ledger: Ledger, standing: Standing, why: WhyNot): NotActed =>
  notActedOf(ledger.debtor, standing.dossier.currency, held(why, standing.counting, standing.overdue));

/** The message of a campaign to one debtor, what a person settles before, or why there is none. */
function outlookOf(of: Case, campaign: Campaign): Proposal | WhyNot {
  const { day, ledger, standing, course } = of;
  const { dossier, balanceOnly, candidates, counting } = standing;
  const plain = stepOf(campaign, null);
  if (heard(ledger, plain, campaign.from))
    return said("campaign-heard", `campaign ${campaign.name} has reached this debtor`);
  const told = ledger.dossiers.some(({ contacts }) =>
    contacts.some((contact) => contact.automatic && contact.day === day.today),
  );
  if (told) return said("contact-cap", "a message left to this debtor today");
  const [leader] = counting;
  if (leader === undefined) return whyIdle(day, standing, course);
  const claimed = netOf(sumClaimable(candidates), standing);
  if (claimed <= 0) return whyTooSmall(standing, claimed, ZERO, growsOn(day, standing));
  const gate = ownSideGate(of);
  if (gate.kind === "shut") return gate.why;
  if (gate.kind === "ask") return gate.proposal;
  const missed = unansweredPromise(dossier, course);
  if (missed !== null)
    return said(
      "call-first",
      `promise ${missed.id} was not kept: a call comes before campaign ${campaign.name}`,
    );
  const step = campaign.countsAsStep ? stepOf(campaign, levelReached(course, counting)) : plain;
  const detail = balanceOnly ? detailNeeded(step) : null;
  if (detail !== null) return detail;
  const route = routeOf(day, ledger, dossier, step, balanceOnly);
  if (route.kind === "blocked") return route.why;
  if (route.kind === "passed") throw new Error(`campaign ${campaign.name} has no channel`);
  const about = { id: step.id, reason: `campaign ${campaign.name}` };
  return { of, step, route, leader, counting, listed: candidates, claimed, about };
}

/**
 * The highest level whose day the oldest document has reached, where it is above the stage: below a last warning, and below
 * what a person does or approves first.
 */
function levelReached(
  { steps, finalLevel, formalLevel }: Course,
  counting: readonly Candidate[],
): number | null {
  const age = counting[0]?.age ?? 0;
  const stage = stageOf(counting);
  const personal = steps.find(
    ({ level, approve, channel }) => level > stage && (approve || isPersonal(channel)),
  );
  const end = Math.min(finalLevel, formalLevel, personal?.level ?? Infinity);
  const reached = steps.findLast(({ day, level }) => day <= age && level < end);
  return reached !== undefined && reached.level > stage ? reached.level : null;
}

const said = (code: WhyNot["code"], reason: string): WhyNot => ({
  code,
  reason,
  facts: {},
  nextPossible: null,
});

/** Why a campaign sends nothing on a day; null: it runs. */
export function outOfPeriod({ name, from, until }: Campaign, today: Day): string | null {
  if (from !== null && today < from) return `campaign ${name} begins on ${from}`;
  return until !== null && today > until ? `campaign ${name} ended on ${until}` : null;
}
