import { addDays, makeDay, monthLength } from "./day.ts";
import type { Day } from "./types.ts";

/**
 * Payment terms: so many days after the invoice date. With the end of a month there are two readings, both in use:
 * `after` the days ("45d end-of-month": on to the end of the month that they reach), or `before` them
 * ("end-of-month 45d": from the end of the invoice's month).
 */
export interface Terms {
  readonly days: number;
  readonly endOfMonth: "none" | "after" | "before";
}

const AT_ONCE =
  /^(comptant|au comptant|a reception|reception|contant|onmiddellijk|sofort|sofort fallig|immediate|cash|due on receipt|upon receipt)$/;
const END_OF_MONTH = /\b(end of month|eom|fin de mois|fdm|fin mois|einde maand|monatsende)\b/;
const DAYS = /^(?:net |a )?(\d{1,3}) ?(?:d|days?|j|jrs?|jours?|dagen|tage|t)?(?: nets?)?$/;

/** Reads `30d`, `45d end-of-month`, `end-of-month 45d`, `45 jours fin de mois`, `Net 30`, `comptant`; null for anything else. */
export function parseTerms(text: string): Terms | null {
  const bare = text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[-_.,+]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (AT_ONCE.test(bare)) return { days: 0, endOfMonth: "none" };
  const month = END_OF_MONTH.exec(bare);
  if (month === null) {
    const days = DAYS.exec(bare)?.[1];
    return days === undefined ? null : { days: Number(days), endOfMonth: "none" };
  }
  const before = bare.slice(0, month.index).trim();
  const behind = bare.slice(month.index + month[0].length).trim();
  if (before !== "" && behind !== "" && behind !== "net") return null;
  const days = DAYS.exec(before === "" ? behind : before)?.[1];
  if (days === undefined) return before + behind === "" ? { days: 0, endOfMonth: "after" } : null;
  return { days: Number(days), endOfMonth: before === "" ? "before" : "after" };
}

function monthEnd(day: Day): Day {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  return makeDay(year, month, monthLength(year, month)) ?? day;
}

/** The due date that terms give. */
export function dueUnder({ days, endOfMonth }: Terms, issued: Day): Day {
  if (endOfMonth === "before") return addDays(monthEnd(issued), days);
  const day = addDays(issued, days);
  return endOfMonth === "after" ? monthEnd(day) : day;
}
