import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day } from "../core/types.ts";

/** What persons settled with a debtor, or said; `id` is the record's. */
export interface PeopleEntry {
  readonly kind: "hold" | "dispute" | "promise" | "log";
  readonly day: Day;
  readonly id: string;
  /** set, released; opened, accepted, rejected; given, kept, partly-kept, broken, cancelled; call, visit, note ... */
  readonly what: string;
  readonly amount: Cents | null;
  readonly currency: Currency | null;
  /** The last day of a hold, the date of a promise, the day of a next step. */
  readonly date: Day | null;
  /** Reason, outcome, note: a text for people. */
  readonly text: string | null;
}

const ENTRIES = `
SELECT 'hold' AS kind, since AS day, 'H' || id AS id, 'set' AS what, NULL AS amount, NULL AS currency, until AS date, reason AS text,
  set_at AS at FROM hold WHERE debtor = @debtor
UNION ALL SELECT 'hold', released_on, 'H' || id, 'released', NULL, NULL, NULL, NULL, released_at FROM hold
  WHERE debtor = @debtor AND released_on IS NOT NULL
UNION ALL SELECT 'dispute', opened_on, 'D' || id, 'opened', amount, currency, expected, concat_ws(': ', reason, note), opened_at FROM dispute
  WHERE debtor = @debtor
UNION ALL SELECT 'dispute', closed_on, 'D' || id, outcome, amount, currency, NULL, NULL, closed_at FROM dispute
  WHERE debtor = @debtor AND outcome IS NOT NULL
UNION ALL SELECT 'promise', given_on, 'P' || id, 'given', amount, currency, date, concat_ws(': ', by_name, note), given_at FROM promise
  WHERE debtor = @debtor
UNION ALL SELECT 'promise', cancelled_on, 'P' || id, 'cancelled', amount, currency, date, NULL, cancelled_at FROM promise
  WHERE debtor = @debtor AND cancelled_on IS NOT NULL
UNION ALL SELECT 'promise', p.decided_on, 'P' || p.id, p.state, p.paid, p.currency, p.date, NULL, '~'
  FROM promise p JOIN snapshot s ON s.id = p.snapshot AND s.state = 'accepted' WHERE p.debtor = @debtor AND p.cancelled_on IS NULL
UNION ALL SELECT 'log', undone_on, 'L' || id, kind || ' taken back', NULL, NULL, NULL, NULL, undone_at FROM log_entry
  WHERE debtor = @debtor AND undone_on IS NOT NULL
UNION ALL SELECT 'log', day, 'L' || id, kind, NULL, NULL, next_on,
  nullif(concat_ws(', ', outcome, cause, 'with ' || person, 'next: ' || next, note), ''), at FROM log_entry WHERE debtor = @debtor
ORDER BY 2, 9`;

/** Oldest first. */
export function peopleHistory(db: Database): (debtor: number) => readonly PeopleEntry[] {
  const entries = db.prepare<{ debtor: number }, PeopleEntry & { at: string }>(ENTRIES);
  return (debtor) => entries.all({ debtor }).map(({ at: _at, ...entry }) => entry);
}
