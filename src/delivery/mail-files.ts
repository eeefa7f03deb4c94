import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { EXIT, Failure } from "../problem.ts";

/** One mail of a file, as it lies there. */
export interface RawMail {
  readonly file: string;
  /** Counted from 1 inside an mbox file; 1 where the file is one mail. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** A mail is read so far: what it reports stands at its beginning. */
const MAIL_LIMIT = 4 * 1024 * 1024;
const PIECE = 256 * 1024;
const LF = 0x0a;

/**
 * The mails of a path: an .eml file, an mbox file (RFC 4155; one after the other, whatever its size), a Maildir folder
 * (`cur` and `new`) or a folder of .eml files, by name. `name`: as the user wrote it. Throws a Failure: 66 where nothing
 * is there, 65 where it is no mail.
 */
export function* mailsIn(path: string, name: string): Generator<RawMail> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw missing(name);
  if (stats.isDirectory()) {
    yield* mailsInFolder(path, name);
    return;
  }
  const start = beginning(path);
  if (stats.size > 0 && !looksLikeMail(start)) throw notMail(name, start);
  if (isMbox(start)) yield* mailsInMbox(path, name);
  else if (stats.size > 0) yield { file: name, position: 1, bytes: readWhole(path) };
}

function* mailsInFolder(path: string, name: string): Generator<RawMail> {
  const listed = readdirSync(path, { withFileTypes: true });
  const parts = listed.filter((each) => each.isDirectory() && ["cur", "new"].includes(each.name));
  const files = listed.filter((each) => each.isFile());
  // An empty folder is one where everything has been read; another folder is a slip.
  if (parts.length === 0 && files.length > 0 && !files.some((each) => NAMED_AS_MAIL.test(each.name)))
    throw notMails(name, files.length);
  const folders = parts.length > 0 ? parts.map((each) => each.name).sort() : [""];
  for (const folder of folders) {
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true }).sort(byName)) {
      const wanted = entry.isFile() && (folder !== "" || NAMED_AS_MAIL.test(entry.name));
      if (wanted) yield* mailsIn(join(path, folder, entry.name), join(name, folder, entry.name));
    }
  }
}

const NAMED_AS_MAIL = /\.(?:eml|mbox)$/i;

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

function beginning(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)).toString("latin1");
  } finally {
    closeSync(file);
  }
}

function readWhole(path: string): Uint8Array {
  const { size } = statSync(path);
  if (size <= MAIL_LIMIT) return readFileSync(path);
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MAIL_LIMIT);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

const isMbox = (start: string): boolean => start.startsWith("From ");

/** A header, or the separator of an mbox file, stands on the first line; nothing in it is binary. */
const looksLikeMail = (start: string): boolean =>
  !start.includes("\0") && /^(?:\xef\xbb\xbf)?(?:From |[!-9;-~]+[ \t]*:)/.test(start.replace(/^[\r\n]+/, ""));

/** Of every separator: a line that begins with "From " after an empty one, or as the first of all. */
function* mailsInMbox(path: string, name: string): Generator<RawMail> {
  let position = 0;
  let lines: Buffer[] = [];
  let size = 0;
  let afterEmpty = true;
  const mail = (): RawMail => ({ file: name, position, bytes: Buffer.concat(lines) });
  for (const line of linesOf(path)) {
    if (afterEmpty && line.subarray(0, 5).toString("latin1") === "From ") {
      if (position > 0) yield mail();
      position += 1;
      lines = [];
      size = 0;
      afterEmpty = false;
      continue;
    }
    afterEmpty = line.length === 1 || (line.length === 2 && line[0] === 0x0d);
    if (size + line.length > MAIL_LIMIT) continue;
    size += line.length;
    lines.push(line);
  }
  if (position > 0) yield mail();
}

/** Lines with their ends; one that is longer than a mail may be comes in pieces. */
function* linesOf(path: string): Generator<Buffer> {
  const file = openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.alloc(PIECE);
      const read = readSync(file, piece, 0, PIECE, null);
      if (read === 0) break;
      let text = Buffer.concat([rest, piece.subarray(0, read)]);
      for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF)) {
        yield text.subarray(0, at + 1);
        text = text.subarray(at + 1);
      }
      rest = text;
      if (rest.length > MAIL_LIMIT) {
        yield rest;
        rest = Buffer.alloc(0);
      }
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}

function missing(name: string): Failure {
  return new Failure(EXIT.missing, {
    code: "mail-file-missing",
    where: { file: name },
    message: "there is no such file or folder",
    expected: "an .eml or mbox file, or a Maildir folder",
    fix: "save the mails from your mail program, then: dunning bounces FILE...",
  });
}

function notMails(name: string, files: number): Failure {
  return new Failure(EXIT.input, {
    code: "not-a-mail",
    where: { file: name },
    message: "there are no mails in this folder, so nothing was changed",
    found: files === 1 ? "1 file of another kind" : `${files} files, all of other kinds`,
    expected: "files named .eml or .mbox, or a Maildir folder (cur and new)",
    fix: "save the mails from your mail program as .eml, then: dunning bounces FOLDER",
  });
}

function notMail(name: string, start: string): Failure {
  // The compound files of Outlook (.msg) begin so.
  const outlook = start.startsWith("\xd0\xcf\x11\xe0");
  return new Failure(EXIT.input, {
    code: "not-a-mail",
    where: { file: name },
    message: "this is no mail, so nothing was changed",
    found: outlook ? "a message of Outlook (.msg)" : JSON.stringify(start.slice(0, 40)),
    expected: "an .eml or mbox file: header lines such as From: and Subject: come first",
    fix: outlook
      ? "drag the mail into another mail program and save it as .eml, or forward it to itself as an attachment"
      : "save the mail as .eml or the folder as mbox, then run the command again",
  });
}
