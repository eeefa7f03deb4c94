import type { Database } from "better-sqlite3";

/**
 * Document numbers that more than one debtor has, in capitals and with a hyphen for what no file name can hold: a copy that
 * is found by such a number could be somebody else's.
 */
export type SharedNumbers = () => ReadonlySet<string>;

export function sharedNumbers(db: Database): SharedNumbers {
  const shared = db
    .prepare<[], string>(
      `SELECT upper(replace(replace(replace(number, '/', '-'), '\\', '-'), ':', '-')) AS spelt FROM item WHERE number <> ''
       GROUP BY spelt HAVING count(DISTINCT debtor) > 1`,
    )
    .pluck();
  return () => new Set(shared.all());
}
