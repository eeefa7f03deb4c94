import type { Day } from "../core/types.ts";
import { oneLine } from "./header.ts";

const MARKED =
  /(?:\bfact(?:ure)?s?|\bfac|\bfc|\binv(?:oice)?|\bavoir|\bav)\b\.?\s*(?:n\s?[°ºo]\.?|no\.?|#|:)?\s*([A-Z]{0,6}[-/_]?\d[\w/_-]*)/i;
/** Letters and at least three digits, such as FA-2025-0012 or F20250012. */
const TOKEN = /\b(?=[\w/_-]*\d{3})[A-Z]{1,6}[-/_]?\d[\w/_-]*\b/;
const NOTHING = /^(?:sans|divers|neant|néant|x+|-+|\.+|0+)\b/i;

/** What an entry says about its document. */
export interface Reference {
  readonly journal: string;
  readonly day: Day | null;
  readonly ref: string;
  readonly label: string;
  readonly entryNumber: string;
  /** Several customers' lines bear the same: a batch, a month, a journal. */
  readonly shared: boolean;
}

/** A journal and its month or year, such as `VE 1125`: the batch in which an entry was booked. */
function isBatch(ref: string, { journal, day }: Reference): boolean {
  if (day === null || !ref.startsWith(journal)) return false;
  const [year, month] = [day.slice(0, 4), day.slice(5, 7)];
  const short = year.slice(2);
  const periods = [year, short, month, month + short, short + month, month + year, year + month];
  return periods.includes(ref.slice(journal.length).replaceAll(/[\s/_.-]/g, ""));
}

/**
 * The number of the document that a line stands for: PieceRef where it names one, else what the label names, else
 * PieceRef as it stands (a batch, not `named`); "" where there is nothing.
 */
export function documentNumber(reference: Reference): { readonly number: string; readonly named: boolean } {
  const { ref, label, entryNumber, shared } = reference;
  const own = oneLine(ref);
  const batch = shared || own === oneLine(entryNumber) || isBatch(own, reference);
  const names = /\d/.test(own) && !NOTHING.test(own) && !batch;
  if (names) return { number: own, named: true };
  const found = MARKED.exec(label)?.[1] ?? TOKEN.exec(label)?.[0];
  if (found !== undefined) return { number: found, named: true };
  return { number: NOTHING.test(own) ? "" : own, named: false };
}
