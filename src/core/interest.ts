import { addDays, addMonths, daysBetween } from "./day.ts";
import {
  add,
  type Fraction,
  fraction,
  isPositive,
  lesser,
  multiply,
  NOTHING,
  rounded,
  roundedParts,
  subtract,
} from "./fraction.ts";
import type { Rate } from "./rates.ts";
import type { Cents, Day } from "./types.ts";

/** How days become parts of a year. actual/365: of a leap year too. */
export type DayCount = "actual/365" | "actual/actual" | "30/360";

/** A rate and the days for which it holds; null: none is known for them. */
export interface RateSpan<R> {
  readonly until: Day;
  readonly rate: R | null;
}

export interface InterestQuestion<R extends { readonly rate: Rate }> {
  readonly principal: Cents;
  /** First and last day that bear interest. */
  readonly first: Day;
  readonly last: Day;
  /** What is paid bears interest for the last time on `day`. Oldest first. */
  readonly payments: readonly { readonly day: Day; readonly amount: Cents }[];
  readonly allocation: "capital" | "interest";
  readonly dayCount: DayCount;
  /** Interest of a whole year bears interest itself from the anniversary of `first` on (art. 6:119(2) BW). */
  readonly compounds: boolean;
  /** The rate from a day on, at least for that day. */
  readonly rateFrom: (day: Day) => RateSpan<R>;
}

export interface InterestSegment<R> {
  readonly from: Day;
  /** Its last day, included. */
  readonly to: Day;
  readonly days: number;
  readonly rate: R;
  readonly principal: Cents;
  /** Rounded so that the parts add up to the whole. */
  readonly amount: Cents;
  readonly exact: Fraction;
}

export interface Interest<R> {
  readonly segments: readonly InterestSegment<R>[];
  /** Days without a rate: nothing is claimed for them. */
  readonly gaps: readonly { readonly from: Day; readonly to: Day; readonly days: number }[];
  readonly exact: Fraction;
  /** Rounded once, half up. */
  readonly amount: Cents;
  /** What part payments have settled of it. */
  readonly paid: Cents;
  /** What is left of the principal after them. */
  readonly principal: Cents;
}

/** Ten-thousandths of a percent in the whole. */
const RATE_UNIT = 1_000_000;

/** Simple interest in pieces: a new one at each change of rate or principal. Nothing where nothing is owed. */
export function interestOf<R extends { readonly rate: Rate }>(question: InterestQuestion<R>): Interest<R> {
  const { first, last, dayCount } = question;
  const segments: Omit<InterestSegment<R>, "amount">[] = [];
  const gaps: Interest<R>["gaps"][number][] = [];
  const account = accountOf(question);
  account.payUpTo(addDays(first, -1));
  let year = 1;
  for (let from = first; from <= last && isPositive(account.bearing()); ) {
    const { until, rate } = question.rateFrom(from);
    const yearEnd = question.compounds ? addDays(anniversary(first, year), -1) : last;
    const to = [last, until, yearEnd, account.nextPayment() ?? last].reduce(earlier);
    if (rate === null) gaps.push({ from, to, days: daysBetween(from, to) + 1 });
    else {
      const yearly = multiply(account.bearing(), fraction(rate.rate, RATE_UNIT));
      const exact = multiply(yearly, yearsIn(from, to, dayCount));
      const days = daysIn(from, to, dayCount);
      segments.push({ from, to, days, rate, principal: rounded(account.bearing()), exact });
      account.accrue(exact);
    }
    account.payUpTo(to);
    if (question.compounds && to === yearEnd) {
      account.capitalise();
      year += 1;
    }
    from = addDays(to, 1);
  }
  account.payUpTo(last);
  const amounts = roundedParts(segments.map(({ exact }) => exact));
  const { accrued, paid, principal } = account.ended();
  return {
    segments: segments.map((segment, at) => ({ ...segment, amount: amounts[at] ?? rounded(segment.exact) })),
    gaps: joined(gaps),
    exact: accrued,
    amount: rounded(accrued),
    paid: rounded(paid),
    principal: rounded(principal),
  };
}

/** What is owed of one invoice while time goes on. */
function accountOf({ principal: amount, payments, allocation }: Omit<InterestQuestion<never>, "rateFrom">) {
  let principal = fraction(amount);
  let accrued = NOTHING;
  let paid = NOTHING;
  /** Unpaid interest of whole years, which bears interest itself. */
  let capitalised = NOTHING;
  const waiting = [...payments];
  const pay = (money: Fraction): void => {
    const interest = allocation === "interest" ? lesser(money, subtract(accrued, paid)) : NOTHING;
    paid = add(paid, interest);
    capitalised = subtract(capitalised, lesser(interest, capitalised));
    principal = subtract(principal, subtract(money, interest));
  };
  return {
    bearing: (): Fraction => add(principal, capitalised),
    nextPayment: (): Day | null => waiting[0]?.day ?? null,
    payUpTo: (day: Day): void => {
      for (let next = waiting[0]; next !== undefined && next.day <= day; next = waiting[0]) {
        pay(fraction(next.amount));
        waiting.shift();
      }
    },
    accrue: (interest: Fraction): void => void (accrued = add(accrued, interest)),
    capitalise: (): void => void (capitalised = subtract(accrued, paid)),
    ended: () => ({ accrued, paid, principal }),
  };
}

const earlier = (a: Day, b: Day): Day => (a <= b ? a : b);

/** The same day so many years later; of a 29 February, where there is none, the day after. */
function anniversary(day: Day, years: number): Day {
  const same = addMonths(day, years * 12);
  return same.slice(8) === day.slice(8) ? same : addDays(same, 1);
}

/** Days of a year of twelve months of thirty. */
function ordinal360(day: Day): number {
  const date = Number(day.slice(8, 10));
  return Number(day.slice(0, 4)) * 360 + Number(day.slice(5, 7)) * 30 + Math.min(date, 30);
}

function daysIn(from: Day, to: Day, dayCount: DayCount): number {
  const next = addDays(to, 1);
  return dayCount === "30/360" ? ordinal360(next) - ordinal360(from) : daysBetween(from, next);
}

/** As parts of a year; two periods that follow one another give what both give as one. */
function yearsIn(from: Day, to: Day, dayCount: DayCount): Fraction {
  if (dayCount === "actual/365") return fraction(daysIn(from, to, dayCount), 365);
  if (dayCount === "30/360") return fraction(daysIn(from, to, dayCount), 360);
  let years = NOTHING;
  for (let start = from; start <= to; ) {
    const year = start.slice(0, 4);
    const end = earlier(to, `${year}-12-31` as Day);
    const length = daysBetween(`${year}-01-01` as Day, `${year}-12-31` as Day) + 1;
    years = add(years, fraction(daysBetween(start, end) + 1, length));
    start = addDays(end, 1);
  }
  return years;
}

function joined(gaps: Interest<never>["gaps"]): Interest<never>["gaps"] {
  const whole: { from: Day; to: Day; days: number }[] = [];
  for (const gap of gaps) {
    const last = whole.at(-1);
    if (last !== undefined && addDays(last.to, 1) === gap.from) {
      last.to = gap.to;
      last.days += gap.days;
    } else whole.push({ ...gap });
  }
  return whole;
}
