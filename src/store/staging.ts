import type { Database } from "better-sqlite3";
import type { Day, IncomingItem } from "../core/types.ts";
import { aliasesOf } from "./aliases.ts";
import { sumClaims } from "./matching.ts";
import { stagedDebtors } from "./staged-debtors.ts";

/**
 * A temporary table: nothing of a snapshot touches the store before it is whole. `incoming` has no key while it is
 * filled; its index is made afterwards, which is several times faster.
 */
const TABLE = `
CREATE TEMP TABLE incoming (
  debtor INTEGER NOT NULL, number TEXT NOT NULL, issued TEXT NOT NULL, currency TEXT NOT NULL, ordinal INTEGER NOT NULL,
  type TEXT NOT NULL, due TEXT, due_derived INTEGER NOT NULL, original INTEGER, open INTEGER NOT NULL, mark TEXT
) STRICT;
`;

export interface Staging {
  readonly item: (row: IncomingItem) => void;
  /** Forgets all rows: the file is read again from its start. */
  readonly restart: () => void;
  /** To be called once all rows are in, before anything reads the tables. */
  readonly complete: () => void;
  readonly drop: () => void;
}

/** The two parts of a balance-level claim: what is due, and the rest. Never twins of ordinary items. */
const DUE_PART = -1;
const UNDUE_PART = -2;

/** Takes rows into temporary tables, inside the import's transaction. */
export function createStaging(db: Database, asOf: Day): Staging {
  // Rows come and go by the million: fewer, larger pages. Without effect where something temporary is there already.
  db.pragma("temp.page_size = 16384");
  db.exec(TABLE);
  db.pragma("temp.cache_size = -16000");
  const insert = db.prepare(
    `INSERT INTO temp.incoming (debtor, number, issued, currency, ordinal, type, due, due_derived, original, open, mark)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const debtors = stagedDebtors(db, asOf);
  const aliases = aliasesOf(db);
  /** Rows of one debtor follow one another and say the same of him: it is learnt once. */
  let last: { readonly row: IncomingItem; readonly key: number } | null = null;
  let claims = false;

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
      db.exec("DELETE FROM temp.incoming");
      debtors.restart();
      last = null;
      claims = false;
    },
    complete: () => {
      debtors.complete();
      db.exec("CREATE INDEX temp.incoming_identity ON incoming (debtor, number, issued, currency, ordinal)");
      if (claims) sumClaims(db);
    },
    drop: () => {
      db.exec("DROP TABLE IF EXISTS temp.incoming");
      debtors.drop();
    },
  };
}
