import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { EXIT, Failure, isDiskError } from "../problem.ts";
import { eventsOf } from "./events.ts";
import { storeFailure } from "./failures.ts";
import { loadSqlite } from "./sqlite.ts";

export interface Backup {
  /** Of the copy. */
  readonly bytes: number;
  readonly events: number;
}

/**
 * Copies a store while others read and write it (VACUUM INTO: as it is at one moment, every row read), reads the copy again,
 * and only then gives it its name: a file of that name is whole. `thorough`: indexes are compared with their tables too, which
 * takes three times as long. Throws a Failure: 73 where something has the name already or it cannot be written, 74 where the disk
 * is full or broken, 5 where the store or the copy is not sound or the chain of events is broken.
 */
export function copyStore(
  db: Database,
  file: string,
  { now, thorough }: { readonly now: () => Date; readonly thorough: boolean },
): Backup {
  clearAbandoned(dirname(file), basename(file));
  if (existsSync(file))
    throw new Failure(EXIT.cannotCreate, {
      code: "backup-exists",
      where: { file },
      message: "something has this name already; a backup writes over nothing",
      fix: "dunning backup OTHER-NAME",
    });
  const draft = `${file}.${process.pid}.part`;
  try {
    closeSync(openSync(draft, "wx", 0o600));
  } catch (error) {
    throw notWritten(file, error);
  }
  try {
    copyInto(db, draft);
    const events = soundIn(draft, file, { now, thorough });
    sync(draft);
    name(draft, file);
    sync(dirname(file));
    return { bytes: statSync(file).size, events };
  } catch (error) {
    if (error instanceof Failure || isDiskError(error)) throw error;
    const failure = storeFailure(error, file);
    const ours = failure?.exit === EXIT.io || failure?.exit === EXIT.store;
    throw ours ? failure : notWritten(file, error);
  } finally {
    for (const rest of ["", "-wal", "-shm", "-journal"]) rmSync(`${draft}${rest}`, { force: true });
  }
}

/** A connection that only reads may write into another file for this. */
function copyInto(db: Database, draft: string): void {
  const reading = Number(db.pragma("query_only", { simple: true }));
  db.pragma("query_only = OFF");
  try {
    db.prepare("VACUUM INTO ?").run(draft);
  } finally {
    db.pragma(`query_only = ${reading}`);
  }
}

/**
 * A link takes the place of no file that has come meanwhile. Many sticks and shares know none: there a rename, for a copy that
 * was killed would leave half a backup under a good name.
 */
function name(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" || existsSync(file)) throw error;
    renameSync(draft, file);
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** A backup that was killed leaves a part of everybody's data behind: the next one (of that name) puts it away. */
export function clearAbandoned(folder: string, only: string | null): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const found of readdirSync(folder)) {
    const [, of, pid] = /^(.+)\.(\d+)\.part(?:-wal|-shm|-journal)?$/.exec(found) ?? [];
    if (pid === undefined || (only !== null && of !== only)) continue;
    if (!lives(Number(pid))) rmSync(join(folder, found), { force: true });
  }
}

function notWritten(file: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Failure(EXIT.cannotCreate, {
    code: "cannot-write",
    where: { file },
    message: "the backup cannot be written here",
    found: code === "ENOENT" || code === "ENOTDIR" ? "there is no such folder" : (code ?? message),
    expected: "a new file in a folder that exists and may be written to",
    fix: "make the folder, or name another one",
  });
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/** The number of events of a sound copy. */
function soundIn(
  draft: string,
  file: string,
  { now, thorough }: { readonly now: () => Date; readonly thorough: boolean },
): number {
  const Driver = loadSqlite();
  const copy = new Driver(draft);
  try {
    // One file, without a journal beside it.
    copy.pragma("journal_mode = DELETE");
    const said = copy.pragma(thorough ? "integrity_check" : "quick_check", { simple: true });
    if (said !== "ok")
      throw new Failure(EXIT.store, {
        code: "backup-unsound",
        where: { file },
        message: "the copy is damaged, and most likely the store is too",
        found: String(said),
        fix: "dunning audit verify; take an older backup",
      });
    const { events, broken } = eventsOf(copy, now).verify();
    if (broken === null) return events;
    throw new Failure(EXIT.store, {
      code: "backup-unsound",
      where: { file },
      message: `the store's record of what was done is not what was written: ${broken.reason}`,
      found: `event ${broken.seq}`,
      fix: "dunning audit verify; compare the store with an older backup",
    });
  } finally {
    copy.close();
  }
}
