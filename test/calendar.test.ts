import Holidays from "date-holidays";
import { describe, expect, test } from "vitest";
import { publicHolidays, regionsOf } from "../src/config/holidays.ts";
import {
  easterOrdinal,
  lastWorkingDayIn,
  nextWorkingDay,
  parseClosing,
  workCalendar,
} from "../src/core/calendar.ts";
import { addDays, fromOrdinal, weekday } from "../src/core/day.ts";
import type { Day } from "../src/core/types.ts";

const day = (text: string): Day => text as Day;
const plain = (country: string, region: string | null = null) =>
  workCalendar({ country, region, closed: [] });

describe("public holidays agree with date-holidays from 2015 to 2040", () => {
  test.each([
    { country: "FR", region: null, oracle: new Holidays("FR") },
    { country: "FR", region: "FR-57", oracle: new Holidays("FR", "57") },
    { country: "FR", region: "FR-67", oracle: new Holidays("FR", "67") },
    { country: "FR", region: "FR-68", oracle: new Holidays("FR", "68") },
    { country: "BE", region: null, oracle: new Holidays("BE") },
  ])("$country $region", ({ country, region, oracle }) => {
    const calendar = plain(country, region);
    for (let year = 2015; year <= 2040; year++) {
      const expected = oracle
        .getHolidays(year)
        .filter(({ type }) => type === "public")
        .map(({ date }) => day(date.slice(0, 10)))
        .filter((each) => weekday(each) <= 5)
        .sort();
      const found: Day[] = [];
      for (let each = day(`${year}-01-01`); each.startsWith(String(year)); each = addDays(each, 1)) {
        if (weekday(each) <= 5 && calendar.closed(each) !== null) found.push(each);
      }
      expect(found, `${year}`).toEqual([...new Set(expected)]);
    }
  });
});

test.each([
  [2000, "2000-04-23"],
  [2008, "2008-03-23"],
  [2011, "2011-04-24"],
  [2026, "2026-04-05"],
  [2038, "2038-04-25"],
])("Easter Sunday of %d is %s", (year, expected) => {
  expect(fromOrdinal(easterOrdinal(year))).toBe(expected);
});

test.each<[when: string, expected: string | null, why: string]>([
  ["2026-11-20", null, "a Friday"],
  ["2026-11-21", "Saturday", "a Saturday"],
  ["2026-11-22", "Sunday", "a Sunday"],
  ["2026-07-14", "14 July", "a holiday on a Tuesday"],
  ["2026-12-23", null, "the day before the company closes"],
  ["2026-12-24", "closed 2026-12-24 to 2027-01-01", "the first closing day"],
  ["2026-12-31", "closed 2026-12-24 to 2027-01-01", "the last closing day but one"],
  ["2026-12-25", "Christmas", "a holiday inside the closing days"],
  ["2027-01-04", null, "the first day after"],
  ["2026-05-15", "closed", "a single closing day"],
  ["2026-05-18", null, "the Monday after it"],
])("%s: %s (%s)", (when, expected) => {
  const calendar = workCalendar({
    country: "FR",
    region: null,
    closed: ["2026-12-24..2027-01-01", "2026-05-15"],
  });
  expect(calendar.closed(day(when))).toBe(expected);
});

test("countries whose holidays nobody gives have weekends and the company's own closing days only", () => {
  const calendar = workCalendar({ country: "PT", region: null, closed: ["2026-06-10"] });
  expect(calendar.closed(day("2026-12-25"))).toBeNull();
  expect(calendar.closed(day("2026-12-26"))).toBe("Saturday");
  expect(calendar.closed(day("2026-06-10"))).toBe("closed");
});

test.each([
  ["2026-11-20", "2026-11-20", "a working day is its own"],
  ["2026-11-21", "2026-11-23", "a weekend rolls to Monday"],
  ["2026-04-03", "2026-04-03", "Good Friday is a working day in most of France"],
  ["2026-04-04", "2026-04-07", "Easter Saturday rolls over Easter Monday"],
  ["2026-12-24", "2027-01-04", "closing days, New Year and a weekend in a row"],
])("nextWorkingDay(%s) = %s: %s", (from, expected) => {
  const calendar = workCalendar({ country: "FR", region: null, closed: ["2026-12-24..2026-12-31"] });
  expect(nextWorkingDay(calendar, day(from))).toBe(expected);
});

test("a calendar without a working day ends the search", () => {
  const calendar = workCalendar({ country: "FR", region: null, closed: ["2026-01-01..2030-12-31"] });
  expect(nextWorkingDay(calendar, day("2026-06-01"))).toBe("2026-06-01");
});

test.each([
  ["2026-11-16", "2026-11-22", "2026-11-20"],
  ["2026-11-16", "2026-11-19", "2026-11-19"],
  ["2026-11-21", "2026-11-22", null],
  ["2026-11-20", "2026-11-19", null],
])("lastWorkingDayIn(%s, %s) = %s", (from, until, expected) => {
  expect(lastWorkingDayIn(plain("FR"), day(from), day(until))).toBe(expected);
});

test.each([
  ["2026-12-24..2027-01-01", { from: "2026-12-24", until: "2027-01-01" }],
  ["2026-12-24", { from: "2026-12-24", until: "2026-12-24" }],
  ["2027-01-01..2026-12-24", null],
  ["2026-12-24..", null],
  ["2026-12-24..2026-12-25..2026-12-26", null],
  ["2026-02-30", null],
  ["Christmas", null],
])("parseClosing(%s)", (text, expected) => {
  expect(parseClosing(text)).toEqual(expected);
});

test.each<[country: string, region: string | null, when: string, expected: string | null]>([
  ["LU", null, "2026-06-23", "National Holiday"],
  ["LU", null, "2026-05-08", null],
  ["LU", null, "2025-05-09", "Europe Day"],
  ["NL", null, "2026-04-27", "King's Day"],
  ["NL", null, "2027-05-05", null],
  ["DE", null, "2025-10-03", "National Holiday"],
  ["DE", null, "2026-01-06", null],
  ["DE", "DE-BY", "2026-01-06", "Epiphany"],
  ["DE", "DE-BY", "2025-12-24", null],
  ["DE", "DE-NW", "2026-06-04", "Corpus Christi"],
  ["CH", "CH-GE", "2026-09-10", "Jeûne Genevois"],
  ["CH", "CH-VD", "2026-09-10", null],
  ["GB", "GB-ENG", "2026-12-28", "Boxing Day"],
  ["GB", "GB-SCT", "2026-11-30", "St Andrew’s Day"],
  ["AT", null, "2026-10-26", "National Holiday"],
  ["IT", null, "2026-06-02", "Republic Day"],
])("%s %s on %s: %s", (country, region, when, expected) => {
  const holidays = publicHolidays(country, region);
  expect(workCalendar({ country, region, closed: [], holidays }).closed(day(when))).toBe(expected);
});

test("regions by country", () => {
  expect(regionsOf("DE")).toContain("BY");
  expect(regionsOf("LU")).toEqual([]);
});
