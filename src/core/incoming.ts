/** What an import brings. */

import type { Cents, Currency, Day, DebtorId, ItemType } from "./types.ts";

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

export type ChangeKind = "new" | "changed" | "part-paid" | "settled" | "re-dated" | "reopened";
