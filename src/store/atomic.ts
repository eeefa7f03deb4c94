import type { Database } from "better-sqlite3";

/** The same function as one transaction that takes the write lock at once; inside another one it joins in. */
export function atomic<A extends unknown[], R>(db: Database, work: (...args: A) => R): (...args: A) => R {
  const transaction = db.transaction((...args: A) => work(...args));
  return (...args) => transaction.immediate(...args);
}
