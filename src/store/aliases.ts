import type { Database } from "better-sqlite3";
import type { DebtorId } from "../core/types.ts";

/** The code under which a customer is kept; most have no other. Of the moment in which it was asked for. */
export type CanonicalId = (id: DebtorId) => DebtorId;

/** Every other code of a customer, with the one that counts. */
export function aliasesOf(db: Database): ReadonlyMap<DebtorId, DebtorId> {
  const rows = db
    .prepare<[], [DebtorId, DebtorId]>(
      "SELECT a.id, d.id FROM debtor a JOIN debtor d ON d.key = a.merged_into WHERE a.merged_into IS NOT NULL",
    )
    .raw()
    .all();
  return new Map(rows);
}

export function canonicalIds(db: Database): CanonicalId {
  const aliases = aliasesOf(db);
  return aliases.size === 0 ? (id) => id : (id) => aliases.get(id) ?? id;
}
