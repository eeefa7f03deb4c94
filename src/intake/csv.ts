import { basename } from "node:path";
import { EXIT, Failure } from "../problem.ts";
import { loadIconv, openFile, type Scan } from "./encoding.ts";
import { LIMITS, refuseLongCells } from "./limits.ts";
import { lineEndsInside, lineOf, quotedParser, type Stretch, stretchesOf, unclosed } from "./quoting.ts";

/** Called for every record; `line` is the physical line on which it starts. `false` ends the reading. */
export type Visit = (cells: string[], line: number) => boolean | void;
export type Progress = (bytes: number, total: number) => void;

const CHUNK = 262_144;
/** Bytes decoded at once: a longer string is allocated apart, page by page, which costs more than the decoding. */
const PIECE = 65_536;
const CONTROL = /(?![\s\u0080-\u009f])\p{Cc}/u;
/** Invisible characters that make two equal names look different, or turn a line around on the screen. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Gives the decoded text in pieces that end at a line end, line ends made plain (LF). */
async function forEachText(scan: Scan, take: (text: string) => boolean, progress?: Progress): Promise<void> {
  const decode = await decoderOf(scan);
  const handle = await openFile(scan.path);
  try {
    const { size, mtimeMs } = await handle.stat();
    if (size !== scan.size || mtimeMs !== scan.modified) throw changed(scan);
    const buffer = Buffer.allocUnsafe(CHUNK + LIMITS.line * 2);
    let kept = 0;
    let position = scan.bom;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, kept, CHUNK, position);
      position += bytesRead;
      const filled = kept + bytesRead;
      const end = bytesRead === 0 ? filled : lastLineEnd(buffer, filled, scan);
      for (let start = 0; start < end; ) {
        const piece = end - start > PIECE ? lastLineEnd(buffer.subarray(start), PIECE, scan) : 0;
        const next = piece === 0 ? end : start + piece;
        if (!take(decode(buffer.subarray(start, next)))) return;
        start = next;
      }
      progress?.(position, size);
      if (bytesRead === 0) return;
      buffer.copy(buffer, 0, end, filled);
      kept = filled - end;
    }
  } finally {
    await handle.close();
  }
}

/** The first line, for what it says about the others. */
export async function firstLine(scan: Scan): Promise<string> {
  let line = "";
  await forEachText(scan, (text) => {
    line = text.split("\n", 1)[0] ?? "";
    return false;
  });
  return line.trim();
}

/** Where to cut: after the last line feed; in a file without line feeds, after a carriage return. */
function lastLineEnd(buffer: Buffer, filled: number, scan: Scan): number {
  const wide = scan.encoding.startsWith("utf-16");
  for (
    let at = buffer.lastIndexOf(10, filled - 1);
    at !== -1;
    at = at === 0 ? -1 : buffer.lastIndexOf(10, at - 1)
  ) {
    if (!wide) return at + 1;
    const low = scan.encoding === "utf-16le" ? at : at - 1;
    if (low % 2 === 0 && buffer[low === at ? at + 1 : low] === 0 && low + 2 <= filled) return low + 2;
  }
  // A return at the very end may be the first half of a line end.
  return wide || filled < 2 ? 0 : buffer.lastIndexOf(13, filled - 2) + 1;
}

async function decoderOf(scan: Scan): Promise<(bytes: Buffer) => string> {
  const iconv = scan.encoding === "utf-8" ? null : await loadIconv();
  return (bytes) => {
    if (iconv === null) return plain(bytes.toString(scan.ascii ? "latin1" : "utf8"), scan);
    return plain(iconv.decode(bytes, scan.encoding, { stripBOM: false }), scan);
  };
}

function plain(text: string, scan: Scan): string {
  let result = text;
  // Of UTF-16 the bytes say nothing about control characters; of other encodings they were looked at before.
  if (scan.encoding.startsWith("utf-16") && CONTROL.test(text.endsWith("\u001a") ? text.slice(0, -1) : text))
    throw control(scan);
  if (scan.lineEnds === "mixed" || (scan.quoted && scan.lineEnds === "crlf"))
    result = result.replaceAll(/\r+\n|\r/g, "\n");
  if (scan.nuls > 0) result = result.replaceAll("\0", "");
  if (scan.invisible) result = result.replaceAll(INVISIBLE, "");
  return scan.combining ? result.normalize("NFC") : result;
}

/**
 * Reads all records of the file: cells as they stand, rows of any length, blank lines as one empty cell.
 * A first line `sep=;` is a directive and no record. Throws Failure(65) for broken quoting and cells beyond the limits.
 */
export async function forEachRecord(
  scan: Scan,
  delimiter: string,
  visit: Visit,
  progress?: Progress,
): Promise<void> {
  const read = scan.quoted ? readQuoted : readPlain;
  let count = 0;
  await read(
    scan,
    delimiter,
    (cells, line) => {
      if (line === 1 && /^sep=.?$/i.test(cells[0]?.trim() ?? "") && cells.length < 3) return true;
      if (++count > LIMITS.rows) throw tooLarge(scan, line, `more than ${LIMITS.rows} rows`);
      if (cells.length > LIMITS.columns)
        throw tooLarge(scan, line, `a row of ${cells.length} columns (at most ${LIMITS.columns})`);
      return visit(cells, line);
    },
    progress,
  );
}

/** Without a quote character in the whole file a cell cannot hold a delimiter or a line end: splitting is exact. */
async function readPlain(scan: Scan, delimiter: string, visit: Visit, progress?: Progress): Promise<void> {
  let line = 0;
  await forEachText(
    scan,
    (text) => {
      let start = 0;
      while (start < text.length) {
        const at = text.indexOf("\n", start);
        let end = at === -1 ? text.length : at;
        const next = end + 1;
        line++;
        if (text.charCodeAt(end - 1) === 13 && end > start) end--;
        if (at === -1 && text.charCodeAt(end - 1) === 26) end--;
        const row = text.slice(start, end);
        start = next;
        if (row === "" && at === -1) break;
        const cells = row.split(delimiter);
        if (row.length > LIMITS.cell) refuseLongCells(scan.path, cells, line);
        if (visit(cells, line) === false) return false;
      }
      return true;
    },
    progress,
  );
}

/**
 * With quotes: lines without one are split as above, the others go to csv-parse, strict, many at a time; asking it for
 * every row would take four times as long. Lines are counted here.
 */
async function readQuoted(scan: Scan, delimiter: string, visit: Visit, progress?: Progress): Promise<void> {
  const parse = await quotedParser(scan.path, delimiter);
  let line = 1;
  let open = "";
  const give = (stretches: readonly Stretch[]): boolean => {
    const quoted = stretches.filter((stretch) => stretch.quoted).flatMap(({ rows }) => rows);
    const begun = line;
    const parsed = parse(quoted, (nth) => lineOf(stretches, begun, nth))[Symbol.iterator]();
    for (const stretch of stretches) {
      for (const row of stretch.rows) {
        const cells = stretch.quoted ? nextOf(parsed) : row.split(delimiter);
        const first = line;
        line += 1;
        if (stretch.quoted) line += lineEndsInside(scan.path, cells, delimiter, first);
        else if (row.length > LIMITS.cell) refuseLongCells(scan.path, cells, first);
        if (visit(cells, first) === false) return false;
      }
    }
    return true;
  };
  let stopped = false;
  await forEachText(
    scan,
    (text) => {
      const split = stretchesOf(open + (text.endsWith("\u001a") ? text.slice(0, -1) : text), delimiter);
      open = split.open;
      stopped = !give(split.stretches);
      if (open.length > LIMITS.line) throw unclosed(scan.path, line);
      return !stopped;
    },
    progress,
  );
  if (!stopped && open !== "") give([{ quoted: true, rows: [open] }]);
}

function nextOf(records: Iterator<string[]>): string[] {
  const next = records.next();
  return next.done === true ? [] : next.value;
}

function tooLarge(scan: Scan, line: number, found: string): Failure {
  return new Failure(EXIT.input, {
    code: "file-too-large",
    where: { file: scan.path, line },
    message: "this file is larger than an import may be",
    found,
    fix: "export the open items only, or one company at a time",
  });
}

function control(scan: Scan): Failure {
  return new Failure(EXIT.input, {
    code: "control-characters",
    where: { file: scan.path },
    message: "there is a control character in this file",
    expected: "printable text, tabs and line ends",
    fix: "export the file again: what follows such a character is often damaged too",
  });
}

function changed(scan: Scan): Failure {
  return new Failure(EXIT.input, {
    code: "file-changed",
    where: { file: scan.path },
    message: "the file changed while it was read",
    fix: `wait until ${basename(scan.path)} is complete, then import it again`,
  });
}
