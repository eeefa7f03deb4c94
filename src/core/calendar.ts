import { fromOrdinal, makeDay, parseDay, toOrdinal } from "./day.ts";
import type { Day, WorkCalendar } from "./types.ts";

export interface CalendarOptions {
  /** ISO 3166-1 alpha-2. The public holidays of FR and BE are known here, those of others come with `holidays`. */
  readonly country: string;
  /** ISO 3166-2; FR-57, FR-67 and FR-68 (Alsace-Moselle) have two more days. */
  readonly region: string | null;
  /** The company's closing days: `2026-12-24..2027-01-01` (both included) or `2026-12-24`. */
  readonly closed: readonly string[];
  /** Public holidays of a year with their names, for countries that are not known here. */
  readonly holidays?: (year: number) => ReadonlyMap<Day, string>;
}

/** Fixed days are `MM-DD`, movable ones days after Easter Sunday. */
type Holidays = readonly (readonly [when: string | number, name: string])[];

const FRANCE: Holidays = [
  ["01-01", "New Year"],
  [1, "Easter Monday"],
  ["05-01", "Labour Day"],
  ["05-08", "8 May"],
  [39, "Ascension Day"],
  [50, "Whit Monday"],
  ["07-14", "14 July"],
  ["08-15", "Assumption"],
  ["11-01", "All Saints"],
  ["11-11", "11 November"],
  ["12-25", "Christmas"],
];
/** Local law kept in 1919 (ordinance of 16 August 1892; Code du travail, L3134-13). */
const ALSACE_MOSELLE: Holidays = [...FRANCE, [-2, "Good Friday"], ["12-26", "26 December"]];
const BELGIUM: Holidays = [
  ["01-01", "New Year"],
  [1, "Easter Monday"],
  ["05-01", "Labour Day"],
  [39, "Ascension Day"],
  [50, "Whit Monday"],
  ["07-21", "21 July"],
  ["08-15", "Assumption"],
  ["11-01", "All Saints"],
  ["11-11", "11 November"],
  ["12-25", "Christmas"],
];

/** Null: not known here. */
function holidaysOf(country: string, region: string | null): Holidays | null {
  if (country === "BE") return BELGIUM;
  if (country !== "FR") return null;
  return region !== null && ["FR-57", "FR-67", "FR-68"].includes(region) ? ALSACE_MOSELLE : FRANCE;
}

/** Easter Sunday of the Gregorian calendar, as days since 1970-01-01 (Meeus/Jones/Butcher). */
export function easterOrdinal(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return toOrdinal(makeDay(year, Math.floor(f / 31), (f % 31) + 1) as Day);
}

function holidaysIn(year: number, holidays: Holidays): ReadonlyMap<Day, string> {
  const easter = easterOrdinal(year);
  return new Map(
    holidays.map(([when, name]) => [
      typeof when === "number" ? fromOrdinal(easter + when) : (`${year}-${when}` as Day),
      name,
    ]),
  );
}

interface Closing {
  readonly from: Day;
  readonly until: Day;
}

/** `2026-12-24..2027-01-01` or `2026-12-24`; null where it is neither or ends before it begins. */
export function parseClosing(text: string): Closing | null {
  const [first = "", last = first, ...more] = text.split("..");
  const from = parseDay(first);
  const until = parseDay(last);
  return from === null || until === null || until < from || more.length > 0 ? null : { from, until };
}

/** 1970-01-01 was a Thursday: 0 = Monday ... 6 = Sunday. */
const weekdayOf = (ordinal: number): number => (((ordinal + 3) % 7) + 7) % 7;

const NONE: ReadonlyMap<Day, string> = new Map();

/** Closing days that cannot be read are left out: the configuration has refused them before. */
export function workCalendar({ country, region, closed, holidays }: CalendarOptions): WorkCalendar {
  const own = holidaysOf(country, region);
  const inYearOf = (year: number): ReadonlyMap<Day, string> =>
    own === null ? (holidays?.(year) ?? NONE) : holidaysIn(year, own);
  const closings = closed.map(parseClosing).filter((closing) => closing !== null);
  const years = new Map<string, ReadonlyMap<Day, string>>();
  const answers = new Map<Day, string | null>();

  const decide = (day: Day): string | null => {
    const weekday = weekdayOf(toOrdinal(day));
    if (weekday >= 5) return weekday === 5 ? "Saturday" : "Sunday";
    const year = day.slice(0, 4);
    let inYear = years.get(year);
    if (inYear === undefined) years.set(year, (inYear = inYearOf(Number(year))));
    const holiday = inYear.get(day);
    if (holiday !== undefined) return holiday;
    const closing = closings.find(({ from, until }) => day >= from && day <= until);
    if (closing === undefined) return null;
    return closing.from === closing.until ? "closed" : `closed ${closing.from} to ${closing.until}`;
  };
  return {
    closed: (day) => {
      let answer = answers.get(day);
      if (answer === undefined) answers.set(day, (answer = decide(day)));
      return answer;
    },
  };
}

/** No company is closed for longer: a calendar without working days ends the search, not the program. */
const SEARCH_DAYS = 366;

/** The day itself where it is a working day, else the first one after it. */
export function nextWorkingDay(calendar: WorkCalendar, day: Day): Day {
  if (calendar.closed(day) === null) return day;
  const start = toOrdinal(day);
  for (let ahead = 1; ahead <= SEARCH_DAYS; ahead++) {
    const next = fromOrdinal(start + ahead);
    if (calendar.closed(next) === null) return next;
  }
  return day;
}

/** The last working day in [from, until], null where there is none. */
export function lastWorkingDayIn(calendar: WorkCalendar, from: Day, until: Day): Day | null {
  const first = toOrdinal(from);
  for (let ordinal = toOrdinal(until); ordinal >= first; ordinal--) {
    const day = fromOrdinal(ordinal);
    if (calendar.closed(day) === null) return day;
  }
  return null;
}
