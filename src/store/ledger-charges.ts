import type { Database } from "better-sqlite3";
import { type Notice, reaches } from "../core/consumer-notice.ts";
import type { Cents, ClaimedBefore, Day, ItemKey, OpenItem } from "../core/types.ts";
import type { MovedItems } from "./moved-items.ts";

interface ChargedRow {
  readonly item: ItemKey;
  readonly interest: Cents;
  readonly compensation: Cents;
  readonly until: Day | null;
  readonly day: Day;
}
interface NoticeRow extends Notice {
  readonly items: string;
}

const AMONG = "IN (SELECT value FROM json_each(?))";
/** What was taken back, refused or came back has claimed nothing. */
const COUNTS = `m.debtor ${AMONG} AND m.came_back_on IS NULL
  AND m.state IN ('queued', 'sending', 'committing', 'printed', 'deferred', 'uncertain', 'sent')`;
const CHARGED = `
SELECT c.item, sum(c.interest) AS interest, sum(c.compensation) AS compensation, max(c.until) AS until,
  max(coalesce(m.sent_on, m.planned_on)) AS day
FROM message_charge c JOIN message m ON m.id = c.message
WHERE ${COUNTS}
GROUP BY c.item`;
/** The other parts of invoices whose flat sum was claimed: that part may be paid by now. */
const OTHER_PARTS = `
SELECT DISTINCT other.key
FROM message_charge c JOIN message m ON m.id = c.message JOIN item i ON i.key = c.item
JOIN item other ON other.debtor = i.debtor AND other.number = i.number AND other.issued = i.issued
  AND other.currency = i.currency AND other.key <> i.key
WHERE ${COUNTS} AND c.compensation > 0 AND i.number <> ''`;
const NOTICES = `
SELECT items, day, by FROM notice WHERE cancelled_on IS NULL AND debtor ${AMONG}`;
const FIRST_REMINDERS = `
SELECT json_group_array(mi.item) AS items, m.sent_on AS day, CASE m.channel WHEN 'email' THEN 'email' ELSE 'post' END AS by
FROM first_reminder f JOIN message m ON m.id = f.message JOIN message_item mi ON mi.message = m.id AND mi.role = 'claimed'
WHERE m.debtor ${AMONG} AND m.state = 'sent' AND m.came_back_on IS NULL GROUP BY m.id`;

/** Writes onto items what letters have claimed of them beside the principal, and the notice that the law asks for. */
export function ledgerCharges(
  db: Database,
): (keys: string, moved: MovedItems) => (items: readonly OpenItem[]) => readonly OpenItem[] {
  const charged = db.prepare<[string], ChargedRow>(CHARGED);
  const otherParts = db.prepare<[string], ItemKey>(OTHER_PARTS).pluck();
  const notices = db.prepare<[string], NoticeRow>(NOTICES);
  const reminders = db.prepare<[string], NoticeRow>(FIRST_REMINDERS);
  return (keys, moved) => {
    const claimed = new Map<ItemKey, ClaimedBefore>();
    for (const { item, ...row } of charged.all(keys))
      for (const key of moved.both([item])) claimed.set(key, together(claimed.get(key), row));
    const compensated = new Set(claimed.size === 0 ? [] : moved.both(otherParts.all(keys)));
    const noticed = new Map<ItemKey, Notice[]>();
    for (const { items, day, by } of [...notices.all(keys), ...reminders.all(keys)])
      for (const key of moved.both(JSON.parse(items) as ItemKey[]))
        noticed.set(key, [...(noticed.get(key) ?? []), { day, by }]);
    if (claimed.size === 0 && noticed.size === 0) return (items) => items;
    return (items) =>
      items.map((item) => ({
        ...item,
        charged: claimed.get(item.key) ?? null,
        ...(compensated.has(item.key) ? { compensated: true } : {}),
        notice: firstFor(item, noticed.get(item.key) ?? []),
      }));
  };
}

/** The oldest that could demand the document. */
function firstFor({ due }: OpenItem, notices: readonly Notice[]): Notice | null {
  const counting = notices.filter((notice) => reaches(notice, due));
  return counting.reduce<Notice | null>((a, b) => (a !== null && a.day <= b.day ? a : b), null);
}

/** Of a document that stood under two codes. */
function together(known: ClaimedBefore | undefined, row: Omit<ChargedRow, "item">): ClaimedBefore {
  if (known === undefined) return row;
  const last = (a: Day | null, b: Day | null): Day | null => (a === null || (b !== null && b > a) ? b : a);
  return {
    interest: (known.interest + row.interest) as Cents,
    compensation: (known.compensation + row.compensation) as Cents,
    until: last(known.until, row.until),
    day: known.day >= row.day ? known.day : row.day,
  };
}
