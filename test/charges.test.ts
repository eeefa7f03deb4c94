import { describe, expect, test } from "vitest";
import { chargesOf, PLAIN_TERMS } from "../src/core/charges.ts";
import { belgianConsumer, british, dutch } from "../src/core/compensation.ts";
import { interestOf } from "../src/core/interest.ts";
import { rateText } from "../src/core/rates.ts";
import { calendarOf, cents, charge, day, flat, law, percent, table } from "./support/charges.ts";

describe("vectors of the facts, section 1.11", () => {
  test.each([
    ["V1", 1000, "12", 30, 9.86],
    ["V2", 5000, "10", 30, 41.1],
    ["V3", 5000, "12.25", 101, 169.49],
    ["V4", 2000, "13.25", 45, 32.67],
    ["V5", 1000, "5.12", 25, 3.51],
    ["V6", 354.16, "4.12", 49, 1.96],
    ["V7 consumer", 10_000, "6.62", 181, 328.28],
    ["V7 business", 10_000, "10.62", 181, 526.64],
  ])("%s: %d at %s %% for %d days", (_, amount, rate, days, expected) => {
    expect(flat(amount, rate, days)).toBe(cents(expected));
  });

  test("V3, V4: an interest per day that is rounded first gives other figures", () => {
    expect(flat(5000, "12.25", 101)).not.toBe(cents(169.68));
    expect(flat(2000, "13.25", 45)).not.toBe(cents(32.66));
  });

  test("V6 by its days: 1.99, on a year of 360 days, is not what is claimed", () => {
    const first = day("2018-04-30");
    const rateFrom = () => ({ until: day("2018-06-17"), rate: { rate: percent("4.12") } });
    const { amount, segments } = interestOf({
      principal: cents(354.16),
      first,
      last: day("2018-06-17"),
      dayCount: "actual/365",
      rateFrom,
      payments: [],
      allocation: "capital",
      compounds: false,
    });
    expect([segments[0]?.days, amount]).toEqual([49, cents(1.96)]);
    expect(amount).not.toBe(cents(1.99));
    // The payment day does not count in Germany: paid on 18 June.
    const { segments: dated } = charge({
      country: "DE",
      amount: 354.16,
      due: "2018-04-27",
      until: "2018-06-18",
      terms: { contractRate: percent("4.12") },
    });
    expect(dated.at(-1)?.to).toBe("2018-06-17");
  });

  // The vector counts 1 July; German law does not count the day of payment, so it is paid on 2 July. The due date, a Sunday,
  // would move: the rule is switched off here.
  test.each([
    ["consumer", 328.69],
    ["business", 527.05],
  ] as const)("V8 %s: the new rate applies on 1 July itself", (kind, expected) => {
    const german = { ...law("DE", kind), rolls: false };
    const { interest, segments } = chargesOf({
      law: german,
      amount: cents(10_000),
      currency: "EUR",
      due: day("2023-01-01"),
      until: day("2023-07-02"),
      payments: [],
      notice: { day: day("2023-01-01"), by: "post" },
      terms: PLAIN_TERMS,
      table,
      calendar: calendarOf("DE"),
    });
    expect(interest).toBe(cents(expected));
    expect(segments.map(({ from, days }) => [from, days])).toEqual([
      ["2023-01-02", 180],
      ["2023-07-01", 1],
    ]);
  });

  test("V9: two semesters; the printed parts add up to the exact total", () => {
    const found = charge({ amount: 10_000, due: "2025-05-31", until: "2025-08-15" });
    expect(found.segments.map(({ days, rate, amount }) => [days, rateText(rate.rate), amount])).toEqual([
      [30, "13.15", cents(108.08)],
      [46, "12.15", cents(153.13)],
    ]);
    expect([found.interest, found.compensation, found.total]).toEqual([
      cents(261.21),
      cents(40),
      cents(10_301.21),
    ]);
    expect(found.interest).not.toBe(cents(261.2));
  });

  test("V10", () => {
    const found = charge({ amount: 1200, due: "2024-11-30", until: "2025-02-28" });
    expect(found.segments.map(({ days, rate, amount }) => [days, rateText(rate.rate), amount])).toEqual([
      [31, "14.25", cents(14.52)],
      [59, "13.15", cents(25.51)],
    ]);
    expect(found.interest).toBe(cents(40.03));
  });

  test.each([
    ["capital", 357.16, 0, 7000, [194.55, 116.01, 46.6]],
    ["interest", 361.68, 194.55, 7194.55, null],
  ] as const)("V11, %s first", (allocation, interest, paid, principal, parts) => {
    const found = charge({
      amount: 12_000,
      due: "2025-03-31",
      until: "2025-07-20",
      payments: [["2025-05-15", 5000]],
      terms: { allocation },
    });
    expect([found.interest, found.interestPaid, found.principal]).toEqual([
      cents(interest),
      cents(paid),
      cents(principal),
    ]);
    if (parts !== null) expect(found.segments.map(({ amount }) => amount)).toEqual(parts.map(cents));
    // Nothing gets lost: what was owed, what has accrued, what was paid.
    expect(found.total).toBe(cents(12_000 + interest + 40 - 5000));
  });

  test("V12: a debt of 20 000 with 3 000 of interest, 18 000 paid, interest first: 5 000 of the principal are left", () => {
    // 15 % of a year of 365 days.
    const rateFrom = () => ({ until: day("2023-12-31"), rate: { rate: percent("15") } });
    const found = interestOf({
      principal: cents(20_000),
      first: day("2023-01-01"),
      last: day("2023-12-31"),
      payments: [{ day: day("2023-12-31"), amount: cents(18_000) }],
      allocation: "interest",
      dayCount: "actual/365",
      compounds: false,
      rateFrom,
    });
    expect([found.amount, found.paid, found.principal]).toEqual([cents(3000), cents(3000), cents(5000)]);
  });

  test.each([
    [-1, 0],
    [0, 0],
    [100, 20],
    [150, 20],
    [150.01, 30],
    [215, 36.5],
    [500, 65],
    [500.01, 65],
    [1000, 90],
    [39_200, 2000],
    [50_000, 2000],
  ])("V16: a Belgian consumer's indemnity on %d is %d", (balance, expected) => {
    expect(belgianConsumer(cents(balance))).toBe(cents(expected));
  });

  test.each([
    [0, 0],
    [100, 40],
    [266.66, 40],
    [266.7, 40.01],
    [1000, 150],
    [2500, 375],
    [5000, 625],
    [10_000, 875],
    [200_000, 2775],
    [1_000_000, 6775],
    [2_000_000, 6775],
  ])("V17: Dutch collection costs on %d are %d", (claim, expected) => {
    expect(dutch(cents(claim))).toBe(cents(expected));
  });

  test.each([
    [999.99, 40],
    [1000, 70],
    [9999.99, 70],
    [10_000, 100],
    [0, 0],
  ])("UK: %d gives %d", (invoice, expected) => expect(british(cents(invoice))).toBe(cents(expected)));
});
