import { fromOrdinal, makeDay } from "../core/day.ts";
import type { Day } from "../core/types.ts";

/** How a column writes its dates. One column, one shape; within `numeric` and `compact` the order is still open. */
export type DateShape = "numeric" | "iso" | "compact" | "compact-iso" | "named" | "serial";

/** A date as it stands in a cell. Outside `numeric` and `compact` both readings are the same. */
export interface DateReading {
  readonly shape: DateShape;
  readonly dayFirst: Day | null;
  readonly monthFirst: Day | null;
}

const MONTHS: readonly string[] = [
  "jan janv janvier january januari januar janner",
  "fev fevr fevrier feb february februari februar",
  "mar mars march mrt maart marz mrz",
  "avr avril apr april",
  "mai may mei",
  "jun juin june juni",
  "jul juil juillet july juli",
  "aou aout aug august augustus",
  "sep sept septembre september",
  "oct octobre october okt oktober",
  "nov novembre november",
  "dec decembre december dez dezember",
];
const MONTH_OF = new Map(
  MONTHS.flatMap((names, index) => names.split(" ").map((name) => [name, index + 1] as const)),
);

/** 1 to 12 for a month's name or abbreviation in French, Dutch, German or English; null for other words. */
export function monthOf(word: string): number | null {
  const bare = word.normalize("NFD").replaceAll(/\p{M}/gu, "").replace(/\.$/, "").toLowerCase();
  return MONTH_OF.get(bare) ?? null;
}

/** What programs print where there is no date. */
const SENTINELS = new RegExp(
  [
    "0+",
    "[-–—.]+",
    "(1753|1899|9999|0000)[-/.]?\\d\\d?[-/.]?\\d\\d?",
    "1900[-/.]?0[01][-/.]?0[01]",
    "\\d\\d?[-/.]\\d\\d?[-/.](1753|1899|9999|0000)",
    "0[01][-/.]?0[01][-/.]?(1753|1900)",
    "00[-/.]00[-/.]00",
  ]
    .map((form) => `^${form}$`)
    .join("|"),
);
const TIME = /[T\s]\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[ap]m|[+-]\d{2}:?\d{2})?$/i;
const PARTS = /^(\d{1,4})([-/. ])\s?(\d{1,2})\2\s?(\d{1,4})$/;
const DAY_NAMED = /^(\d{1,2})(?:er|e|st|nd|rd|th|\.)?[\s./-]*(\p{L}{3,9})\.?[\s,./-]*(\d{4}|\d{2})$/u;
const MONTH_NAMED = /^(\p{L}{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})$/u;
/** Days from 1899-12-30, Excel's day zero, to 1970-01-01. */
const EXCEL_EPOCH = 25_569;

/** Reads a date cell. "empty": no date; null: not a date, or not a day of the calendar. */
export function readDate(text: string): DateReading | "empty" | null {
  let rest = text.trim().replace(/^'/, "");
  if (rest === "" || SENTINELS.test(rest)) return "empty";
  if (TIME.test(rest)) {
    rest = rest.replace(TIME, "");
    if (SENTINELS.test(rest)) return "empty";
  }
  if (/^\d{5,8}([.,]\d*)?$/.test(rest)) return readDigits(rest.replace(/[.,]\d*$/, ""));
  const parts = PARTS.exec(rest);
  if (parts !== null) return readParts(parts[1]!, parts[3]!, parts[4]!);
  const named = DAY_NAMED.exec(rest);
  if (named !== null) return both("named", yearOf(named[3]!), monthOf(named[2]!) ?? 0, Number(named[1]));
  const american = MONTH_NAMED.exec(rest);
  if (american !== null)
    return both("named", Number(american[3]), monthOf(american[1]!) ?? 0, Number(american[2]));
  return null;
}

function readParts(first: string, second: string, third: string): DateReading | null {
  if (first.length === 4)
    return third.length > 2 ? null : both("iso", Number(first), Number(second), Number(third));
  if (first.length === 3 || third.length === 3 || third.length === 1) return null;
  return either("numeric", yearOf(third), Number(first), Number(second));
}

function readDigits(digits: string): DateReading | null {
  const number = Number(digits);
  if (digits.length === 5)
    return number < 20_000 || number > 80_000 ? null : bothDays("serial", fromOrdinal(number - EXCEL_EPOCH));
  if (digits.length === 6) return null;
  const full = digits.padStart(8, "0");
  const iso = both("compact-iso", Number(full.slice(0, 4)), Number(full.slice(4, 6)), Number(full.slice(6)));
  return iso ?? either("compact", Number(full.slice(4)), Number(full.slice(0, 2)), Number(full.slice(2, 4)));
}

/** 00 to 69 are this century. */
function yearOf(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function either(shape: DateShape, year: number, first: number, second: number): DateReading | null {
  const dayFirst = makeDay(year, second, first);
  const monthFirst = makeDay(year, first, second);
  return dayFirst === null && monthFirst === null ? null : { shape, dayFirst, monthFirst };
}

function both(shape: DateShape, year: number, month: number, day: number): DateReading | null {
  return bothDays(shape, makeDay(year, month, day));
}

function bothDays(shape: DateShape, day: Day | null): DateReading | null {
  return day === null ? null : { shape, dayFirst: day, monthFirst: day };
}
