import type { Database } from "better-sqlite3";
import type { SnapshotComparison } from "../core/snapshot.ts";
import type { Day, Doubt, IncomingItem, IncomingPayment, RejectedRow } from "../core/types.ts";
import { applyItems, hashChanges, type ItemCounts } from "./apply.ts";
import { type AppliedDebtors, applyDebtors, type DebtorCounts } from "./apply-debtors.ts";
import { compareSnapshots, findGone } from "./comparison.ts";
import { type KeptFile, keepContent } from "./content.ts";
import { returnToLog } from "./database.ts";
import type { Events } from "./events.ts";
import { assignOrdinals } from "./matching.ts";
import { sidelines } from "./sidelines.ts";
import type { SnapshotRecord } from "./snapshots.ts";
import { createStaging, type Staged, type Staging } from "./staging.ts";
import { takeBack } from "./undo.ts";

/** Where a reader of balances puts its rows. Synchronous, for speed. */
export interface Sink {
  readonly item: (row: IncomingItem) => void;
  readonly reject: (row: RejectedRow) => void;
  readonly doubt: (doubt: Doubt) => void;
  readonly paid: (payment: IncomingPayment) => void;
  /** Forgets all rows: the file is read again from its start. */
  readonly restart: () => void;
}

/** Reason codes; empty: the snapshot may be used. */
export type Decide = (comparison: SnapshotComparison) => readonly string[];

/** What the reader of a balance has to tell: plain JSON, kept with the snapshot. */
export type Report = Readonly<Record<string, unknown>>;

export interface ImportResult {
  readonly id: number;
  readonly state: "accepted" | "held" | "unchanged";
  readonly hold: readonly string[];
  readonly asOf: Day;
  /** Of the snapshot: of the file's bytes, or over the hashes of several files. */
  readonly sha256: string;
  /** Of a snapshot on hold: what it would do. */
  readonly items: ItemCounts;
  readonly debtors: DebtorCounts;
  /** Values of master data that could not be used: the first ones, and how many. */
  readonly ignored: AppliedDebtors["ignored"];
  /** The snapshot of the same day whose place this one took. */
  readonly replaced: number | null;
  /** What may be two names for one thing: see `SnapshotComparison`. */
  readonly suspects: Pick<SnapshotComparison, "lookalikes" | "alike" | "movedTo" | "doubles">;
  /** The day up to which the same balance is true, where `--refresh` said so. */
  readonly refreshed: Day | null;
}

export interface Importer extends Sink {
  readonly state: "reading";
  readonly id: number;
  /**
   * Compares, asks `decide`, applies or puts on hold, commits.
   * Throws a Failure (65) where the file has changed since it was read. After any error nothing has happened.
   */
  readonly finish: (report: Report, decide: Decide) => Promise<ImportResult>;
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

/** The snapshot of the same day, whose place this one takes. */
const replacedBy = ({ newest, snapshot }: Importing): SnapshotRecord | null =>
  newest !== null && newest.asOf === snapshot.asOf ? newest : null;

/** The staged rows beside the balance that counts. */
function compare({ db, snapshot, newest }: Importing, staged: Staged): SnapshotComparison {
  assignOrdinals(db, staged);
  findGone(db, snapshot.id);
  return compareSnapshots(db, snapshot.id, { asOf: snapshot.asOf, previous: newest?.asOf ?? null });
}

function apply(importing: Importing, staged: Staged): Applied {
  const { db, snapshot } = importing;
  const { id, asOf } = snapshot;
  const replaced = replacedBy(importing);
  if (replaced !== null) {
    takeBack(db, replaced.id);
    assignOrdinals(db, staged);
    findGone(db, id);
  }
  const debtors = applyDebtors(db, id, asOf);
  return { debtors, items: applyItems(db, id, asOf, staged) };
}

/** What the event chain keeps of an import. */
function tell(
  { db, events, snapshot, day }: Importing,
  hold: readonly string[],
  applied: Applied,
  replaces: number | null,
): void {
  const { id, asOf, kind, sha256 } = snapshot;
  const rejected = db
    .prepare<[number], number>("SELECT count(*) FROM rejected_row WHERE snapshot = ?")
    .pluck();
  const data = {
    file: sha256,
    kind,
    asOf,
    items: { ...applied.items },
    debtors: { ...applied.debtors.counts },
    rejected: rejected.get(id) ?? 0,
  };
  events.append(
    hold.length > 0
      ? { kind: "import-held", day, snapshot: id, data: { ...data, hold } }
      : {
          kind: "import-accepted",
          day,
          snapshot: id,
          data: { ...data, replaces, changes: hashChanges(db, id) },
        },
  );
}

/** Records what has become of the snapshot, and of those that it puts out of the way. */
function settle(
  importing: Importing,
  hold: readonly string[],
  applied: Applied,
  report: Report,
  { lookalikes, alike, movedTo, doubles }: SnapshotComparison,
): ImportResult {
  const { db, snapshot, newest } = importing;
  const { id, asOf } = snapshot;
  const held = hold.length > 0;
  const replaced = held ? null : replacedBy(importing);
  const previous = replaced === null ? (newest?.id ?? null) : replaced.previous;
  const { items, debtors } = applied;
  db.prepare("UPDATE snapshot SET state = 'superseded' WHERE state = 'held' AND id <> ?").run(id);
  if (replaced !== null) db.prepare("UPDATE snapshot SET state = 'replaced' WHERE id = ?").run(replaced.id);
  db.prepare(
    "UPDATE snapshot SET state = ?, hold = ?, previous = ?, replaces = ?, report = ? WHERE id = ?",
  ).run(
    held ? "held" : "accepted",
    JSON.stringify(hold),
    previous,
    replaced?.id ?? null,
    JSON.stringify({ ...report, items, debtors: debtors.counts }),
    id,
  );
  tell(importing, hold, applied, replaced?.id ?? null);
  return {
    id,
    state: held ? "held" : "accepted",
    hold,
    asOf,
    sha256: snapshot.sha256,
    items,
    debtors: debtors.counts,
    ignored: debtors.ignored,
    replaced: replaced?.id ?? null,
    refreshed: null,
    suspects: { lookalikes, alike, movedTo, doubles },
  };
}

function complete(importing: Importing, staging: Staging, report: Report, decide: Decide): ImportResult {
  const { db, dryRun } = importing;
  const staged = staging.complete();
  const comparison = compare(importing, staged);
  db.exec("SAVEPOINT applied");
  const applied = apply(importing, staged);
  const hold = decide(comparison);
  // What a snapshot on hold would do is known by now, and taken back.
  if (hold.length > 0) db.exec("ROLLBACK TO applied");
  db.exec("RELEASE applied");
  const result = settle(importing, hold, applied, report, comparison);
  staging.drop();
  db.exec(dryRun ? "ROLLBACK" : "COMMIT");
  returnToLog(db);
  return result;
}

/** Stages, matches and applies one snapshot inside one transaction that the caller has opened. */
export function createImporter(importing: Importing): Importer {
  const { db, snapshot, files } = importing;
  const { id } = snapshot;
  const staging = createStaging(db);
  const beside = sidelines(db, id);
  let stopped = false;
  let failure: { readonly error: unknown } | null = null;
  const kept = keepContent(db, id, files, {
    // After some errors SQLite has taken everything back already.
    stopped: () => stopped || !db.inTransaction,
    failed: (error) => {
      failure = { error };
    },
  });
  // Awaited in `finish`; until then a failure must not end the process.
  kept.catch(() => undefined);
  /** What follows a failure would fail too, and say less. */
  const unlessFailed =
    <A extends unknown[]>(work: (...given: A) => void) =>
    (...given: A): void => {
      if (failure !== null) throw failure.error;
      work(...given);
    };
  const abort = (): void => {
    stopped = true;
    if (db.inTransaction) db.exec("ROLLBACK");
    returnToLog(db);
  };
  return {
    state: "reading",
    id,
    item: unlessFailed(staging.item),
    reject: unlessFailed(beside.reject),
    doubt: unlessFailed(beside.doubt),
    paid: unlessFailed(beside.paid),
    restart: unlessFailed(() => {
      staging.restart();
      beside.restart();
    }),
    finish: async (report, decide) => {
      try {
        await kept;
        return complete(importing, staging, report, decide);
      } catch (error) {
        abort();
        throw error;
      }
    },
    abort,
  };
}
