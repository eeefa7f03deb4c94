import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day, DebtorId } from "../core/types.ts";

/** What became of what one message claimed. */
export interface MessageResult {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly template: string;
  readonly sentOn: Day;
  readonly currency: Currency;
  readonly claimed: Cents;
  /** Of the documents that it claimed, what is open in the newest balance; never more than was claimed. */
  readonly left: Cents;
}

export interface Results {
  /** Of the messages of a step that left, oldest first. */
  readonly of: (step: string) => readonly MessageResult[];
}

const RESULTS = `
SELECT m.id, d.id AS debtor, m.template, m.sent_on AS sentOn, m.currency, m.claimed,
  min(m.claimed, coalesce((SELECT sum(min(mi.claimed, CASE i.state WHEN 'open' THEN max(i.open, 0) ELSE 0 END))
    FROM message_item mi JOIN item i ON i.key = mi.item WHERE mi.message = m.id AND mi.role = 'claimed'), 0)) AS "left"
FROM message m JOIN debtor d ON d.key = m.debtor WHERE m.step = ? AND m.state = 'sent' ORDER BY m.sent_on, m.id`;

export function resultsOf(db: Database): Results {
  const results = db.prepare<[string], MessageResult>(RESULTS);
  return { of: (step) => results.all(step) };
}
