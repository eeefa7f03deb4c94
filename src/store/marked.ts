import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day, DebtorId, DebtorKey } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";

/** An open item that the books mark: a dispute or a hold by import. It is gone when the mark goes. */
export interface MarkedItem {
  /** M and a number: such a dispute or hold cannot be ended here. */
  readonly id: string;
  readonly debtor: DebtorId;
  readonly name: string;
  readonly currency: Currency;
  readonly number: string;
  readonly open: Cents;
  /** As-of day of the balance that brought the mark. */
  readonly since: Day;
}

const MARKED = `
SELECT 'M' || i.key AS id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, i.currency, i.number, i.open,
  coalesce((SELECT max(s.as_of) FROM change c JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted'
    WHERE c.item = i.key AND c.after ->> 'mark' = i.mark),
    (SELECT f.as_of FROM snapshot f WHERE f.id = i.first_snapshot)) AS since
FROM item i JOIN debtor d ON d.key = i.debtor
WHERE i.mark = @mark AND i.state = 'open' AND i.open > 0 AND (@debtor IS NULL OR i.debtor = @debtor)
ORDER BY d.id, i.due, i.number, i.key`;

/** The items with a mark, by debtor and age. */
export function markedItems(
  db: Database,
  mark: "disputed" | "blocked",
): (debtor?: DebtorKey) => readonly MarkedItem[] {
  const rows = db.prepare<{ mark: string; debtor: number | null }, MarkedItem>(MARKED);
  return (debtor) => rows.all({ mark, debtor: debtor ?? null });
}

export const isMarked = (id: string): boolean => /^m\d+$/i.test(id.trim());

/** What stands in the books is ended in the books. */
export function endInTheBooks(id: string, kind: string): Failure {
  return new Failure(EXIT.usage, {
    code: "marked-in-books",
    message: `${kind} ${id} comes from the books`,
    found: "a mark on the document in the newest balance",
    expected: "a balance without it",
    fix: "take the mark off in the accounting program, export again, dunning import FILE",
  });
}
