import type { Database } from "better-sqlite3";
import type { Cents, Channel, Currency, Day, DebtorId } from "../core/types.ts";

/** What became of what one message claimed. */
export interface MessageResult {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly scenario: string;
  readonly step: string;
  readonly channel: Channel;
  readonly template: string;
  readonly sentOn: Day;
  readonly currency: Currency;
  readonly claimed: Cents;
  /** Of the documents that it claimed, what is open in the newest balance; never more than was claimed. */
  readonly left: Cents;
}

export interface Results {
  /** Of messages that left, oldest first: of one step, or in a time; both ends included. */
  readonly all: (only: {
    readonly step?: string;
    readonly from?: Day | null;
    readonly to?: Day | null;
  }) => readonly MessageResult[];
}

const RESULTS = `
SELECT m.id, d.id AS debtor, m.scenario, m.step, m.channel, m.template, m.sent_on AS sentOn, m.currency, m.claimed,
  min(m.claimed, coalesce((SELECT sum(min(mi.claimed, CASE i.state WHEN 'open' THEN max(i.open, 0) ELSE 0 END))
    FROM message_item mi JOIN item i ON i.key = coalesce((SELECT max(here) FROM moved_item WHERE gone = mi.item), mi.item) WHERE mi.message = m.id AND mi.role = 'claimed'), 0)) AS "left"
FROM message m JOIN debtor d ON d.key = m.debtor
WHERE m.state = 'sent' AND (@step IS NULL OR m.step = @step)
  AND (@from IS NULL OR m.sent_on >= @from) AND (@to IS NULL OR m.sent_on <= @to)
ORDER BY m.sent_on, m.id`;

export function resultsOf(db: Database): Results {
  const results = db.prepare<{ step: string | null; from: string | null; to: string | null }, MessageResult>(
    RESULTS,
  );
  return {
    all: ({ step = null, from = null, to = null }) => results.all({ step, from, to }),
  };
}
