import type { Charges } from "../core/charges.ts";
import type { Notice } from "../core/consumer-notice.ts";
import { addDays } from "../core/day.ts";
import type { Law } from "../core/law.ts";
import { legalText } from "../core/law-texts.ts";
import { rateText } from "../core/rates.ts";
import type { Currency, Day } from "../core/types.ts";
import { shown } from "./plan-document.ts";

interface Facts {
  readonly currency: Currency;
  readonly notice: Notice | null;
  /** Belgian consumers: the first day on which more than the balance may be asked. */
  readonly free: Day | null;
}

const FROM = {
  due: "from the day after the due date",
  notice: "from the day after the formal notice was received",
  "first-reminder": "after a free first reminder and 14 days",
} as const;

const HOW = {
  european: "40 EUR for each late invoice",
  british: "40, 70 or 100 GBP by the size of the invoice",
  dutch: "a scale on the claim, at least 40 and at most 6 775 EUR",
  "belgian-consumer": "the most that the contract may ask of the balance",
} as const;

/** On what the figures rest: one line per rule and per rate, with its source and the day on which it was read. */
export function basisOf(law: Law, found: Charges, { currency, notice, free }: Facts): string[] {
  const lines: string[] = [];
  if (found.rolledTo !== null)
    lines.push(`the due date falls on a day without work: payable until ${found.rolledTo}`);
  if (law.interest !== null && found.segments.length > 0) {
    const { interest, dayCount, paymentDay } = law;
    const payment = paymentDay ? "the day of payment counts" : "the day of payment does not count";
    const more = [
      interest.frozen ? "the rate of the half-year in which it became late stays" : "",
      interest.compounds ? "interest of whole years bears interest" : "no interest on interest",
    ].filter((each) => each !== "");
    lines.push(
      `interest: ${legalText(interest.text, "en")}: ${FROM[interest.from]}, VAT included, ${dayCount} days, ${payment}, ${more.join(", ")}`,
    );
  }
  for (const { from, to, rate } of found.segments) {
    const chosen = [
      rate.statutory === null ? "" : `statutory ${rateText(rate.statutory)} %`,
      rate.floor === null ? "" : `least of a contract ${rateText(rate.floor)} %`,
    ].filter((each) => each !== "");
    const source = rate.row === null ? "the contract" : `${rate.row.source}, read on ${rate.row.seen}`;
    lines.push(
      `${from} to ${to}: ${rateText(rate.rate)} %${chosen.length === 0 ? "" : ` (${chosen.join(", ")})`}; source: ${source}`,
    );
  }
  if (law.compensation !== null && found.compensation > 0)
    lines.push(
      `compensation: ${legalText(law.compensation.text, "en")}: ${HOW[law.compensation.how]}: ${shown(found.compensation, currency)}`,
    );
  if (law.country === "BE" && law.kind === "consumer" && notice !== null && free !== null)
    lines.push(
      `first reminder of ${notice.day} by ${notice.by === "post" ? "post" : "e-mail"}: free until ${addDays(free, -1)}, a day of margin included`,
    );
  lines.push("an engineer's reading of public sources, no legal advice");
  return lines;
}
