import { actionOf } from "./action.ts";
import { standingOf } from "./candidates.ts";
import { amountOf } from "./claim.ts";
import { fromMajor } from "./money.ts";
import { readerOf } from "./person.ts";
import { planningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import { segmentOf } from "./segment.ts";
import type { Action, Currency, Dossier, Ledger, PlanMoment, Rules, Scenario } from "./types.ts";

/** The debtor's own scenario first: its steps decide on charges, deadline and what is claimed. */
function stepWith(own: Scenario, { scenarios }: Rules, text: string) {
  return [own, ...scenarios.values()]
    .flatMap(({ steps }) => steps)
    .find(({ level, templates }) => level !== null && templates.includes(text));
}

/** The dossier in the currency of the books speaks first, the others in their order. */
export const ownCurrencyFirst = (dossiers: readonly Dossier[], own: Currency): readonly Dossier[] =>
  [...dossiers].sort((a, b) => Number(b.currency === own) - Number(a.currency === own));

/**
 * The message of a text to a debtor as if its step were due today, charges included: to look at, never to send. Null: no step has
 * the text, or nothing of the debtor is late enough for it.
 */
export function asIfDue(
  given: Ledger,
  rules: Rules,
  at: PlanMoment,
  { text, channel }: { readonly text: string; readonly channel: "email" | "letter" | "registered-letter" },
): Action | null {
  const day = planningDay(rules, at);
  const ledger = decided(day, given);
  const { debtor, dossiers } = ledger;
  const { segment, scenario } = segmentOf(ledger, rules, day.today);
  if (segment === null || scenario === null) return null;
  const step = stepWith(scenario, rules, text);
  if (step === undefined) return null;
  const course = day.course(scenario);
  for (const dossier of ownCurrencyFirst(dossiers, rules.currency)) {
    const standing = standingOf(day, dossier, fromMajor(scenario.minItem, dossier.currency));
    const { counting, candidates } = standing;
    const [leader] = counting;
    const claimed = amountOf(course, step, candidates, standing);
    if (leader === undefined || claimed === 0) continue;
    const reader = readerOf(debtor, null, channel === "email");
    const route = { kind: "message", channel, reader, warnings: [], because: "" } as const;
    const of = { day, ledger, standing, segment, scenario, course };
    return {
      ...actionOf({ of, step, route, leader, counting, listed: candidates, claimed }, null),
      template: text,
    };
  }
  return null;
}
