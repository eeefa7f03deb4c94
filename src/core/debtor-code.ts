import type { DebtorId } from "./types.ts";

/** A code without what people and spreadsheets change: case, spaces, and zeros in front of a number. */
export function bareCode(id: DebtorId): string {
  return id
    .toLowerCase()
    .replace(/\s+/g, "")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}

/** Two codes that may be one customer. */
export interface Lookalike {
  /** In the books so far, or the other one of the same balance. */
  readonly known: DebtorId;
  /** In the new balance. */
  readonly now: DebtorId;
}

/** Customers who have gone under one code and appear under another one that a spreadsheet could have made of it. */
export function lookalikes(gone: readonly DebtorId[], fresh: readonly DebtorId[]): readonly Lookalike[] {
  const known = new Map(gone.map((id) => [bareCode(id), id]));
  return fresh.flatMap((now) => {
    const before = known.get(bareCode(now));
    return before === undefined || before === now ? [] : [{ known: before, now }];
  });
}
