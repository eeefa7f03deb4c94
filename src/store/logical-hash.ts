import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import { MASTER_COLUMNS } from "./master.ts";

/** What counts, in an order of its own; no keys, ordinals or times. Nothing of what was taken back. */
const PARTS: readonly string[] = [
  `SELECT id, first_seen, attrs, ${MASTER_COLUMNS.join(", ")} FROM debtor WHERE first_seen IS NOT NULL ORDER BY id`,
  `SELECT d.id, i.number, i.issued, i.currency, i.type, i.due, i.due_derived, i.original, i.open, i.state,
     i.settled_on, i.life, i.mark
   FROM item i JOIN debtor d ON d.key = i.debtor WHERE i.state <> 'absent'
   ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13`,
  `SELECT d.id, o.currency, o.cycle, o.part_paid FROM dossier o JOIN debtor d ON d.key = o.debtor
   WHERE o.cycle > 1 OR o.part_paid IS NOT NULL ORDER BY 1, 2`,
];

/** SHA-256 over debtors, items and dossiers: equal for two stores that say the same. */
export function logicalHash(db: Database): string {
  const hash = createHash("sha256");
  for (const sql of PARTS) {
    for (const row of db.prepare<[], unknown[]>(sql).raw().iterate()) hash.update(`${JSON.stringify(row)}\n`);
    hash.update("\n");
  }
  return hash.digest("hex");
}
