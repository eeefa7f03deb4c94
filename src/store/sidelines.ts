import type { Database } from "better-sqlite3";
import type { Doubt, IncomingPayment, RejectedRow } from "../core/types.ts";
import { canonicalIds } from "./aliases.ts";

/** What an import brings beside its items: kept with the snapshot, whether that counts or not. */
export interface Sidelines {
  readonly reject: (row: RejectedRow) => void;
  readonly doubt: (doubt: Doubt) => void;
  readonly paid: (payment: IncomingPayment) => void;
  readonly restart: () => void;
}

export function sidelines(db: Database, snapshot: number): Sidelines {
  const rejected = db.prepare(
    "INSERT INTO rejected_row (snapshot, line, field, value, reason, fix, debtor_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const doubtful = db.prepare("INSERT INTO doubt (snapshot, debtor_id, code, reason) VALUES (?, ?, ?, ?)");
  const payment = db.prepare(
    `INSERT INTO payment (snapshot, debtor_id, number, currency, issued, due, paid, amount)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const canonical = canonicalIds(db);
  return {
    reject: ({ line, column, value, reason, fix, debtor }) => {
      rejected.run(snapshot, line, column, value, reason, fix, debtor === null ? null : canonical(debtor));
    },
    doubt: ({ debtor, code, reason }) => {
      doubtful.run(snapshot, canonical(debtor), code, reason);
    },
    paid: ({ debtor, number, currency, issued, due, paid, amount }) => {
      payment.run(snapshot, canonical(debtor), number, currency, issued, due, paid, amount);
    },
    restart: () => {
      for (const table of ["rejected_row", "doubt", "payment"])
        db.prepare(`DELETE FROM ${table} WHERE snapshot = ?`).run(snapshot);
    },
  };
}
