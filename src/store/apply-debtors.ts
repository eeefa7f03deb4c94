import type { Database } from "better-sqlite3";
import type { Day, DebtorId } from "../core/types.ts";
import { changeOf, DEBTOR_COLUMNS, debtorRow, debtorRows, isNothing, type SaidBy } from "./debtor-rows.ts";
import { type Master, type MasterValue, readMaster } from "./master.ts";

export interface DebtorCounts {
  /** Not in any balance before. */
  readonly new: number;
  readonly known: number;
  /** Had open items, and no row in this balance. */
  readonly missing: number;
}

/** A value on a row that cannot be what its column says; the debtor keeps what was known. */
export interface IgnoredValue {
  readonly debtor: DebtorId;
  readonly key: string;
  readonly value: string;
  readonly expected: string;
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
const NEW =
  "SELECT c.key, c.master, c.id FROM temp.incoming_debtor c WHERE NOT EXISTS (SELECT 1 FROM debtor d WHERE d.key = c.key)";

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

  const read = (id: DebtorId, staged: string, skip: SaidBy): Master => {
    const values: Record<string, MasterValue> = {};
    for (const [key, text] of Object.entries(JSON.parse(staged) as Record<string, string>)) {
      if (skip[key] !== undefined) continue;
      const reading = readMaster(key, text);
      if (reading.ok) values[key] = reading.value;
      else {
        ignored++;
        if (first.length < SHOWN_IGNORED)
          first.push({ debtor: id, key, value: text, expected: reading.expected });
      }
    }
    return values;
  };
  const add = ([key, staged, id]: Cells): void => {
    const values = read(id as DebtorId, String(staged), {});
    table.insert(Number(key), String(id), values, asOf);
    record.run(snapshot, key, UNSEEN, JSON.stringify({ ...values, first_seen: asOf }));
    fresh++;
  };
  const compare = ([key, staged, ...stored]: Cells): void => {
    const row = debtorRow(stored);
    const change = changeOf(row.master, read(row.id, String(staged), row.saidBy));
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
  for (const cells of paged(db, NEW)) add(cells);
  return { counts: { new: fresh, known, missing }, ignored: { count: ignored, first } };
}
