import type { Database } from "better-sqlite3";
import type { DebtorId, DebtorKey } from "../core/types.ts";
import { emptyValue, MASTER_COLUMNS, type Master, type MasterValue } from "./master.ts";

/** Who said a value. A person outranks a contacts file, which outranks what stands on the rows of a balance. */
export type SaidBy = Readonly<Record<string, "person" | "contacts">>;

/** A row of the table, as far as master data goes. */
export interface DebtorRow {
  readonly key: DebtorKey;
  readonly id: DebtorId;
  readonly firstSeen: string | null;
  /** Another customer's key, where this row is only a code of his. */
  readonly mergedInto: DebtorKey | null;
  /** By key; what is not in it came with a balance. */
  readonly saidBy: SaidBy;
  /** By key; `attr.*` too. What is not known is missing or holds its empty value. */
  readonly master: Master;
}

/** What changes when `values` are written over a row: only what differs. */
export interface MasterChange {
  readonly before: Master;
  readonly after: Master;
}

export const DEBTOR_COLUMNS = `d.key, d.id, d.first_seen, d.said_by, d.attrs, d.merged_into, ${MASTER_COLUMNS.map((name) => `d.${name}`).join(", ")}`;

type Cells = readonly (string | number | null)[];
const FIXED = 6;
const NOBODY: SaidBy = {};

/** Cells in the order of DEBTOR_COLUMNS. */
export function debtorRow(cells: Cells): DebtorRow {
  const [key, id, firstSeen, saidBy, attrs, mergedInto] = cells;
  const master: Record<string, MasterValue> = {};
  MASTER_COLUMNS.forEach((name, at) => {
    master[name] = cells[FIXED + at] ?? null;
  });
  if (attrs !== "{}") {
    for (const [name, value] of Object.entries(JSON.parse(String(attrs)) as Record<string, string>)) {
      master[`attr.${name}`] = value;
    }
  }
  return {
    key: key as DebtorKey,
    id: id as DebtorId,
    firstSeen: firstSeen as string | null,
    mergedInto: mergedInto as DebtorKey | null,
    saidBy: saidBy === "{}" ? NOBODY : (JSON.parse(String(saidBy)) as SaidBy),
    master,
  };
}

export function changeOf(master: Master, values: Master): MasterChange {
  const before: Record<string, MasterValue> = {};
  const after: Record<string, MasterValue> = {};
  for (const [key, value] of Object.entries(values)) {
    const held = master[key] ?? emptyValue(key);
    if (held === value) continue;
    before[key] = held;
    after[key] = value;
  }
  return { before, after };
}

export const isNothing = ({ after }: MasterChange): boolean => Object.keys(after).length === 0;

export interface DebtorRows {
  readonly byId: (id: string) => DebtorRow | null;
  /** The one that a code stands for, also where it was merged. */
  readonly customer: (id: string) => DebtorRow | null;
  readonly byKey: (key: number) => DebtorRow;
  /** A debtor whom no balance has shown yet. */
  readonly insert: (id: string, values: Master) => void;
  /** Writes values by key; `attr.*` with null takes the attribute away. */
  readonly write: (row: DebtorRow, values: Master) => void;
  readonly setFirstSeen: (key: DebtorKey, day: string | null) => void;
  readonly setSaidBy: (key: DebtorKey, saidBy: SaidBy) => void;
}

function attrsOf(master: Master): string {
  const names = Object.keys(master).filter((key) => key.startsWith("attr.") && master[key] !== null);
  if (names.length === 0) return "{}";
  return JSON.stringify(
    Object.fromEntries(names.sort().map((key) => [key.slice("attr.".length), master[key]])),
  );
}

/** The columns that a new row needs besides its key and id: those that no default fills. */
export function debtorCells(values: Master): { readonly columns: string[]; readonly cells: MasterValue[] } {
  const columns = MASTER_COLUMNS.filter((name) => name === "name" || values[name] !== undefined);
  const cells = columns.map((name) => values[name] ?? emptyValue(name));
  return { columns: ["attrs", ...columns], cells: [attrsOf(values), ...cells] };
}

export function debtorRows(db: Database): DebtorRows {
  const select = (where: string) =>
    db.prepare<[string | number], Cells>(`SELECT ${DEBTOR_COLUMNS} FROM debtor d WHERE ${where} = ?`).raw();
  const byId = select("d.id");
  const byKey = select("d.key");
  const columns = ["id", "attrs", ...MASTER_COLUMNS];
  const insert = db.prepare(
    `INSERT INTO debtor (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  const update = new Map(
    ["attrs", "first_seen", "said_by", ...MASTER_COLUMNS].map((name) => [
      name,
      db.prepare<[MasterValue, number]>(`UPDATE debtor SET ${name} = ? WHERE key = ?`),
    ]),
  );
  const set = (column: string, value: MasterValue, key: number): void => {
    update.get(column)?.run(value, key);
  };

  const ofId = (id: string): DebtorRow | null => {
    const cells = byId.get(id);
    return cells === undefined ? null : debtorRow(cells);
  };
  const ofKey = (key: number): DebtorRow => {
    const cells = byKey.get(key);
    if (cells === undefined) throw new Error(`no debtor with key ${key}`);
    return debtorRow(cells);
  };
  return {
    byId: ofId,
    byKey: ofKey,
    customer: (id) => {
      const row = ofId(id);
      return row === null || row.mergedInto === null ? row : ofKey(row.mergedInto);
    },
    insert: (id, values) => {
      insert.run(id, attrsOf(values), ...MASTER_COLUMNS.map((name) => values[name] ?? emptyValue(name)));
    },
    write: ({ key, master }, values) => {
      for (const [name, value] of Object.entries(values)) {
        if (!name.startsWith("attr.")) set(name, value, key);
      }
      if (Object.keys(values).some((name) => name.startsWith("attr."))) {
        set("attrs", attrsOf({ ...master, ...values }), key);
      }
    },
    setFirstSeen: (key, day) => set("first_seen", day, key),
    setSaidBy: (key, saidBy) => {
      const entries = Object.entries(saidBy).sort(([a], [b]) => (a < b ? -1 : 1));
      set("said_by", JSON.stringify(Object.fromEntries(entries)), key);
    },
  };
}
