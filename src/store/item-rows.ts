import type { Database, Statement } from "better-sqlite3";
import type { ItemState } from "../core/snapshot.ts";
import type { Day } from "../core/types.ts";

/** What a change row holds of an item, before or after: only what differs. */
export interface ItemColumns extends Partial<ItemState> {
  readonly state?: "open" | "settled" | "absent";
  readonly settled_on?: Day | null;
  readonly life?: number;
  readonly first_snapshot?: number;
}

const COLUMN: Readonly<Record<keyof ItemColumns, string>> = {
  type: "type",
  open: "open",
  due: "due",
  dueDerived: "due_derived",
  original: "original",
  mark: "mark",
  state: "state",
  settled_on: "settled_on",
  life: "life",
  first_snapshot: "first_snapshot",
};

/** Writes some columns of an item. One statement per set of columns: an import changes the same few over and over. */
export function itemWriter(db: Database): (key: number, columns: ItemColumns) => void {
  const statements = new Map<string, Statement>();
  return (key, columns) => {
    const names = Object.keys(columns) as (keyof ItemColumns)[];
    if (names.length === 0) return;
    const set = names.map((name) => `${COLUMN[name]} = ?`).join(", ");
    let statement = statements.get(set);
    if (statement === undefined) {
      statement = db.prepare(`UPDATE item SET ${set} WHERE key = ?`);
      statements.set(set, statement);
    }
    const values = names
      .map((name) => columns[name])
      .map((value) => (typeof value === "boolean" ? Number(value) : value));
    statement.run(...values, key);
  };
}
