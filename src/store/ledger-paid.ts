import type { Database } from "better-sqlite3";
import { addDays, daysBetween } from "../core/day.ts";
import type { PaidDocument } from "../core/payer.ts";
import type { Cents, Currency, Day, DebtorKey } from "../core/types.ts";

/** What some debtors have paid, by debtor. */
export type PaidChunk = (debtor: DebtorKey) => readonly PaidDocument[];

const AMONG = "IN (SELECT value FROM json_each(?))";

/** Journals overlap: what several of them show alike was paid once, as often as one of them has it. */
const JOURNALS = `
SELECT debtor, currency, due, paid, amount, max(times) AS times FROM (
  SELECT d.key AS debtor, p.currency, p.number, p.issued, p.due, p.paid, p.amount, count(*) AS times
  FROM debtor d JOIN payment p ON p.debtor_id = d.id JOIN snapshot s ON s.id = p.snapshot AND s.state = 'accepted'
  WHERE d.key ${AMONG} GROUP BY p.snapshot, d.key, p.number, p.currency, p.issued, p.paid, p.amount)
GROUP BY debtor, number, currency, issued, paid, amount`;

const SETTLED = `
SELECT debtor, currency, due, settled_on AS settled, open AS amount FROM item
WHERE state = 'settled' AND type IN ('invoice', 'debit') AND due IS NOT NULL AND open > 0
  -- A document that has moved to another code of the customer was not paid.
  AND key NOT IN (SELECT gone FROM moved_item) AND debtor ${AMONG}
UNION ALL
SELECT i.debtor, i.currency, i.due, s.as_of, (c.before ->> 'open') - (c.after ->> 'open')
FROM item i JOIN change c ON c.item = i.key AND c.kind = 'part-paid' JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted'
WHERE i.type IN ('invoice', 'debit') AND i.due IS NOT NULL AND i.debtor ${AMONG}`;

interface Row {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly due: Day;
  readonly amount: Cents;
}

/**
 * Payments as journals show them; of debtors without any, documents that went from a balance: they were paid between the
 * balance before and that one, so the day in the middle is taken.
 */
export function paidDocuments(db: Database): (keys: string) => PaidChunk {
  const journals = db.prepare<[string], Row & { paid: Day; times: number }>(JOURNALS);
  const settled = db.prepare<[string, string], Row & { settled: Day }>(SETTLED);
  const balances = db
    .prepare<[], Day>("SELECT DISTINCT as_of FROM snapshot WHERE state = 'accepted' ORDER BY as_of")
    .pluck();
  return (keys) => {
    const found = new Map<DebtorKey, PaidDocument[]>();
    const add = (debtor: DebtorKey, document: PaidDocument): void => {
      const list = found.get(debtor);
      if (list === undefined) found.set(debtor, [document]);
      else list.push(document);
    };
    for (const { debtor, currency, due, paid, amount, times } of journals.all(keys))
      for (let nth = 0; nth < times; nth++) add(debtor, { due, paid, amount, currency, sure: true });
    const known = new Set(found.keys());
    const middles = middleDays(balances.all());
    for (const { debtor, currency, due, settled: gone, amount } of settled.all(keys, keys)) {
      if (!known.has(debtor)) add(debtor, { due, paid: middles(gone), amount, currency, sure: false });
    }
    return (debtor) => found.get(debtor) ?? [];
  };
}

/** The day in the middle between a balance and the one before it. */
function middleDays(balances: readonly Day[]): (day: Day) => Day {
  const middles = new Map(
    balances.map((day, at) => {
      const before = balances[at - 1];
      return [day, before === undefined ? day : addDays(before, Math.floor(daysBetween(before, day) / 2))];
    }),
  );
  return (day) => middles.get(day) ?? day;
}
