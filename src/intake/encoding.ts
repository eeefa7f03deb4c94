import { type FileHandle, open } from "node:fs/promises";
import { EXIT, Failure, noSuchFile } from "../problem.ts";
import { type Guess, guessCodePage } from "./charset.ts";
import { Survey } from "./survey.ts";

/** What one look at all bytes of a file told. */
export interface Scan extends Guess {
  readonly path: string;
  readonly size: number;
  /** Milliseconds; with `size`: whether the file is still the one that was looked at. */
  readonly modified: number;
  readonly sha256: string;
  /** Bytes of a byte order mark at the start. */
  readonly bom: number;
  readonly ascii: boolean;
  /** A `"` stands somewhere: cells have to be read with quoting in mind. */
  readonly quoted: boolean;
  readonly lineEnds: "lf" | "crlf" | "mixed";
  readonly finalLineEnd: boolean;
  /** Letters with separate accents (as macOS writes them), to be composed; and characters that print nothing. */
  readonly combining: boolean;
  readonly invisible: boolean;
  /** Zero bytes, to be left out; only where the caller lets them pass. */
  readonly nuls: number;
  /** Decoded places with letters beyond ASCII, for a person to look at where the code page was guessed. */
  readonly suspects: readonly { readonly line: number; readonly text: string }[];
  readonly warnings: readonly string[];
}

/** Only what is not UTF-8 or UTF-16 with a mark needs it. */
export async function loadIconv() {
  return (await import("iconv-lite")).default;
}
type Iconv = Awaited<ReturnType<typeof loadIconv>>;

const CHUNK = 262_144;
const ALIASES: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  ascii: "utf-8",
  "us-ascii": "utf-8",
  "utf-16": "utf-16le",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  cp1252: "windows-1252",
  ansi: "windows-1252",
  ibm850: "cp850",
  "mac-roman": "macintosh",
  macroman: "macintosh",
};

/** Opens a file of the user's. Throws Failure(66) where there is none, Failure(74) where it cannot be read. */
export async function openFile(path: string): Promise<FileHandle> {
  try {
    const handle = await open(path, "r");
    const stat = await handle.stat();
    if (stat.isFile()) return handle;
    await handle.close();
    if (stat.isDirectory()) throw noFile(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown reason";
    if (!["ENOENT", "ENOTDIR", "EISDIR"].includes(code)) {
      const message = `this file cannot be read (${code})`;
      const fix =
        code === "EACCES"
          ? "give yourself the right to read it, or take a copy"
          : "copy it into another folder under a short name, and read that one";
      throw new Failure(EXIT.io, { code: "unreadable-file", where: { file: path }, message, fix });
    }
  }
  throw noSuchFile(path);
}

const noFile = (path: string): Failure =>
  new Failure(EXIT.missing, {
    code: "file-missing",
    where: { file: path },
    message: "this is a folder",
    expected: "a file",
    fix: "name the file in it",
  });

/**
 * One pass over all bytes: hash, encoding, line ends, quotes. `wanted` pins the encoding ("auto" or null: find out);
 * `nuls` lets zero bytes pass.
 * Throws Failure(65) for an empty file, for what is no text, and for text in two encodings.
 */
export async function scanFile(path: string, wanted: string | null = null, nuls = false): Promise<Scan> {
  const handle = await openFile(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const survey = new Survey(path, nuls);
    const buffer = Buffer.allocUnsafe(CHUNK + 4);
    let carried = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, carried, CHUNK, null);
      if (bytesRead === 0) break;
      carried = survey.take(buffer.subarray(0, carried + bytesRead), carried);
    }
    if (carried > 0) survey.utf8 = false;
    return await conclude(survey, { size, modified: mtimeMs }, wanted);
  } finally {
    await handle.close();
  }
}

async function conclude(
  survey: Survey,
  file: { size: number; modified: number },
  wanted: string | null,
): Promise<Scan> {
  if (survey.length <= survey.mark.bytes) {
    throw survey.refusal({
      code: "empty-file",
      message: "this file is empty",
      expected: "a header row and at least one open item",
      fix: "export the balance again and look at the file before importing it",
    });
  }
  const iconv = await loadIconv();
  const guess = encodingOf(survey, wanted, iconv);
  const wide = guess.encoding.startsWith("utf-16");
  const eightBit = !wide && guess.encoding !== "utf-8";
  const places = eightBit ? survey.places : [];
  return {
    ...guess,
    ...file,
    path: survey.path,
    sha256: survey.hash.digest("hex"),
    bom: survey.mark.bytes,
    ascii: guess.encoding === "utf-8" && survey.highBytes() === 0,
    quoted: survey.quoted,
    lineEnds: wide ? "mixed" : lineEndsOf(survey),
    finalLineEnd: wide || [10, 13, 26].includes(survey.lastByte),
    combining: wide || survey.counts[0xcc]! > 0,
    invisible: wide || survey.counts[0xe2]! + survey.counts[0xef]! > 0,
    nuls: wide ? 0 : survey.counts[0]!,
    suspects: places.map(({ line, bytes }) => ({ line, text: iconv.decode(bytes, guess.encoding).trim() })),
    warnings: warningsOf(survey, guess, eightBit),
  };
}

function lineEndsOf({ loneReturns, counts, pairs }: Survey): Scan["lineEnds"] {
  if (counts[13] === 0) return "lf";
  return loneReturns === 0 && counts[13] === pairs ? "crlf" : "mixed";
}

function warningsOf(survey: Survey, guess: Guess, eightBit: boolean): string[] {
  const warnings: string[] = [];
  if (survey.repaired !== null && guess.encoding === "utf-8") {
    warnings.push(
      `line ${survey.repaired.line}: "${survey.repaired.text}" is UTF-8 that was once read as Windows-1252 and saved again; names would be printed like this: export the file again`,
    );
  }
  if (eightBit && guess.confidence < 0.6) {
    warnings.push(
      `the encoding is a guess (${guess.encoding}): compare the accented letters in \`dunning inspect\` and name the encoding in a profile where they are wrong`,
    );
  }
  return warnings;
}

function encodingOf(survey: Survey, wanted: string | null, iconv: Iconv): Guess {
  if (wanted !== null && wanted !== "auto") {
    const encoding = ALIASES[wanted.toLowerCase()] ?? wanted.toLowerCase();
    if (!iconv.encodingExists(encoding)) {
      throw survey.refusal({
        code: "unknown-encoding",
        message: `there is no encoding "${wanted}"`,
        expected: "utf-8, utf-16le, utf-16be, windows-1252, cp850, macintosh or another IANA name",
      });
    }
    if (encoding === "utf-8" && !survey.utf8) throw mixed(survey);
    return { encoding, confidence: 1, evidence: "named by the profile or the command line" };
  }
  const { mark } = survey;
  if (mark.encoding !== null) {
    if (mark.encoding === "utf-8" && !survey.utf8) throw mixed(survey);
    const evidence = mark.bytes === 0 ? "every second byte is zero" : "byte order mark";
    return { encoding: mark.encoding, confidence: 1, evidence };
  }
  const high = survey.highBytes();
  if (high === 0) return { encoding: "utf-8", confidence: 1, evidence: "all bytes are ASCII" };
  if (survey.utf8) {
    const evidence = `valid UTF-8 from the first byte to the last, ${high} bytes of it beyond ASCII`;
    return { encoding: "utf-8", confidence: 0.99, evidence };
  }
  if (survey.utf8Pairs > 0) throw mixed(survey);
  return guessCodePage(survey.high, (encoding, byte) => iconv.decode(Buffer.from([byte]), encoding));
}

function mixed(survey: Survey): Failure {
  const line = survey.notUtf8Line;
  const found = line > 0 ? { found: `bytes that are not UTF-8, first on line ${line}` } : {};
  return survey.refusal(
    {
      code: "mixed-encoding",
      message: "a part of this file is UTF-8 and a part is not",
      ...found,
      expected: "one encoding from the first line to the last",
      fix: "export the file again in one piece, or name its encoding in a profile",
    },
    line > 0 ? line : undefined,
  );
}
