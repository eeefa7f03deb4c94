import type { Database } from "better-sqlite3";

/**
 * The same function as one transaction that takes the write lock at once. Inside another one it joins in, and what throws
 * must end that one too: a savepoint would copy every page that is touched.
 */
export function atomic<A extends unknown[], R>(db: Database, work: (...args: A) => R): (...args: A) => R {
  const transaction = db.transaction((...args: A) => work(...args));
  return (...args) => (db.inTransaction ? work(...args) : transaction.immediate(...args));
}

class TakenBack extends Error {}

/** Does the work whole, or with `dryRun` does it and takes it back: a preview that cannot differ. */
export function tried<T>(db: Database, dryRun: boolean, work: () => T): T {
  if (!dryRun) return atomic(db, work)();
  const results: T[] = [];
  try {
    db.transaction(() => {
      results.push(work());
      throw new TakenBack();
    })();
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  const [result] = results as [T];
  return result;
}
