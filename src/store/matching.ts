import type { Database } from "better-sqlite3";
import { matchTwins, type Twin } from "../core/twins.ts";
import type { Staged } from "./staging.ts";

/** The join of staged rows (c) and items (i), by identity. */
export const SAME_ITEM = `i.debtor = c.debtor AND i.number = c.number AND i.issued = c.issued
  AND i.currency = c.currency AND i.ordinal = c.ordinal`;

/** A customer that stands on several rows of a summary has one claim. */
const SUM_CLAIMS = `
CREATE TEMP TABLE claim_sum AS
  SELECT min(rowid) AS kept, debtor, currency, ordinal, sum(open) AS open, min(due) AS due,
    max(due_derived) AS due_derived, max(mark) AS mark
  FROM temp.incoming WHERE ordinal < 0 GROUP BY debtor, number, issued, currency, ordinal HAVING count(*) > 1;
UPDATE temp.incoming SET open = s.open, due = s.due, due_derived = s.due_derived, mark = s.mark, original = NULL FROM temp.claim_sum s WHERE incoming.rowid = s.kept;
DELETE FROM temp.incoming WHERE rowid IN (
  SELECT c.rowid FROM temp.claim_sum s JOIN temp.incoming c
    ON c.debtor = s.debtor AND c.number = '' AND c.issued = '' AND c.currency = s.currency AND c.ordinal = s.ordinal
  WHERE c.rowid <> s.kept);
DROP TABLE temp.claim_sum;
`;

/** Rows that their number and issue date alone do not tell apart, here or in the store, and rows without a number. */
const TWINS_HERE = `
  SELECT debtor, number, issued, currency FROM temp.incoming
  WHERE ordinal >= 0 GROUP BY debtor, number, issued, currency HAVING count(*) > 1 OR number = ''
  UNION`;
const TWINS_KNOWN = `
  SELECT DISTINCT i.debtor, i.number, i.issued, i.currency FROM item i
  WHERE i.ordinal > 0 AND EXISTS (SELECT 1 FROM temp.incoming c WHERE c.debtor = i.debtor
    AND c.number = i.number AND c.issued = i.issued AND c.currency = i.currency)
`;

interface Group {
  readonly rowid: number;
  readonly debtor: number;
  readonly number: string;
  readonly issued: string;
  readonly currency: string;
}
/** A twin as SQLite gives it. */
type TwinRow = Omit<Twin, "dueDerived"> & { readonly derived: number };
const TWIN = "type, due, open, original, due_derived AS derived, mark";
const twinOf = ({ type, due, open, original, derived, mark }: TwinRow): Twin => ({
  type,
  due,
  open,
  original,
  dueDerived: derived === 1,
  mark,
});
type Identity = [number, string, string, string];

/** Gives every staged row its ordinal, so that rows and items meet by identity alone. */
export function assignOrdinals(db: Database, { ordered }: Staged): void {
  db.exec("DROP TABLE IF EXISTS temp.twin_group");
  db.exec(`CREATE TEMP TABLE twin_group AS ${ordered ? "" : TWINS_HERE} ${TWINS_KNOWN}`);
  const groups = db.prepare<[number], Group>(
    "SELECT rowid, * FROM temp.twin_group WHERE rowid > ? ORDER BY rowid LIMIT 1000",
  );
  const incoming = db.prepare<Identity, TwinRow & { rowid: number }>(
    `SELECT rowid, ${TWIN} FROM temp.incoming
     WHERE debtor = ? AND number = ? AND issued = ? AND currency = ? AND ordinal >= 0 ORDER BY rowid`,
  );
  const known = db.prepare<Identity, TwinRow & { ordinal: number; state: string }>(
    `SELECT ordinal, state, ${TWIN} FROM item
     WHERE debtor = ? AND number = ? AND issued = ? AND currency = ? AND ordinal >= 0 AND state <> 'absent'`,
  );
  const assign = db.prepare<[number, number]>("UPDATE temp.incoming SET ordinal = ? WHERE rowid = ?");
  for (let page = groups.all(0); page.length > 0; page = groups.all(page.at(-1)?.rowid ?? 0)) {
    for (const { debtor, number, issued, currency } of page) {
      const rows = incoming.all(debtor, number, issued, currency);
      const items = known
        .all(debtor, number, issued, currency)
        .map((each) => ({ ...twinOf(each), ordinal: each.ordinal, settled: each.state === "settled" }));
      const ordinals = matchTwins(items, rows.map(twinOf), number !== "");
      rows.forEach((row, at) => assign.run(ordinals[at] ?? 0, row.rowid));
    }
  }
}

/** Brings the staged rows into the form in which they can be matched. Once per import. */
export function sumClaims(db: Database): void {
  db.exec(SUM_CLAIMS);
}
