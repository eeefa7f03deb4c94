import type { Database } from "better-sqlite3";
import type { DebtorId } from "../core/types.ts";
import { type Bulk, bulk, type Cell, literal } from "./bulk.ts";
import { debtorCells, type SaidBy } from "./debtor-rows.ts";
import { emptyValue, MASTER_COLUMNS, type Master, type MasterValue, readMaster } from "./master.ts";

/** A value on a row that cannot be what its column says; the debtor keeps what was known. */
export interface IgnoredValue {
  readonly debtor: DebtorId;
  readonly key: string;
  readonly value: string;
  readonly expected: string;
}

/** What rows say of a debtor, by the keys of `debtor set`. */
type Texts = Record<string, string>;

/** Debtors kept in memory while rows come in; more are parked in the temporary table, and few of them asked for again. */
const IN_MEMORY = 2_000;
/** The same once one has been asked for again: the rows are in another order. */
const IN_DISORDER = 10_000;

const COLUMNS = MASTER_COLUMNS.map((name) => `${name} ANY DEFAULT ${literal(emptyValue(name))}`);

/**
 * `fresh` and what follows: of a debtor whom the store does not know, what is recorded of him (null: `master`, word for
 * word), the values that could not be read, and his row. Worked out beside the reading: writing it is one statement.
 */
const TABLE = `
CREATE TEMP TABLE incoming_debtor (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, master TEXT NOT NULL, other TEXT, own INTEGER NOT NULL,
  fresh INTEGER NOT NULL DEFAULT 0, after TEXT, ignored TEXT, attrs TEXT NOT NULL DEFAULT '{}', ${COLUMNS.join(", ")}
) STRICT;
`;

/** What is said on rows, read; keys of `skip` are left alone. */
export function readStaged(
  debtor: DebtorId,
  texts: Texts,
  skip: SaidBy,
): { readonly values: Master; readonly ignored: readonly IgnoredValue[] } {
  const values: Record<string, MasterValue> = {};
  const ignored: IgnoredValue[] = [];
  for (const key of Object.keys(texts)) {
    const value = texts[key]!;
    if (skip[key] !== undefined) continue;
    const reading = readMaster(key, value);
    if (reading.ok) values[key] = reading.value;
    else ignored.push({ debtor, key, value, expected: reading.expected });
  }
  return { values, ignored };
}

interface Entry {
  readonly key: number;
  readonly master: Texts;
  /** What rows of merged codes say: it counts where no row of the customer's own code stands in the balance. */
  other: Texts | null;
  own: boolean;
  dirty: boolean;
  /** The temporary table holds what was learnt of him before. */
  readonly parked: boolean;
}

/** From this length on V8 keeps a string that was cut out of a larger text as a place in that text. */
const SLICED = 13;
/** What is kept must be a copy: a slice keeps all of the larger text in memory. Both ways what is no character is replaced. */
const own = (text: string): string =>
  text.length < SLICED ? text.toWellFormed() : Buffer.from(text, "utf8").toString("utf8");

/** Where rows of one import disagree, the smallest text wins: the order of rows never shows. */
function learn(entry: Entry, into: Texts, key: string, value: string): void {
  if (value === "") return;
  const held = into[key];
  if (held === value || (held !== undefined && held < value)) return;
  into[key] = own(value);
  entry.dirty = true;
}

/** Where the texts of a row go. */
function taught(entry: Entry, merged: boolean): Texts {
  if (!merged) {
    if (!entry.own) entry.dirty = true;
    entry.own = true;
    return entry.master;
  }
  entry.other ??= {};
  return entry.other;
}

/** Sets of columns that get a statement of their own; a file with gaps everywhere has thousands. */
const STATEMENTS = 50;
const EMPTY: Master = Object.fromEntries(MASTER_COLUMNS.map((name) => [name, emptyValue(name)]));

/** Puts entries into the temporary table, over what it holds of them; each time some of them, each once. */
function parking(db: Database, isNew: (key: number) => boolean) {
  const writers = new Map<string, Bulk>();
  const insert = (columns: readonly string[], cells: readonly Cell[]): void => {
    const names = columns.join(", ");
    let writer = writers.get(names);
    if (writer === undefined) {
      const row = `(${columns.map(() => "?").join(", ")})`;
      writer = bulk(db, row, (values) => `INSERT OR FAIL INTO temp.incoming_debtor (${names}) ${values}`);
      writers.set(names, writer);
    }
    writer.add(cells);
  };
  const drop = db.prepare("DELETE FROM temp.incoming_debtor WHERE key = ?");
  const said = ["key", "id", "master", "other", "own"];
  const whole = [...said, "fresh", "after", "ignored"];
  const park = (id: DebtorId, { key, master, other, own: isOwn, parked }: Entry): void => {
    if (parked) drop.run(key);
    const texts = other === null ? null : JSON.stringify(other);
    const cells = [key, id, JSON.stringify(master), texts, isOwn ? 1 : 0];
    if (!isNew(key)) {
      insert(said, cells);
      return;
    }
    const told = isOwn ? master : (other ?? master);
    const { values, ignored } = readStaged(id, told, {});
    const asTold = ignored.length === 0 && Object.keys(told).every((name) => values[name] === told[name]);
    const after = asTold ? null : JSON.stringify(values);
    const row = debtorCells(writers.size < STATEMENTS ? values : { ...EMPTY, ...values });
    insert(
      [...whole, ...row.columns],
      [...cells, 1, after, ignored.length === 0 ? null : JSON.stringify(ignored), ...row.cells],
    );
  };
  return (entries: Iterable<[DebtorId, Entry]>): void => {
    for (const [id, entry] of entries) {
      if (entry.dirty) park(id, entry);
      entry.dirty = false;
    }
    for (const writer of writers.values()) writer.flush();
  };
}

/** The debtors of one import: gives out their keys, and learns what rows say of them. */
export function stagedDebtors(db: Database) {
  db.exec(TABLE);
  const stored = db.prepare<[string], number>("SELECT key FROM main.debtor WHERE id = ?").pluck();
  const parked = db.prepare<[string], { key: number; master: string; other: string | null; own: number }>(
    "SELECT key, master, other, own FROM temp.incoming_debtor WHERE id = ?",
  );
  // The write lock is held: nobody else gives out these keys.
  const highest = Number(db.prepare("SELECT coalesce(max(key), 0) FROM main.debtor").pluck().get());
  const park = parking(db, (key) => key > highest);
  const entries = new Map<DebtorId, Entry>();
  let next = highest + 1;
  let anyParked = false;
  let room = IN_MEMORY;

  const parkAll = (): void => {
    anyParked ||= entries.size > 0;
    park(entries);
  };
  const load = (given: DebtorId): Entry => {
    if (entries.size >= room) {
      parkAll();
      entries.clear();
    }
    const id = own(given) as DebtorId;
    const known = anyParked ? parked.get(id) : undefined;
    if (known !== undefined) room = IN_DISORDER;
    const entry: Entry =
      known === undefined
        ? {
            key: (highest === 0 ? undefined : stored.get(id)) ?? next++,
            master: {},
            other: null,
            own: false,
            dirty: true,
            parked: false,
          }
        : {
            key: known.key,
            master: JSON.parse(known.master) as Texts,
            other: known.other === null ? null : (JSON.parse(known.other) as Texts),
            own: known.own === 1,
            dirty: false,
            parked: true,
          };
    entries.set(id, entry);
    return entry;
  };
  return {
    /** Learns what a row says of the debtor; `merged`: under a code that stands for him. Gives his key. */
    learn: (id: DebtorId, merged: boolean, name: string | null, master: Texts | null): number => {
      const entry = entries.get(id) ?? load(id);
      const said = taught(entry, merged);
      if (name !== null) learn(entry, said, "name", name);
      if (master !== null) {
        for (const key in master) learn(entry, said, key, master[key] ?? "");
      }
      return entry.key;
    },
    restart: () => {
      db.exec("DELETE FROM temp.incoming_debtor");
      entries.clear();
      next = highest + 1;
      anyParked = false;
    },
    complete: () => {
      parkAll();
      entries.clear();
      db.exec("UPDATE temp.incoming_debtor SET master = other WHERE own = 0 AND other IS NOT NULL");
    },
    drop: () => db.exec("DROP TABLE IF EXISTS temp.incoming_debtor"),
  };
}
