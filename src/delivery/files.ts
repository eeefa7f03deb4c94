import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { EXIT, Failure } from "../problem.ts";

/** Windows knows neither owners nor modes in this sense. */
const ownUid = process.getuid?.() ?? null;

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function refuse(code: string, path: string, found: string, expected: string, fix?: string): Failure {
  return new Failure(EXIT.cannotCreate, {
    code,
    where: { file: path },
    message: "nothing is written here",
    found,
    expected,
    fix: fix ?? `move ${path} away, then run the command again`,
  });
}

/** Letters and mails hold other people's data: a name is ours, or it is a bug. */
export function ownName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) throw new Error(`not a file name of ours: ${name}`);
  return name;
}

/** Makes the folder (0700), or makes sure that nobody else can put or swap files in it. Throws a Failure (73). */
export function privateFolder(path: string): void {
  const stats = look(path);
  if (stats === null) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    syncFolder(dirname(path));
    return;
  }
  const expected = "a folder of your own that only you can write to";
  if (stats.isSymbolicLink()) throw refuse("folder-unsafe", path, "a symbolic link", expected);
  if (!stats.isDirectory()) throw refuse("folder-unsafe", path, "a file", expected);
  if (ownUid === null) return;
  if (stats.uid !== ownUid) throw refuse("folder-unsafe", path, `a folder of user ${stats.uid}`, expected);
  if ((stats.mode & 0o022) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
    const found = `a folder that others can write to (${mode})`;
    throw refuse("folder-unsafe", path, found, expected, `chmod go-w ${path}`);
  }
}

/** What was written survives a power cut only once its folder is on the disk too. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The folder of a run inside `drafts` or the letters: the day for which it planned, and its name. */
export function runFolder(run: { readonly asOf: string; readonly name: string }): string {
  return ownName(`${run.asOf}-${run.name}`);
}

const temporary = (path: string): string => join(dirname(path), `.${ownName(basename(path))}.tmp`);

/** Puts away what a killed run had begun to write under this name. Nobody else writes here while the lock is held. */
export function dropHalf(path: string): void {
  rmSync(temporary(path), { recursive: true, force: true });
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Whether an ordinary file with exactly these bytes lies there. */
export function holds(path: string, sha256: string): boolean {
  return look(path)?.isFile() === true && sha256Of(readFileSync(path)) === sha256;
}

/**
 * Writes a new file (0600) into a folder that `privateFolder` has looked at: after a crash there is no file or the
 * whole file. A file with the same bytes is left as it is; anything else with that name is a Failure (73).
 */
export function writeWhole(path: string, bytes: Uint8Array): void {
  if (look(path) !== null) {
    if (holds(path, sha256Of(bytes))) return;
    throw refuse("file-exists", path, "something else with this name", "no file yet, or the same one");
  }
  const draft = temporary(path);
  dropHalf(path);
  writeSynced(draft, bytes);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** What a process that was killed was writing when it ended: other people's data, in the way of nobody and seen by nobody. */
function clearAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.dunning-(\d+)\.tmp$/.exec(name)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") rmSync(join(folder, name), { force: true });
    }
  }
}

/** Writes a file (0600) in the place of an earlier one: after a crash it is the old one or the whole new one. */
export function replaceWhole(path: string, bytes: Uint8Array): void {
  clearAbandoned(dirname(path));
  const draft = join(dirname(path), `.dunning-${process.pid}.tmp`);
  rmSync(draft, { force: true });
  writeSynced(draft, bytes);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Writes a new folder (0700) of files: after a crash there is no folder or the whole folder. */
export function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): void {
  if (look(path) !== null)
    throw refuse("file-exists", path, "something else with this name", "no folder yet");
  const draft = temporary(path);
  dropHalf(path);
  mkdirSync(draft, { mode: 0o700 });
  for (const [name, bytes] of files) writeSynced(join(draft, ownName(name)), bytes);
  syncFolder(draft);
  renameSync(draft, path);
  syncFolder(dirname(path));
}
