import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day, DebtorId, DebtorKey, ItemKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { endInTheBooks, isMarked, type MarkedItem, markedItems } from "./marked.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export interface NewDispute {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly items: readonly ItemKey[];
  /** Null: the items as a whole. */
  readonly amount: Cents | null;
  readonly reason: string;
  readonly note: string | null;
  readonly owner: string | null;
  readonly expected: Day | null;
  readonly day: Day;
}

export interface DisputeRecord {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly name: string;
  readonly currency: Currency;
  readonly invoices: readonly string[];
  readonly amount: Cents | null;
  /** What is open of the items now. */
  readonly open: Cents;
  readonly reason: string;
  readonly note: string | null;
  readonly owner: string | null;
  readonly opened: Day;
  readonly expected: Day | null;
  readonly outcome: "accepted" | "rejected" | null;
  readonly closed: Day | null;
  /** import: the books mark the document as disputed. */
  readonly source: "person" | "import";
}

export interface Disputes {
  readonly open: (dispute: NewDispute) => DisputeRecord;
  /** Throws a Failure (2) where there is none, or it was closed before. */
  readonly close: (id: string, outcome: "accepted" | "rejected", day: Day) => DisputeRecord;
  /** In the order in which they were opened, those of the books last. */
  readonly list: (debtor?: DebtorKey) => readonly DisputeRecord[];
}

const OPEN = `(SELECT coalesce(sum(max(i.open, 0)), 0) FROM item i
   WHERE i.state = 'open' AND i.key IN (SELECT value FROM json_each(t.items)))`;
const SELECT = `
SELECT t.id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, t.currency, t.amount, t.reason, t.note,
  t.owner, t.opened_on AS opened, t.expected, t.outcome, t.closed_on AS closed, ${OPEN} AS open,
  (SELECT json_group_array(i.number ORDER BY i.due, i.number) FROM item i
   WHERE i.key IN (SELECT value FROM json_each(t.items))) AS invoices
FROM dispute t JOIN debtor d ON d.key = t.debtor`;

type Row = Omit<DisputeRecord, "id" | "invoices" | "source"> & { id: number; invoices: string };
const recordFrom = ({ id, invoices, ...rest }: Row): DisputeRecord => ({
  ...rest,
  id: recordId("D", id),
  source: "person",
  invoices: JSON.parse(invoices) as string[],
});

const markedDispute = ({ number, since, ...rest }: MarkedItem): DisputeRecord => ({
  ...rest,
  invoices: [number],
  amount: null,
  reason: "in-the-books",
  note: null,
  owner: null,
  opened: since,
  expected: null,
  outcome: null,
  closed: null,
  source: "import",
});

export function disputesOf(db: Database, now: () => Date, events: Events): Disputes {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE t.id = ?`);
  const all = db.prepare<{ debtor: number | null }, Row>(
    `${SELECT} WHERE @debtor IS NULL OR t.debtor = @debtor ORDER BY t.id`,
  );
  const insert = db.prepare(
    `INSERT INTO dispute (debtor, currency, items, amount, reason, note, owner, opened_on, opened_at, expected)
     VALUES (@debtor, @currency, @items, @amount, @reason, @note, @owner, @day, @at, @expected)`,
  );
  const end = db.prepare(
    `UPDATE dispute AS t SET outcome = ?, closed_on = ?, closed_at = ?, open_then = ${OPEN} WHERE id = ?`,
  );
  const debtorOf = db.prepare<[number], DebtorKey>("SELECT debtor FROM dispute WHERE id = ?").pluck();
  const known = (key: number): DisputeRecord => {
    const row = one.get(key);
    if (row === undefined) throw new Error(`dispute ${key} is gone`);
    return recordFrom(row);
  };

  const open = ({ items, day, ...rest }: NewDispute): DisputeRecord => {
    const at = now().toISOString();
    const key = Number(insert.run({ ...rest, items: JSON.stringify(items), day, at }).lastInsertRowid);
    const { debtor, currency, amount, reason } = rest;
    const data = { dispute: recordId("D", key), items: [...items], currency, amount, reason };
    events.append({ kind: "dispute-opened", day, debtor, data });
    return known(key);
  };
  const marked = markedItems(db, "disputed");
  const close: Disputes["close"] = (id, outcome, day) => {
    if (isMarked(id)) throw endInTheBooks(id, "dispute");
    const { key, found } = recordOf("D", id, "dispute", (each) => one.get(each));
    if (found.outcome !== null) throw alreadyEnded(id, "dispute", `${found.outcome} on ${found.closed}`);
    end.run(outcome, day, now().toISOString(), key);
    const debtor = debtorOf.get(key);
    const data = { dispute: recordId("D", key), outcome };
    events.append({ kind: "dispute-closed", day, ...(debtor === undefined ? {} : { debtor }), data });
    return known(key);
  };
  return {
    open: atomic(db, open),
    close: atomic(db, close),
    list: (debtor) => [
      ...all.all({ debtor: debtor ?? null }).map(recordFrom),
      ...marked(debtor).map(markedDispute),
    ],
  };
}
