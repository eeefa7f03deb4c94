import { digitsOf } from "../core/money.ts";
import type { Rate } from "../core/rates.ts";
import type { Action, ActionItem, Cents, Currency, ItemCharges, OpenItem } from "../core/types.ts";

/** What the store says of a debtor, as far as interest and compensation go. */
export interface Chargeable {
  /** Null: nobody has said. */
  readonly kind: "business" | "consumer" | null;
  readonly insolvent: boolean;
  readonly waived: boolean;
  /** What the creditor's terms agree with businesses, where they do. */
  readonly contractRate?: Rate | null;
  readonly items: readonly (Pick<OpenItem, "key" | "number" | "type" | "open"> &
    Partial<Pick<OpenItem, "charged" | "compensated" | "notice">>)[];
}

/** Where consumers owe nothing more; no fixed compensation; nothing before a notice. */
const NO_CHARGES: readonly string[] = ["GB", "LU"];
const NO_COMPENSATION: readonly string[] = ["FR", "DE", "CH"];
const NOTICE_FIRST: readonly string[] = ["FR", "BE", "DE", "CH"];

/** No law that this program knows gives more a year; terms may. */
const MOST_PERCENT = 25;

/**
 * Whether interest and compensation may be asked as they are: worked out apart from the planner, with what no law goes beyond. Null:
 * they may.
 */
export function chargeFault(action: Action, owner: Chargeable): string | null {
  const { charges, interest, compensation } = action;
  const claimed = charges?.mode === "claimed" ? charges : null;
  const items = claimed?.items ?? [];
  const sumOf = (of: (each: ItemCharges) => number): number => items.reduce((sum, each) => sum + of(each), 0);
  if (interest < 0 || compensation < 0) return "its interest or compensation is negative";
  if (sumOf((each) => each.interest) !== interest) return `its invoices bear other interest than ${interest}`;
  if (sumOf((each) => each.compensation) !== compensation)
    return `its invoices bear another compensation than ${compensation}`;
  if (claimed === null || interest + compensation === 0) return null;
  if (owner.kind === null)
    return "it claims more than the principal, and nobody has said that the debtor is a business";
  if (owner.insolvent) return "it claims more than the principal of an insolvent debtor";
  if (owner.waived) return "it claims what was waived for this debtor";
  if (owner.kind === "consumer" && NO_CHARGES.includes(claimed.country))
    return `it claims more than the principal of a consumer in ${claimed.country}`;
  if (owner.kind === "consumer" && NO_COMPENSATION.includes(claimed.country) && compensation > 0)
    return `it claims a compensation of a consumer in ${claimed.country}`;
  const left = [...action.items];
  for (const each of items) {
    const at = left.findIndex((line) => line.key === each.key && line.role === "claimed");
    const line = left[at];
    if (line === undefined) return `it claims interest of ${each.number}, which it does not claim`;
    left.splice(at, 1);
    const fault = itemFault(each, line, owner, { currency: action.currency, country: claimed.country });
    if (fault !== null) return fault;
  }
  return null;
}

function itemFault(
  each: ItemCharges,
  line: ActionItem,
  { items, kind, contractRate }: Chargeable,
  { currency, country }: { readonly currency: Currency; readonly country: string },
): string | null {
  const name = each.number || "a document without a number";
  if (line.type !== "invoice" || line.daysOverdue <= 0)
    return `${name} bears interest and is no late invoice`;
  if (each.principal > line.claimed) return `${name} bears interest on more than is claimed`;
  if (each.segments.reduce((sum, { amount }) => sum + amount, 0) !== each.interest)
    return `the interest of ${name} is not the sum of its parts`;
  // Interest on interest of several years (NL) stays within it as well.
  const percent = MOST_PERCENT + (contractRate ?? 0) / 10_000;
  const most = (each.principal * percent * (line.daysOverdue + 1)) / 36_500 + 1;
  if (each.interest > most) return `the interest of ${name} is more than any law or contract gives`;
  const hundred = 100 * 10 ** digitsOf(currency);
  if (each.compensation > Math.max(hundred, 0.4 * hundred + 0.15 * each.principal))
    return `the compensation of ${name} is more than any law gives`;
  // By key: parts of one invoice may have its number and the same amount.
  const known = items.find(({ key }) => key === line.key);
  if (known?.number !== line.number || known.open !== line.open)
    return `${name} is another document in the store`;
  const until = known.charged?.until ?? null;
  if (until !== null && each.segments.some(({ from }) => from <= until))
    return `the interest of ${name} up to ${until} was claimed before`;
  if (each.compensation > 0 && (known.charged?.compensation ?? 0) > 0)
    return `the compensation of ${name} was claimed before`;
  // A flat sum is of the invoice; the Dutch scale is of each claim.
  if (each.compensation > 0 && kind === "business" && country !== "NL" && known.compensated === true)
    return `the compensation of ${name} was claimed before, with another part of it`;
  const noticeFirst = NOTICE_FIRST.includes(country) || (country === "NL" && each.compensation > 0);
  if (kind === "consumer" && noticeFirst && (known.notice ?? null) === null)
    return `${name} bears charges, and the consumer has had no notice`;
  return null;
}

/** Amounts that a message may show because of charges. */
export function chargeAmounts({ charges, firstReminder, claimed }: Action): Cents[] {
  const both = (charges?.interest ?? 0) + (charges?.compensation ?? 0);
  const amounts: number[] = [both, claimed + both, firstReminder?.indemnity ?? 0];
  if (charges !== null) {
    amounts.push(charges.interest, charges.compensation, charges.before?.amount ?? 0);
    for (const each of charges.items) {
      amounts.push(each.principal, each.interest, each.compensation, each.interest + each.compensation);
      for (const { principal, amount } of each.segments) amounts.push(principal, amount);
    }
  }
  return amounts as Cents[];
}
