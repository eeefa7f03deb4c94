import { plus, toDecimal } from "./money.ts";
import type { Cents, Currency, Day, DebtorId, Doubt, IncomingPayment } from "./types.ts";

/** What a journal is for: it says what its lines on a customer's account are. */
export type JournalKind = "opening" | "sale" | "money" | "other";

/** One line of a journal on a customer's account. */
export interface Entry {
  readonly debtor: DebtorId;
  readonly name: string | null;
  readonly account: string;
  readonly kind: JournalKind;
  /** The day of the entry, and that of the document; the same where the journal has none. */
  readonly day: Day;
  readonly issued: Day;
  readonly number: string;
  /** The number is that of a document, not of a batch or an entry. */
  readonly named: boolean;
  /** Debit - credit: positive = owed. Of a line carried over from an earlier year: what is left of `original`. */
  readonly amount: Cents;
  readonly original: Cents;
  /** The lettering: lines of one customer with the same letters belong together; case matters. "" where there is none. */
  readonly letter: string;
  /** Booked in another currency than the books'. */
  readonly foreign: boolean;
  readonly line: number;
}

/** What is left open of a line. */
export interface Part {
  readonly entry: Entry;
  readonly open: Cents;
}

/** What one customer's lines come to. The parts add up to the balance of the account, always. */
export interface Settlement {
  readonly parts: readonly Part[];
  /** Invoices that a balanced group shows as paid. */
  readonly paid: readonly Pair[];
  readonly doubts: readonly Omit<Doubt, "debtor">[];
  /** Letters of groups that balance, and of those that do not. */
  readonly settled: number;
  readonly unbalanced: number;
}

/** A credit that covers an invoice, or a part of it. */
export interface Pair {
  readonly debit: Entry;
  readonly credit: Entry;
  readonly amount: Cents;
}

export const balanceOf = (entries: readonly Pick<Entry, "amount">[]): Cents =>
  entries.reduce((sum, { amount }) => plus(sum, amount), 0 as Cents);

/** By key, in the order in which the keys come. */
export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

const openOf = (parts: readonly Part[]): Cents =>
  parts.reduce((sum, { open }) => plus(sum, open), 0 as Cents);

/** Opening lines stand for earlier years, whatever date they bear. */
function oldestFirst(a: Part, b: Part): number {
  const opening = Number(b.entry.kind === "opening") - Number(a.entry.kind === "opening");
  if (opening !== 0) return opening;
  if (a.entry.issued !== b.entry.issued) return a.entry.issued < b.entry.issued ? -1 : 1;
  return a.entry.line - b.entry.line;
}

/** Covers debits with credits, the oldest first, until one side is used up; the sum stays the same. */
function offset(parts: readonly Part[], pairs: Pair[] = []): Part[] {
  const sorted = parts.toSorted(oldestFirst);
  const debits = sorted.filter(({ open }) => open > 0);
  const credits = sorted.filter(({ open }) => open < 0);
  const left: Part[] = [];
  let debit = debits.shift();
  let credit = credits.shift();
  while (debit !== undefined && credit !== undefined) {
    const amount = Math.min(debit.open, Math.abs(credit.open)) as Cents;
    pairs.push({ debit: debit.entry, credit: credit.entry, amount });
    debit = { ...debit, open: (debit.open - amount) as Cents };
    credit = { ...credit, open: (credit.open + amount) as Cents };
    if (debit.open === 0) debit = debits.shift();
    if (credit.open === 0) credit = credits.shift();
  }
  if (debit !== undefined) left.push(debit, ...debits);
  if (credit !== undefined) left.push(credit, ...credits);
  return left;
}

/** Letters in lower case mark a part payment, in several programs. */
export const isPartial = (letter: string): boolean => /^[a-z]+$/.test(letter);

/** Both sides of a part payment are there, and what is left is owed. */
function isPartPayment(letter: string, group: readonly Entry[]): boolean {
  return isPartial(letter) && group.some(({ amount }) => amount < 0);
}

function unbalanced(letter: string, rest: Cents, currency: Currency): Omit<Doubt, "debtor"> {
  const amount = toDecimal(Math.abs(rest) as Cents, currency);
  const reason =
    rest > 0
      ? `the lines with letter ${letter} leave ${amount} ${currency} unpaid: their payment may stand in another year's journal`
      : `the lines with letter ${letter} are paid ${amount} ${currency} too much, put on the oldest items: their invoice may stand in another year's journal`;
  return { code: rest > 0 ? "letter-unpaid" : "letter-overpaid", reason };
}

/**
 * The open items of one customer. A group of letters that balances is settled; of one that does not, what is owed stays
 * open and what is in the customer's favour covers the oldest items. In a journal without any letters the oldest items
 * are covered first (`lettered` false).
 */
export function settleAccount(
  entries: readonly Entry[],
  { lettered, currency }: { readonly lettered: boolean; readonly currency: Currency },
): Settlement {
  const groups = grouped(entries, ({ letter }) => letter);
  const paid: Pair[] = [];
  const doubts: Omit<Doubt, "debtor">[] = [];
  let open: Part[] = [];
  const loose: Part[] = [];
  let settled = 0;
  for (const [letter, group] of groups) {
    const parts = group.map((entry): Part => ({ entry, open: entry.amount }));
    if (letter === "") {
      open.push(...parts.filter((part) => part.open !== 0));
      continue;
    }
    const pairs: Pair[] = [];
    const left = offset(parts, pairs);
    const rest = openOf(left);
    if (rest === 0) {
      settled++;
      paid.push(...pairs);
      continue;
    }
    (rest > 0 ? open : loose).push(...left);
    if (!isPartPayment(letter, group) || rest < 0) doubts.push(unbalanced(letter, rest, currency));
  }
  const unsettled = groups.size - settled - Number(groups.has(""));
  if (!lettered) open = offset(open);
  if (loose.length > 0) {
    const credits = open.filter((part) => part.open < 0);
    open = [...credits, ...offset([...open.filter((part) => part.open > 0), ...loose])];
  }
  return {
    parts: open.toSorted((a, b) => a.entry.line - b.entry.line),
    paid,
    doubts,
    settled,
    unbalanced: unsettled,
  };
}

/** The payments that a customer's settled groups show: invoices covered by money, credit notes aside. */
export function paymentsOf(
  pairs: readonly Pair[],
  currency: Currency,
  due: (entry: Entry) => Day,
): IncomingPayment[] {
  return pairs
    .filter(({ debit, credit }) => credit.kind === "money" && debit.kind !== "money")
    .map(({ debit, credit, amount }) => ({
      debtor: debit.debtor,
      number: debit.number,
      issued: debit.issued,
      due: due(debit),
      paid: credit.day,
      amount,
      currency,
    }));
}
