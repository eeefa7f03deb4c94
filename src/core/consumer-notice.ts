import { nextWorkingDay } from "./calendar.ts";
import { addDays } from "./day.ts";
import type { Day, WorkCalendar } from "./types.ts";

/** A formal notice (day of its receipt), or the free first reminder of a Belgian consumer (day of its sending). */
export interface Notice {
  readonly day: Day;
  readonly by: "post" | "email";
}

/** Whether a notice is about a document due on that day: what was not late yet could not be demanded. */
export const reaches = ({ day }: Pick<Notice, "day">, due: Day | null): boolean => due !== null && day > due;

/** Days that the law gives the consumer. */
const FREE_DAYS = 14;
/** Whether a Saturday is a working day is disputed, and nobody loses by waiting. */
const MARGIN = 1;

/**
 * Belgium: the day on which the 14 days begin. By post the third working day after sending, else the calendar day after it
 * (Code de droit économique, art. XIX.2).
 */
export function belgianStart({ day, by }: Notice, calendar: WorkCalendar): Day {
  if (by === "email") return addDays(day, 1);
  let start = day;
  for (let working = 0; working < 3; working++) start = nextWorkingDay(calendar, addDays(start, 1));
  return start;
}

/** The first day on which a Belgian consumer may be asked for more than the balance, with a day of margin. */
export const belgianChargesFrom = (notice: Notice, calendar: WorkCalendar): Day =>
  addDays(belgianStart(notice, calendar), FREE_DAYS + MARGIN);

/** NL: a consumer's collection costs, once the 14 days after the day of receipt have passed (art. 6:96 (6) BW). */
export const dutchCostsFrom = ({ day }: Notice): Day => addDays(day, FREE_DAYS + 1);
