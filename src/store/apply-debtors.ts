import type { Database } from "better-sqlite3";
import type { Day } from "../core/types.ts";
import { changeOf, DEBTOR_COLUMNS, debtorRow, debtorRows, isNothing } from "./debtor-rows.ts";
import { MASTER_COLUMNS, type Master } from "./master.ts";
import { type IgnoredValue, readStaged } from "./staged-debtors.ts";

export interface DebtorCounts {
  /** Not in any balance before. */
  readonly new: number;
  readonly known: number;
  /** Had open items, and no row in this balance. */
  readonly missing: number;
}

export interface AppliedDebtors {
  readonly counts: DebtorCounts;
  readonly ignored: { readonly count: number; readonly first: readonly IgnoredValue[] };
}

const SHOWN_IGNORED = 20;
/** Before its first balance nothing was known: a key that one side of a change row lacks had its empty value. */
const UNSEEN = JSON.stringify({ first_seen: null });

/** Debtors with open items and without a row, readable or not. Before items are applied. */
const MISSING = `
SELECT count(*) FROM (SELECT DISTINCT debtor FROM item WHERE state = 'open') o
WHERE NOT EXISTS (SELECT 1 FROM temp.incoming_debtor c WHERE c.key = o.debtor)
  AND o.debtor NOT IN (SELECT d.key FROM rejected_row r JOIN debtor d ON d.id = r.debtor_id WHERE r.snapshot = ?)
`;

type Cells = readonly (string | number | null)[];

const KNOWN = `SELECT c.key, c.master, ${DEBTOR_COLUMNS} FROM temp.incoming_debtor c JOIN debtor d ON d.key = c.key WHERE true`;
const COLUMNS = ["attrs", ...MASTER_COLUMNS].join(", ");
/** `fresh`: its key is above all that the store had when the import began. */
const ADD = `INSERT INTO debtor (key, id, first_seen, ${COLUMNS})
  SELECT key, id, ?, ${COLUMNS} FROM temp.incoming_debtor WHERE fresh = 1 ORDER BY key`;
const ADDED = `INSERT INTO debtor_change (snapshot, debtor, before, after)
  SELECT ?, key, ?, json_set(coalesce(after, master), '$.first_seen', ?) FROM temp.incoming_debtor
  WHERE fresh = 1 ORDER BY key`;
const IGNORED =
  "SELECT ignored FROM temp.incoming_debtor WHERE fresh = 1 AND ignored IS NOT NULL ORDER BY key";

/** In the order of their keys; the tables may be written between two of them. */
function* paged(db: Database, select: string): Iterable<Cells> {
  const page = db.prepare<[number], Cells>(`${select} AND c.key > ? ORDER BY c.key LIMIT 1000`).raw();
  for (let rows = page.all(-1); rows.length > 0; rows = page.all(Number(rows.at(-1)?.[0]))) yield* rows;
}

/** Writes the staged debtors: new ones whole, of known ones what differs, except what a person or a contacts file has said. */
export function applyDebtors(db: Database, snapshot: number, asOf: Day): AppliedDebtors {
  const missing = Number(db.prepare(MISSING).pluck().get(snapshot));
  const record = db.prepare(
    "INSERT INTO debtor_change (snapshot, debtor, before, after) VALUES (?, ?, ?, ?)",
  );
  const table = debtorRows(db);
  const first: IgnoredValue[] = [];
  let ignored = 0;
  let fresh = 0;
  let known = 0;

  const ignore = (values: readonly IgnoredValue[]): void => {
    ignored += values.length;
    first.push(...values.slice(0, SHOWN_IGNORED - first.length));
  };
  const compare = ([key, staged, ...stored]: Cells): void => {
    const row = debtorRow(stored);
    const said = readStaged(row.id, JSON.parse(String(staged)) as Record<string, string>, row.saidBy);
    ignore(said.ignored);
    const change = changeOf(row.master, said.values);
    const unseen = row.firstSeen === null;
    if (unseen) fresh++;
    else known++;
    if (isNothing(change) && !unseen) return;
    table.write(row, change.after);
    if (unseen) table.setFirstSeen(row.key, asOf);
    const seen = (day: Day | null): Master => (unseen ? { first_seen: day } : {});
    record.run(
      snapshot,
      key,
      JSON.stringify({ ...change.before, ...seen(null) }),
      JSON.stringify({ ...change.after, ...seen(asOf) }),
    );
  };
  for (const cells of paged(db, KNOWN)) compare(cells);
  fresh += db.prepare(ADD).run(asOf).changes;
  db.prepare(ADDED).run(snapshot, UNSEEN, asOf);
  for (const text of db.prepare<[], string>(IGNORED).pluck().iterate())
    ignore(JSON.parse(text) as readonly IgnoredValue[]);
  return { counts: { new: fresh, known, missing }, ignored: { count: ignored, first } };
}
