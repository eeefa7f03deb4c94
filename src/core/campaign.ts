/** A query with a channel and a text, beside the scenarios. */

import { notActedOf, type Proposal } from "./action.ts";
import { type Candidate, stageOf, standingOf, sumClaimable } from "./candidates.ts";
import { routeOf } from "./channel.ts";
import { netOf } from "./claim.ts";
import { held } from "./next-step.ts";
import { sortedPlan, whyBlocked } from "./plan.ts";
import { type Course, planningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import type { WhyNot } from "./reasons.ts";
import { factsOf, mainDossier, segmentOf } from "./segment.ts";
import { settle } from "./settle.ts";
import type {
  Action,
  Campaign,
  Day,
  Dossier,
  Ledger,
  NotActed,
  Plan,
  PlanMoment,
  Rules,
  Step,
} from "./types.ts";

/** Under which name its messages stand in the history; no step of a scenario may be called so. */
export const campaignStep = (name: string): string => `campaign-${name}`;

function stepOf({ name, channel, templates, approve }: Campaign, level: number | null): Step {
  return {
    id: campaignStep(name),
    // Without a level nothing is told: the stage of the scenario stays where it is.
    level,
    day: 0,
    channel,
    templates,
    when: null,
    gap: null,
    deadline: null,
    timeout: null,
    fallback: null,
    finalWarning: false,
    formalNotice: false,
    approve,
    skipAfter: null,
    senders: [],
    addressees: [],
    onBrokenPromise: null,
  };
}

/** Whether the debtor has heard of it in its period. */
function heard({ contacts }: Dossier, step: Step, from: Day | null): boolean {
  return contacts.some((contact) => contact.step === step.id && (from === null || contact.day >= from));
}

/**
 * What a campaign would send today: to each debtor for whom its rule is true, once in its period, about what is overdue and
 * may be claimed. Contact cap, working days, age of the balance, holds, disputes, promises and approvals count as for steps.
 */
export function planCampaign(
  ledgers: Iterable<Ledger>,
  rules: Rules,
  campaign: Campaign,
  at: PlanMoment,
): Plan {
  const day = planningDay(rules, at);
  const plain = stepOf(campaign, null);
  const actions: Action[] = [];
  const notActed: NotActed[] = [];
  for (const given of ledgers) {
    const ledger = decided(day, given);
    if (!campaign.when.test(factsOf(ledger, rules, day.today))) continue;
    const dossier = mainDossier(ledger, rules);
    if (dossier === null) continue;
    const standing = standingOf(day, dossier, 0 as never);
    const { segment, scenario } = segmentOf(ledger, rules, day.today);
    const refuse = (why: WhyNot): void => {
      notActed.push(
        notActedOf(ledger.debtor, dossier.currency, held(why, standing.counting, standing.overdue)),
      );
    };
    const blocked = whyBlocked(ledger, scenario !== null);
    if (blocked !== null || segment === null || scenario === null) {
      if (blocked !== null) refuse(blocked);
      continue;
    }
    if (heard(dossier, plain, campaign.from)) {
      refuse(said("campaign-heard", `campaign ${campaign.name} has reached this debtor`));
      continue;
    }
    const listed: readonly Candidate[] = standing.candidates;
    const claimed = netOf(sumClaimable(listed), standing);
    if (claimed <= 0 || standing.counting.length === 0) {
      refuse(said("nothing-overdue", "nothing that is overdue may be claimed"));
      continue;
    }
    const course = day.course(scenario);
    const step = campaign.countsAsStep ? stepOf(campaign, levelReached(course, standing.counting)) : plain;
    const route = routeOf(day, ledger, standing.dossier, step, standing.balanceOnly);
    if (route.kind === "passed") continue;
    if (route.kind === "blocked") {
      refuse(route.why);
      continue;
    }
    const proposal: Proposal = {
      of: { day, ledger, standing, segment, scenario, course },
      step,
      route,
      leader: standing.counting[0] as Candidate,
      counting: standing.counting,
      listed,
      claimed,
      about: { id: step.id, reason: `campaign ${campaign.name}` },
    };
    const settled = settle(day, ledger, [proposal]);
    actions.push(...settled.actions);
    notActed.push(...settled.notActed);
  }
  return sortedPlan(actions, notActed, at);
}

/** The highest level below a last warning whose day the oldest document has reached, where it is above the stage. */
function levelReached(
  { steps, finalLevel, formalLevel }: Course,
  counting: readonly Candidate[],
): number | null {
  const age = counting[0]?.age ?? 0;
  const reached = steps.findLast(({ day, level }) => day <= age && level < Math.min(finalLevel, formalLevel));
  return reached !== undefined && reached.level > stageOf(counting) ? reached.level : null;
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
