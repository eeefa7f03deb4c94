import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { EXIT, Failure } from "../problem.ts";
import { loadSqlite } from "./sqlite.ts";

export interface Backup {
  /** Of the copy. */
  readonly bytes: number;
  readonly events: number;
}

/**
 * Copies a store while others read and write it (SQLite's online backup), reads the copy again from its first page to its last,
 * and only then gives it its name: a file of that name is whole. Throws a Failure: 73 where something has the name already, 5
 * where the copy is not sound.
 */
export async function backupOf(db: Database, file: string): Promise<Backup> {
  if (existsSync(file))
    throw new Failure(EXIT.cannotCreate, {
      code: "backup-exists",
      where: { file },
      message: "something has this name already; a backup writes over nothing",
      fix: "dunning backup OTHER-NAME",
    });
  if (!existsSync(dirname(file)))
    throw new Failure(EXIT.missing, {
      code: "folder-missing",
      where: { file: dirname(file) },
      message: "there is no such folder",
      fix: "make the folder first",
    });
  const draft = `${file}.${process.pid}.part`;
  try {
    await db.backup(draft);
    chmodSync(draft, 0o600);
    const events = soundIn(draft, file);
    sync(draft);
    // Unlike a rename, a link never takes the place of a file that has come meanwhile.
    linkSync(draft, file);
    rmSync(draft);
    sync(dirname(file));
    return { bytes: statSync(file).size, events };
  } finally {
    for (const rest of ["", "-wal", "-shm", "-journal"]) rmSync(`${draft}${rest}`, { force: true });
  }
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/** The number of events of a sound copy. */
function soundIn(draft: string, file: string): number {
  const Driver = loadSqlite();
  const copy = new Driver(draft);
  try {
    // One file, without a journal beside it.
    copy.pragma("journal_mode = DELETE");
    const said = copy.pragma("integrity_check", { simple: true });
    if (said !== "ok")
      throw new Failure(EXIT.store, {
        code: "backup-unsound",
        where: { file },
        message: "the copy is damaged, and most likely the store is too",
        found: String(said),
        fix: "dunning audit verify; take an older backup",
      });
    return Number(copy.prepare("SELECT count(*) FROM event").pluck().get());
  } finally {
    copy.close();
  }
}
