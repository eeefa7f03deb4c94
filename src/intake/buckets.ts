import { bare } from "../core/bare.ts";
import { daysBetween, makeDay, monthLength } from "../core/day.ts";
import type { Day } from "../core/types.ts";
import { monthOf } from "./dates.ts";

/** An ageing column: days after the due date, from and to. `from` null: not due yet, or not allocated. */
export interface Bucket {
  readonly from: number | null;
  /** Null: no upper end. */
  readonly to: number | null;
}

type Form =
  | { readonly kind: "not-due" | "overdue" | "older" }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "above" | "up-to"; readonly days: number }
  | { readonly kind: "month"; readonly last: Day };

const NOT_DUE =
  /^(?:non echus?|a echoir|pas echu|actuel|courant|posterieur|niet vervallen|nog niet vervallen|huidig|nicht (?:uber)?fallig|noch nicht fallig|ist-?summe|current|not (?:yet )?(?:over)?due|future|at date|as of|as at|unallocated|unapplied|non affecte|niet toegewezen|acomptes?|avoirs?|credits)(?![\p{L}\p{N}])/u;
const OVERDUE = /^(?:total )?(?:echus?|vervallen|overdue|past due|uberfallig)$/;
const OLDER = /^(?:plus ancien|anterieur|ouder|alter|older|au-?dela)$/;
const RANGE = /(\d+) ?(?:-|a|to|tot|bis|t\/m|et) ?(\d+)/;
const ABOVE =
  /(?:(>|\+|plus de|superieur a|au-?dela de|meer dan|over|above|uber|mehr als|more than|older than)|(>=|≥)) ?(\d+)/;
const AND_ABOVE =
  /(\d+)(?: ?(?:j|jours|d|days|dagen|t|tage)\.?)? ?(?:\+|>|et plus|and over|and above|- ?above|en meer|und mehr|und alter)/;
const UP_TO = /(?:(<)|<=|≤|bis|jusqu'a|tot|up to|moins de) ?(\d+)/;
const SINGLE = /^(\d+) ?(?:j|jrs?|jours?|d|days?|dagen|t|tage|mois|months?|maand(?:en)?|monate?)\.?$/;
const MONTHS = /\b(?:mois|months?|maand(?:en)?|monate?)\b/;

/**
 * Reads the headers of ageing columns; null where a header is none. Columns follow one another, so "≤ 60 d."
 * starts where the one before ends. Calendar months need the day of the balance.
 */
export function parseBuckets(headers: readonly string[], asOf: Day | null): (Bucket | null)[] {
  const forms = headers.map(formOf);
  if (forms.filter((form) => form !== null && form.kind !== "overdue").length < 2) {
    // "Not due | overdue" is the smallest ageing there is.
    const both =
      forms.some((form) => form?.kind === "not-due") && forms.some((form) => form?.kind === "overdue");
    return both ? forms.map((form) => resolve(form, 0, asOf)) : forms.map(() => null);
  }
  const detailed = forms.some((form) => form !== null && form.kind !== "not-due" && form.kind !== "overdue");
  let end = 0;
  const buckets = forms.map((form) => {
    if (form?.kind === "overdue" && detailed) return null;
    const bucket = resolve(form, end, asOf);
    end = bucket?.to ?? end;
    return bucket;
  });
  const highest = Math.max(0, ...buckets.map((bucket) => bucket?.to ?? 0));
  return buckets.map((bucket, index) =>
    forms[index]?.kind === "older" ? { from: highest + 1, to: null } : bucket,
  );
}

/** Whether a header may name an ageing column; the others beside it decide. */
export const mayBeBucket = (header: string): boolean => formOf(header) !== null;

function formOf(header: string): Form | null {
  const text = bare(header).replaceAll(/[–—]/g, "-").replaceAll(/\s+/g, " ").trim();
  const month = calendarMonth(text);
  if (month !== null) return month;
  const key = text
    .replaceAll(/\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b/g, "")
    .replaceAll(/\((?:eur|€)\)|€/g, "")
    .trim();
  if (NOT_DUE.test(key)) return { kind: "not-due" };
  if (OVERDUE.test(key)) return { kind: "overdue" };
  const unit = MONTHS.test(key) ? 30 : 1;
  const range = RANGE.exec(key);
  if (range !== null) return { kind: "range", from: Number(range[1]) * unit, to: Number(range[2]) * unit };
  const behind = AND_ABOVE.exec(key);
  if (behind !== null) return { kind: "above", days: Number(behind[1]) * unit };
  const upTo = UP_TO.exec(key);
  if (upTo !== null) return { kind: "up-to", days: Number(upTo[2]) * unit - (upTo[1] === undefined ? 0 : 1) };
  const above = ABOVE.exec(key);
  if (above !== null)
    return { kind: "above", days: Number(above[3]) * unit + (above[2] === undefined ? 1 : 0) };
  if (OLDER.test(key)) return { kind: "older" };
  const single = SINGLE.exec(key);
  if (single === null) return null;
  const days = Number(single[1]);
  // "1 Month" beside "< 1 Month" is what is at least a month late; "30 jours" is what is up to 30 days late.
  return unit === 30 ? { kind: "range", from: days * 30, to: days * 30 + 29 } : { kind: "up-to", days };
}

function calendarMonth(text: string): Form | null {
  const named = /^(\p{L}{3,9})\.? (\d{4})$/u.exec(text);
  const digits = /^(\d{1,2})[-/.](\d{4})$/.exec(text);
  const month = named === null ? Number(digits?.[1]) : monthOf(named[1] ?? "");
  const year = Number(named?.[2] ?? digits?.[2]);
  const last = month === null || !(month > 0) ? null : makeDay(year, month, monthLength(year, month));
  return last === null ? null : { kind: "month", last };
}

function resolve(form: Form | null, end: number, asOf: Day | null): Bucket | null {
  if (form === null) return null;
  switch (form.kind) {
    case "not-due":
      return { from: null, to: null };
    case "range":
      return { from: Math.max(1, form.from), to: form.to };
    case "up-to":
      return { from: end + 1, to: form.days };
    case "above":
      return { from: Math.max(1, form.days), to: null };
    case "month": {
      // The youngest item of a month may have been due on its last day.
      const age = asOf === null ? 0 : daysBetween(form.last, asOf);
      return age < 1 ? { from: null, to: null } : { from: age, to: age + 30 };
    }
    case "overdue":
    case "older":
      break;
  }
  return { from: end + 1, to: null };
}

/** Whether two buckets tell a different age for a day: `days` after the due date (0 or less: not due). */
export function contradicts(bucket: Bucket, days: number): boolean {
  if (bucket.from === null) return days > 0;
  // Limits of exports differ by a day ("0-30" and "1-30"), and months are not 30 days.
  const slack = bucket.from >= 30 && bucket.to === null ? 3 : 2;
  return days < bucket.from - slack || (bucket.to !== null && days > bucket.to + slack);
}
