import type { Database } from "better-sqlite3";
import type { DebtorId, IncomingItem } from "../core/types.ts";
import { aliasesOf } from "./aliases.ts";

/** Debtors kept in memory while rows come in; more are parked in a temporary table. */
const DEBTORS_IN_MEMORY = 30_000;

/**
 * Temporary tables: nothing of a snapshot touches the store before it is whole. `incoming` has no key while it is
 * filled; its index is made afterwards, which is several times faster.
 */
const TABLES = `
CREATE TEMP TABLE incoming (
  debtor INTEGER NOT NULL, number TEXT NOT NULL, issued TEXT NOT NULL, currency TEXT NOT NULL, ordinal INTEGER NOT NULL,
  type TEXT NOT NULL, due TEXT, due_derived INTEGER NOT NULL, original INTEGER, open INTEGER NOT NULL, mark TEXT
) STRICT;
CREATE TEMP TABLE incoming_debtor (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, master TEXT NOT NULL, other TEXT, own INTEGER NOT NULL
) STRICT;
`;

interface Entry {
  readonly key: number;
  readonly master: Record<string, string>;
  /** What rows of merged codes say: it counts where no row of the customer's own code stands in the balance. */
  other: Record<string, string> | null;
  own: boolean;
  dirty: boolean;
}

export interface Staging {
  readonly item: (row: IncomingItem) => void;
  /** Forgets all rows: the file is read again from its start. */
  readonly restart: () => void;
  /** To be called once all rows are in, before anything reads the tables. */
  readonly complete: () => void;
  readonly drop: () => void;
}

/** Cut out of a larger text, a string keeps all of that text in memory: what is kept must be a copy. */
const own = (text: string): string => Buffer.from(text, "utf8").toString("utf8");

/** The two parts of a balance-level claim: what is due, and the rest. Never twins of ordinary items. */
const DUE_PART = -1;
const UNDUE_PART = -2;

function debtorBook(db: Database) {
  const stored = db.prepare<[string], number>("SELECT key FROM main.debtor WHERE id = ?").pluck();
  const parked = db.prepare<[string], { key: number; master: string; other: string | null; own: number }>(
    "SELECT key, master, other, own FROM temp.incoming_debtor WHERE id = ?",
  );
  const park = db.prepare(
    `INSERT INTO temp.incoming_debtor (key, id, master, other, own) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET master = excluded.master, other = excluded.other, own = excluded.own`,
  );
  // The write lock is held: nobody else gives out these keys.
  const highest = Number(db.prepare("SELECT coalesce(max(key), 0) FROM main.debtor").pluck().get());
  const entries = new Map<string, Entry>();
  let next = highest + 1;
  let anyParked = false;

  const parkAll = (): void => {
    anyParked ||= entries.size > 0;
    for (const [id, entry] of entries) {
      if (entry.dirty)
        park.run(entry.key, id, JSON.stringify(entry.master), texts(entry.other), entry.own ? 1 : 0);
      entry.dirty = false;
    }
  };
  const load = (given: string): Entry => {
    if (entries.size >= DEBTORS_IN_MEMORY) {
      parkAll();
      entries.clear();
    }
    const id = own(given);
    const known = anyParked ? parked.get(id) : undefined;
    const entry: Entry =
      known === undefined
        ? {
            key: (highest === 0 ? undefined : stored.get(id)) ?? next++,
            master: {},
            other: null,
            own: false,
            dirty: true,
          }
        : {
            key: known.key,
            master: JSON.parse(known.master) as Record<string, string>,
            other: known.other === null ? null : (JSON.parse(known.other) as Record<string, string>),
            own: known.own === 1,
            dirty: false,
          };
    entries.set(id, entry);
    return entry;
  };
  return {
    entry: (id: DebtorId): Entry => entries.get(id) ?? load(id),
    parkAll,
    restart: () => {
      entries.clear();
      next = highest + 1;
      anyParked = false;
    },
  };
}

/** Where rows of one import disagree, the smallest text wins: the order of rows never shows. */
function learn(entry: Entry, into: Record<string, string>, key: string, value: string): void {
  if (value === "") return;
  const held = into[key];
  if (held === value || (held !== undefined && held < value)) return;
  into[key] = own(value);
  entry.dirty = true;
}

const texts = (values: Record<string, string> | null): string | null =>
  values === null ? null : JSON.stringify(values);

/** Where the texts of this row go. */
function taught(entry: Entry, merged: boolean): Record<string, string> {
  if (!merged) {
    if (!entry.own) entry.dirty = true;
    entry.own = true;
    return entry.master;
  }
  entry.other ??= {};
  return entry.other;
}

/** Takes rows into temporary tables, inside the import's transaction. */
export function createStaging(db: Database): Staging {
  db.exec(TABLES);
  db.pragma("temp.cache_size = -16000");
  const insert = db.prepare(
    `INSERT INTO temp.incoming (debtor, number, issued, currency, ordinal, type, due, due_derived, original, open, mark)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const debtors = debtorBook(db);
  const aliases = aliasesOf(db);
  /** Rows of one debtor follow one another and say the same of him: it is learnt once. */
  let last: { readonly row: IncomingItem; readonly key: number } | null = null;

  const keyOf = (row: IncomingItem): number => {
    if (last?.row.debtor === row.debtor && last.row.name === row.name && last.row.master === row.master)
      return last.key;
    const merged = aliases.size === 0 ? undefined : aliases.get(row.debtor);
    const entry = debtors.entry(merged ?? row.debtor);
    const said = taught(entry, merged !== undefined);
    if (row.name !== null) learn(entry, said, "name", row.name);
    if (row.master !== null) {
      for (const key in row.master) learn(entry, said, key, row.master[key] ?? "");
    }
    last = { row, key: entry.key };
    return entry.key;
  };
  return {
    item: (row) => {
      insert.run(
        keyOf(row),
        row.number,
        row.issued ?? "",
        row.currency,
        row.type !== "balance" ? 0 : row.due === null ? UNDUE_PART : DUE_PART,
        row.type,
        row.due,
        row.dueDerived ? 1 : 0,
        row.original,
        row.open,
        row.mark,
      );
    },
    restart: () => {
      db.exec("DELETE FROM temp.incoming; DELETE FROM temp.incoming_debtor;");
      debtors.restart();
      last = null;
    },
    complete: () => {
      debtors.parkAll();
      debtors.restart();
      if (aliases.size > 0)
        db.exec("UPDATE temp.incoming_debtor SET master = other WHERE own = 0 AND other IS NOT NULL");
      db.exec("CREATE INDEX temp.incoming_identity ON incoming (debtor, number, issued, currency, ordinal)");
    },
    drop: () => db.exec("DROP TABLE IF EXISTS temp.incoming; DROP TABLE IF EXISTS temp.incoming_debtor;"),
  };
}
