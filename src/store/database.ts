import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { EXIT, Failure } from "../problem.ts";
import { damaged, storeFailure } from "./failures.ts";
import { migrations } from "./migrations.ts";
import { loadSqlite } from "./sqlite.ts";

/** create: makes the store where there is none. read: creates and changes nothing. */
export type Mode = "create" | "write" | "read";

/** "DUNN": how SQLite files of ours are told from those of other programs. */
export const APPLICATION_ID = 0x44554e4e;
/** How long a command waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 5000;

function missing(file: string): Failure {
  return new Failure(EXIT.missing, {
    code: "store-missing",
    where: { file },
    message: "there is no store yet",
    expected: `${basename(file)} in the company folder; the first import makes it`,
    fix: "dunning import FILE",
  });
}

function foreign(file: string, found: string): Failure {
  return new Failure(EXIT.store, {
    code: "store-foreign",
    where: { file },
    message: "this file is not a store of dunning",
    found,
    expected: "the file that the first import made",
    fix: "move it away, or choose another company folder with --dir",
  });
}

function otherVersion(file: string, version: number, ours: number): Failure {
  const newer = version > ours;
  return new Failure(EXIT.store, {
    code: newer ? "store-newer" : "store-older",
    where: { file },
    message: newer
      ? "a newer version of dunning has written this store"
      : "this store is from an older version of dunning, and this command must not change it",
    found: `layout ${version}`,
    expected: newer ? `layout ${ours} or older` : `layout ${ours}`,
    fix: newer
      ? "install the newest version of dunning"
      : "dunning run, or dunning import FILE, brings it up to date",
  });
}

/** Looks at the file before SQLite does; makes an empty private one in mode `create`. */
function prepareFile(file: string, mode: Mode): void {
  if (!existsSync(file)) {
    if (mode !== "create") throw missing(file);
    if (!existsSync(dirname(file))) {
      const fix = "make the folder, or name another one with --dir";
      throw new Failure(EXIT.missing, {
        code: "folder-missing",
        where: { file: dirname(file) },
        message: "there is no such folder",
        fix,
      });
    }
    // SQLite gives its -wal and -shm files the mode of this one.
    closeSync(openSync(file, "wx", 0o600));
    return;
  }
  const stat = statSync(file);
  if (!stat.isFile()) throw foreign(file, "not an ordinary file");
  if (stat.size > 0) {
    const head = Buffer.alloc(100);
    const handle = openSync(file, "r");
    try {
      readSync(handle, head, 0, head.length, 0);
    } finally {
      closeSync(handle);
    }
    if (head.toString("latin1", 0, 16) !== "SQLite format 3\0") throw foreign(file, "not an SQLite database");
    refuseCut(file, head);
  }
  if (mode !== "read" && process.platform !== "win32" && (stat.mode & 0o077) !== 0) makePrivate(file);
}

/**
 * What SQLite takes for whole: a file that ends within its last page, whose end it reads as zeros. The places of the header
 * are those of its file format (page size at 16, pages at 28, which count where 24 and 92 are equal).
 */
function refuseCut(file: string, head: Buffer): void {
  if (head.readUInt32BE(24) !== head.readUInt32BE(92)) return;
  // What is there is being copied into the store, or out of it, or will be at the next opening.
  const open = [`${file}-wal`, `${file}-journal`];
  if (open.some((beside) => existsSync(beside) && statSync(beside).size > 0)) return;
  const page = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  const whole = head.readUInt32BE(28) * page;
  // Looked at last: another process may have made the store longer since its header was read, never shorter.
  const { size } = statSync(file);
  if (size < whole) throw damaged(file, `${size} bytes, and its beginning says ${whole}`);
}

function makePrivate(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file: whether it can be used at all is for SQLite to say.
  }
}

function writable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the file is an empty database: its making was interrupted, or has not begun. Throws where it is not ours. */
function isEmpty(db: Database, file: string): boolean {
  const id = Number(db.pragma("application_id", { simple: true }));
  if (id === APPLICATION_ID) return false;
  const tables = db.prepare<[], number>("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (id !== 0 || tables !== 0)
    throw foreign(file, `an SQLite database of another program (application id ${id})`);
  return true;
}

/**
 * Applies what is missing, each in a transaction of its own that also records it: a process that ends in the middle
 * leaves the version before. `list` is given by tests only.
 */
export function migrate(db: Database, list: readonly string[] = migrations): void {
  const version = (): number => Number(db.pragma("user_version", { simple: true }));
  const step = db.transaction(() => {
    // Read again with the lock held: another process may have done it meanwhile.
    const from = version();
    const sql = list[from];
    if (sql === undefined) return;
    db.exec(sql);
    const broken = db.pragma("foreign_key_check") as readonly unknown[];
    if (broken.length > 0)
      throw new Error(`migration ${from + 1} leaves ${broken.length} rows that point nowhere`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${from + 1}`);
  });
  if (version() >= list.length) return;
  // A table that others point to can only be made anew while nobody looks; what was right before is right after.
  const kept = Number(db.pragma("foreign_keys", { simple: true }));
  db.pragma("foreign_keys = OFF");
  try {
    while (version() < list.length) step.immediate();
  } finally {
    db.pragma(`foreign_keys = ${kept}`);
  }
}

function configure(db: Database, mode: Mode, file: string): void {
  if (mode !== "read") {
    // Counts for a new store only: rows come by the thousand, and each page has its price.
    db.pragma("page_size = 8192");
    const journal = db.pragma("journal_mode = WAL", { simple: true });
    if (journal !== "wal" && !db.memory) {
      throw new Failure(EXIT.store, {
        code: "store-no-wal",
        where: { file },
        message: "this file system cannot hold the store safely",
        found: `journal mode ${String(journal)}`,
        expected: "a local disk",
        fix: "move the company folder to a local disk",
      });
    }
  }
  // After journal_mode: the driver is built so that WAL falls back to NORMAL, which loses commits at power loss.
  db.pragma("synchronous = FULL");
  // On macOS fsync alone does not reach the disk.
  db.pragma("fullfsync = ON");
  db.pragma("foreign_keys = ON");
  // Without it REPLACE deletes rows past the triggers that keep events append-only.
  db.pragma("recursive_triggers = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
  db.pragma("temp_store = FILE");
  if (mode === "read") db.pragma("query_only = ON");
}

/**
 * For what is written into a store that is new, before its transaction: with a rollback journal each page is written once,
 * with a log twice, and read in between. Where another connection is open, the log stays. Whether it has gone.
 */
export function leaveLog(db: Database): boolean {
  if (db.memory) return false;
  try {
    db.pragma("busy_timeout = 0");
    return db.pragma("journal_mode = DELETE", { simple: true }) === "delete";
  } catch (error) {
    if (storeFailure(error)?.exit !== EXIT.busy) throw error;
    return false;
  } finally {
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/**
 * After that. It flushes the folder, so that the journal's end, which is what commits, is on the disk. Where it cannot be
 * done now, the next command that writes does it.
 */
export function returnToLog(db: Database): void {
  if (db.memory || db.inTransaction) return;
  try {
    db.pragma("journal_mode = WAL");
  } catch {
    // What was committed is whole either way.
  }
}

function openFile(file: string, mode: Mode, beforeMigration: (db: Database) => void): Database {
  const Driver = loadSqlite();
  // A read-only connection to a WAL database leaves its -wal and -shm files behind when it closes; one that could
  // write but is told not to (query_only) tidies up. Read-only is for files that we may not write.
  const readonly = mode === "read" && file !== ":memory:" && !writable(file);
  const db = new Driver(file, { timeout: BUSY_TIMEOUT_MS, readonly, fileMustExist: file !== ":memory:" });
  try {
    const empty = isEmpty(db, file);
    if (empty && mode !== "create") throw missing(file);
    const version = Number(db.pragma("user_version", { simple: true }));
    if (version > migrations.length) throw otherVersion(file, version, migrations.length);
    configure(db, mode, file);
    if (mode !== "read") {
      if (version > 0 && version < migrations.length) beforeMigration(db);
      migrate(db);
    }
    if (version < migrations.length && mode === "read") throw otherVersion(file, version, migrations.length);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the store's database (":memory:" too): WAL, every commit fsynced, foreign keys on, mode 0600.
 * Throws a Failure: 66 where there is none, 5 where it is foreign, damaged, newer or (read) older, 75 where it is busy.
 */
export function openDatabase(
  file: string,
  mode: Mode,
  /** What is done first where the store is older than the program: where it throws, nothing is changed. */
  beforeMigration: (db: Database) => void = () => undefined,
): Database {
  if (file !== ":memory:") prepareFile(file, mode);
  try {
    return openFile(file, mode, beforeMigration);
  } catch (error) {
    throw storeFailure(error, file) ?? error;
  }
}
