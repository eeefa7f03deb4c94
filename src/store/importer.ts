import type { Database } from "better-sqlite3";
import type { Day, IncomingItem, RejectedRow } from "../core/types.ts";
import { applyItems, hashChanges, type ItemCounts } from "./apply.ts";
import { type AppliedDebtors, applyDebtors, type DebtorCounts } from "./apply-debtors.ts";
import { compareSnapshots, findGone, type StoreComparison } from "./comparison.ts";
import { type KeptFile, keepContent } from "./content.ts";
import type { Events } from "./events.ts";
import { assignOrdinals, sumClaims } from "./matching.ts";
import type { SnapshotRecord } from "./snapshots.ts";
import { createStaging } from "./staging.ts";
import { takeBack } from "./undo.ts";

/** Where a reader of balances puts its rows. Synchronous, for speed. */
export interface Sink {
  readonly item: (row: IncomingItem) => void;
  readonly reject: (row: RejectedRow) => void;
  /** Forgets all rows: the file is read again from its start. */
  readonly restart: () => void;
}

/** Reason codes; empty: the snapshot may be used. */
export type Decide = (comparison: StoreComparison) => readonly string[];

export interface ImportResult {
  readonly id: number;
  readonly state: "accepted" | "held" | "unchanged";
  readonly hold: readonly string[];
  readonly asOf: Day;
  /** Of a snapshot on hold: what it would do. */
  readonly items: ItemCounts;
  readonly debtors: DebtorCounts;
  /** Values of master data that could not be used: the first ones, and how many. */
  readonly ignored: AppliedDebtors["ignored"];
  /** The snapshot of the same day whose place this one took. */
  readonly replaced: number | null;
  /** The day up to which the same balance is true, where `--refresh` said so. */
  readonly refreshed: Day | null;
}

export interface Importer extends Sink {
  readonly state: "reading";
  readonly id: number;
  /**
   * Compares, asks `decide`, applies or puts on hold, commits. `report` is what the reader has to tell (JSON): kept.
   * Throws a Failure (65) where the file has changed since it was read. After any error nothing has happened.
   */
  readonly finish: (report: Readonly<Record<string, unknown>>, decide: Decide) => Promise<ImportResult>;
  /** Gives up: nothing has happened. */
  readonly abort: () => void;
}

export interface Importing {
  readonly db: Database;
  readonly events: Events;
  /** Its row is there, inside the open transaction. */
  readonly snapshot: {
    readonly id: number;
    readonly asOf: Day;
    readonly sha256: string;
    readonly kind: string;
  };
  readonly newest: SnapshotRecord | null;
  /** Files whose bytes are to be kept; none where they are kept already. */
  readonly files: readonly KeptFile[];
  /** The day under which events are recorded. */
  readonly day: Day;
  /** Everything is done and taken back. */
  readonly dryRun: boolean;
}

interface Applied {
  readonly items: ItemCounts;
  readonly debtors: AppliedDebtors;
}

/** Stages, matches and applies one snapshot inside one transaction that the caller has opened. */
export function createImporter(importing: Importing): Importer {
  const { db, events, snapshot, newest, day, dryRun } = importing;
  const { id, asOf } = snapshot;
  const staging = createStaging(db);
  const insertRejected = db.prepare(
    "INSERT INTO rejected_row (snapshot, line, field, value, reason, fix, debtor_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  let stopped = false;
  const kept = keepContent(db, id, importing.files, () => stopped);
  // Awaited in `finish`; until then a failure must not end the process.
  kept.catch(() => undefined);

  const replaced = newest !== null && newest.asOf === asOf ? newest : null;

  const compare = (): StoreComparison => {
    staging.complete();
    sumClaims(db);
    assignOrdinals(db);
    findGone(db, id);
    return compareSnapshots(db, id, { asOf, previous: newest?.asOf ?? null });
  };
  const apply = (): Applied => {
    if (replaced !== null) {
      takeBack(db, replaced.id);
      assignOrdinals(db);
      findGone(db, id);
    }
    const debtors = applyDebtors(db, id, asOf);
    return { debtors, items: applyItems(db, id, asOf) };
  };

  const settle = (
    hold: readonly string[],
    applied: Applied,
    report: Readonly<Record<string, unknown>>,
  ): void => {
    const held = hold.length > 0;
    const previous = held
      ? (newest?.id ?? null)
      : replaced === null
        ? (newest?.id ?? null)
        : replaced.previous;
    const state = held ? "held" : "accepted";
    const result = { ...report, items: applied.items, debtors: applied.debtors.counts };
    db.prepare("UPDATE snapshot SET state = 'superseded' WHERE state = 'held' AND id <> ?").run(id);
    if (!held && replaced !== null) {
      db.prepare("UPDATE snapshot SET state = 'replaced' WHERE id = ?").run(replaced.id);
    }
    db.prepare(
      "UPDATE snapshot SET state = ?, hold = ?, previous = ?, replaces = ?, report = ? WHERE id = ?",
    ).run(
      state,
      JSON.stringify(hold),
      previous,
      held ? null : (replaced?.id ?? null),
      JSON.stringify(result),
      id,
    );
    const data = {
      file: snapshot.sha256,
      kind: snapshot.kind,
      asOf,
      items: { ...applied.items },
      debtors: { ...applied.debtors.counts },
      rejected: Number(db.prepare("SELECT count(*) FROM rejected_row WHERE snapshot = ?").pluck().get(id)),
    };
    events.append(
      held
        ? { kind: "import-held", day, snapshot: id, data: { ...data, hold } }
        : {
            kind: "import-accepted",
            day,
            snapshot: id,
            data: { ...data, replaces: replaced?.id ?? null, changes: hashChanges(db, id) },
          },
    );
  };

  const finish = (report: Readonly<Record<string, unknown>>, decide: Decide): ImportResult => {
    const comparison = compare();
    db.exec("SAVEPOINT applied");
    const applied = apply();
    const hold = decide(comparison);
    // What a snapshot on hold would do is known by now, and taken back.
    if (hold.length > 0) db.exec("ROLLBACK TO applied");
    db.exec("RELEASE applied");
    settle(hold, applied, report);
    staging.drop();
    db.exec(dryRun ? "ROLLBACK" : "COMMIT");
    return {
      id,
      state: hold.length > 0 ? "held" : "accepted",
      hold,
      asOf,
      items: applied.items,
      debtors: applied.debtors.counts,
      ignored: applied.debtors.ignored,
      replaced: hold.length > 0 ? null : (replaced?.id ?? null),
      refreshed: null,
    };
  };
  const abort = (): void => {
    stopped = true;
    if (db.inTransaction) db.exec("ROLLBACK");
  };

  return {
    state: "reading",
    id,
    item: staging.item,
    reject: ({ line, column, value, reason, fix, debtor }) => {
      insertRejected.run(id, line, column, value, reason, fix, debtor);
    },
    restart: () => {
      staging.restart();
      db.prepare("DELETE FROM rejected_row WHERE snapshot = ?").run(id);
    },
    finish: async (report, decide) => {
      try {
        await kept;
        return finish(report, decide);
      } catch (error) {
        abort();
        throw error;
      }
    },
    abort,
  };
}
