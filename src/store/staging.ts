import type { Database } from "better-sqlite3";
import type { IncomingItem } from "../core/types.ts";
import { aliasesOf } from "./aliases.ts";
import { bulk } from "./bulk.ts";
import { sumClaims } from "./matching.ts";
import { stagedDebtors } from "./staged-debtors.ts";

/**
 * Temporary tables: nothing of a snapshot touches the store before it is whole. `incoming` has no key while it is filled;
 * its index is made afterwards, which is several times faster. What many rows have in common is a kind: bound once.
 */
const TABLES = `
CREATE TEMP TABLE incoming (
  debtor INTEGER NOT NULL, number TEXT NOT NULL, issued TEXT NOT NULL, currency TEXT NOT NULL, ordinal INTEGER NOT NULL,
  type TEXT NOT NULL, due TEXT, due_derived INTEGER NOT NULL, original INTEGER, open INTEGER NOT NULL, mark TEXT
) STRICT;
CREATE TEMP TABLE kind (
  key INTEGER PRIMARY KEY, type TEXT NOT NULL, currency TEXT NOT NULL, ordinal INTEGER NOT NULL,
  due_derived INTEGER NOT NULL, mark TEXT
) STRICT;
`;
const INDEX = "CREATE INDEX temp.incoming_identity ON incoming (debtor, number, issued, currency, ordinal)";
// OR FAIL, here and for debtors: after an error all is taken back, so no statement has to keep the pages that it changes.
const insert = (values: string): string => `
INSERT OR FAIL INTO temp.incoming (debtor, number, issued, currency, ordinal, type, due, due_derived, original, open, mark)
SELECT r.column2, r.column3, r.column4, k.currency, k.ordinal, k.type, r.column5, k.due_derived, r.column6, r.column7, k.mark
FROM (${values}) r LEFT JOIN temp.kind k ON k.key = r.column1`;

export interface Staging {
  readonly item: (row: IncomingItem) => void;
  /** Forgets all rows: the file is read again from its start. */
  readonly restart: () => void;
  /** To be called once all rows are in, before anything reads the tables. */
  readonly complete: () => Staged;
  readonly drop: () => void;
}

/** What is known of staged rows without asking the tables. */
export interface Staged {
  /** Each row has a number, and comes behind the one before in the order of debtors and numbers: no two are alike. */
  readonly ordered: boolean;
  /** The store has no item yet. Where the rows are `ordered` too, they have no index: nothing has to find one. */
  readonly first: boolean;
}

/** The two parts of a balance-level claim: what is due, and the rest. Never twins of ordinary items. */
const DUE_PART = -1;
const UNDUE_PART = -2;

/** Rows of one debtor that are put in the order of their numbers. */
const IN_ORDER = 10_000;

/** Gives rows on in the order of their numbers, debtor by debtor, and watches whether that is an order of all. */
function ordering(give: (key: number, row: IncomingItem) => void) {
  let ordered = true;
  let current = 0;
  let highest = "";
  let rows: IncomingItem[] = [];
  const flush = (): void => {
    if (rows.some(({ number }, at) => at > 0 && number < rows[at - 1]!.number))
      rows.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
    for (const row of rows) {
      // No number is no order either: behind "" comes every number, but not "" itself.
      ordered &&= row.number > highest;
      highest = row.number;
      give(current, row);
    }
    rows = [];
  };
  return {
    take: (key: number, row: IncomingItem): void => {
      if (key !== current) {
        flush();
        // Keys rise along a file in the order of its customers; one that falls may have been there before.
        ordered &&= key > current;
        current = key;
        highest = "";
      } else if (rows.length === IN_ORDER) flush();
      rows.push(row);
    },
    flush,
    isOrdered: (): boolean => ordered,
    restart: () => {
      ordered = true;
      current = 0;
      highest = "";
      rows = [];
    },
  };
}

type Kind = Pick<IncomingItem, "type" | "currency" | "mark" | "dueDerived"> & { readonly ordinal: number };

function kindOf({ type, currency, mark, dueDerived, due }: IncomingItem): Kind {
  const ordinal = type !== "balance" ? 0 : due === null ? UNDUE_PART : DUE_PART;
  return { type, currency, mark, dueDerived, ordinal };
}

const isOf = (kind: Kind, row: IncomingItem): boolean =>
  kind.type === row.type &&
  kind.currency === row.currency &&
  kind.mark === row.mark &&
  kind.dueDerived === row.dueDerived &&
  (kind.ordinal === 0 || (kind.ordinal === UNDUE_PART) === (row.due === null));

/** The keys of kinds; so few that looking along the list is the fastest. */
function kindKeys(db: Database): (row: IncomingItem) => number {
  const add = db.prepare("INSERT INTO temp.kind VALUES (?, ?, ?, ?, ?, ?)");
  const kinds: Kind[] = [];
  return (row) => {
    const found = kinds.findIndex((kind) => isOf(kind, row));
    if (found !== -1) return found;
    const kind = kindOf(row);
    const { type, currency, ordinal, dueDerived, mark } = kind;
    add.run(kinds.length, type, currency, ordinal, dueDerived ? 1 : 0, mark);
    return kinds.push(kind) - 1;
  };
}

/** Takes rows into temporary tables, inside the import's transaction. */
export function createStaging(db: Database): Staging {
  // Rows come and go by the million: fewer, larger pages. Without effect where something temporary is there already.
  db.pragma("temp.page_size = 16384");
  db.exec(TABLES);
  db.pragma("temp.cache_size = -16000");
  const debtors = stagedDebtors(db);
  const aliases = aliasesOf(db);
  const first = db.prepare("SELECT 1 FROM item LIMIT 1").get() === undefined;
  /** Rows of one debtor follow one another and say the same of him: it is learnt once. */
  let last: { readonly row: IncomingItem; readonly key: number } | null = null;
  let claims = false;
  const kind = kindKeys(db);
  const writer = bulk(db, "(?, ?, ?, ?, ?, ?, ?)", insert);
  const rows = ordering((key, row) => {
    const { number, issued, due, original, open } = row;
    writer.add([kind(row), key, number, issued ?? "", due, original, open]);
  });

  const keyOf = (row: IncomingItem): number => {
    if (last?.row.debtor === row.debtor && last.row.name === row.name && last.row.master === row.master)
      return last.key;
    const merged = aliases.size === 0 ? undefined : aliases.get(row.debtor);
    const key = debtors.learn(merged ?? row.debtor, merged !== undefined, row.name, row.master);
    last = { row, key };
    return key;
  };
  return {
    item: (row) => {
      claims ||= row.type === "balance";
      rows.take(keyOf(row), row);
    },
    restart: () => {
      db.exec("DELETE FROM temp.incoming");
      debtors.restart();
      rows.restart();
      writer.clear();
      last = null;
      claims = false;
    },
    complete: () => {
      rows.flush();
      writer.flush();
      debtors.complete();
      const ordered = rows.isOrdered();
      if (!ordered || !first) db.exec(INDEX);
      if (claims) sumClaims(db);
      return { ordered, first };
    },
    drop: () => {
      db.exec("DROP TABLE IF EXISTS temp.incoming; DROP TABLE IF EXISTS temp.kind");
      debtors.drop();
    },
  };
}
