import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day, DebtorKey, ItemKey, ItemType, OpenItem, PaidOff } from "../core/types.ts";

interface Row {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly seen: Day;
  readonly key: ItemKey;
  readonly number: string;
  readonly type: ItemType;
  readonly issued: Day | "";
  readonly due: Day | null;
  readonly original: Cents | null;
  readonly paid: number;
}

/**
 * What reminders of a cycle had claimed that a balance has ended. Not paid: what is not settled or has moved to another
 * code, or what was disputed, unless that was rejected: a credit note may have settled it. Nor is all paid where letters
 * have claimed interest or compensation, or a credit note went with the items.
 */
const PAID_OFF = `
WITH ended AS (
  SELECT c.debtor, c.currency, c.cycle_before AS cycle, c.snapshot, s.as_of AS seen
  FROM dossier d JOIN dossier_change c ON c.debtor = d.debtor AND c.currency = d.currency AND c.cycle_after = d.cycle
  JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted'
  WHERE d.debtor IN (SELECT value FROM json_each(?)) AND c.cycle_after > c.cycle_before)
SELECT DISTINCT e.debtor, e.currency, e.seen, i.key, i.number, i.type, i.issued, i.due, i.original,
  i.state = 'settled' AND i.mark IS NOT 'disputed' AND i.type IN ('invoice', 'debit') AND i.key NOT IN (SELECT gone FROM moved_item)
  AND NOT EXISTS (SELECT 1 FROM dispute t WHERE t.debtor = e.debtor AND t.outcome IS NOT 'rejected'
    AND i.key IN (SELECT value FROM json_each(t.items)))
  AND NOT EXISTS (SELECT 1 FROM message_charge c JOIN message o ON o.id = c.message
    WHERE o.debtor = e.debtor AND o.currency = e.currency AND o.cycle = e.cycle AND o.state = 'sent'
    AND o.came_back_on IS NULL AND c.interest + c.compensation > 0)
  AND NOT EXISTS (SELECT 1 FROM change h JOIN item n ON n.key = h.item
    WHERE h.snapshot = e.snapshot AND n.debtor = e.debtor AND n.currency = e.currency AND n.type = 'credit-note') AS paid
FROM ended e
JOIN message m ON m.debtor = e.debtor AND m.currency = e.currency AND m.cycle = e.cycle
  AND m.state = 'sent' AND m.came_back_on IS NULL AND m.level IS NOT NULL
JOIN message_item mi ON mi.message = m.id AND mi.role = 'claimed'
JOIN item i ON i.key = mi.item
ORDER BY e.debtor, e.currency, i.key`;

const itemOf = ({ key, number, type, issued, due, original, currency }: Row): OpenItem => ({
  key,
  number,
  type,
  issued: issued === "" ? null : issued,
  due,
  dueDerived: false,
  original,
  open: 0 as Cents,
  currency,
  disputed: 0 as Cents,
  promised: 0 as Cents,
  excluded: null,
  sent: true,
  level: 0,
  courtesyFor: null,
  charged: null,
  notice: null,
});

/** By dossier, where all of it is paid. */
export function ledgerPaidOff(
  db: Database,
): (keys: string, nameOf: (debtor: number, currency: string) => string) => ReadonlyMap<string, PaidOff> {
  const rows = db.prepare<[string], Row>(PAID_OFF);
  return (keys, nameOf) => {
    const found = new Map<string, { seen: Day; items: OpenItem[]; paid: boolean }>();
    for (const row of rows.all(keys)) {
      const name = nameOf(row.debtor, row.currency);
      const known = found.get(name) ?? { seen: row.seen, items: [], paid: true };
      found.set(name, { ...known, items: [...known.items, itemOf(row)], paid: known.paid && row.paid === 1 });
    }
    return new Map([...found].filter(([, { paid }]) => paid));
  };
}
