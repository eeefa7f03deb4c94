import { describe, expect, test } from "vitest";
import { belgianChargesFrom, belgianStart } from "../src/core/consumer-notice.ts";
import { interestOf } from "../src/core/interest.ts";
import { type Rate, rateText } from "../src/core/rates.ts";
import { calendarOf, cents, charge, day, flat, percent } from "./support/charges.ts";

describe("rules of the countries", () => {
  test("UK: the half-year in which it became late fixes the rate for good", () => {
    const found = charge({
      country: "GB",
      currency: "GBP",
      amount: 1000,
      due: "2024-12-30",
      until: "2025-09-30",
    });
    expect(found.segments.map(({ rate }) => rateText(rate.rate))).toEqual(["13.25"]);
    // The debt became late on 1 January: the rate of the new half-year.
    const next = charge({
      country: "GB",
      currency: "GBP",
      amount: 1000,
      due: "2024-12-31",
      until: "2025-09-30",
    });
    expect(next.segments.map(({ rate }) => rateText(rate.rate))).toEqual(["12.75"]);
    expect(next.compensation).toBe(cents(70));
  });

  test("UK: a part payment in a later half-year, or a letter before, changes nothing of the rate", () => {
    const asked = { country: "GB", currency: "GBP", amount: 1000, due: "2024-12-30", until: "2025-09-30" };
    const rates = (found: ReturnType<typeof charge>) => found.segments.map(({ rate }) => rateText(rate.rate));
    expect(rates(charge({ ...asked, payments: [["2025-07-15", 100]] }))).toEqual(["13.25", "13.25"]);
    const before = { interestUntil: day("2025-08-31"), compensation: true };
    expect(rates(charge({ ...asked, before }))).toEqual(["13.25"]);
  });

  test("UK: no pounds, no fixed sum in pounds", () => {
    const { compensation, refused } = charge({
      country: "GB",
      amount: 1000,
      due: "2024-12-30",
      until: "2025-09-30",
    });
    expect([compensation, refused.map(({ what }) => what)]).toEqual([0, ["compensation"]]);
  });

  test("NL: interest bears interest from the anniversary on, and only then", () => {
    const due = "2023-03-01";
    const simple = charge({ country: "NL", amount: 10_000, due, until: "2024-03-01" });
    const compound = charge({ country: "NL", amount: 10_000, due, until: "2024-03-02" });
    // The year from 2 March 2023 on: 121 days at 10.5, 184 at 12, 60 and the 1 March at 12.5.
    expect(simple.segments.every(({ principal }) => principal === cents(10_000))).toBe(true);
    expect(compound.segments.at(-1)?.from).toBe("2024-03-02");
    expect(compound.segments.at(-1)?.principal).toBe(cents(10_000) + simple.interest);
    expect(compound.principal).toBe(cents(10_000));
  });

  test.each([
    // Sunday 4 October 2020: payable until Monday, late from Tuesday on; the day of payment does not count.
    ["DE", "2020-10-04", "2020-10-07", 1, "2020-10-06"],
    ["FR", "2020-10-04", "2020-10-07", 3, "2020-10-05"],
  ])("%s: due %s, paid %s: %d days from %s on", (country, due, until, days, from) => {
    const { segments } = charge({ country, amount: 10_000, due, until });
    expect(segments.map((each) => [each.days, each.from])).toEqual([[days, from]]);
  });

  test("CH: 5 % from the reminder's receipt, the day of payment not counted: 1 to 20 January are 19 days", () => {
    const asked = { country: "CH", currency: "CHF", amount: 1000, due: "2025-12-01", until: "2026-01-20" };
    expect(charge(asked).interest).toBe(0);
    const found = charge({ ...asked, notice: { day: day("2025-12-31"), by: "post" } });
    expect(found.segments.map(({ days, rate }) => [days, rateText(rate.rate)])).toEqual([[19, "5.00"]]);
  });

  test.each([
    ["actual/365", 366, 1002.74],
    ["actual/actual", 366, 1000],
    ["30/360", 360, 1000],
  ] as const)("%s over the leap year 2024", (dayCount, days, expected) => {
    const rateFrom = () => ({ until: day("2024-12-31"), rate: { rate: percent("10") } });
    const found = interestOf({
      principal: cents(10_000),
      first: day("2024-01-01"),
      last: day("2024-12-31"),
      payments: [],
      allocation: "capital",
      compounds: false,
      dayCount,
      rateFrom,
    });
    expect([found.segments[0]?.days, found.amount]).toEqual([days, cents(expected)]);
  });

  test("the floor binds what was agreed, never the default", () => {
    // 2024: three times the legal rate (15.21, 14.76) is above ECB + 10 (14.50, 14.25).
    const asked = { amount: 10_000, due: "2024-04-30", until: "2024-08-31" };
    const rates = (contractRate: Rate | null) =>
      charge({ ...asked, terms: { contractRate } }).segments.map(({ rate }) => [
        rateText(rate.rate),
        rate.because,
        rate.statutory === null ? null : rateText(rate.statutory),
        rate.floor === null ? null : rateText(rate.floor),
      ]);
    expect(rates(null)).toEqual([
      ["14.50", "statutory", "14.50", null],
      ["14.25", "statutory", "14.25", null],
    ]);
    expect(rates(percent("10"))).toEqual([
      ["15.21", "contract-floor", "14.50", "15.21"],
      ["14.76", "contract-floor", "14.25", "14.76"],
    ]);
    expect(rates(percent("15"))).toEqual([
      ["15.21", "contract-floor", "14.50", "15.21"],
      ["15.00", "contract", "14.25", "14.76"],
    ]);
  });

  test("BE: a contract rate below the statutory one counts, and is said to be a loss", () => {
    const found = charge({
      country: "BE",
      amount: 1000,
      due: "2023-07-31",
      until: "2023-09-30",
      terms: { contractRate: percent("10") },
    });
    expect(found.segments.map(({ rate }) => rateText(rate.rate))).toEqual(["10.00"]);
    expect(found.remarks.join()).toMatch(/10\.00 % is below the statutory 12\.00 %: a loss/);
  });

  test("a semester without a rate is left out, the ones before it stay; nothing is carried on", () => {
    const found = charge({ amount: 10_000, due: "2026-05-31", until: "2026-09-15" });
    expect(found.segments.map(({ from, to }) => [from, to])).toEqual([["2026-06-01", "2026-06-30"]]);
    expect(found.gaps).toEqual([{ from: "2026-07-01", to: "2026-09-15", days: 77 }]);
    expect(found.missing.map(({ why }) => why)).toEqual(["unconfirmed"]);
    expect(found.interest).toBe(flat(10_000, "12.15", 30));
    expect(charge({ amount: 10_000, due: "2027-05-31", until: "2027-06-15" }).missing[0]?.why).toBe(
      "missing",
    );
  });

  test("what was claimed before is not claimed again", () => {
    const asked = { amount: 10_000, due: "2025-05-31", until: "2025-08-15" };
    const whole = charge(asked);
    const first = charge({ ...asked, until: "2025-07-10" });
    const rest = charge({ ...asked, before: { interestUntil: day("2025-07-10"), compensation: true } });
    expect(rest.segments[0]?.from).toBe("2025-07-11");
    expect(Math.abs(first.interest + rest.interest - whole.interest)).toBeLessThanOrEqual(1);
    expect([first.compensation, rest.compensation]).toEqual([cents(40), 0]);
  });

  test.each([
    ["not due yet", { due: "2026-03-31", until: "2026-03-31" }],
    ["paid before it fell due", { due: "2026-03-31", until: "2026-05-31", payments: [["2026-03-20", 1000]] }],
    ["nothing owed", { amount: 0, due: "2026-03-31", until: "2026-05-31" }],
    ["a credit", { amount: -1000, due: "2026-03-31", until: "2026-05-31" }],
  ] as const)("nothing is claimed: %s", (_, asked) => {
    const { interest, compensation, segments } = charge({ amount: 1000, ...asked });
    expect([interest, compensation, segments]).toEqual([0, 0, []]);
  });

  test("paid late and in full: interest and 40 EUR are owed all the same", () => {
    const found = charge({
      amount: 1000,
      due: "2026-03-31",
      until: "2026-05-31",
      payments: [["2026-04-10", 1000]],
    });
    expect([found.principal, found.interest, found.compensation]).toEqual([
      0,
      flat(1000, "12.15", 10),
      cents(40),
    ]);
  });
});

describe("consumers", () => {
  const asked = { kind: "consumer", amount: 1000, due: "2026-01-31", until: "2026-04-30" } as const;

  test("FR: no compensation ever, interest only from the receipt of the formal notice, at the low legal rate", () => {
    const before = charge(asked);
    expect([before.interest, before.compensation, before.total]).toEqual([0, 0, cents(1000)]);
    expect(before.refused.map(({ what }) => what)).toEqual(["interest", "compensation"]);
    const after = charge({ ...asked, notice: { day: day("2026-03-31"), by: "post" } });
    expect(after.segments.map(({ from, days, rate }) => [from, days, rateText(rate.rate)])).toEqual([
      ["2026-04-01", 30, "2.62"],
    ]);
    expect(after.compensation).toBe(0);
    // 6.67 is for private creditors.
    expect(after.interest).toBe(flat(1000, "2.62", 30));
    const contract = charge({
      ...asked,
      notice: { day: day("2026-03-31"), by: "post" },
      terms: { contractRate: percent("15") },
    });
    expect(contract.interest).toBe(after.interest);
  });

  test.each([
    ["2026-11-20", "post", "2026-11-25", "2026-12-10"],
    ["2026-11-20", "email", "2026-11-21", "2026-12-06"],
    ["2026-12-23", "post", "2026-12-29", "2027-01-13"],
  ] as const)(
    "BE: reminder of %s by %s: 14 days from %s, charges from %s on (a day of margin)",
    (on, by, start, from) => {
      const notice = { day: day(on), by };
      expect(belgianStart(notice, calendarOf("BE"))).toBe(start);
      expect(belgianChargesFrom(notice, calendarOf("BE"))).toBe(from);
    },
  );

  test.each([
    ["no clause", {}, "2026-03-20", 0, 0],
    ["no reminder", { terms: { consumerClause: true }, notice: null }, "2026-03-20", 0, 0],
    ["the last free day", { terms: { consumerClause: true } }, "2026-02-17", 0, 0],
    ["the first day after", { terms: { consumerClause: true } }, "2026-02-18", 0.12, 90],
    ["a small creditor", { terms: { consumerClause: true, small: true } }, "2026-02-18", 1.97, 90],
  ] as const)("BE: %s", (_, more, until, interest, compensation) => {
    const found = charge({
      country: "BE",
      kind: "consumer",
      amount: 1000,
      due: "2026-01-15",
      until,
      notice: { day: day("2026-02-02"), by: "email" },
      ...more,
    });
    expect([found.interest, found.compensation]).toEqual([cents(interest), cents(compensation)]);
    expect(found.refused.length > 0).toBe(interest === 0);
  });

  test.each([
    [null, "4.50", "legal"],
    ["8", "8.00", "contract"],
    ["10.5", "10.50", "contract"],
    ["12", "4.50", "legal"],
  ])("BE: a contract rate of %s gives %s (%s)", (contract, rate, because) => {
    const found = charge({
      country: "BE",
      kind: "consumer",
      amount: 1000,
      due: "2026-01-15",
      until: "2026-04-30",
      notice: { day: day("2026-02-02"), by: "email" },
      terms: { consumerClause: true, contractRate: contract === null ? null : percent(contract) },
    });
    expect(found.segments.map((each) => [rateText(each.rate.rate), each.rate.because])).toEqual([
      [rate, because],
    ]);
  });

  test.each([
    ["DE", "2026-03-31", 0],
    ["NL", "2026-04-14", 0],
    ["NL", "2026-04-15", 150],
    ["LU", "2026-04-30", 0],
    ["GB", "2026-04-30", 0],
  ])("%s on %s: fixed sum %d", (country, until, compensation) => {
    const found = charge({ ...asked, country, until, notice: { day: day("2026-03-31"), by: "post" } });
    expect(found.compensation).toBe(cents(compensation));
    if (country === "LU" || country === "GB") expect(found.interest).toBe(0);
  });
});

describe("a notice about what was not late yet", () => {
  const asked = { kind: "consumer", amount: 215, due: "2026-01-30", until: "2026-04-30" } as const;
  test.each([
    ["FR", "2026-01-29", 0],
    ["FR", "2026-01-30", 0],
    ["FR", "2026-01-31", 1],
    ["BE", "2026-01-29", 0],
    ["BE", "2026-01-30", 0],
    ["BE", "2026-01-31", 1],
    // An agreed day of payment may be given as the notice.
    ["DE", "2026-01-29", 0],
    ["DE", "2026-01-30", 1],
    ["CH", "2026-01-29", 0],
    ["CH", "2026-01-30", 1],
  ])("%s, received on %s: interest %d", (country, on, some) => {
    const notice = { day: day(on), by: "email" } as const;
    const found = charge({ ...asked, country, notice, terms: { consumerClause: true } });
    expect(Math.sign(found.interest)).toBe(some);
    if (some === 0) expect([found.compensation, found.refused.length > 0]).toEqual([0, true]);
  });
});
