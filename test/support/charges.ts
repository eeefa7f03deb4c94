import { join } from "node:path";
import { ratesIn } from "../../src/config/rates.ts";
import { workCalendar } from "../../src/core/calendar.ts";
import { type ChargeQuestion, type ChargeTerms, chargesOf, PLAIN_TERMS } from "../../src/core/charges.ts";
import { addDays } from "../../src/core/day.ts";
import { type DayCount, interestOf } from "../../src/core/interest.ts";
import { type Law, lawOf } from "../../src/core/law.ts";
import { parseRate, type Rate } from "../../src/core/rates.ts";
import type { Cents, Day } from "../../src/core/types.ts";

const home = join(import.meta.dirname, "..", "..");
/** The rates that come with the program. */
export const table = ratesIn(home, import.meta.dirname);
export const percent = (text: string): Rate => parseRate(text) as Rate;
export const day = (text: string): Day => text as Day;
export const cents = (amount: number): Cents => Math.round(amount * 100) as Cents;
export const calendarOf = (country: string) => workCalendar({ country, region: null, closed: [] });
export const law = (country: string, kind: "business" | "consumer"): Law => lawOf(country, kind) as Law;

interface Asked {
  readonly country?: string;
  readonly kind?: "business" | "consumer";
  readonly amount: number;
  readonly due: string;
  readonly until: string;
  readonly payments?: readonly (readonly [string, number])[];
  readonly notice?: ChargeQuestion["notice"];
  readonly currency?: string;
  readonly terms?: Partial<ChargeTerms>;
  readonly before?: ChargeQuestion["before"];
}

/** Interest and compensation of one invoice; amounts in EUR with their decimals, a French business where nothing is said. */
export function charge({
  country = "FR",
  kind = "business",
  amount,
  due,
  until,
  payments = [],
  ...more
}: Asked) {
  return chargesOf({
    law: law(country, kind),
    amount: cents(amount),
    currency: more.currency ?? "EUR",
    due: day(due),
    until: day(until),
    payments: payments.map(([on, sum]) => ({ day: day(on), amount: cents(sum) })),
    notice: more.notice ?? null,
    terms: { ...PLAIN_TERMS, ...more.terms },
    table,
    calendar: calendarOf(country),
    ...(more.before === undefined ? {} : { before: more.before }),
  });
}

/** Days at one rate. */
export function flat(amount: number, rate: string, days: number, dayCount: DayCount = "actual/365"): Cents {
  const first = day("2023-01-02");
  const last = addDays(first, days - 1);
  const rateFrom = () => ({ until: last, rate: { rate: percent(rate) } });
  const none = { payments: [], allocation: "capital", compounds: false } as const;
  return interestOf({ principal: cents(amount), first, last, dayCount, rateFrom, ...none }).amount;
}
