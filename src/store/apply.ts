import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import { classify, cycleEnded, levelsSurvive } from "../core/snapshot.ts";
import type { Cents, Day, ItemMark, ItemType } from "../core/types.ts";
import { canonicalJson } from "./events.ts";
import { type ItemColumns, itemWriter } from "./item-rows.ts";
import { SAME_ITEM } from "./matching.ts";
import type { Staged } from "./staging.ts";

export interface ItemCounts {
  readonly new: number;
  /** Amount, due date or another column differs: part-paid and re-dated ones too. */
  readonly changed: number;
  readonly unchanged: number;
  readonly settled: number;
  readonly reopened: number;
}

interface Pair {
  readonly row: number;
  readonly key: number;
  readonly type: ItemType;
  readonly due: Day | null;
  readonly due_derived: number;
  readonly original: Cents | null;
  readonly open: Cents;
  readonly mark: ItemMark | null;
  readonly state: "open" | "settled" | "absent";
  readonly settled_on: Day | null;
  readonly life: number;
  readonly first_snapshot: number;
  readonly debtor: number;
  readonly currency: string;
  readonly newType: ItemType;
  readonly newDue: Day | null;
  readonly newDueDerived: number;
  readonly newOriginal: Cents | null;
  readonly newOpen: Cents;
  readonly newMark: ItemMark | null;
}

/** Pairs of an item and its row that differ; only these need a decision. */
const DIFFERING = `
INSERT INTO temp.differing (row, item)
SELECT c.rowid, i.key FROM temp.incoming c CROSS JOIN item i ON ${SAME_ITEM}
WHERE i.state <> 'open' OR i.open <> c.open OR i.due IS NOT c.due OR i.type <> c.type
  OR i.original IS NOT c.original OR i.due_derived <> c.due_derived
  OR i.mark IS NOT c.mark
`;

const PAIRS = `
SELECT p.row, i.key, i.type, i.due, i.due_derived, i.original, i.open, i.mark, i.state, i.settled_on, i.life,
  i.first_snapshot, i.debtor, i.currency, c.type AS newType, c.due AS newDue, c.due_derived AS newDueDerived,
  c.original AS newOriginal, c.open AS newOpen, c.mark AS newMark
FROM temp.differing p JOIN temp.incoming c ON c.rowid = p.row JOIN item i ON i.key = p.item
WHERE p.row > ? ORDER BY p.row LIMIT 2000
`;

const TABLES = `
DROP TABLE IF EXISTS temp.differing; DROP TABLE IF EXISTS temp.touched;
CREATE TEMP TABLE differing (row INTEGER PRIMARY KEY, item INTEGER NOT NULL) STRICT;
-- Dossiers whose cycle may have ended (open, due: an item that was overdue until now) or that paid a part.
CREATE TEMP TABLE touched (
  debtor INTEGER NOT NULL, currency TEXT NOT NULL, open INTEGER, due TEXT, part_paid INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (debtor, currency)
) STRICT, WITHOUT ROWID;
`;

const TOUCH = `
INSERT INTO temp.touched (debtor, currency, open, due, part_paid) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (debtor, currency) DO UPDATE SET open = coalesce(open, excluded.open), due = coalesce(due, excluded.due),
  part_paid = max(part_paid, excluded.part_paid)
`;

/** The columns that an import may change: of an item that was absent all of them, else what `classify` says. */
function decide(
  pair: Pair,
  snapshot: number,
  asOf: Day,
): { kind: string; before: ItemColumns; after: ItemColumns } | null {
  const incoming = {
    type: pair.newType,
    due: pair.newDue,
    dueDerived: pair.newDueDerived === 1,
    original: pair.newOriginal,
    open: pair.newOpen,
    mark: pair.newMark,
  };
  const known = {
    type: pair.type,
    due: pair.due,
    dueDerived: pair.due_derived === 1,
    original: pair.original,
    open: pair.open,
    mark: pair.mark,
    settled: pair.state === "settled",
  };
  if (pair.state === "absent") {
    if (incoming.open === 0) return null;
    const { settled: _, ...columns } = known;
    return {
      kind: "new",
      before: { ...columns, state: "absent", first_snapshot: pair.first_snapshot },
      after: { ...incoming, state: "open", first_snapshot: snapshot },
    };
  }
  const { kind, before, after } = classify(known, incoming);
  if (kind === "unchanged") return null;
  if (kind === "settled") {
    return {
      kind,
      before: { ...before, state: "open", settled_on: null },
      after: { ...after, state: "settled", settled_on: asOf },
    };
  }
  if (kind === "reopened") {
    const kept = pair.settled_on !== null && levelsSurvive(pair.settled_on, asOf);
    return {
      kind,
      before: {
        ...before,
        state: "settled",
        settled_on: pair.settled_on,
        ...(kept ? {} : { life: pair.life }),
      },
      after: { ...after, state: "open", settled_on: null, ...(kept ? {} : { life: pair.life + 1 }) },
    };
  }
  return { kind, before, after };
}

/** Items whose row differs: each gets its kind, its change row and its new columns. */
function changeItems(db: Database, snapshot: number, asOf: Day): Map<string, number> {
  db.exec(DIFFERING);
  const pairs = db.prepare<[number], Pair>(PAIRS);
  const record = db.prepare(
    "INSERT INTO change (snapshot, item, kind, before, after) VALUES (?, ?, ?, ?, ?)",
  );
  const touch = db.prepare(TOUCH);
  const write = itemWriter(db);
  const counts = new Map<string, number>();
  for (let page = pairs.all(0); page.length > 0; page = pairs.all(page.at(-1)?.row ?? 0)) {
    for (const pair of page) {
      const change = decide(pair, snapshot, asOf);
      if (change === null) continue;
      const { kind, before, after } = change;
      record.run(snapshot, pair.key, kind, canonicalJson(before), canonicalJson(after));
      write(pair.key, after);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const wasOverdue = pair.state === "open" && pair.open > 0 && pair.due !== null && pair.due < asOf;
      const partPaid = kind === "part-paid";
      if (!wasOverdue && !partPaid) continue;
      const proof = wasOverdue ? [pair.open, pair.due] : [null, null];
      touch.run(pair.debtor, pair.currency, ...proof, partPaid ? 1 : 0);
    }
  }
  return counts;
}

/** Items that the snapshot does not show any more (`temp.gone`). */
function settleGone(db: Database, snapshot: number, asOf: Day): number {
  const before = canonicalJson({ settled_on: null, state: "open" });
  const after = canonicalJson({ settled_on: asOf, state: "settled" });
  db.prepare(
    `INSERT INTO temp.touched (debtor, currency, open, due)
     SELECT i.debtor, i.currency, i.open, min(i.due) FROM temp.gone g JOIN item i ON i.key = g.item
     WHERE i.open > 0 AND i.due < ? GROUP BY i.debtor, i.currency
     ON CONFLICT (debtor, currency) DO UPDATE SET open = excluded.open, due = excluded.due`,
  ).run(asOf);
  db.prepare(
    "INSERT INTO change (snapshot, item, kind, before, after) SELECT ?, item, 'settled', ?, ? FROM temp.gone ORDER BY item",
  ).run(snapshot, before, after);
  return db
    .prepare("UPDATE item SET state = 'settled', settled_on = ? WHERE key IN (SELECT item FROM temp.gone)")
    .run(asOf).changes;
}

function insertNew(db: Database, snapshot: number, { ordered, first }: Staged): number {
  // Asked only where there are items: a statement that reads the table it fills is buffered whole.
  const unknown = first ? "" : `AND NOT EXISTS (SELECT 1 FROM item i WHERE ${SAME_ITEM})`;
  const order = first && ordered ? "c.rowid" : "c.debtor, c.number, c.issued, c.currency, c.ordinal";
  return db
    .prepare(
      `INSERT INTO item (debtor, number, issued, currency, ordinal, type, due, due_derived, original, open, mark, state, first_snapshot)
       SELECT c.debtor, c.number, c.issued, c.currency, c.ordinal, c.type, c.due, c.due_derived, c.original, c.open, c.mark, 'open', ?
       FROM temp.incoming c WHERE c.open <> 0 ${unknown} ORDER BY ${order}`,
    )
    .run(snapshot).changes;
}

interface Touched {
  readonly debtor: number;
  readonly currency: string;
  readonly open: Cents | null;
  readonly due: Day | null;
  readonly part_paid: number;
}

/** Ends the cycles in which nothing is overdue any more, and notes part payments. */
function moveDossiers(db: Database, snapshot: number, asOf: Day): void {
  const page = db.prepare<[number, string], Touched>(
    "SELECT * FROM temp.touched WHERE (debtor, currency) > (?, ?) ORDER BY debtor, currency LIMIT 1000",
  );
  const open = db.prepare<[number, string], { open: Cents; due: Day | null }>(
    "SELECT open, due FROM item WHERE state = 'open' AND debtor = ? AND currency = ?",
  );
  const stored = db.prepare<[number, string], { cycle: number; part_paid: Day | null }>(
    "SELECT cycle, part_paid FROM dossier WHERE debtor = ? AND currency = ?",
  );
  const write = db.prepare(
    `INSERT INTO dossier (debtor, currency, cycle, part_paid) VALUES (?, ?, ?, ?)
     ON CONFLICT (debtor, currency) DO UPDATE SET cycle = excluded.cycle, part_paid = excluded.part_paid`,
  );
  const record = db.prepare("INSERT INTO dossier_change VALUES (?, ?, ?, ?, ?, ?, ?)");
  let rows = page.all(0, "");
  while (rows.length > 0) {
    for (const { debtor, currency, open: amount, due, part_paid } of rows) {
      const before = stored.get(debtor, currency) ?? { cycle: 1, part_paid: null };
      const was = amount === null ? [] : [{ open: amount, due }];
      const ended = cycleEnded(was, open.all(debtor, currency), asOf);
      const cycle = ended ? before.cycle + 1 : before.cycle;
      const partPaid = ended ? null : part_paid === 1 ? asOf : before.part_paid;
      if (cycle === before.cycle && partPaid === before.part_paid) continue;
      write.run(debtor, currency, cycle, partPaid);
      record.run(snapshot, debtor, currency, before.cycle, cycle, before.part_paid, partPaid);
    }
    const last = rows.at(-1);
    rows = last === undefined ? [] : page.all(last.debtor, last.currency);
  }
}

/** Writes the staged items into the store; debtors are there already. Needs ordinals and `findGone`. */
export function applyItems(db: Database, snapshot: number, asOf: Day, staged: Staged): ItemCounts {
  // Where nothing is known there is nothing to change, to settle or to move.
  if (staged.first)
    return { new: insertNew(db, snapshot, staged), changed: 0, unchanged: 0, settled: 0, reopened: 0 };
  db.exec(TABLES);
  const [matched, zero] = db
    .prepare<[], [number, number]>("SELECT count(*), count(*) FILTER (WHERE open = 0) FROM temp.incoming")
    .raw()
    .get()!;
  const kinds = changeItems(db, snapshot, asOf);
  const of = (kind: string): number => kinds.get(kind) ?? 0;
  const gone = settleGone(db, snapshot, asOf);
  const fresh = insertNew(db, snapshot, staged);
  moveDossiers(db, snapshot, asOf);
  const changed = of("changed") + of("part-paid") + of("re-dated");
  db.exec("DROP TABLE temp.differing; DROP TABLE temp.touched;");
  return {
    new: fresh + of("new"),
    changed,
    unchanged: matched - zero - fresh - of("new") - changed - of("reopened"),
    settled: gone + of("settled"),
    reopened: of("reopened"),
  };
}

/** SHA-256 over a snapshot's change rows: what the event chain vouches for. */
export function hashChanges(db: Database, snapshot: number): string {
  const page = db.prepare<[number, number], { item: number; kind: string; before: string; after: string }>(
    "SELECT item, kind, before, after FROM change WHERE snapshot = ? AND item > ? ORDER BY item LIMIT 2000",
  );
  const hash = createHash("sha256");
  for (let rows = page.all(snapshot, 0); rows.length > 0; rows = page.all(snapshot, rows.at(-1)?.item ?? 0)) {
    for (const { item, kind, before, after } of rows) hash.update(`${item} ${kind} ${before} ${after}\n`);
  }
  return hash.digest("hex");
}
