import { addDays, makeDay, monthLength } from "../core/day.ts";
import type { Day } from "../core/types.ts";

/** Payment terms: so many days after the invoice date, then on to the end of that month where `endOfMonth`. */
export interface Terms {
  readonly days: number;
  readonly endOfMonth: boolean;
}

const AT_ONCE =
  /^(comptant|au comptant|a reception|reception|contant|onmiddellijk|sofort|sofort fallig|immediate|cash|due on receipt|upon receipt)$/;
const END_OF_MONTH = /\b(end of month|eom|fin de mois|fdm|fin mois|einde maand|monatsende)\b/;

/** Reads `30d`, `30d end-of-month`, `45 jours fin de mois`, `Net 30`, `comptant`; null for anything else. */
export function parseTerms(text: string): Terms | null {
  const bare = text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[-_.,]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (AT_ONCE.test(bare)) return { days: 0, endOfMonth: false };
  const endOfMonth = END_OF_MONTH.test(bare);
  const days = /^(?:net |a )?(\d{1,3}) ?(?:d|days?|j|jrs?|jours?|dagen|tage|t|net|nets)?\b/.exec(bare)?.[1];
  const rest = bare
    .replace(END_OF_MONTH, "")
    .replace(/^(?:net |a )?\d{1,3} ?[a-z]*/, "")
    .trim();
  if (days === undefined) return endOfMonth && rest === "" ? { days: 0, endOfMonth } : null;
  return rest === "" || rest === "net" ? { days: Number(days), endOfMonth } : null;
}

/** The due date that terms give: the days first, then the end of the month that they reach. */
export function dueUnder(terms: Terms, issued: Day): Day {
  const day = addDays(issued, terms.days);
  if (!terms.endOfMonth) return day;
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  return makeDay(year, month, monthLength(year, month)) ?? day;
}
