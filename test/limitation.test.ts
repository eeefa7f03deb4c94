import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { alertsOf } from "../src/core/alerts.ts";
import { addDays, addMonths } from "../src/core/day.ts";
import { limitationNear, limitationOf, oldEnough, recognitionsOf } from "../src/core/limitation.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { aged, day, dossier, euros, item, ledger, rules } from "./support/ledger.ts";

const TODAY = day("2026-11-29");

test.each([
  // The earlier one of both dates, and the shorter time where the kind is not known.
  ["FR", "business", "2024-02-15", "2024-03-31", "2029-02-15"],
  ["FR", "business", "2024-04-15", "2024-03-31", "2029-03-31"],
  ["FR", "business", null, "2024-03-31", "2029-03-31"],
  ["FR", "consumer", "2024-02-15", "2024-03-31", "2026-02-15"],
  ["FR", null, "2024-02-15", "2024-03-31", "2026-02-15"],
  ["BE", "business", "2024-02-15", "2024-03-31", "2029-02-15"],
  ["BE", "consumer", "2024-02-29", "2024-03-31", "2025-02-28"],
  ["DE", "business", "2024-02-15", "2024-03-31", null],
  ["FR", "business", null, null, null],
] as const)("%s %s, invoice of %s, due %s: may lapse after %s", (country, kind, issued, due, until) => {
  const dates = { issued: issued === null ? null : day(issued), due: due === null ? null : day(due) };
  expect(limitationOf(dates, { country, kind })?.until ?? null).toBe(until);
});

describe("recognition", () => {
  const dates = { issued: day("2024-02-15"), due: day("2024-03-31") };
  const where = { country: "FR", kind: "consumer" } as const;
  test.each([
    ["begins the time anew", "2025-05-02", "2027-05-02"],
    ["on the last day", "2026-02-15", "2028-02-15"],
    ["after it has lapsed: too late", "2026-02-16", "2026-02-15"],
    ["before the invoice: another debt", "2024-02-14", "2026-02-15"],
  ])("%s", (_, on, until) => {
    expect(limitationOf(dates, where, [{ day: day(on), how: "promise" }])?.until).toBe(until);
  });

  test("promises, plans and part payments of the item itself count", () => {
    const one = item({ original: euros(300), open: euros(100), partPaid: day("2026-09-01") });
    // Paid in part too, of old: what was paid of another document since says nothing of it.
    const other = item({ original: euros(300), open: euros(100) });
    const promise = {
      id: "P1",
      plan: "I1",
      date: day("2026-12-01"),
      amount: euros(50),
      given: day("2026-10-05"),
      items: [{ key: one.key, open: euros(100), meant: true }],
      credits: euros(0),
      state: "open",
      paid: euros(0),
      decided: null,
      cycle: null,
    } as const;
    const of = dossier([one, other], { promises: [promise], partPaid: day("2026-11-01") });
    expect(recognitionsOf(of, one)).toEqual([
      { day: "2026-09-01", how: "part payment" },
      { day: "2026-10-05", how: "instalment plan" },
    ]);
    expect(recognitionsOf(of, other)).toEqual([]);
  });
});

test.each([
  ["2025-11-28", 5, null],
  ["2025-11-29", 5, 12],
  ["2026-08-28", 5, 12],
  ["2026-08-29", 5, 3],
  ["2026-11-29", 5, 3],
  ["2026-11-30", 5, "past"],
  ["2026-08-28", 1, null],
  ["2026-08-29", 1, 3],
] as const)("on %s a claim of %d years until 2026-11-29: %s", (today, years, near) => {
  const found = { until: TODAY, years, basis: "", from: TODAY, recognition: null };
  expect(limitationNear(found, day(today))).toBe(near);
});

test.each([
  ["2024-02-29", 12, "2025-02-28"],
  ["2024-02-29", 48, "2028-02-29"],
  ["2026-05-31", -3, "2026-02-28"],
  ["2026-01-31", -1, "2025-12-31"],
  ["2026-12-01", 1, "2027-01-01"],
] as const)("%s and %d months: %s", (from, months, expected) => {
  expect(addMonths(day(from), months)).toBe(expected);
});

test("whatever may lapse soon is old enough to be looked at", () => {
  const debt = constantFrom(
    ...(["FR", "BE"] as const).flatMap((country) =>
      (["business", "consumer", null] as const).map((kind) => ({ country, kind })),
    ),
  );
  assert(
    property(debt, integer({ min: 0, max: 1500 }), integer({ min: -400, max: 400 }), (where, at, off) => {
      const today = addDays(day("2024-01-01"), at);
      const { years = 0 } = limitationOf({ issued: today, due: null }, where) ?? {};
      // Around the day from which it is told, where an error would show.
      const one = { issued: addDays(addMonths(today, (years > 1 ? 12 : 3) - 12 * years), off), due: null };
      const found = limitationOf(one, where);
      if (found !== null && limitationNear(found, today) !== null)
        expect(oldEnough(where, today)(one)).toBe(true);
      if (off > 3) expect(oldEnough(where, today)(one)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("a part payment recognises the document that it was for, until its balance is taken back", async () => {
  const folder = folderWith({ "dunning.yaml": SMALL });
  const COLUMNS = "Code;Nom;Facture;Date;Echeance;Original;Montant";
  const row = (number: string, open: string) => `A1;Un;${number};01/03/2025;31/03/2025;300,00;${open}`;
  const recognised = async (): Promise<unknown[]> => {
    const { json } = await dunning(folder, "2026-11-23", "explain", "A1", "--json");
    const items = JSON.stringify(json);
    return ["F-1", "F-2"].map(
      (number) => items.includes(number) && /part payment/.test(partOf(items, number)),
    );
  };
  const partOf = (text: string, number: string): string =>
    text.split('"number":').find((each) => each.startsWith(`"${number}"`)) ?? "";
  await takeBalance(folder, "2026-10-01", COLUMNS, [row("F-1", "300,00"), row("F-2", "200,00")]);
  expect(await recognised()).toEqual([false, false]);
  await takeBalance(folder, "2026-11-02", COLUMNS, [row("F-1", "100,00"), row("F-2", "200,00")]);
  expect(await recognised()).toEqual([true, false]);
  await dunning(folder, "2026-11-23", "import", "undo", "2");
  expect(await recognised()).toEqual([false, false]);
});

test("status tells of the one that lapses first", () => {
  const old = aged(TODAY, 1700, { number: "OLD", issued: null });
  const older = aged(TODAY, 1750, { number: "OLDER", issued: null });
  const young = aged(TODAY, 30, { number: "YOUNG", issued: null });
  const found = alertsOf(ledger([dossier([old, young, older])], { kind: "business" }), rules(), TODAY);
  expect(found).toMatchObject([{ kind: "limitation", until: "2027-02-13" }]);
  expect(found[0]?.reason).toMatch(
    /^OLDER may lapse after 2027-02-13 \(in 76 days\): 5 years counted from 2022-02-13, to be verified .*, and 1 more within the year$/,
  );
  expect(alertsOf(ledger([dossier([young])], { kind: "business" }), rules(), TODAY)).toEqual([]);
});
