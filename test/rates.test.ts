import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shippedRates } from "../src/config/rates.ts";
import { addDays } from "../src/core/day.ts";
import {
  type DatedRate,
  parseRate,
  periodEnd,
  RATE_KINDS,
  type Rate,
  rateGaps,
  rateTable,
  rateText,
} from "../src/core/rates.ts";
import type { Day } from "../src/core/types.ts";

const rows = shippedRates(join(import.meta.dirname, ".."));
const table = rateTable(rows);
const day = (text: string): Day => text as Day;

/** Of a day, whether it was verified or not. */
function shipped(country: string, kind: string, on: string): DatedRate | null {
  return (
    rows.find(
      (row) => row.country === country && row.kind === kind && row.from <= on && (row.until ?? "9999") >= on,
    ) ?? null
  );
}
const rateOn = (country: string, kind: string, on: string): number => {
  const row = shipped(country, kind, on);
  if (row === null) throw new Error(`no ${kind} of ${country} on ${on}`);
  return row.rate;
};

/** 2016-H1 to 2026-H1. */
const SEMESTERS = Array.from(
  { length: 21 },
  (_, at) => `${2016 + Math.floor(at / 2)}-${at % 2 === 0 ? "01" : "07"}-01`,
);

describe("invariants of the shipped table", () => {
  test.each(SEMESTERS)("%s", (on) => {
    const ecb = rateOn("EU", "ecb_mro", on);
    const half = 5000;
    expect(rateOn("BE", "b2b_late_payment_act_2002", on)).toBe(Math.ceil((ecb + 80_000) / half) * half);
    expect(rateOn("DE", "base_rate_247_bgb", on)).toBe(on === "2016-01-01" ? -8300 : ecb - 8800);
    expect(rateOn("NL", "handelsrente_b2b", on)).toBe(ecb + 80_000);
    expect(rateOn("LU", "b2b_late_payment", on)).toBe(ecb + 80_000);
    expect(rateOn("FR", "b2b_default_ecb_plus_10", on)).toBe(ecb + 100_000);
    const legal = rateOn("FR", "legal_rate_creditor_other_incl_business", on);
    expect(rateOn("FR", "b2b_contract_floor_3x_legal", on)).toBe(3 * legal);
    expect(legal).toBeLessThan(rateOn("FR", "legal_rate_creditor_private_individual", on));
  });

  test("rows begin on 1 January or 1 July, follow one another, and say where and when they were read", () => {
    expect(rows).toHaveLength(236);
    for (const { country, kind } of RATE_KINDS) {
      const own = table.rows.filter((row) => row.country === country && row.kind === kind);
      expect(own.length, `${country} ${kind}`).toBeGreaterThan(0);
      for (const [at, row] of own.entries()) {
        if (country !== "EU") expect(row.from, kind).toMatch(/-(01|07)-01$/);
        expect(row.source).not.toBe("");
        expect(row.seen).toBe("2026-11-22");
        const next = own[at + 1];
        if (next !== undefined && row.until !== null) expect(addDays(row.until, 1)).toBe(next.from);
      }
    }
  });

  test("no row is of a kind that nobody knows", () => {
    const known = RATE_KINDS.map(({ country, kind }) => `${country} ${kind}`);
    expect([...new Set(rows.map(({ country, kind }) => `${country} ${kind}`))].sort()).toEqual(known.sort());
  });

  test("the nine rows without proof are known as such, and never count", () => {
    const unproved = rows.filter(({ verified }) => !verified);
    expect(unproved).toHaveLength(9);
    for (const { country, kind, from } of unproved)
      expect(table.at(country, kind, from)).toMatchObject({ rate: null, why: "unconfirmed" });
  });
});

test.each([
  ["FR", "legal_rate_creditor_other_incl_business", "2024-01-01", "4.92"],
  ["FR", "legal_rate_creditor_other_incl_business", "2023-01-01", "4.47"],
  ["FR", "legal_rate_creditor_other_incl_business", "2019-01-01", "0.76"],
  ["FR", "legal_rate_creditor_other_incl_business", "2018-01-01", "0.88"],
  ["FR", "b2b_default_ecb_plus_10", "2024-07-01", "13.65"],
  ["BE", "b2b_late_payment_act_2002", "2023-01-01", "12"],
  ["DE", "base_rate_247_bgb", "2025-07-01", "1.77"],
])("bait: %s %s of %s is not %s", (country, kind, on, wrong) => {
  expect(rateOn(country, kind, on)).not.toBe(parseRate(wrong));
});

test.each([
  ["FR", "legal_rate_creditor_other_incl_business", "2024-01-01", "5.07"],
  ["FR", "legal_rate_creditor_other_incl_business", "2019-01-01", "0.86"],
  ["FR", "legal_rate_creditor_other_incl_business", "2018-01-01", "0.89"],
  ["FR", "b2b_default_ecb_plus_10", "2024-07-01", "14.25"],
  ["FR", "b2b_contract_floor_3x_legal", "2024-07-01", "14.76"],
  ["BE", "b2b_late_payment_act_2002", "2023-01-01", "10.50"],
  ["DE", "base_rate_247_bgb", "2025-07-01", "1.27"],
  // hledger-interest has no row for 2018-H2.
  ["DE", "base_rate_247_bgb", "2018-10-01", "-0.88"],
  ["GB", "boe_reference_rate_half_year", "2026-01-01", "3.75"],
  ["BE", "civil_legal_rate", "2026-06-30", "4.50"],
])("%s %s of %s is %s", (country, kind, on, right) => {
  expect(rateText(rateOn(country, kind, on) as Rate)).toBe(right);
});

describe("a day is asked", () => {
  const row = (
    from: string,
    until: string | null,
    rate: string,
    more: Partial<DatedRate> = {},
  ): DatedRate => ({
    country: "FR",
    kind: "b2b_default_ecb_plus_10",
    from: day(from),
    until: until === null ? null : day(until),
    rate: parseRate(rate) as Rate,
    source: "made up",
    seen: day("2026-01-01"),
    verified: true,
    own: false,
    ...more,
  });
  const ask = (list: readonly DatedRate[], on: string) => {
    const found = rateTable(list).at("FR", "b2b_default_ecb_plus_10", day(on));
    return found.rate === null ? found.why : [rateText(found.rate.rate), found.rate.until];
  };
  const half = row("2026-01-01", "2026-06-30", "12.15");

  test.each([
    ["before the first row", [half], "2025-12-31", "missing"],
    ["its first day", [half], "2026-01-01", ["12.15", "2026-06-30"]],
    ["its last day", [half], "2026-06-30", ["12.15", "2026-06-30"]],
    ["the day after: never carried on", [half], "2026-07-01", "missing"],
    [
      "a semester in between is missing",
      [half, row("2027-01-01", "2027-06-30", "9")],
      "2026-08-01",
      "missing",
    ],
    [
      "an unproved one",
      [half, row("2026-07-01", "2026-12-31", "12.4", { verified: false })],
      "2026-07-01",
      "unconfirmed",
    ],
    [
      "confirmed by the company",
      [
        row("2026-07-01", "2026-12-31", "12.4", { verified: false }),
        row("2026-07-01", "2026-12-31", "12.4", { own: true }),
      ],
      "2026-07-01",
      ["12.40", "2026-12-31"],
    ],
    [
      "the company's goes before",
      [half, row("2026-01-01", "2026-06-30", "11", { own: true })],
      "2026-02-01",
      ["11.00", "2026-06-30"],
    ],
    [
      "cut where the next one begins",
      [row("2026-01-01", null, "5"), row("2026-03-01", null, "6")],
      "2026-01-01",
      ["5.00", "2026-02-28"],
    ],
  ] as const)("%s", (_, list, on, expected) => expect(ask(list, on)).toEqual(expected));
});

test.each([
  ["2026-06-30", []],
  [
    "2026-11-29",
    [
      "b2b_default_ecb_plus_10 unconfirmed",
      "b2b_contract_floor_3x_legal missing",
      "legal_rate_creditor_other_incl_business missing",
    ],
  ],
])("gaps of France on %s", (on, expected) => {
  expect(rateGaps(table, day(on), ["FR"]).map(({ kind, why }) => `${kind} ${why}`)).toEqual(expected);
});

describe("the company's own rows", () => {
  const row = (from: string, until: string, rate: number, more: Partial<DatedRate> = {}): DatedRate => ({
    ...(rows[0] as DatedRate),
    country: "FR",
    kind: "k",
    from: day(from),
    until: day(until),
    rate: rate as Rate,
    verified: true,
    own: false,
    ...more,
  });
  const of = (given: readonly DatedRate[], on: string) => {
    const { rate } = rateTable(given).at("FR", "k", day(on));
    return rate === null ? null : [rate.rate, rate.until];
  };
  const year = row("2026-01-01", "2026-12-31", 9, { own: true });
  const august = row("2026-08-01", "2026-08-31", 9, { own: true });
  const second = row("2026-07-01", "2026-12-31", 2);
  test.each<[string, readonly DatedRate[], string, unknown]>([
    ["go before what was shipped later", [year, second], "2026-08-01", [9, "2026-12-31"]],
    ["also where that has no proof", [year, { ...second, verified: false }], "2026-08-01", [9, "2026-12-31"]],
    ["cut what was shipped where they begin", [august, second], "2026-07-01", [2, "2026-07-31"]],
    ["leave it the days after them", [august, second], "2026-09-01", [2, "2026-12-31"]],
    ["are cut by one another", [year, august], "2026-07-31", [9, "2026-07-31"]],
  ])("%s", (_, given, on, found) => expect(of(given, on)).toEqual(found));
});

test("a row without proof that is longer than its kind's periods is one gap; in part replaced, what is left of it", () => {
  const year = { ...(rows[0] as DatedRate), country: "NL", kind: "wettelijke_rente_b2c" };
  const unproved = {
    ...year,
    from: day("2025-01-01"),
    until: day("2025-12-31"),
    verified: false,
    own: false,
  };
  const gaps = (more: readonly DatedRate[]) =>
    rateGaps(rateTable([unproved, ...more]), day("2025-12-31"), ["NL"])
      .filter(({ kind }) => kind === year.kind)
      .map((gap) => [gap.from, gap.until, gap.shipped?.rate]);
  expect(gaps([])).toEqual([["2025-01-01", "2025-12-31", unproved.rate]]);
  const half = { ...unproved, until: day("2025-06-30"), verified: true, own: true };
  expect(gaps([half])).toEqual([["2025-07-01", "2025-12-31", unproved.rate]]);
});

test("a gap in the middle is found as well as several at the end", () => {
  const kept = rows.filter(
    ({ country, kind, from }) =>
      !(country === "BE" && kind === "b2b_late_payment_act_2002" && from === "2020-07-01"),
  );
  expect(
    rateGaps(rateTable(kept), day("2027-02-01"), ["BE"]).map(({ kind, from }) => `${kind} ${from}`),
  ).toEqual([
    "b2b_late_payment_act_2002 2020-07-01",
    "b2b_late_payment_act_2002 2026-07-01",
    "b2b_late_payment_act_2002 2027-01-01",
    "civil_legal_rate 2013-01-01",
    "civil_legal_rate 2027-01-01",
  ]);
});

test.each([
  ["12.15", 121_500, "12.15"],
  ["12,15", 121_500, "12.15"],
  ["-0.88", -8800, "-0.88"],
  ["5", 50_000, "5.00"],
  ["10.5", 105_000, "10.50"],
  ["4.1234", 41_234, "4.1234"],
  ["4.123", 41_230, "4.123"],
  ["0.05", 500, "0.05"],
  ["12.15 %", null, null],
  ["1.23456", null, null],
  ["", null, null],
  ["1e3", null, null],
])("rate %j", (text, value, shown) => {
  const rate = parseRate(text);
  expect(rate).toBe(value);
  if (rate !== null) expect(rateText(rate)).toBe(shown);
});

test("a rate is read as it is written", () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 9_999_999 }), (rate) => {
      expect(parseRate(rateText(rate as Rate))).toBe(rate);
    }),
  );
});

test.each([
  ["semester", "2026-06-30", "2026-06-30"],
  ["semester", "2026-07-01", "2026-12-31"],
  ["year", "2026-02-01", "2026-12-31"],
  [null, "2026-02-01", null],
] as const)("the %s of %s ends on %s", (period, on, end) => expect(periodEnd({ period }, day(on))).toBe(end));
