import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Trace } from "../store/outbox.ts";
import { syncFolder } from "./files.ts";

/** One line of the sent journal: ids, amounts, codes and hashes; no name, address or text. */
export interface JournalLine {
  /** Counted by the store, in the transaction that the line tells of; gaps are possible. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The company's day, under which it is recorded. */
  readonly day: Day;
  /** `gate`: the last byte is about to leave; else how it ended, or what a person said of it since. */
  readonly what:
    | "gate"
    | "sent"
    | "drafted"
    | "printed"
    | "deferred"
    | "refused"
    | "uncertain"
    | "resend"
    | "void";
  readonly message: string;
  /** Of the e-mail; null for letters. */
  readonly messageId: string | null;
  readonly sha256: string;
  /** Of a refused one: its address is wrong, not only the message. */
  readonly badAddress?: true;
  /** With the first line of a message: what an older copy of the store needs to know it again. */
  readonly trace?: Trace;
}

export interface Journal {
  /** On the disk when it returns. */
  readonly append: (lines: readonly JournalLine[]) => void;
  /** The highest number in the file, 0 where there is none. */
  readonly lastSeq: number;
  readonly close: () => void;
}

/** So many bytes at a time are read from the end, until a whole line is among them. */
const PIECE = 64 * 1024;

/** The last whole line, and where it ends. What a crash left behind it never counted. */
function lastLine(file: number): { readonly text: string; readonly end: number } {
  const { size } = fstatSync(file);
  for (let length = PIECE; ; length *= 2) {
    const from = Math.max(0, size - length);
    const bytes = Buffer.alloc(size - from);
    const read = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
    const end = read.lastIndexOf(0x0a);
    const start = end < 1 ? -1 : read.lastIndexOf(0x0a, end - 1);
    if (start < 0 && from > 0) continue;
    return { text: read.subarray(start + 1, Math.max(end, 0)).toString("utf8"), end: from + end + 1 };
  }
}

function damaged(path: string, found: string): Failure {
  return new Failure(EXIT.store, {
    code: "journal-damaged",
    where: { file: path },
    message: "the sent journal cannot be read, so nothing is sent",
    found: JSON.stringify(found.slice(0, 80)),
    expected: "one JSON object per line, written by dunning",
    fix: "restore the file from a backup",
  });
}

function seqOf(path: string, line: string): number {
  try {
    const { seq } = JSON.parse(line) as { seq?: unknown };
    if (Number.isSafeInteger(seq)) return seq as number;
  } catch {
    // Reported below, with the line.
  }
  throw damaged(path, line);
}

/** All of it or nothing: what a full disk cut off would make one line with the next that finds room. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(file, bytes, at);
  } catch (error) {
    ftruncateSync(file, fstatSync(file).size - at);
    throw error;
  }
  fsyncSync(file);
}

/**
 * Opens `sent.jsonl` beside the store, or makes it (0600). It lies outside the database on purpose: a store that was
 * restored from an old backup is behind it. Throws a Failure (5) where its end cannot be read.
 */
export function openJournal(path: string): Journal {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  let lastSeq: number;
  try {
    const { text, end } = lastLine(file);
    if (end < fstatSync(file).size) ftruncateSync(file, end);
    lastSeq = text === "" ? 0 : seqOf(path, text);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  if (lastSeq === 0) syncFolder(dirname(path));
  return {
    get lastSeq() {
      return lastSeq;
    },
    append: (lines) => {
      if (lines.length === 0) return;
      writeAll(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      lastSeq = lines.at(-1)?.seq ?? lastSeq;
    },
    close: () => closeSync(file),
  };
}

/** Null: there is none. */
function openToRead(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The highest number in a journal, 0 where there is none; nothing is created or mended. Throws a Failure (5). */
export function lastSeqIn(path: string): number {
  const file = openToRead(path);
  if (file === null) return 0;
  try {
    const { text } = lastLine(file);
    return text === "" ? 0 : seqOf(path, text);
  } finally {
    closeSync(file);
  }
}

/**
 * Every line was in the store before it was in the journal. A store that has counted less is an old copy: it does not
 * know what has left since, so nothing may be sent. Throws a Failure (5).
 */
export function refuseOldStore(journal: Pick<Journal, "lastSeq">, storeSeq: number): void {
  if (journal.lastSeq <= storeSeq) return;
  throw new Failure(EXIT.store, {
    code: "store-behind-journal",
    message:
      "the store is older than the sent journal: it was restored from a backup, or another store was put here",
    found: `sent.jsonl ends with line ${journal.lastSeq}, dunning.db knows of ${storeSeq}`,
    expected: "a store that knows of every message that has left",
    fix: "put the newest dunning.db back, else: dunning doctor --replay-journal; nothing is sent until then",
  });
}

/**
 * The whole lines of a journal, oldest first; nothing is created or mended. An empty list where there is no file. Throws a
 * Failure (5) for a line that cannot be read.
 */
export function* journalLines(path: string): Generator<JournalLine> {
  const file = openToRead(path);
  if (file === null) return;
  try {
    let rest = Buffer.alloc(0);
    const piece = Buffer.alloc(PIECE);
    for (let at = 0, read = 0; (read = readSync(file, piece, 0, PIECE, at)) > 0; at += read) {
      const bytes = Buffer.concat([rest, piece.subarray(0, read)]);
      const end = bytes.lastIndexOf(0x0a);
      rest = bytes.subarray(end + 1);
      if (end < 0) continue;
      for (const line of bytes.subarray(0, end).toString("utf8").split("\n")) {
        seqOf(path, line);
        yield JSON.parse(line) as JournalLine;
      }
    }
  } finally {
    closeSync(file);
  }
}
