import { closeSync, constants, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { EXIT, Failure } from "../problem.ts";
import { storeFailure } from "./failures.ts";
import { loadSqlite } from "./sqlite.ts";

/** Who holds the lock: for the message to the one who does not get it, nothing else. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** What the process does: "dunning run". */
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

export interface Lock {
  readonly release: () => void;
}

const noteOf = (file: string): string => `${file}.holder`;

/**
 * SQLite opens what is there. A closed descriptor would free the locks that this process holds on the file (POSIX),
 * so an existing file is only looked at, never opened here.
 */
function prepare(file: string): void {
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (lstatSync(file).isFile()) return;
    throw new Failure(EXIT.cannotCreate, {
      code: "lock-file",
      where: { file },
      message: "the lock is not an ordinary file",
      found: lstatSync(file).isDirectory() ? "a folder" : "a link or a device",
      expected: "a file that dunning made",
      fix: "move it away, then run the command again",
    });
  }
}

/** Who wrote the note, in words. */
function holderOf(file: string): string {
  try {
    const holder = JSON.parse(readFileSync(noteOf(file), "utf8")) as Holder;
    return `${holder.command}, process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  } catch {
    // The note is written a moment after the lock is taken, and is not needed.
    return "another dunning process";
  }
}

/** Who holds the lock now; null: nobody. Takes nothing and changes nothing. */
export function lockHolder(file: string): string | null {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const Sqlite = loadSqlite();
  try {
    const db = new Sqlite(file, { timeout: 0, readonly: true });
    try {
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
    } finally {
      db.close();
    }
    return null;
  } catch (error) {
    if (storeFailure(error, file)?.exit === EXIT.busy) return holderOf(file);
    throw storeFailure(error, file) ?? error;
  }
}

function busy(file: string): Failure {
  const found = holderOf(file);
  return new Failure(EXIT.busy, {
    code: "busy",
    message: "another run works on this company",
    found,
    fix: "wait until it has ended, then run the command again",
  });
}

function take<T>(step: () => T, file: string): T {
  try {
    return step();
  } catch (error) {
    const failure = storeFailure(error, file);
    if (failure?.exit === EXIT.busy) throw busy(file);
    if (failure?.exit !== EXIT.store) throw failure ?? error;
    throw new Failure(EXIT.cannotCreate, {
      code: "lock-file",
      where: { file },
      message: "the lock is not a file that dunning made",
      found: failure.problems[0].found ?? "something else",
      expected: "an empty database",
      fix: "move it away, then run the command again",
    });
  }
}

/**
 * Takes the one lock of a company folder (`dunning.lock` beside the store) and holds it until `release` or until the
 * process ends, however it ends: the operating system frees it. Throws a Failure (75) where somebody else holds it
 * after `waitMs`, and what the disk, the mode or a foreign file says otherwise. Take it before recovery. The reading commands need none.
 */
export function lockStore(file: string, holder: Holder, waitMs = 0): Lock {
  prepare(file);
  const Sqlite = loadSqlite();
  const db = take(() => new Sqlite(file, { timeout: waitMs }), file);
  try {
    take(() => db.exec("BEGIN EXCLUSIVE"), file);
  } catch (error) {
    db.close();
    throw error;
  }
  const note = noteOf(file);
  rmSync(note, { force: true });
  writeFileSync(note, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: "wx" });
  return {
    release: () => {
      if (!db.open) return;
      rmSync(note, { force: true });
      db.close();
    },
  };
}
