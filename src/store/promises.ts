import type { Database } from "better-sqlite3";
import type { Cents, Currency, Day, DebtorId, DebtorKey, PromisedItem, PromiseToPay } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export interface NewPromise {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly date: Day;
  readonly amount: Cents;
  readonly items: readonly PromisedItem[];
  readonly credits: Cents;
  /** Who gave it, by which way, and what was said. */
  readonly by: string | null;
  readonly how: string | null;
  readonly note: string | null;
  readonly day: Day;
}

export interface PromiseRecord {
  readonly id: string;
  readonly plan: string | null;
  readonly debtor: DebtorId;
  readonly name: string;
  readonly currency: Currency;
  readonly date: Day;
  readonly amount: Cents;
  readonly paid: Cents;
  /** The documents that it is about. */
  readonly invoices: readonly string[];
  readonly by: string | null;
  readonly how: string | null;
  readonly note: string | null;
  readonly given: Day;
  readonly state: PromiseToPay["state"] | "cancelled";
  /** The day on which it was found kept or broken, or was cancelled. */
  readonly ended: Day | null;
}

export interface Promises {
  readonly give: (promise: NewPromise) => PromiseRecord;
  /** Several dates; all of them or none. */
  readonly plan: (instalments: readonly [NewPromise, ...NewPromise[]]) => {
    readonly id: string;
    readonly promises: readonly PromiseRecord[];
  };
  /** Also one that was found broken: it was none. Throws a Failure (2) where there is none, or it was cancelled before. */
  readonly cancel: (id: string, day: Day) => PromiseRecord;
  /** Cancels what is left of a plan. Throws a Failure (2) where there is none, or nothing is left. */
  readonly cancelPlan: (id: string, day: Day) => readonly PromiseRecord[];
  /** In the order in which they were given. */
  readonly list: (debtor?: DebtorKey) => readonly PromiseRecord[];
  /** Debtors with promises that nothing was found of yet. */
  readonly waitedFor: () => readonly DebtorId[];
  /** Keeps what a balance was found to show. */
  readonly decide: (
    found: readonly PromiseToPay[],
    at: { readonly debtor: DebtorKey; readonly snapshot: number; readonly day: Day },
  ) => void;
}

/** What a decision says while the balance counts on which it rests. */
export const RESTS = "(s.state = 'accepted')";

const SELECT = `
SELECT p.id, p.plan, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, p.currency, p.date, p.amount,
  CASE WHEN ${RESTS} THEN p.paid ELSE 0 END AS paid, p.by_name AS "by", p.how, p.note, p.given_on AS given,
  CASE WHEN p.cancelled_on IS NOT NULL THEN 'cancelled' WHEN ${RESTS} THEN p.state ELSE 'open' END AS state,
  coalesce(p.cancelled_on, CASE WHEN ${RESTS} THEN p.decided_on END) AS ended,
  (SELECT json_group_array(i.number ORDER BY i.due, i.number) FROM item i
   WHERE i.key IN (SELECT value ->> 0 FROM json_each(p.items) WHERE value ->> 2 = 1)) AS invoices
FROM promise p JOIN debtor d ON d.key = p.debtor LEFT JOIN snapshot s ON s.id = p.snapshot`;

type Row = Omit<PromiseRecord, "id" | "plan" | "invoices"> & {
  id: number;
  plan: number | null;
  invoices: string;
};
const recordFrom = ({ id, plan, invoices, ...rest }: Row): PromiseRecord => ({
  ...rest,
  id: recordId("P", id),
  plan: plan === null ? null : recordId("I", plan),
  invoices: JSON.parse(invoices) as string[],
});

function statements(db: Database) {
  return {
    one: db.prepare<[number], Row>(`${SELECT} WHERE p.id = ?`),
    all: db.prepare<{ debtor: number | null }, Row>(
      `${SELECT} WHERE @debtor IS NULL OR p.debtor = @debtor ORDER BY p.id`,
    ),
    ofPlan: db.prepare<[number], Row>(`${SELECT} WHERE p.plan = ? ORDER BY p.date, p.id`),
    insert: db.prepare(
      `INSERT INTO promise (plan, debtor, currency, date, amount, items, credits, by_name, how, note, given_on, given_at)
       VALUES (@plan, @debtor, @currency, @date, @amount, @items, @credits, @by, @how, @note, @day, @at)`,
    ),
    insertPlan: db.prepare("INSERT INTO instalments (debtor, given_on, given_at) VALUES (?, ?, ?)"),
    end: db.prepare("UPDATE promise SET cancelled_on = ?, cancelled_at = ? WHERE id = ?"),
    decide: db.prepare(
      `UPDATE promise SET state = @state, paid = @paid, decided_on = @decided, cycle = @cycle, snapshot = @snapshot
       WHERE id = @key AND cancelled_on IS NULL`,
    ),
    debtorOf: db.prepare<[number], DebtorKey>("SELECT debtor FROM promise WHERE id = ?").pluck(),
    waitedFor: db
      .prepare<[], DebtorId>(
        `SELECT DISTINCT d.id FROM promise p JOIN debtor d ON d.key = p.debtor LEFT JOIN snapshot s ON s.id = p.snapshot
         WHERE p.cancelled_on IS NULL AND (p.state = 'open' OR NOT coalesce(${RESTS}, 0)) ORDER BY d.id`,
      )
      .pluck(),
  };
}

export function promisesOf(db: Database, now: () => Date, events: Events): Promises {
  const sql = statements(db);
  const known = (key: number): PromiseRecord => {
    const row = sql.one.get(key);
    if (row === undefined) throw new Error(`promise ${key} is gone`);
    return recordFrom(row);
  };

  const giveIn = (plan: number | null, { items, ...rest }: NewPromise): PromiseRecord => {
    const list = JSON.stringify(items.map(({ key, open, meant }) => [key, open, meant ? 1 : 0]));
    const at = now().toISOString();
    const key = Number(sql.insert.run({ ...rest, plan, items: list, at }).lastInsertRowid);
    const { debtor, currency, date, amount, day } = rest;
    const within = plan === null ? {} : { plan: recordId("I", plan) };
    const data = { promise: recordId("P", key), ...within, currency, amount, date };
    events.append({ kind: "promise-given", day, debtor, data });
    return known(key);
  };
  const plan: Promises["plan"] = (instalments) => {
    const [{ debtor, day }] = instalments;
    const key = Number(sql.insertPlan.run(debtor, day, now().toISOString()).lastInsertRowid);
    return { id: recordId("I", key), promises: instalments.map((each) => giveIn(key, each)) };
  };
  const end = (key: number, day: Day): PromiseRecord => {
    sql.end.run(day, now().toISOString(), key);
    const debtor = sql.debtorOf.get(key);
    const data = { promise: recordId("P", key) };
    events.append({ kind: "promise-cancelled", day, ...(debtor === undefined ? {} : { debtor }), data });
    return known(key);
  };
  const cancel = (id: string, day: Day): PromiseRecord => {
    const { key, found } = recordOf("P", id, "promise", (each) => sql.one.get(each));
    if (found.state === "cancelled") throw alreadyEnded(id, "promise", `cancelled on ${found.ended}`);
    return end(key, day);
  };
  const cancelPlan: Promises["cancelPlan"] = (id, day) => {
    const { found } = recordOf("I", id, "instalment plan", (key) => {
      const rows = sql.ofPlan.all(key);
      return rows.length === 0 ? undefined : rows;
    });
    const left = found.filter(({ state }) => state === "open");
    if (left.length === 0) throw alreadyEnded(id, "instalment plan", "no instalment is left");
    return left.map((each) => end(each.id, day));
  };
  const decide: Promises["decide"] = (found, { debtor, snapshot, day }) => {
    for (const { id, state, paid, decided, cycle } of found) {
      sql.decide.run({ key: Number(id.slice(1)), state, paid, decided, cycle, snapshot });
      events.append({ kind: `promise-${state}`, day, debtor, snapshot, data: { promise: id, paid } });
    }
  };
  return {
    give: atomic(db, (promise: NewPromise) => giveIn(null, promise)),
    plan: atomic(db, plan),
    cancel: atomic(db, cancel),
    cancelPlan: atomic(db, cancelPlan),
    list: (debtor) => sql.all.all({ debtor: debtor ?? null }).map(recordFrom),
    waitedFor: () => sql.waitedFor.all(),
    decide: atomic(db, decide),
  };
}
