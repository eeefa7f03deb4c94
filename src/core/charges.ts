import { nextWorkingDay } from "./calendar.ts";
import { type AppliedRate, type MissingRate, ratesFor } from "./charge-rates.ts";
import { belgianConsumer, british, dutch, EUROPEAN } from "./compensation.ts";
import { belgianChargesFrom, dutchCostsFrom, type Notice, reaches } from "./consumer-notice.ts";
import { addDays, later } from "./day.ts";
import { type DayCount, type Interest, interestOf } from "./interest.ts";
import type { Law } from "./law.ts";
import { cents, ZERO } from "./money.ts";
import type { Rate, RateTable } from "./rates.ts";
import type { Cents, Currency, Day, WorkCalendar } from "./types.ts";

/** What a creditor has settled about charges, in its terms or in the configuration. */
export interface ChargeTerms {
  /** The yearly rate of the contract; null: nothing was agreed. */
  readonly contractRate: Rate | null;
  /** Whether fixed compensation is asked for at all. */
  readonly compensation: boolean;
  /** Belgian consumers: the contract provides for interest and an indemnity. */
  readonly consumerClause: boolean;
  /** Belgian consumers: a small creditor may count interest from the day after the reminder. */
  readonly small: boolean;
  readonly allocation: "capital" | "interest";
  /** Null: the country's own. */
  readonly dayCount: DayCount | null;
}

export const PLAIN_TERMS: ChargeTerms = {
  contractRate: null,
  compensation: true,
  consumerClause: false,
  small: false,
  allocation: "capital",
  dayCount: null,
};

export interface ChargeQuestion {
  readonly law: Law;
  /** VAT included. */
  readonly amount: Cents;
  readonly currency: Currency;
  readonly due: Day;
  /** The day on which the money arrives, or the day of the letter; whether it counts is the law's to say. */
  readonly until: Day;
  readonly payments: readonly { readonly day: Day; readonly amount: Cents }[];
  readonly notice: Notice | null;
  readonly terms: ChargeTerms;
  readonly table: RateTable;
  /** Working days of the law's country. */
  readonly calendar: WorkCalendar;
  /** What an earlier letter has claimed of this invoice: interest up to a day, and fixed compensation. */
  readonly before?: { readonly interestUntil: Day | null; readonly compensation: boolean };
}

/** Why something is not claimed. */
export interface Refused {
  readonly what: "interest" | "compensation";
  readonly why: string;
}

export interface Charges {
  /** What is left of the principal after the payments. */
  readonly principal: Cents;
  /** All that has accrued, `interestPaid` of it paid. */
  readonly interest: Cents;
  readonly interestPaid: Cents;
  readonly compensation: Cents;
  /** principal + interest - interestPaid + compensation. */
  readonly total: Cents;
  readonly segments: Interest<AppliedRate>["segments"];
  readonly gaps: Interest<AppliedRate>["gaps"];
  readonly missing: readonly MissingRate[];
  readonly refused: readonly Refused[];
  /** What a person should know of the rates. */
  readonly remarks: readonly string[];
  /** The due date where it was moved to a working day, else null. */
  readonly rolledTo: Day | null;
}

/** Interest and fixed compensation of one invoice, by one law. Exact; rounded once. Nothing is claimed of what is not owed. */
export function chargesOf(asked: ChargeQuestion): Charges {
  const { law, amount, payments, until } = asked;
  const due = law.rolls ? nextWorkingDay(asked.calendar, asked.due) : asked.due;
  const question = { ...asked, notice: noticeThatCounts(asked, due) };
  const refused: Refused[] = [];
  const interest = interestPart(question, due, refused);
  const inTime = payments.reduce((sum, each) => (each.day <= due ? sum + each.amount : sum), 0);
  const late = amount - inTime > 0 && until > due;
  const rest = interest?.found.principal ?? restOf(question);
  const compensation = late ? compensationPart(question, rest, refused) : ZERO;
  const { found } = interest ?? {};
  const accrued = found?.amount ?? ZERO;
  const paid = found?.paid ?? ZERO;
  return {
    principal: rest,
    interest: accrued,
    interestPaid: paid,
    compensation,
    total: cents(rest + accrued - paid + compensation),
    segments: found?.segments ?? [],
    gaps: found?.gaps ?? [],
    missing: interest?.missing ?? [],
    refused,
    remarks: interest?.remarks ?? [],
    rolledTo: due === question.due ? null : due,
  };
}

/** An agreed day of payment does there what a notice does (BGB § 286 (2), OR art. 102 (2)): it may be given as one. */
const AGREED_DAY: readonly string[] = ["DE", "CH"];

function noticeThatCounts({ law, notice }: ChargeQuestion, due: Day): Notice | null {
  const agreed = AGREED_DAY.includes(law.country) && notice?.day === due;
  return notice !== null && (agreed || reaches(notice, due)) ? notice : null;
}

const restOf = ({ amount, payments }: ChargeQuestion): Cents =>
  cents(payments.reduce((rest, each) => rest - each.amount, amount as number));

/** The first day from which interest may run; null, with the reason, where it may not. */
function firstDay(question: ChargeQuestion, due: Day, refused: Refused[]): Day | null {
  const { law, notice, terms, calendar } = question;
  const refuse = (why: string): null => {
    refused.push({ what: "interest", why });
    return null;
  };
  if (law.interest === null) return refuse(law.why ?? "the law gives none");
  const afterDue = addDays(due, 1);
  const { from } = law.interest;
  if (from === "due") return afterDue;
  if (from === "notice")
    return notice === null
      ? refuse("it runs only from the receipt of a formal notice, and none is known since it is late")
      : later(afterDue, addDays(notice.day, 1));
  const why = whyNotBelgian(question);
  if (why !== null) return refuse(why);
  const { day } = notice as Notice;
  const free = belgianChargesFrom(notice as Notice, calendar);
  return later(afterDue, terms.small ? addDays(day, 1) : free);
}

/** Why a Belgian consumer owes nothing but the balance yet; null: more may be asked. */
function whyNotBelgian({ terms, notice, until, calendar }: ChargeQuestion): string | null {
  if (!terms.consumerClause)
    return "the contract with the consumer does not provide for it (charges.consumer_clause)";
  if (notice === null) return "a free first reminder comes first, and none is known since it is late";
  const from = belgianChargesFrom(notice, calendar);
  return until < from
    ? `the first reminder of ${notice.day} by ${notice.by === "post" ? "post" : "e-mail"} leaves the consumer free until ${addDays(from, -1)}`
    : null;
}

function interestPart(question: ChargeQuestion, due: Day, refused: Refused[]) {
  const { law, amount, payments, terms, table, before } = question;
  const start = firstDay(question, due, refused);
  if (start === null || law.interest === null) return null;
  const last = law.paymentDay ? question.until : addDays(question.until, -1);
  const claimed = before?.interestUntil ?? null;
  const first = claimed === null ? start : later(start, addDays(claimed, 1));
  const rates = ratesFor({
    law: { ...law, interest: law.interest },
    contractRate: terms.contractRate,
    table,
    // The half-year in which it became late, also where a part was claimed before.
    first: start,
    last,
  });
  const found = interestOf({
    principal: amount,
    first,
    last,
    payments: law.paymentDay ? payments : payments.map((each) => ({ ...each, day: addDays(each.day, -1) })),
    allocation: terms.allocation,
    dayCount: terms.dayCount ?? law.dayCount,
    compounds: law.interest.compounds,
    rateFrom: rates.rateFrom,
  });
  return { found, missing: rates.missing, remarks: [...rates.remarks] };
}

function compensationPart(question: ChargeQuestion, rest: Cents, refused: Refused[]): Cents {
  const { law, amount, currency, terms, notice, until, before } = question;
  const refuse = (why: string): Cents => {
    refused.push({ what: "compensation", why });
    return ZERO;
  };
  const { compensation } = law;
  if (compensation === null) return refuse(law.why ?? "the law gives none");
  if (!terms.compensation) return refuse("the configuration waives it (charges.compensation)");
  if (before?.compensation === true) return refuse("it was claimed before");
  if (currency !== compensation.currency)
    return refuse(`the law fixes it in ${compensation.currency}, the invoice is in ${currency}`);
  if (compensation.from === "first-reminder") {
    const why = whyNotBelgian(question);
    if (why !== null) return refuse(why);
  }
  if (compensation.from === "notice-and-14-days") {
    if (notice === null)
      return refuse(
        "a free letter that names the exact cost comes 14 days before, and none is known since it is late",
      );
    const from = dutchCostsFrom(notice);
    if (until < from)
      return refuse(
        `the letter received on ${notice.day} leaves the consumer free until ${addDays(from, -1)}`,
      );
  }
  switch (compensation.how) {
    case "european":
      return EUROPEAN;
    case "british":
      return british(amount);
    case "dutch":
      return dutch(rest);
    case "belgian-consumer":
      return belgianConsumer(rest);
  }
}
