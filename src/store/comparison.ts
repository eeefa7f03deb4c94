import type { Database } from "better-sqlite3";
import { daysBetween } from "../core/day.ts";
import { bareCode, type Lookalike, lookalikes } from "../core/debtor-code.ts";
import type { Double, SnapshotComparison } from "../core/snapshot.ts";
import type { Cents, Currency, Day, DebtorId } from "../core/types.ts";
import { SAME_ITEM } from "./matching.ts";

/** Open items that the snapshot does not show; those of debtors with rejected rows are not missed. */
const FIND_GONE = `
INSERT INTO temp.gone (item)
SELECT i.key FROM item i WHERE i.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM temp.incoming c WHERE ${SAME_ITEM})
  AND i.debtor NOT IN (
    SELECT d.key FROM rejected_row r JOIN debtor d ON d.id = r.debtor_id WHERE r.snapshot = ?)
`;

export function findGone(db: Database, snapshot: number): void {
  db.exec("DROP TABLE IF EXISTS temp.gone; CREATE TEMP TABLE gone (item INTEGER PRIMARY KEY) STRICT;");
  db.prepare(FIND_GONE).run(snapshot);
}

const AMOUNTS = `
SELECT b.currency, b.items AS itemsBefore, b.amount AS before,
  coalesce(m.items, 0) AS itemsMissing, coalesce(m.amount, 0) AS missing
FROM (SELECT currency, count(*) AS items, sum(open) AS amount FROM item
      WHERE state = 'open' AND open > 0 GROUP BY currency) b
LEFT JOIN (SELECT i.currency, count(*) AS items, sum(i.open) AS amount FROM temp.gone g JOIN item i ON i.key = g.item
      WHERE i.open > 0 GROUP BY i.currency) m ON m.currency = b.currency
ORDER BY b.currency
`;

const DEBTORS = `
SELECT count(*) AS before, coalesce(sum(EXISTS (SELECT 1 FROM temp.incoming_debtor c WHERE c.key = o.debtor)), 0) AS common
FROM (SELECT DISTINCT debtor FROM item WHERE state = 'open' AND open > 0) o
`;

const GONE_DEBTORS = `
SELECT d.id FROM debtor d
WHERE d.merged_into IS NULL AND (d.said_by <> '{}' OR EXISTS (SELECT 1 FROM item i WHERE i.debtor = d.key AND i.state = 'open'))
  AND NOT EXISTS (SELECT 1 FROM temp.incoming_debtor c WHERE c.key = d.key)
`;
const NEW_DEBTORS = `
SELECT c.id FROM temp.incoming_debtor c
WHERE NOT EXISTS (SELECT 1 FROM debtor d WHERE d.key = c.key AND (d.first_seen IS NOT NULL OR d.said_by <> '{}'))
ORDER BY c.id
`;

/** The first ones say enough. */
const SHOWN = 100;

const ALIKE = `
SELECT min(c.id) AS known, max(c.id) AS now FROM temp.incoming_debtor c
GROUP BY bare_code(c.id) HAVING count(*) > 1 AND sum(NOT EXISTS (
  SELECT 1 FROM debtor d WHERE d.key = c.key AND d.first_seen IS NOT NULL)) > 0
ORDER BY known LIMIT ${SHOWN}
`;

/** A customer has gone whole, and what he owed stands under a new one. */
const MOVED_TO = `
WITH left AS MATERIALIZED (
  SELECT i.debtor, i.number, i.issued, i.currency, i.due, i.open FROM temp.gone g JOIN item i ON i.key = g.item
  WHERE i.number <> '' AND NOT EXISTS (SELECT 1 FROM temp.incoming_debtor o WHERE o.key = i.debtor)),
fresh AS MATERIALIZED (
  SELECT key, id FROM temp.incoming_debtor b
  WHERE NOT EXISTS (SELECT 1 FROM debtor k WHERE k.key = b.key AND k.first_seen IS NOT NULL))
SELECT DISTINCT d.id AS known, f.id AS now FROM fresh f
CROSS JOIN temp.incoming c ON c.debtor = f.key
JOIN left l ON l.number = c.number AND l.issued = c.issued AND l.currency = c.currency AND l.due IS c.due AND l.open = c.open
JOIN debtor d ON d.key = l.debtor
ORDER BY 1, 2 LIMIT ${SHOWN}
`;

const DOUBLES = `
SELECT b.id AS debtor, c.number FROM temp.twin_group g
CROSS JOIN temp.incoming c ON c.debtor = g.debtor AND c.number = g.number AND c.issued = g.issued AND c.currency = g.currency
JOIN temp.incoming_debtor b ON b.key = c.debtor
WHERE c.ordinal > 0 AND c.number <> '' AND c.open > 0
  AND EXISTS (SELECT 1 FROM temp.incoming o WHERE o.debtor = c.debtor AND o.number = c.number AND o.issued = c.issued
    AND o.currency = c.currency AND o.ordinal >= 0 AND o.ordinal < c.ordinal
    AND o.type = c.type AND o.open = c.open AND o.due IS c.due AND o.original IS c.original)
  AND NOT EXISTS (SELECT 1 FROM item i WHERE ${SAME_ITEM} AND i.state = 'open')
ORDER BY b.id, c.number LIMIT ${SHOWN}
`;

/** The staged snapshot beside what the store holds. Needs ordinals and `findGone`. */
export function compareSnapshots(
  db: Database,
  snapshot: number,
  { asOf, previous }: { readonly asOf: Day; readonly previous: Day | null },
): SnapshotComparison {
  const amounts = db
    .prepare<
      [],
      { currency: Currency; itemsBefore: number; before: Cents; itemsMissing: number; missing: Cents }
    >(AMOUNTS)
    .all();
  const debtors = db.prepare<[], { before: number; common: number }>(DEBTORS).get();
  db.function("bare_code", { deterministic: true }, (id) => bareCode(String(id) as DebtorId));
  const ids = (sql: string): DebtorId[] => db.prepare<[], DebtorId>(sql).pluck().all();
  const gone = ids(GONE_DEBTORS);
  const changed = gone.length === 0 ? [] : lookalikes(gone, ids(NEW_DEBTORS));
  // A code that looks changed is asked about once.
  const isOther = ({ known, now }: Lookalike): boolean =>
    !changed.some((each) => each.known === known && each.now === now);
  const lost = db
    .prepare<[number], number>("SELECT count(*) FROM rejected_row WHERE snapshot = ? AND debtor_id IS NULL")
    .pluck()
    .get(snapshot);
  return {
    days: previous === null ? 0 : daysBetween(previous, asOf),
    itemsBefore: amounts.reduce((all, each) => all + each.itemsBefore, 0),
    itemsMissing: amounts.reduce((all, each) => all + each.itemsMissing, 0),
    amounts: amounts.map(({ currency, itemsBefore, before, missing }) => ({
      currency,
      itemsBefore,
      before,
      missing,
    })),
    debtorsBefore: debtors?.before ?? 0,
    debtorsInCommon: debtors?.common ?? 0,
    rowsWithoutDebtor: lost ?? 0,
    alike: db.prepare<[], Lookalike>(ALIKE).all(),
    movedTo: gone.length === 0 ? [] : db.prepare<[], Lookalike>(MOVED_TO).all().filter(isOther),
    doubles: db.prepare<[], Double>(DOUBLES).all(),
    lookalikes: changed,
  };
}
