import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, fromOrdinal } from "../src/core/day.ts";
import { dueUnder, parseTerms } from "../src/core/terms.ts";
import type { Day } from "../src/core/types.ts";
import { readDate } from "../src/intake/dates.ts";

/** text, shape, reading with the day first, with the month first */
const dates: readonly (readonly [string, string, string | null, string | null])[] = [
  ["15/03/2026", "numeric", "2026-03-15", null],
  ["03/15/2026", "numeric", null, "2026-03-15"],
  ["03/04/2026", "numeric", "2026-04-03", "2026-03-04"],
  ["3/4/2026", "numeric", "2026-04-03", "2026-03-04"],
  ["15-03-2026", "numeric", "2026-03-15", null],
  ["15.03.2026", "numeric", "2026-03-15", null],
  ["15/03/26", "numeric", "2026-03-15", null],
  ["5-3-26", "numeric", "2026-03-05", "2026-05-03"],
  ["31/12/69", "numeric", "2069-12-31", null],
  ["31/12/70", "numeric", "1970-12-31", null],
  ["15/03/2026 00:00:00", "numeric", "2026-03-15", null],
  ["2026-03-15", "iso", "2026-03-15", "2026-03-15"],
  ["2026/03/15", "iso", "2026-03-15", "2026-03-15"],
  ["2026-03-15T10:20:30Z", "iso", "2026-03-15", "2026-03-15"],
  ["2026-03-15 10:20:30.123", "iso", "2026-03-15", "2026-03-15"],
  ["20260315", "compact-iso", "2026-03-15", "2026-03-15"],
  ["20190307.0", "compact-iso", "2019-03-07", "2019-03-07"],
  ["21122018", "compact", "2018-12-21", null],
  ["1042026", "compact", "2026-04-01", "2026-01-04"],
  ["15 Jan 2026", "named", "2026-01-15", "2026-01-15"],
  ["15-janv.-26", "named", "2026-01-15", "2026-01-15"],
  ["1er février 2026", "named", "2026-02-01", "2026-02-01"],
  ["15. März 2026", "named", "2026-03-15", "2026-03-15"],
  ["15 mrt 2026", "named", "2026-03-15", "2026-03-15"],
  ["15 août 2026", "named", "2026-08-15", "2026-08-15"],
  ["1 décembre 2026", "named", "2026-12-01", "2026-12-01"],
  ["March 31, 2026", "named", "2026-03-31", "2026-03-31"],
  ["15JAN2026", "named", "2026-01-15", "2026-01-15"],
  ["46096", "serial", "2026-03-15", "2026-03-15"],
  ["46096.0", "serial", "2026-03-15", "2026-03-15"],
];
const none = [
  "",
  " ",
  "0",
  "-",
  "00/00/0000",
  "0000-00-00",
  "01/01/1753",
  "1753-01-01",
  "1753-01-01 00:00:00",
  "1900-01-00",
  "00/01/1900",
  "01/01/1900",
  "30/12/1899",
  "31/12/9999",
  "9999-12-31",
];
const wrong = [
  "31/02/2026",
  "32/01/2026",
  "00/05/2026",
  "2026-13-01",
  "2026-02-30",
  "29/02/2025",
  "15/03/026",
  "15/03/0026",
  "2206",
  "douze",
  "15 foo 2026",
  "12,50",
  "150326",
  "19999",
  "80001",
];

describe("dates", () => {
  test.each(dates)("%j is %s: %j or %j", (text, shape, dayFirst, monthFirst) => {
    expect(readDate(text)).toEqual({ shape, dayFirst, monthFirst });
  });
  test.each(none)("%j is no date", (text) => {
    expect(readDate(text)).toBe("empty");
  });
  test.each(wrong)("%j is wrong", (text) => {
    expect(readDate(text)).toBeNull();
  });

  test("every day is read back from every way of writing it", () => {
    const ways: readonly ((y: string, m: string, d: string) => string)[] = [
      (y, m, d) => `${y}-${m}-${d}`,
      (y, m, d) => `${d}/${m}/${y}`,
      (y, m, d) => `${Number(d)}.${Number(m)}.${y}`,
      (y, m, d) => `${y}${m}${d}`,
      (y, m, d) => `${d}${m}${y}`,
      (y, m, d) => `${d}-${m}-${y.slice(2)}`,
    ];
    fc.assert(
      fc.property(fc.integer({ min: 10_957, max: 25_000 }), fc.constantFrom(...ways), (ordinal, way) => {
        const day = fromOrdinal(ordinal);
        const reading = readDate(way(day.slice(0, 4), day.slice(5, 7), day.slice(8)));
        expect(reading).toMatchObject({ dayFirst: day });
      }),
    );
  });
});

describe("terms", () => {
  test.each([
    ["30d", 30, "none"],
    ["30 jours", 30, "none"],
    ["30 j", 30, "none"],
    ["Net 30", 30, "none"],
    ["30 days net", 30, "none"],
    ["30 Tage", 30, "none"],
    ["14 dagen", 14, "none"],
    ["30d end-of-month", 30, "after"],
    ["45 jours fin de mois", 45, "after"],
    ["30 jours FDM", 30, "after"],
    ["30 dagen einde maand", 30, "after"],
    ["fin de mois", 0, "after"],
    ["end-of-month 45d", 45, "before"],
    ["fin de mois + 45 jours", 45, "before"],
    ["45 jours fin de mois net", 45, "after"],
    ["comptant", 0, "none"],
    ["À réception", 0, "none"],
    ["Due on receipt", 0, "none"],
    ["60", 60, "none"],
  ])("%j", (text, days, endOfMonth) => {
    expect(parseTerms(text)).toEqual({ days, endOfMonth });
  });
  test.each([
    "",
    "NAA8",
    "chèque",
    "30 jours le 15",
    "virement 30 jours",
    "2/10 net 30",
    "30 jours fin de mois le 10",
    "30 jours fin de mois 15",
  ])("%j says nothing", (text) => {
    expect(parseTerms(text)).toBeNull();
  });
  test.each([
    ["2026-01-15", 30, "none", "2026-02-14"],
    ["2026-01-15", 30, "after", "2026-02-28"],
    ["2026-01-31", 0, "after", "2026-01-31"],
    ["2026-01-15", 45, "after", "2026-03-31"],
    ["2023-12-31", 60, "after", "2024-02-29"],
    // The two readings of "45 days end of month".
    ["2026-01-10", 45, "after", "2026-02-28"],
    ["2026-01-10", 45, "before", "2026-03-17"],
    ["2026-01-31", 45, "before", "2026-03-17"],
    ["2026-02-28", 30, "before", "2026-03-30"],
  ] as const)("%s + %i days, end of month %s: %s", (issued, days, endOfMonth, due) => {
    expect(dueUnder({ days, endOfMonth }, issued as Day)).toBe(due);
    expect(dueUnder({ days, endOfMonth }, issued as Day) >= addDays(issued as Day, days)).toBe(true);
  });
});
