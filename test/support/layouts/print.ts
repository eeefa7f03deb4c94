import { daysBetween } from "../../../src/core/day.ts";
import type { Day } from "../../../src/core/types.ts";
import { AS_OF, type MasterItem } from "./master-ledger.ts";

/** How programs write cells. Amounts are minor units with two decimals. */
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const LONG_MONTHS =
  "January February March April May June July August September October November December".split(" ");

const parts = (day: Day): [string, string, string] => day.split("-") as [string, string, string];

export const dates = {
  iso: (day: Day): string => day,
  /** 20/11/2026, 20.11.2026, 20-11-2026 */
  dmy: (mark: string) => (day: Day) => parts(day).toReversed().join(mark),
  /** 11/20/2026 */
  mdy: (day: Day): string => {
    const [year, month, date] = parts(day);
    return `${month}/${date}/${year}`;
  },
  /** 20112026 */
  compact: (day: Day): string => parts(day).toReversed().join(""),
  /** 20 Nov 2026 */
  named: (day: Day): string => {
    const [year, month, date] = parts(day);
    return `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
  },
  /** November 20, 2026 */
  american: (day: Day): string => {
    const [year, month, date] = parts(day);
    return `${LONG_MONTHS[Number(month) - 1]} ${Number(date)}, ${year}`;
  },
  /** 20-Nov-26 */
  short: (day: Day): string => {
    const [year, month, date] = parts(day);
    return `${Number(date)}-${MONTHS[Number(month) - 1]}-${year.slice(2)}`;
  },
};

/** 1,234.50 with the marks given; "" for none. */
export const amount =
  (group: string, decimal: string, minus: "ahead" | "behind" = "ahead") =>
  (minor: number): string => {
    const digits = String(Math.abs(minor)).padStart(3, "0");
    const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, group);
    const text = `${whole}${decimal}${digits.slice(-2)}`;
    if (minor >= 0) return text;
    return minus === "ahead" ? `-${text}` : `${text}-`;
  };

/** A cell in quotes where its text needs them. */
const quoted = (text: string, delimiter: string): string =>
  text.includes(delimiter) || text.includes('"') || text.includes("\n")
    ? `"${text.replaceAll('"', '""')}"`
    : text;

export type Cells = readonly string[];

export const csv = (rows: readonly Cells[], delimiter = ",", end = "\r\n"): string =>
  rows.map((cells) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter) + end).join("");

/** Days late; 0 and less: not due. */
export const daysLate = ({ due }: MasterItem): number => daysBetween(due, AS_OF);

/** The sums of items in ageing columns: not due, then up to each limit, then older. */
export function aged(items: readonly MasterItem[], limits: readonly number[]): number[] {
  const sums = Array.from({ length: limits.length + 2 }, () => 0);
  for (const item of items) {
    const late = daysLate(item);
    const past = limits.findIndex((limit) => late <= limit);
    const at = late <= 0 ? 0 : past === -1 ? limits.length + 1 : past + 1;
    sums[at]! += item.open;
  }
  return sums;
}
