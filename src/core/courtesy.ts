import { type Candidate, claimableOf, sumClaimable } from "./candidates.ts";
import { routeOf } from "./channel.ts";
import { netOf } from "./claim.ts";
import { byAge } from "./item-order.ts";
import { fromMajor } from "./money.ts";
import { type ActionRoute, type Case, caseFacts } from "./next-step.ts";
import type { WhyNot } from "./reasons.ts";
import type { Day, OpenItem, Step } from "./types.ts";

export type Courtesy =
  | { readonly step: Step; readonly listed: readonly Candidate[]; readonly route: ActionRoute }
  | { readonly step: null; readonly why: WhyNot | null };

/**
 * The reminder before the due date, once per item and due date, inside [due + day, due): the first such step
 * that applies, with its items oldest due first. No step and no reason: none is wanted today.
 */
export function courtesyOf(dossierCase: Case): Courtesy {
  const { day, ledger, standing, scenario, course } = dossierCase;
  const { currency } = standing.dossier;
  const minimum = fromMajor(scenario.minAmount, currency);
  for (const step of course.before) {
    const until = day.courtesyUntil(step.day);
    const listed = standing.upcoming
      .filter((item) => inWindow(item, day.today, until))
      .sort(byAge)
      .map((item) => ({ item, age: day.age(item.due as Day), claimable: claimableOf(item), covered: false }));
    const claimed = netOf(sumClaimable(listed), standing);
    if (listed.length === 0 || claimed <= minimum) continue;
    if (step.when !== null && !step.when.test(caseFacts(dossierCase, claimed, 0))) continue;
    const route = routeOf(day, ledger, standing.dossier, step, standing.balanceOnly);
    if (route.kind === "passed") continue;
    return route.kind === "blocked" ? { step: null, why: route.why } : { step, listed, route };
  }
  return { step: null, why: null };
}

function inWindow({ due, courtesyFor }: OpenItem, today: Day, until: Day): boolean {
  return due !== null && due > today && due <= until && courtesyFor !== due;
}
