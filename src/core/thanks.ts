import type { Proposal } from "./action.ts";
import type { Candidate, Standing } from "./candidates.ts";
import { routeOf } from "./channel.ts";
import { FRESH_DAYS, THANKS } from "./confirmation.ts";
import { daysBetween } from "./day.ts";
import { byAge } from "./item-order.ts";
import { ZERO } from "./money.ts";
import type { Case } from "./next-step.ts";
import { ownStep } from "./own-step.ts";

/**
 * Thanks for a payment: once, where a balance of the last days has shown that all is paid that messages had asked for.
 * Nobody is thanked who still owes something overdue, in whatever currency, or with whom something else is being settled.
 */
export function thanksOf(of: Case, standings: readonly Standing[]): Proposal[] {
  const { day, ledger, standing } = of;
  const { dossier, balanceOnly } = standing;
  const { thanks } = day.rules.confirmations;
  const { paidOff } = dossier;
  if (thanks === null || paidOff === undefined || paidOff === null || balanceOnly) return [];
  const since = daysBetween(paidOff.seen, day.today);
  if (since < 0 || since > FRESH_DAYS || !standings.every(isClear)) return [];
  // With two currencies, the first one to be paid speaks for both.
  const thanked = standings.some(({ dossier: { contacts } }) =>
    contacts.some((contact) => contact.step === THANKS && daysBetween(contact.day, day.today) <= FRESH_DAYS),
  );
  const first = standings.find((each) => each.dossier.paidOff?.seen === paidOff.seen);
  if (thanked || first?.dossier !== dossier) return [];
  const step = ownStep(THANKS, { channel: "email", templates: [thanks] });
  const route = routeOf(day, ledger, dossier, step, balanceOnly);
  const listed = [...paidOff.items]
    .sort(byAge)
    .map((item): Candidate => ({ item, age: 0, claimable: ZERO, covered: false }));
  const [leader] = listed;
  // A letter is not worth its postage here.
  if (route.kind !== "message" || route.channel !== "email" || leader === undefined) return [];
  const reason = `all that was asked for is paid, as the balance of ${paidOff.seen} shows`;
  const about = { id: `paid ${paidOff.seen}`, reason };
  return [{ of, step, route, leader, counting: [], listed, claimed: ZERO, about, informs: true }];
}

/** Nothing is overdue, held, promised or disputed. */
function isClear({ overdue, agreed, dossier }: Standing): boolean {
  const promised = dossier.promises.some(({ state }) => state === "open");
  const disputed = dossier.disputes.some(({ accepted }) => accepted === null);
  return overdue === 0 && agreed.holds.length === 0 && !promised && !disputed;
}
