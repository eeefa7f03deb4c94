import type { Route } from "./channel.ts";
import { addresseeOf } from "./claim.ts";
import { toDecimal } from "./money.ts";
import { readerOf } from "./person.ts";
import type { PlanningDay } from "./planning-day.ts";
import type { Cents, Currency, Debtor, Step } from "./types.ts";

type Posted = "letter" | "registered-letter";

/** What letters cost, in the company's currency. */
export interface Postage {
  /** By country of the address; `other`: all that are not named. */
  readonly prices: ReadonlyMap<string, Readonly<Record<Posted, Cents | null>>>;
  /** Paper, print and envelope of one letter. */
  readonly printing: Cents;
  /** A fraction of the claim: above it a letter costs too much. */
  readonly share: number;
  /** What comes of it then: a warning, or an e-mail where one can be written and no law or scenario asks for paper. */
  readonly tooDear: "warn" | "email";
}

/** What one letter to this country costs; null: nobody has said. */
function letterCost(postage: Postage, country: string, channel: Posted): Cents | null {
  const price = (postage.prices.get(country) ?? postage.prices.get("other"))?.[channel] ?? null;
  return price === null ? null : ((price + postage.printing) as Cents);
}

interface Weighed {
  readonly debtor: Debtor;
  readonly step: Step;
  readonly claimed: Cents;
  readonly currency: Currency;
}

/**
 * The route of a step, its letter weighed against the claim. Only an ordinary letter gives way to an e-mail: last warnings,
 * formal notices and what is agreed with the debtor stay letters, with a warning.
 */
export function weighed(day: PlanningDay, route: Route, { debtor, step, claimed, currency }: Weighed): Route {
  const { postage, currency: own, country } = day.rules;
  if (postage === null || route.kind !== "message" || route.channel === "email" || currency !== own)
    return route;
  const cost = letterCost(postage, debtor.country?.toUpperCase() ?? country, route.channel);
  if (cost === null || cost <= postage.share * claimed) return route;
  const because = `a letter costs ${toDecimal(cost, own)}, ${toDecimal(claimed, own)} ${own} would be claimed`;
  const reader = readerOf(debtor, addresseeOf(step, debtor.id, day), true);
  const onPaper = step.finalWarning || step.formalNotice || debtor.channel === "letter";
  if (postage.tooDear === "email" && route.channel === "letter" && !onPaper && reader.email !== null) {
    const reasons = [route.because, because].filter((reason) => reason !== "").join(", ");
    return { ...route, channel: "email", reader, warnings: [], because: reasons };
  }
  return { ...route, warnings: [...route.warnings, because] };
}
