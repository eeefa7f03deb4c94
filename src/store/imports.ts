import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Database } from "better-sqlite3";
import { later } from "../core/day.ts";
import type { Day, SnapshotInfo } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { atomic } from "./atomic.ts";
import { type KeptFile, writeContent } from "./content.ts";
import { leaveLog, returnToLog } from "./database.ts";
import type { Events } from "./events.ts";
import { createImporter, type Importer, type ImportResult, type Sink } from "./importer.ts";
import { logicalHash } from "./logical-hash.ts";
import { type SnapshotRecord, type Snapshots, snapshotsOf } from "./snapshots.ts";
import { bringBack, takeBack } from "./undo.ts";

export interface NewSnapshot {
  readonly kind: SnapshotInfo["kind"];
  readonly asOf: Day;
  /** In the order in which they are read; several: one balance in several files. */
  readonly files: readonly [KeptFile, ...KeptFile[]];
  /** How the files are read, and what the user said: plain JSON. */
  readonly profile: unknown;
  readonly options?: unknown;
  /** The day under which it is recorded. */
  readonly day: Day;
  readonly dryRun?: boolean;
  /** `--refresh`: the day on which the newest of the files was written. */
  readonly refresh?: { readonly written: Day } | null;
}

export interface Unchanged {
  readonly state: "unchanged";
  readonly result: ImportResult;
}

export type Reread = (snapshot: SnapshotRecord, sink: Sink) => Promise<void>;

export interface Imports extends Snapshots {
  /**
   * Starts an import and takes the write lock. The same bytes as the balance that counts: `unchanged`, nothing to read.
   * Throws a Failure: 65 where the balance is older than the one that counts, 75 where somebody else is writing.
   */
  readonly begin: (snapshot: NewSnapshot) => Importer | Unchanged;
  /**
   * Releases a snapshot on hold: `reread` reads its files again (see `content`) into the sink. Guards are not asked.
   * Throws a Failure: 2 where there is no such snapshot or it is not on hold, 65 where a newer balance counts by now.
   */
  readonly accept: (id: number, day: Day, reread: Reread) => Promise<ImportResult>;
  /** Takes back the balance that counts, or one on hold. Throws a Failure: 2 (none such), 65 (not the newest). */
  readonly undo: (id: number, day: Day) => { readonly counts: SnapshotRecord | null };
  /** Writes a snapshot's files into an existing folder; returns their paths. */
  readonly content: (id: number, folder: string) => readonly string[];
  /** SHA-256 over debtors, items and dossiers; keys, ordinals and times aside. */
  readonly logicalHash: () => string;
}

const sha256Of = (files: readonly KeptFile[]): string => {
  const [first, ...rest] = files.map(({ sha256 }) => sha256);
  if (rest.length === 0) return first ?? "";
  return createHash("sha256")
    .update([first, ...rest].join("\n"))
    .digest("hex");
};

function noSuchSnapshot(id: number): Failure {
  return new Failure(EXIT.usage, {
    code: "no-such-import",
    message: "there is no such import",
    found: String(id),
    expected: "the number of an import",
    fix: "dunning imports lists them",
  });
}

function olderBalance(file: string, asOf: Day, newest: SnapshotRecord): Failure {
  return new Failure(EXIT.input, {
    code: "balance-older",
    where: { file },
    message: "this balance is older than the one that counts",
    found: `as of ${asOf}`,
    expected: `as of ${newest.asOf} or later (import ${newest.id}, ${newest.file})`,
    fix: `dunning import undo ${newest.id}, where that one was the mistake`,
  });
}

function notTheNewest(found: SnapshotRecord, newest: SnapshotRecord | null): Failure {
  return new Failure(EXIT.input, {
    code: "not-the-newest",
    message: "only the newest balance can be taken back",
    found: `import ${found.id}, ${found.state}`,
    ...(newest === null ? {} : { expected: `import ${newest.id}` }),
    fix: newest === null ? "dunning imports" : `dunning import undo ${newest.id}`,
  });
}

/** What an import that changed nothing reports: everything it shows was known. */
function unchanged({ id, asOf, sha256, report }: SnapshotRecord, refreshed: Day | null): ImportResult {
  const counts = (report["items"] ?? {}) as Partial<ImportResult["items"]>;
  const debtors = (report["debtors"] ?? {}) as Partial<ImportResult["debtors"]>;
  const { new: fresh = 0, changed = 0, unchanged: same = 0, reopened = 0 } = counts;
  return {
    id,
    state: "unchanged",
    hold: [],
    asOf,
    sha256,
    items: { new: 0, changed: 0, unchanged: fresh + changed + same + reopened, settled: 0, reopened: 0 },
    debtors: { new: 0, known: (debtors.new ?? 0) + (debtors.known ?? 0), missing: debtors.missing ?? 0 },
    ignored: { count: 0, first: [] },
    replaced: null,
    suspects: { lookalikes: [], alike: [], movedTo: [], doubles: [] },
    refreshed,
  };
}

/** What every step of an import needs. */
interface Desk {
  readonly db: Database;
  readonly now: () => Date;
  readonly events: Events;
  readonly snapshots: Snapshots;
}

/** Whether nothing has been recorded yet: no balance, no customer, nothing that anybody could be reading. */
const isNew = (db: Database): boolean =>
  db.prepare("SELECT 1 FROM snapshot UNION ALL SELECT 1 FROM event LIMIT 1").get() === undefined;

/** Runs `work` in a write transaction, which stays open where `work` succeeds. `lasting`: it is to be committed. */
function opened<T>(db: Database, lasting: boolean, work: () => T): T {
  const alone = lasting && isNew(db) && leaveLog(db);
  try {
    // Without a log a reader would keep what is written from the store.
    db.exec(alone ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE");
    return work();
  } catch (error) {
    // After some errors SQLite has done so already.
    if (db.inTransaction) db.exec("ROLLBACK");
    returnToLog(db);
    throw error;
  }
}

function refresh({ db, events }: Desk, newest: SnapshotRecord, asked: NewSnapshot): Day | null {
  const { refresh: how, day, files, dryRun } = asked;
  if (how == null) return null;
  if (how.written <= newest.asOf) {
    throw new Failure(EXIT.input, {
      code: "refresh-too-early",
      where: { file: files[0].path },
      message: "this file cannot say that the balance is still true",
      found: `written on ${how.written}`,
      expected: `written after the balance's date, ${newest.asOf}`,
      fix: "export the balance again, then dunning import --refresh FILE",
    });
  }
  const until = later(day, newest.refreshedOn ?? day);
  if (dryRun !== true) {
    db.prepare("UPDATE snapshot SET refreshed_on = ? WHERE id = ?").run(until, newest.id);
    events.append({ kind: "import-refreshed", day, snapshot: newest.id, data: { until } });
  }
  return until;
}

/** The snapshot's row, before anything is known of its rows; `finish` says what has become of it. */
function register({ db, now }: Desk, snapshot: NewSnapshot, sha256: string): number {
  const names = snapshot.files.map((file) => ({ name: basename(file.path), sha256: file.sha256 }));
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO snapshot (kind, file, files, sha256, as_of, imported_at, state, profile, options, report)
       VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?, '{}')`,
    )
    .run(
      snapshot.kind,
      names.map(({ name }) => name).join(", "),
      JSON.stringify(names),
      sha256,
      snapshot.asOf,
      now().toISOString(),
      JSON.stringify(snapshot.profile ?? null),
      JSON.stringify(snapshot.options ?? {}),
    );
  return Number(lastInsertRowid);
}

function begin(desk: Desk, snapshot: NewSnapshot): Importer | Unchanged {
  const { db, events, snapshots } = desk;
  const { kind, asOf, files, day, dryRun = false } = snapshot;
  return opened(db, !dryRun, () => {
    const newest = snapshots.newest();
    const sha256 = sha256Of(files);
    if (newest?.sha256 === sha256) {
      const result = unchanged(newest, refresh(desk, newest, snapshot));
      db.exec("COMMIT");
      return { state: "unchanged", result };
    }
    if (newest !== null && asOf < newest.asOf) throw olderBalance(files[0].path, asOf, newest);
    const registered = { id: register(desk, snapshot, sha256), asOf, sha256, kind };
    return createImporter({
      db,
      events,
      snapshot: registered,
      newest,
      files: dryRun ? [] : files,
      day,
      dryRun,
    });
  });
}

function onHold({ snapshots }: Desk, id: number): SnapshotRecord {
  const found = snapshots.get(id);
  if (found === null) throw noSuchSnapshot(id);
  if (found.state === "held") return found;
  throw new Failure(EXIT.usage, {
    code: "not-on-hold",
    message: `import ${id} is not on hold`,
    found: found.state,
    expected: "an import on hold",
    fix: "dunning imports lists them",
  });
}

async function accept(desk: Desk, id: number, day: Day, reread: Reread): Promise<ImportResult> {
  const { db, events, snapshots } = desk;
  const found = onHold(desk, id);
  const importer = opened(db, true, () => {
    const newest = snapshots.newest();
    if (newest !== null && found.asOf < newest.asOf) throw olderBalance(found.file, found.asOf, newest);
    return createImporter({ db, events, snapshot: found, newest, files: [], day, dryRun: false });
  });
  try {
    importer.restart();
    await reread(found, importer);
  } catch (error) {
    importer.abort();
    throw error;
  }
  return await importer.finish(found.report, () => []);
}

function undo({ db, events, snapshots }: Desk, id: number, day: Day): { counts: SnapshotRecord | null } {
  const found = snapshots.get(id);
  if (found === null) throw noSuchSnapshot(id);
  const newest = snapshots.newest();
  if (found.state !== "held" && newest?.id !== id) throw notTheNewest(found, newest);
  const setState = db.prepare("UPDATE snapshot SET state = ? WHERE id = ?");
  if (found.state === "accepted") {
    takeBack(db, id);
    if (found.replaces !== null) {
      bringBack(db, found.replaces);
      setState.run("accepted", found.replaces);
    }
  }
  setState.run("undone", id);
  events.append({ kind: "import-undone", day, snapshot: id, data: { from: found.state } });
  return { counts: snapshots.newest() };
}

export function importsOf(db: Database, now: () => Date, events: Events): Imports {
  const snapshots = snapshotsOf(db);
  const desk = { db, now, events, snapshots };
  return {
    ...snapshots,
    begin: (snapshot) => begin(desk, snapshot),
    accept: (id, day, reread) => accept(desk, id, day, reread),
    undo: atomic(db, (id: number, day: Day) => undo(desk, id, day)),
    content: (id, folder) => {
      const found = snapshots.get(id);
      if (found === null) throw noSuchSnapshot(id);
      const names = found.files.map(({ name }) => name);
      return writeContent(db, id, names, folder);
    },
    logicalHash: () => logicalHash(db),
  };
}
