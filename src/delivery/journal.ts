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
import { EXIT, Failure } from "../problem.ts";
import { syncFolder } from "./files.ts";

/** One line of the sent journal: ids, codes and hashes; no personal data. */
export interface JournalLine {
  /** Counted by the store, in the transaction that the line tells of; gaps are possible. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `gate`: the last byte is about to leave; else how it ended. */
  readonly what: "gate" | "sent" | "drafted" | "printed" | "deferred" | "refused" | "uncertain";
  readonly message: string;
  /** Of the e-mail; null for letters. */
  readonly messageId: string | null;
  readonly sha256: string;
}

export interface Journal {
  /** On the disk when it returns. */
  readonly append: (lines: readonly JournalLine[]) => void;
  /** The highest number in the file, 0 where there is none. */
  readonly lastSeq: number;
  readonly close: () => void;
}

/** No line is longer; the last whole line is found in so many bytes. */
const TAIL = 64 * 1024;

/** The end of the file up to its last line end. What a crash left behind that never counted: it is cut off. */
function wholeTail(file: number): string {
  const { size } = fstatSync(file);
  const length = Math.min(size, TAIL);
  const bytes = Buffer.alloc(length);
  const read = bytes.subarray(0, readSync(file, bytes, 0, length, size - length));
  const whole = read.subarray(0, read.lastIndexOf(0x0a) + 1);
  if (whole.length < read.length) ftruncateSync(file, size - read.length + whole.length);
  return whole.toString("utf8");
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

function lastSeqOf(path: string, tail: string): number {
  const line = tail.split("\n").at(-2) ?? "";
  if (line === "") return 0;
  try {
    const { seq } = JSON.parse(line) as { seq?: unknown };
    if (Number.isSafeInteger(seq)) return seq as number;
  } catch {
    // Reported below, with the line.
  }
  throw damaged(path, line);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
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
    lastSeq = lastSeqOf(path, wholeTail(file));
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
    fix: "put the newest dunning.db back; nothing is sent until then",
  });
}
