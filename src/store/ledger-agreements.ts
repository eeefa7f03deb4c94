import type { Database } from "better-sqlite3";
import type {
  Agreements,
  Cents,
  Contact,
  Currency,
  Day,
  DebtorKey,
  Dispute,
  Hold,
  ItemKey,
  OpenItem,
  PromiseToPay,
} from "../core/types.ts";
import { type MovedItems, movedItemsOf } from "./moved-items.ts";
import { RESTS } from "./promises.ts";
import { recordId } from "./record-id.ts";

/** What persons settled with, and said to, a few hundred debtors; holds for everybody are in each. */
export interface AgreementsChunk {
  readonly of: (debtor: DebtorKey, currency: Currency, items: readonly OpenItem[]) => Agreements;
  readonly contacts: (debtor: DebtorKey, currency: Currency) => readonly Contact[];
  /** Currencies in which something was promised. */
  readonly promisedIn: (debtor: DebtorKey) => readonly Currency[];
}

interface HoldRow {
  readonly debtor: DebtorKey | null;
  readonly id: number;
  readonly items: string | null;
  readonly since: Day;
  readonly until: Day | null;
}
interface DisputeRow {
  readonly debtor: DebtorKey;
  readonly id: number;
  readonly items: string;
  readonly amount: Cents | null;
  readonly opened: Day;
  readonly accepted: Cents | null;
  readonly deducted: number;
}
interface PromiseRow extends Omit<PromiseToPay, "id" | "plan" | "items"> {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly id: number;
  readonly plan: number | null;
  readonly items: string;
}
interface LogRow {
  readonly debtor: DebtorKey;
  readonly kind: "call" | "visit" | "video" | "email" | "letter";
  readonly day: Day;
  readonly dossiers: string;
}

const AMONG = "IN (SELECT value FROM json_each(?))";
const HOLDS = `
SELECT debtor, id, items, since, until FROM hold WHERE released_on IS NULL AND (debtor IS NULL OR debtor ${AMONG}) ORDER BY id`;
const DISPUTES = `
SELECT debtor, id, items, amount, opened_on AS opened, CASE outcome WHEN 'accepted' THEN open_then END AS accepted,
  outcome = 'accepted' AND amount IN (
    SELECT sum((c.before ->> 'open') - (c.after ->> 'open')) FROM change c JOIN snapshot s ON s.id = c.snapshot
    WHERE c.item IN (SELECT value FROM json_each(dispute.items)) AND s.state IN ('accepted', 'replaced') AND s.imported_at >= dispute.closed_at
    GROUP BY c.snapshot) AS deducted
FROM dispute WHERE outcome IS NOT 'rejected' AND debtor ${AMONG} ORDER BY id`;
const PROMISES = `
SELECT p.debtor, p.currency, p.id, p.plan, p.date, p.amount, p.items, p.credits, p.given_on AS given,
  CASE WHEN ${RESTS} THEN p.state ELSE 'open' END AS state, CASE WHEN ${RESTS} THEN p.paid ELSE 0 END AS paid,
  CASE WHEN ${RESTS} THEN p.decided_on END AS decided, CASE WHEN ${RESTS} THEN p.cycle END AS cycle
FROM promise p LEFT JOIN snapshot s ON s.id = p.snapshot WHERE p.cancelled_on IS NULL AND p.debtor ${AMONG} ORDER BY p.id`;
const LOG = `
SELECT debtor, kind, day, dossiers FROM log_entry WHERE spoken = 1 AND undone_on IS NULL AND debtor ${AMONG} ORDER BY id`;

const SINCE = `
SELECT 1 FROM message m WHERE m.id = @message AND (
  EXISTS (SELECT 1 FROM hold h WHERE h.released_on IS NULL AND h.set_at >= m.queued_at AND (h.debtor IS NULL OR h.debtor = m.debtor))
  OR EXISTS (SELECT 1 FROM dispute t WHERE t.outcome IS NOT 'rejected' AND t.opened_at >= m.queued_at AND t.debtor = m.debtor)
  OR EXISTS (SELECT 1 FROM promise p WHERE p.cancelled_on IS NULL AND p.given_at >= m.queued_at AND p.debtor = m.debtor))`;

/** Whether something was settled with a message's debtor after the message was queued; in doubt: yes. */
export function agreedSince(db: Database): (message: string) => boolean {
  const since = db.prepare<{ message: string }>(SINCE);
  return (message) => since.get({ message }) !== undefined;
}

const keysIn = (text: string): ItemKey[] => JSON.parse(text) as ItemKey[];

function holdOf({ id, items, since, until }: HoldRow, moved: MovedItems): Hold {
  return { id: recordId("H", id), items: items === null ? null : moved.both(keysIn(items)), since, until };
}

function disputeOf(
  { id, items, amount, opened, accepted, deducted }: DisputeRow,
  moved: MovedItems,
): Dispute {
  const about = moved.both(keysIn(items));
  return { id: recordId("D", id), items: about, amount, opened, accepted, deducted: deducted === 1 };
}

function promiseOf(
  { debtor: _debtor, currency: _currency, id, plan, items, ...rest }: PromiseRow,
  openOne: (key: ItemKey) => ItemKey,
): PromiseToPay {
  const list = JSON.parse(items) as [ItemKey, Cents, number][];
  return {
    ...rest,
    id: recordId("P", id),
    plan: plan === null ? null : recordId("I", plan),
    items: list.map(([key, open, meant]) => ({ key: openOne(key), open, meant: meant === 1 })),
  };
}

/** What was said or written by hand: a contact that no step stands behind. */
function contactOf(kind: LogRow["kind"], day: Day, cycle: number, items: readonly ItemKey[]): Contact {
  return {
    scenario: "",
    step: kind,
    level: null,
    channel: kind === "video" ? "call" : kind,
    day,
    deadline: null,
    finalWarning: false,
    formalNotice: false,
    cycle,
    automatic: false,
    items,
  };
}

function byDebtor<T extends { readonly debtor: DebtorKey | null }>(
  rows: readonly T[],
): ReadonlyMap<DebtorKey, T[]> {
  const groups = new Map<DebtorKey, T[]>();
  for (const row of rows) {
    if (row.debtor === null) continue;
    const group = groups.get(row.debtor);
    if (group === undefined) groups.set(row.debtor, [row]);
    else group.push(row);
  }
  return groups;
}

const NOTHING: Agreements = { holds: [], disputes: [], promises: [] };

export function ledgerAgreements(db: Database): (keys: string) => AgreementsChunk {
  const holds = db.prepare<[string], HoldRow>(HOLDS);
  const disputes = db.prepare<[string], DisputeRow>(DISPUTES);
  const promises = db.prepare<[string], PromiseRow>(PROMISES);
  const log = db.prepare<[string], LogRow>(LOG);
  const movedNow = movedItemsOf(db);
  return (keys) => {
    const moved = movedNow();
    const held = holds.all(keys);
    const contested = byDebtor(disputes.all(keys));
    const promised = byDebtor(promises.all(keys));
    const said = byDebtor(log.all(keys));
    const general = held.filter(({ debtor }) => debtor === null).map((row) => holdOf(row, moved));
    const own = byDebtor(held);
    const everybody: Agreements = general.length === 0 ? NOTHING : { ...NOTHING, holds: general };
    return {
      of: (debtor, currency, items) => {
        if (!own.has(debtor) && !contested.has(debtor) && !promised.has(debtor)) return everybody;
        const keysOf = new Set(items.map(({ key }) => key));
        const touches = ({ items: list }: { items: readonly ItemKey[] | null }): boolean =>
          list === null || list.some((key) => keysOf.has(key));
        return {
          holds: [...general, ...(own.get(debtor) ?? []).map((row) => holdOf(row, moved)).filter(touches)],
          disputes: (contested.get(debtor) ?? []).map((row) => disputeOf(row, moved)).filter(touches),
          promises: (promised.get(debtor) ?? [])
            .filter((row) => row.currency === currency)
            .map((row) => promiseOf(row, (key) => moved.openOne(key, (each) => keysOf.has(each)))),
        };
      },
      contacts: (debtor, currency) =>
        (said.get(debtor) ?? []).flatMap(({ kind, day, dossiers }) =>
          (JSON.parse(dossiers) as [Currency, number, ItemKey[]][])
            .filter(([where]) => where === currency)
            .map(([, cycle, items]) => contactOf(kind, day, cycle, items)),
        ),
      promisedIn: (debtor) => (promised.get(debtor) ?? []).map((row) => row.currency),
    };
  };
}
