/** What an import brings. */

import type { Cents, Currency, Day, DebtorId, ItemType } from "./types.ts";

/** What the books say of an item: for the first three nobody must be reminded of it; `not-sent`: not before a person has looked. */
export type ItemMark = "disputed" | "blocked" | "direct-debit" | "not-sent";

/** One readable row of a balance. Amounts signed: positive = owed. */
export interface IncomingItem {
  readonly debtor: DebtorId;
  readonly name: string | null;
  readonly number: string;
  readonly type: ItemType;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly dueDerived: boolean;
  readonly original: Cents | null;
  readonly open: Cents;
  readonly currency: Currency;
  readonly mark: ItemMark | null;
  /** Master data that stood on the row (email, phone, address ...), by `debtor set` key; and `attr.*`. */
  readonly master: Readonly<Record<string, string>> | null;
  readonly line: number;
}

export interface RejectedRow {
  readonly line: number;
  /** The header, or "" where the whole row is meant. */
  readonly column: string;
  readonly value: string;
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
  /** Null: nobody knows whose row it is, so the whole snapshot waits. */
  readonly debtor: DebtorId | null;
}

/** Why a balance is not sure of what a debtor owes: the debtor is left alone until a balance is. */
export interface Doubt {
  readonly debtor: DebtorId;
  readonly code: "letter-unpaid" | "letter-overpaid" | "not-one-customer" | "foreign-currency";
  /** One sentence, for people. */
  readonly reason: string;
}

/** An invoice, or a part of it, that was paid. */
export interface IncomingPayment {
  readonly debtor: DebtorId;
  readonly number: string;
  readonly issued: Day;
  readonly due: Day;
  readonly paid: Day;
  readonly amount: Cents;
  readonly currency: Currency;
}

export type ChangeKind = "new" | "changed" | "part-paid" | "settled" | "re-dated" | "reopened";
