import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { clearAbandoned, copyStore } from "./backup.ts";

/** Where copies are made by themselves, and how many stay. */
export interface BackupPlan {
  /** Absolute path; made where it is missing. */
  readonly folder: string;
  /** 0: none are made. */
  readonly keep: number;
}

export interface StoredBackup {
  readonly file: string;
  /** Of its making, UTC. */
  readonly day: Day;
  /** The first digits of the newest event's hash: what it holds. */
  readonly head: string;
}

/** 2026-11-29T221501Z-1f3a9c2b.db */
const NAME = /^(\d{4}-\d\d-\d\d)T\d{6}Z-([0-9a-f]{8})\.db$/;

/** Newest first; files of other names are nobody's business here. */
export function listBackups(folder: string): readonly StoredBackup[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .sort()
    .reverse()
    .flatMap((name) => {
      const [, day, head] = NAME.exec(name) ?? [];
      return day === undefined || head === undefined
        ? []
        : [{ file: join(folder, name), day: day as Day, head }];
    });
}

/** Copies hold everybody's data: a folder of our own, in which nobody else can put or swap a file. */
function refuseUnsafe(folder: string): void {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const [uid, writable] = [process.getuid?.(), (stat.mode & 0o022) !== 0];
  const found = stat.isSymbolicLink()
    ? "a symbolic link"
    : !stat.isDirectory()
      ? "a file"
      : uid !== undefined && stat.uid !== uid
        ? `a folder of user ${stat.uid}`
        : uid !== undefined && writable
          ? "a folder that others can write to"
          : null;
  if (found !== null) throw Object.assign(new Error(found), { code: found });
}

function failed(folder: string, error: unknown): Failure {
  const found =
    error instanceof Failure
      ? (error.problems[0].found ?? error.problems[0].message)
      : ((error as NodeJS.ErrnoException).code ?? String(error));
  const store = error instanceof Failure && error.exit === EXIT.store;
  return new Failure(store ? EXIT.store : EXIT.io, {
    code: "backup-failed",
    where: { file: folder },
    message: "no backup could be made first, so nothing was changed",
    found,
    expected: "room for a copy of the store, in a folder of your own",
    fix: store
      ? "dunning doctor; the newest sound copy lies in backups/"
      : "free some space, or set backups.keep to a smaller number (0: none), then run the command again",
  });
}

/**
 * A copy of the store as it is now, before something changes it; none where the newest copy holds the same. Then the oldest
 * ones go. Returns the new file. Throws a Failure (74, 5): the change must not be made.
 */
export function backupBefore(db: Database, { folder, keep }: BackupPlan, now: () => Date): string | null {
  if (keep === 0) return null;
  const [, hash = ""] = (
    db.prepare<[], string>("SELECT value FROM setting WHERE name = 'event-head'").pluck().get() ?? ""
  ).split(" ");
  // Everything that changes a store is told as an event; before the first one there is nothing to lose.
  if (hash === "") return null;
  const [newest] = listBackups(folder);
  const head = hash.slice(0, 8);
  if (newest?.head === head) {
    // One that was killed after it had its name has left the name under which it was made.
    clearAbandoned(folder, null);
    return null;
  }
  const moment = now().toISOString();
  const file = join(folder, `${moment.slice(0, 19).replaceAll(":", "")}Z-${head}.db`);
  try {
    refuseUnsafe(folder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    clearAbandoned(folder, null);
    if (!existsSync(file)) copyStore(db, file, { now, thorough: false });
  } catch (error) {
    throw failed(folder, error);
  }
  // By a clock that once ran ahead older copies seem to be newer: this one stays in any case.
  const others = listBackups(folder).filter(({ file: each }) => each !== file);
  for (const { file: old } of others.slice(keep - 1)) rmSync(old, { force: true });
  return file;
}
