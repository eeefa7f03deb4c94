import type { Database } from "better-sqlite3";
import type { Day, DebtorId, DebtorKey, ItemKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { endInTheBooks, isMarked, type MarkedItem, markedItems } from "./marked.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export interface NewHold {
  /** Null: everybody. */
  readonly debtor: DebtorKey | null;
  /** Null: all that the debtor owes, also what comes later. */
  readonly items: readonly ItemKey[] | null;
  readonly reason: string;
  readonly author: string;
  readonly until: Day | null;
  readonly day: Day;
}

export interface HoldRecord {
  readonly id: string;
  readonly debtor: DebtorId | null;
  readonly name: string | null;
  /** Document numbers; empty: all that is owed. */
  readonly invoices: readonly string[];
  readonly reason: string;
  readonly author: string;
  readonly since: Day;
  /** Its last day; null: until it is released. */
  readonly until: Day | null;
  readonly releasedOn: Day | null;
  /** import: the books block the document. */
  readonly source: "person" | "import";
}

export interface Holds {
  readonly set: (hold: NewHold) => HoldRecord;
  /** Throws a Failure (2) where there is none, or it was released before. */
  readonly release: (id: string, day: Day) => HoldRecord;
  /** In the order in which they were set, those of the books last. */
  readonly list: (debtor?: DebtorKey) => readonly HoldRecord[];
}

const SELECT = `
SELECT h.id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, h.reason, h.author, h.since, h.until,
  h.released_on AS releasedOn,
  (SELECT json_group_array(i.number ORDER BY i.due, i.number) FROM item i
   WHERE i.key IN (SELECT value FROM json_each(coalesce(h.items, '[]')))) AS invoices
FROM hold h LEFT JOIN debtor d ON d.key = h.debtor`;

type Row = Omit<HoldRecord, "id" | "invoices" | "source"> & { id: number; invoices: string };
const recordFrom = ({ id, invoices, ...rest }: Row): HoldRecord => ({
  ...rest,
  id: recordId("H", id),
  source: "person",
  invoices: JSON.parse(invoices) as string[],
});

const markedHold = ({ id, debtor, name, number, since }: MarkedItem): HoldRecord => ({
  id,
  debtor,
  name,
  invoices: [number],
  reason: "blocked in the books",
  author: "import",
  since,
  until: null,
  releasedOn: null,
  source: "import",
});

export function holdsOf(db: Database, now: () => Date, events: Events): Holds {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE h.id = ?`);
  const all = db.prepare<{ debtor: number | null }, Row>(
    `${SELECT} WHERE @debtor IS NULL OR h.debtor = @debtor OR h.debtor IS NULL ORDER BY h.id`,
  );
  const insert = db.prepare(
    `INSERT INTO hold (debtor, items, reason, author, since, until, set_at)
     VALUES (@debtor, @items, @reason, @author, @day, @until, @at)`,
  );
  const end = db.prepare("UPDATE hold SET released_on = ?, released_at = ? WHERE id = ?");
  const debtorOf = db.prepare<[number], DebtorKey | null>("SELECT debtor FROM hold WHERE id = ?").pluck();
  const tell = (kind: string, day: Day, key: number, data: { until?: Day | null; items?: number | null }) => {
    const debtor = debtorOf.get(key) ?? null;
    const about = debtor === null ? {} : { debtor };
    events.append({ kind, day, ...about, data: { hold: recordId("H", key), ...data } });
  };
  const known = (key: number): HoldRecord => {
    const row = one.get(key);
    if (row === undefined) throw new Error(`hold ${key} is gone`);
    return recordFrom(row);
  };

  const set = ({ debtor, items, reason, author, until, day }: NewHold): HoldRecord => {
    const list = items === null ? null : JSON.stringify(items);
    const at = now().toISOString();
    const key = Number(insert.run({ debtor, items: list, reason, author, day, until, at }).lastInsertRowid);
    tell("hold-set", day, key, { until, items: items === null ? null : items.length });
    return known(key);
  };
  const marked = markedItems(db, "blocked");
  const release = (id: string, day: Day): HoldRecord => {
    if (isMarked(id)) throw endInTheBooks(id, "hold");
    const { key, found } = recordOf("H", id, "hold", (each) => one.get(each));
    if (found.releasedOn !== null) throw alreadyEnded(id, "hold", `released on ${found.releasedOn}`);
    end.run(day, now().toISOString(), key);
    tell("hold-released", day, key, {});
    return known(key);
  };
  return {
    set: atomic(db, set),
    release: atomic(db, release),
    list: (debtor) => [
      ...all.all({ debtor: debtor ?? null }).map(recordFrom),
      ...marked(debtor).map(markedHold),
    ],
  };
}
