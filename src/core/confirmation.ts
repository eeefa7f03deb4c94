/** Messages that confirm what was agreed. They claim nothing, tell no level, and stand outside the contact cap. */

import type { Proposal } from "./action.ts";
import type { Candidate } from "./candidates.ts";
import { routeOf } from "./channel.ts";
import { daysBetween } from "./day.ts";
import { byAge } from "./item-order.ts";
import { toDecimal, ZERO } from "./money.ts";
import type { Case } from "./next-step.ts";
import { ownStep } from "./own-step.ts";
import type { Contact, Day, Dossier, PromiseToPay, Step } from "./types.ts";

const STEPS = { promise: "promise-confirmation", instalments: "instalments" } as const;

export const THANKS = "thanks";

export const isConfirmation = ({ step }: Pick<Contact, "step">): boolean =>
  step === STEPS.promise || step === STEPS.instalments || step === THANKS;

/** A promise is confirmed, a payment thanked for, within so many days, or not at all: later it would be news of the past. */
export const FRESH_DAYS = 5;

const kindOf = ({ plan }: PromiseToPay): keyof typeof STEPS => (plan === null ? "promise" : "instalments");

function isWaiting({ contacts }: Dossier, promise: PromiseToPay, today: Day): boolean {
  const { state, given, date } = promise;
  const step = STEPS[kindOf(promise)];
  return (
    state === "open" &&
    given <= today &&
    date >= today &&
    daysBetween(given, today) <= FRESH_DAYS &&
    !contacts.some((contact) => contact.step === step && contact.day >= given)
  );
}

/** What a confirmation of this step confirms: the newest promise, or all instalments of its plan by date. */
export function confirmedBy(step: string, promises: readonly PromiseToPay[]): readonly PromiseToPay[] {
  const open = promises.filter((each) => each.state === "open" && STEPS[kindOf(each)] === step);
  const newest = open.reduce<PromiseToPay | null>(
    (last, each) => (last === null || each.given >= last.given ? each : last),
    null,
  );
  if (newest === null) return [];
  if (newest.plan === null) return [newest];
  return open.filter(({ plan }) => plan === newest.plan).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The confirmations that are due for a dossier: of its newest promise and its newest plan, each once. */
export function confirmationsOf(of: Case): Proposal[] {
  const { day, standing } = of;
  const { dossier, balanceOnly, agreed } = standing;
  const { confirmations } = day.rules;
  if (balanceOnly || agreed.holds.length > 0) return [];
  return (["promise", "instalments"] as const).flatMap((kind) => {
    const template = confirmations[kind];
    const [promise] = confirmedBy(STEPS[kind], dossier.promises);
    if (template === null || promise === undefined || !isWaiting(dossier, promise, day.today)) return [];
    return proposalOf(of, promise, ownStep(STEPS[kind], { channel: "email", templates: [template] }));
  });
}

function proposalOf(of: Case, promise: PromiseToPay, step: Step): Proposal[] {
  const { day, ledger, standing } = of;
  const { dossier } = standing;
  const route = routeOf(day, ledger, dossier, step, standing.balanceOnly);
  const meant = new Set(promise.items.filter((item) => item.meant).map(({ key }) => key));
  const listed = dossier.items
    .filter(({ key, open }) => meant.has(key) && open > 0)
    .sort(byAge)
    .map((item): Candidate => {
      return { item, age: item.due === null ? 0 : day.age(item.due), claimable: ZERO, covered: false };
    });
  const [leader] = listed;
  // A confirmation that reaches nobody is no reason to search for an address.
  if (route.kind !== "message" || leader === undefined) return [];
  const { id, amount, date, plan } = promise;
  const reason = `confirms ${plan ?? id}: ${toDecimal(amount, dossier.currency)} ${dossier.currency} for ${date}`;
  return [
    {
      of,
      step,
      route,
      leader,
      counting: [],
      listed,
      claimed: ZERO,
      about: { id: plan ?? id, reason },
      informs: true,
    },
  ];
}
