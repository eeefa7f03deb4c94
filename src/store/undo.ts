import type { Database } from "better-sqlite3";
import { debtorRows } from "./debtor-rows.ts";
import { type ItemColumns, itemWriter } from "./item-rows.ts";
import { emptyValue, type Master, type MasterValue } from "./master.ts";

type Side = "before" | "after";

function* changesOf(db: Database, table: "change" | "debtor_change", key: string, snapshot: number) {
  const page = db.prepare<[number, number], { key: number; before: string; after: string }>(
    `SELECT ${key} AS key, before, after FROM ${table} WHERE snapshot = ? AND ${key} > ? ORDER BY ${key} LIMIT 1000`,
  );
  for (let rows = page.all(snapshot, 0); rows.length > 0; rows = page.all(snapshot, rows.at(-1)?.key ?? 0)) {
    for (const { key: row, before, after } of rows) {
      yield { key: row, before: JSON.parse(before) as unknown, after: JSON.parse(after) as unknown };
    }
  }
}

/** Who was merged was seen under his other codes. */
const SEEN_AS_ANOTHER = `
UPDATE debtor SET first_seen = (SELECT min(m.first_seen) FROM debtor m WHERE m.merged_into = debtor.key)
WHERE first_seen IS NULL AND key IN (SELECT merged_into FROM debtor WHERE merged_into IS NOT NULL);
UPDATE debtor SET name = coalesce((SELECT max(m.name) FROM debtor m WHERE m.merged_into = debtor.key), '')
WHERE name = '' AND key IN (SELECT merged_into FROM debtor WHERE merged_into IS NOT NULL)`;

/** Writes one side of a snapshot's change rows; what a person has changed since stays. */
function write(db: Database, snapshot: number, side: Side): void {
  const writeItem = itemWriter(db);
  for (const change of changesOf(db, "change", "item", snapshot)) {
    writeItem(change.key, change[side] as ItemColumns);
  }
  const table = debtorRows(db);
  for (const change of changesOf(db, "debtor_change", "debtor", snapshot)) {
    const row = table.byKey(change.key);
    const { first_seen, ...values } = change[side] as Master;
    const held = change[side === "before" ? "after" : "before"] as Master;
    const ours: Record<string, MasterValue> = {};
    for (const key of new Set([...Object.keys(values), ...Object.keys(held)])) {
      const empty = emptyValue(key);
      // What a person or a contacts file has said since is theirs, also where it is the same.
      if (
        key !== "first_seen" &&
        row.saidBy[key] === undefined &&
        (row.master[key] ?? empty) === (held[key] ?? empty)
      )
        ours[key] = values[key] ?? empty;
    }
    table.write(row, ours);
    if (first_seen !== undefined) table.setFirstSeen(row.key, first_seen as string | null);
  }
  db.exec(SEEN_AS_ANOTHER);
  db.prepare(
    `UPDATE dossier SET cycle = c.cycle_${side}, part_paid = c.part_paid_${side} FROM dossier_change c
     WHERE c.snapshot = ? AND c.debtor = dossier.debtor AND c.currency = dossier.currency`,
  ).run(snapshot);
}

/** Takes back what the newest accepted snapshot did: exactly the state before it; its new items become absent. */
export function takeBack(db: Database, snapshot: number): void {
  write(db, snapshot, "before");
  db.prepare("UPDATE item SET state = 'absent' WHERE first_snapshot = ?").run(snapshot);
}

/** Does again what `takeBack` took back, on the same state. */
export function bringBack(db: Database, snapshot: number): void {
  db.prepare("UPDATE item SET state = 'open' WHERE first_snapshot = ? AND state = 'absent'").run(snapshot);
  write(db, snapshot, "after");
}
