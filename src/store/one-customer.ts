import type { Database } from "better-sqlite3";
import {
  type CustomerFacts,
  type MovedDocuments,
  type Proposal,
  proposeMerges,
} from "../core/one-customer.ts";
import type { Day } from "../core/types.ts";

/** Codes that may be one customer; `since`: only pairs with a customer who is new since that day. */
export type Proposals = (since?: Day) => readonly Proposal[];

const FACTS = `
SELECT d.id, d.name, d.vat, d.registration, d.postcode, d.first_seen AS firstSeen,
  EXISTS (SELECT 1 FROM item i WHERE i.debtor = d.key AND i.state = 'open') AS owes
FROM debtor d WHERE d.first_seen IS NOT NULL AND d.merged_into IS NULL ORDER BY d.id`;

/** Documents that a balance settled under one code and showed for the first time under another. */
const MOVED = `
WITH gone AS MATERIALIZED (
  SELECT debtor, number, issued, currency, due, settled_on FROM item
  WHERE state = 'settled' AND number <> '' AND settled_on >= @since)
SELECT f.id AS "from", t.id AS "into", count(*) AS documents
FROM gone g JOIN item i ON i.number = g.number AND i.issued = g.issued AND i.currency = g.currency AND i.due IS g.due
  AND i.debtor <> g.debtor AND i.state = 'open'
JOIN snapshot s ON s.id = i.first_snapshot AND s.as_of = g.settled_on
JOIN debtor f ON f.key = g.debtor JOIN debtor t ON t.key = i.debtor
WHERE NOT EXISTS (SELECT 1 FROM item o WHERE o.debtor = g.debtor AND o.state = 'open')
GROUP BY 1, 2 ORDER BY 1, 2`;

export function proposalsOf(db: Database): Proposals {
  return (since) => {
    const rows = db.prepare<[], Omit<CustomerFacts, "owes"> & { owes: number }>(FACTS).all();
    const facts = rows.map(({ owes, ...rest }) => ({ ...rest, owes: owes === 1 }));
    const moved = db.prepare<{ since: string }, MovedDocuments>(MOVED).all({ since: since ?? "" });
    const fresh = new Set(
      facts.filter(({ firstSeen }) => since !== undefined && firstSeen >= since).map(({ id }) => id),
    );
    return proposeMerges(facts, moved, since === undefined ? null : (id) => fresh.has(id));
  };
}
