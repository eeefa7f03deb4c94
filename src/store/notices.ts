import type { Database } from "better-sqlite3";
import type { Notice } from "../core/consumer-notice.ts";
import type { Day, DebtorId, DebtorKey, ItemKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export interface NewNotice extends Notice {
  readonly debtor: DebtorKey;
  readonly items: readonly ItemKey[];
  readonly note: string | null;
  readonly author: string;
  /** The day under which it is recorded. */
  readonly noted: Day;
}

export interface NoticeRecord extends Notice {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly invoices: readonly string[];
  readonly note: string | null;
  readonly author: string;
  readonly noted: Day;
  readonly cancelledOn: Day | null;
}

/** Formal notices (the day of receipt) and first reminders to Belgian consumers that did not leave through this program. */
export interface Notices {
  readonly add: (notice: NewNotice) => NoticeRecord;
  /** Throws a Failure (2) where there is none, or it was cancelled before. */
  readonly cancel: (id: string, day: Day) => NoticeRecord;
  readonly list: (debtor?: DebtorKey) => readonly NoticeRecord[];
}

const SELECT = `
SELECT n.id, d.id AS debtor, n.day, n.by, n.note, n.author, n.noted_on AS noted, n.cancelled_on AS cancelledOn,
  (SELECT json_group_array(i.number ORDER BY i.due, i.number) FROM item i
   WHERE i.key IN (SELECT value FROM json_each(n.items))) AS invoices
FROM notice n JOIN debtor d ON d.key = n.debtor`;

type Row = Omit<NoticeRecord, "id" | "invoices"> & { id: number; invoices: string };
const recordFrom = ({ id, invoices, ...rest }: Row): NoticeRecord => ({
  ...rest,
  id: recordId("N", id),
  invoices: JSON.parse(invoices) as string[],
});

export function noticesOf(db: Database, now: () => Date, events: Events): Notices {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE n.id = ?`);
  const all = db.prepare<{ debtor: number | null }, Row>(
    `${SELECT} WHERE @debtor IS NULL OR n.debtor = @debtor ORDER BY n.id`,
  );
  const insert = db.prepare(
    `INSERT INTO notice (debtor, items, day, by, note, author, noted_on, noted_at)
     VALUES (@debtor, @items, @day, @by, @note, @author, @noted, @at)`,
  );
  const end = db.prepare("UPDATE notice SET cancelled_on = ?, cancelled_at = ? WHERE id = ?");
  const debtorOf = db.prepare<[number], DebtorKey>("SELECT debtor FROM notice WHERE id = ?").pluck();
  const known = (key: number): NoticeRecord => {
    const row = one.get(key);
    if (row === undefined) throw new Error(`notice ${key} is gone`);
    return recordFrom(row);
  };
  const tell = (
    kind: string,
    day: Day,
    key: number,
    data: Readonly<Record<string, string | number>>,
  ): void => {
    const debtor = debtorOf.get(key);
    events.append({
      kind,
      day,
      ...(debtor === undefined ? {} : { debtor }),
      data: { notice: recordId("N", key), ...data },
    });
  };
  return {
    add: atomic(db, ({ items, ...notice }: NewNotice) => {
      const row = { ...notice, items: JSON.stringify(items), at: now().toISOString() };
      const key = Number(insert.run(row).lastInsertRowid);
      tell("notice-noted", notice.noted, key, { day: notice.day, by: notice.by, items: items.length });
      return known(key);
    }),
    cancel: atomic(db, (id: string, day: Day) => {
      const { key, found } = recordOf("N", id, "notice", (each) => one.get(each));
      if (found.cancelledOn !== null) throw alreadyEnded(id, "notice", `cancelled on ${found.cancelledOn}`);
      end.run(day, now().toISOString(), key);
      tell("notice-cancelled", day, key, {});
      return known(key);
    }),
    list: (debtor) => all.all({ debtor: debtor ?? null }).map(recordFrom),
  };
}
