import type { Database } from "better-sqlite3";
import { later } from "../core/day.ts";
import type { Currency, Day, DebtorId, DebtorKey, Doubt, RejectedRow, SnapshotInfo } from "../core/types.ts";

export type SnapshotState = "accepted" | "held" | "superseded" | "replaced" | "undone";

/** One import, as the store remembers it. */
export interface SnapshotRecord {
  readonly id: number;
  readonly kind: SnapshotInfo["kind"];
  /** Names, for people. */
  readonly file: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly sha256: string;
  readonly asOf: Day;
  readonly refreshedOn: Day | null;
  readonly importedAt: string;
  readonly state: SnapshotState;
  readonly hold: readonly string[];
  readonly previous: number | null;
  readonly replaces: number | null;
  /** How the file was read, and what the user said: enough to read it again. */
  readonly profile: unknown;
  readonly options: unknown;
  /** What the reader told, and the counts of what was done with it. */
  readonly report: Readonly<Record<string, unknown>>;
}

export interface Snapshots {
  /** Newest first. */
  readonly list: () => readonly SnapshotRecord[];
  readonly get: (id: number) => SnapshotRecord | null;
  /** The balance that counts; null before the first one. */
  readonly newest: () => SnapshotRecord | null;
  readonly info: () => SnapshotInfo | null;
  /** Rows that could not be read, in the order of the file. */
  readonly rejected: (id: number) => readonly RejectedRow[];
  /** Debtors whose balance it is not sure of. */
  readonly doubts: (id: number) => readonly Doubt[];
  /** Whether a dossier may look different now from what a plan on an earlier balance saw; in doubt: yes. */
  readonly changedSince: (id: number, debtor: DebtorKey, currency: Currency) => boolean;
}

const COLUMNS = `id, kind, file, files, sha256, as_of AS asOf, refreshed_on AS refreshedOn, imported_at AS importedAt,
  state, hold, previous, replaces, profile, options, report`;

type Row = Omit<SnapshotRecord, "files" | "hold" | "profile" | "options" | "report"> &
  Readonly<Record<"files" | "hold" | "profile" | "options" | "report", string>>;

const record = (row: Row): SnapshotRecord => ({
  ...row,
  files: JSON.parse(row.files) as SnapshotRecord["files"],
  hold: JSON.parse(row.hold) as string[],
  profile: JSON.parse(row.profile) as unknown,
  options: JSON.parse(row.options) as unknown,
  report: JSON.parse(row.report) as SnapshotRecord["report"],
});

export function snapshotsOf(db: Database): Snapshots {
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM snapshot ORDER BY id DESC`);
  const one = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM snapshot WHERE id = ?`);
  const newest = db.prepare<[], Row>(
    `SELECT ${COLUMNS} FROM snapshot WHERE state = 'accepted' ORDER BY as_of DESC, id DESC LIMIT 1`,
  );
  const held = db.prepare<[], number>("SELECT max(id) FROM snapshot WHERE state = 'held'").pluck();
  const rejected = db.prepare<[number], Omit<RejectedRow, "debtor"> & { debtor: DebtorId | null }>(
    `SELECT line, field AS "column", value, reason, fix, debtor_id AS debtor
     FROM rejected_row WHERE snapshot = ? ORDER BY line, rowid`,
  );
  const doubts = db.prepare<[number], Doubt>(
    "SELECT debtor_id AS debtor, code, reason FROM doubt WHERE snapshot = ? ORDER BY debtor_id, rowid",
  );
  const touched = db.prepare<{ id: number; counts: number; debtor: DebtorKey; currency: Currency }>(`
    SELECT 1 FROM item i WHERE i.debtor = @debtor AND i.currency = @currency AND (i.first_snapshot > @id
      OR EXISTS (SELECT 1 FROM change c WHERE c.item = i.key AND c.snapshot > @id))
    UNION ALL
    SELECT 1 FROM rejected_row r JOIN debtor d ON d.id = r.debtor_id WHERE r.snapshot = @counts AND d.key = @debtor
    UNION ALL
    SELECT 1 FROM doubt r JOIN debtor d ON d.id = r.debtor_id WHERE r.snapshot = @counts AND d.key = @debtor
    LIMIT 1`);
  const newestRecord = (): SnapshotRecord | null => {
    const row = newest.get();
    return row === undefined ? null : record(row);
  };
  return {
    list: () => all.all().map(record),
    get: (id) => {
      const row = one.get(id);
      return row === undefined ? null : record(row);
    },
    newest: newestRecord,
    info: () => {
      const found = newestRecord();
      if (found === null) return null;
      const { id, kind, asOf, refreshedOn } = found;
      return {
        id,
        kind,
        asOf: refreshedOn === null ? asOf : later(asOf, refreshedOn),
        newerOnHold: held.get() ?? null,
      };
    },
    rejected: (id) => rejected.all(id),
    doubts: (id) => doubts.all(id),
    changedSince: (id, debtor, currency) => {
      const seen = one.get(id);
      // Taken back or replaced since: what the plan saw does not count any more.
      if (seen?.state !== "accepted") return true;
      const counts = newestRecord()?.id ?? 0;
      return counts !== id && touched.get({ id, counts, debtor, currency }) !== undefined;
    },
  };
}
