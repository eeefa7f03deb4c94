import * as fc from "fast-check";
import { expect, test } from "vitest";
import { workCalendar } from "../src/core/calendar.ts";
import { chargesOf, PLAIN_TERMS } from "../src/core/charges.ts";
import { addDays } from "../src/core/day.ts";
import { add } from "../src/core/fraction.ts";
import { type InterestQuestion, interestOf } from "../src/core/interest.ts";
import { LAW_COUNTRIES, type Law, lawOf } from "../src/core/law.ts";
import { sum } from "../src/core/money.ts";
import type { Rate } from "../src/core/rates.ts";
import type { Cents, Day } from "../src/core/types.ts";
import { table } from "./support/charges.ts";

const START = "2017-01-01" as Day;
const days = (min: number, max: number) => fc.integer({ min, max }).map((n) => addDays(START, n));
const amount = fc.integer({ min: 1, max: 100_000_000 }).map((n) => n as Cents);

/** Rates that change every so many days, some of them unknown. */
const rateSteps = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 250_000 }), fc.constant(null)), { minLength: 1, maxLength: 8 })
  .map((list) => (from: Day) => {
    const at = Math.floor((Date.parse(from) - Date.parse(START)) / 86_400_000 / 97);
    const rate = list[at % list.length] ?? null;
    const until = addDays(START, (at + 1) * 97 - 1);
    return { until, rate: rate === null ? null : { rate: rate as Rate } };
  });

const question = fc.record({
  principal: amount,
  first: days(0, 400),
  length: fc.integer({ min: 0, max: 1500 }),
  dayCount: fc.constantFrom("actual/365", "actual/actual", "30/360"),
  rateFrom: rateSteps,
});
type Drawn = typeof question extends fc.Arbitrary<infer T> ? T : never;
const asked = ({ length, ...rest }: Drawn): InterestQuestion<{ rate: Rate }> => ({
  ...rest,
  last: addDays(rest.first, length),
  payments: [],
  allocation: "capital",
  compounds: false,
});

test("printed parts add up to the whole, which is rounded once", () => {
  fc.assert(
    fc.property(question, (drawn) => {
      const found = interestOf(asked(drawn));
      expect(sum(found.segments.map((each) => each.amount))).toBe(found.amount);
      for (const { amount: part, exact } of found.segments)
        expect(Math.abs(part - Number(exact.n) / Number(exact.d))).toBeLessThan(1.000001);
    }),
  );
});

test("a period in two gives exactly what it gives as one", () => {
  fc.assert(
    fc.property(question, fc.nat(), (drawn, at) => {
      const whole = asked(drawn);
      const cut = addDays(whole.first, at % (drawn.length + 1));
      const parts = [
        interestOf({ ...whole, last: cut }),
        interestOf({ ...whole, first: addDays(cut, 1) }),
      ] as const;
      expect(add(parts[0].exact, parts[1].exact)).toEqual(interestOf(whole).exact);
    }),
  );
});

test("every day bears interest or is named as a gap, once", () => {
  fc.assert(
    fc.property(question, (drawn) => {
      const whole = asked({ ...drawn, dayCount: "actual/365" });
      const { segments, gaps } = interestOf(whole);
      const all = [...segments, ...gaps].sort((a, b) => (a.from < b.from ? -1 : 1));
      expect(sum(all.map((each) => each.days as Cents))).toBe(drawn.length + 1);
      for (const [n, { from }] of all.entries())
        expect(from).toBe(n === 0 ? whole.first : addDays(all[n - 1]?.to as Day, 1));
    }),
  );
});

test("a day more never makes less, nor does a cent more", () => {
  fc.assert(
    fc.property(question, (drawn) => {
      const one = asked(drawn);
      const { amount: now } = interestOf(one);
      expect(interestOf({ ...one, last: addDays(one.last, 1) }).amount).toBeGreaterThanOrEqual(now);
      expect(interestOf({ ...one, principal: (one.principal + 1) as Cents }).amount).toBeGreaterThanOrEqual(
        now,
      );
    }),
  );
});

test("nothing is claimed of zero, of a credit or before the due date, whatever the country", () => {
  const where = fc.constantFrom(...LAW_COUNTRIES);
  const kind = fc.constantFrom<Law["kind"]>("business", "consumer");
  fc.assert(
    fc.property(
      where,
      kind,
      fc.integer({ min: -10_000_000, max: 0 }),
      days(0, 3000),
      days(0, 3000),
      (country, of, owed, due, until) => {
        const law = lawOf(country, of) as Law;
        const notice = { day: due, by: "post" } as const;
        const base = { law, currency: "EUR", due, until, payments: [], notice, table } as const;
        const more = {
          terms: { ...PLAIN_TERMS, consumerClause: true },
          calendar: workCalendar({ country, region: null, closed: [] }),
        };
        const none = chargesOf({ ...base, ...more, amount: owed as Cents });
        expect([none.interest, none.compensation]).toEqual([0, 0]);
        if (until > due) return;
        const early = chargesOf({ ...base, ...more, amount: 100_000 as Cents });
        expect([early.interest, early.compensation]).toEqual([0, 0]);
      },
    ),
  );
});

test("what is owed, paid and left is the same money", () => {
  const payments = fc.array(fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 20_000 })), { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom("capital", "interest"), payments, days(0, 500), (allocation, list, due) => {
      const paid = list
        .map(([after, money]) => ({ day: addDays(due, after), amount: money as Cents }))
        .sort((a, b) => (a.day < b.day ? -1 : 1));
      const found = chargesOf({
        law: lawOf("FR", "business") as Law,
        amount: 100_000 as Cents,
        currency: "EUR",
        due,
        until: addDays(due, 900),
        payments: paid,
        notice: null,
        terms: { ...PLAIN_TERMS, allocation },
        table,
        calendar: workCalendar({ country: "FR", region: null, closed: [] }),
      });
      const expected = 100_000 + found.interest + found.compensation - sum(paid.map((each) => each.amount));
      // Principal and paid interest are each rounded for themselves.
      expect(Math.abs(found.total - expected)).toBeLessThanOrEqual(allocation === "interest" ? 1 : 0);
      if (allocation === "capital") expect(found.interestPaid).toBe(0);
    }),
  );
});
