import type { Database } from "better-sqlite3";
import type { IncomingItem } from "../core/types.ts";
import { aliasesOf } from "./aliases.ts";
import { type Bulk, bulk, literal } from "./bulk.ts";
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
  /**
   * To be called once all rows are in, before anything reads the tables. `distinct`: each row has a number, and its
   * debtor has no other row with that number.
   */
  readonly complete: () => { readonly distinct: boolean };
  readonly drop: () => void;
}

/** The two parts of a balance-level claim: what is due, and the rest. Never twins of ordinary items. */
const DUE_PART = -1;
const UNDUE_PART = -2;

/** Numbers of one debtor that are kept in memory to find one that comes twice. */
const REMEMBERED = 100_000;

/** Whether surely all rows are numbered, and no number comes twice for one debtor. Not sure costs nothing but time. */
function watch() {
  let distinct = true;
  let current = 0;
  const numbers = new Set<string>();
  return {
    see: (key: number, number: string): void => {
      if (!distinct) return;
      if (key !== current) {
        // Keys rise along a file in the order of its customers; one that falls may have been there before.
        distinct = key > current;
        current = key;
        numbers.clear();
      }
      distinct &&= number !== "" && numbers.size < REMEMBERED && numbers.size < numbers.add(number).size;
    },
    isDistinct: (): boolean => distinct,
    restart: () => {
      distinct = true;
      current = 0;
      numbers.clear();
    },
  };
}

/** What many rows have in common stands in the statement that writes them. */
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

function writing(db: Database, { type, currency, mark, dueDerived, ordinal }: Kind): Bulk {
  return bulk(
    db,
    "INSERT INTO temp.incoming (debtor, number, issued, currency, ordinal, type, due, due_derived, original, open, mark)",
    `(?, ?, ?, ${literal(currency)}, ${ordinal}, ${literal(type)}, ?, ${dueDerived ? 1 : 0}, ?, ?, ${literal(mark)})`,
  );
}

/** Takes rows into temporary tables, inside the import's transaction. */
export function createStaging(db: Database): Staging {
  // Rows come and go by the million: fewer, larger pages. Without effect where something temporary is there already.
  db.pragma("temp.page_size = 16384");
  db.exec(TABLE);
  db.pragma("temp.cache_size = -16000");
  const debtors = stagedDebtors(db);
  const aliases = aliasesOf(db);
  /** Rows of one debtor follow one another and say the same of him: it is learnt once. */
  let last: { readonly row: IncomingItem; readonly key: number } | null = null;
  let claims = false;
  const identities = watch();
  /** So few that looking along the list is the fastest. */
  const kinds: { readonly kind: Kind; readonly writer: Bulk }[] = [];

  const writerOf = (row: IncomingItem): Bulk => {
    const found = kinds.find(({ kind }) => isOf(kind, row));
    if (found !== undefined) return found.writer;
    const kind = kindOf(row);
    const writer = writing(db, kind);
    kinds.push({ kind, writer });
    return writer;
  };
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
      const { number, issued, due, original, open } = row;
      const key = keyOf(row);
      identities.see(key, number);
      writerOf(row).add([key, number, issued ?? "", due, original, open]);
    },
    restart: () => {
      db.exec("DELETE FROM temp.incoming");
      debtors.restart();
      for (const { writer } of kinds) writer.clear();
      last = null;
      claims = false;
      identities.restart();
    },
    complete: () => {
      for (const { writer } of kinds) writer.flush();
      debtors.complete();
      db.exec("CREATE INDEX temp.incoming_identity ON incoming (debtor, number, issued, currency, ordinal)");
      if (claims) sumClaims(db);
      return { distinct: identities.isDistinct() };
    },
    drop: () => {
      db.exec("DROP TABLE IF EXISTS temp.incoming");
      debtors.drop();
    },
  };
}
