import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { EXIT, Failure, type Problem } from "../problem.ts";
import {
  byteOrder,
  completeUtf8,
  countLineFeeds,
  firstForeignLine,
  firstLineEnd,
  isLetter,
  isPrintable,
  isSmall,
  type Mark,
  wordsAround,
} from "./bytes.ts";
import type { HighBytes } from "./charset.ts";
import { refuseDisguised } from "./disguise.ts";
import { LIMITS } from "./limits.ts";

/** Bytes below 32 that text files hold: tab, LF, VT, FF (page ends of reports), CR, and Ctrl-Z. */
const TEXT_CONTROLS = new Set([9, 10, 11, 12, 13, 26]);
const PLACES = 6;

/** Collects, chunk by chunk, what the bytes of one file say. Refuses what is no text as soon as that is sure. */
export class Survey {
  readonly path: string;
  readonly hash = createHash("sha256");
  /** How often each byte below 32 and above 126 stands in the file, and beside what. */
  readonly high: HighBytes = {
    all: new Uint32Array(256),
    betweenLetters: new Uint32Array(256),
    betweenSmall: new Uint32Array(256),
    alone: new Uint32Array(256),
  };
  readonly counts = this.high.all;
  /** The first places with bytes above 127, raw. */
  readonly places: { line: number; bytes: Buffer }[] = [];
  mark: Mark = { encoding: null, bytes: 0 };
  length = 0;
  /** CR LF; CR followed by neither LF nor CR. */
  pairs = 0;
  loneReturns = 0;
  lastByte = 0;
  quoted = false;
  utf8 = true;
  notUtf8Line = 0;
  /** C3 80..BF: an accented letter in UTF-8, nonsense in every 8-bit code page. */
  utf8Pairs = 0;
  /** A place where UTF-8 was once read as Windows-1252 and saved again (`Ã©`). */
  repaired: { line: number; text: string } | null = null;
  #sinceLineEnd = 0;
  readonly #nuls: boolean;

  /** `nuls`: zero bytes are no fault, they are left out when the file is read. */
  constructor(path: string, nuls = false) {
    this.path = path;
    this.#nuls = nuls;
  }

  /** Takes a chunk that starts with `carried` bytes of the one before; gives how many to carry on. */
  take(chunk: Buffer, carried: number): number {
    const fresh = chunk.subarray(carried);
    if (this.length === 0) {
      this.mark = byteOrder(fresh);
      if (!this.#wide()) refuseDisguised(this.path, fresh);
    }
    const linesBefore = this.counts[10]! + this.loneReturns;
    const highBefore = this.highBytes();
    this.hash.update(fresh);
    this.length += fresh.length;
    this.quoted ||= fresh.includes(0x22);
    this.#measureLines(fresh, linesBefore);
    this.#count(fresh, linesBefore);
    if (this.#wide()) {
      this.#refuseNarrow(fresh, linesBefore);
      return 0;
    }
    this.#refuseControls(fresh, linesBefore);
    if (!this.utf8) return 0;
    if (this.highBytes() > highBefore) this.#findRepaired(fresh, linesBefore);
    const whole = completeUtf8(chunk);
    if (isUtf8(chunk.subarray(0, whole))) return chunk.copy(chunk, 0, whole);
    this.utf8 = false;
    this.notUtf8Line = linesBefore + 1 + firstForeignLine(chunk.subarray(0, whole));
    return 0;
  }

  highBytes(): number {
    let sum = 0;
    for (let byte = 128; byte < 256; byte++) sum += this.counts[byte]!;
    return sum;
  }

  refusal(problem: Omit<Problem, "where">, line?: number): Failure {
    const where = line === undefined ? { file: this.path } : { file: this.path, line };
    return new Failure(EXIT.input, { ...problem, where });
  }

  #wide(): boolean {
    return this.mark.encoding?.startsWith("utf-16") ?? false;
  }

  /**
   * In UTF-16 a line end is two bytes. One that stands beside a letter belongs to a part in another encoding, whose rows
   * would be read as signs of no language and lost.
   */
  #refuseNarrow(chunk: Buffer, linesBefore: number): void {
    const start = this.length - chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) {
      const beside = chunk[(start + at) % 2 === 0 ? at + 1 : at - 1] ?? 0;
      if (beside < 0x30) continue;
      throw this.refusal(
        {
          code: "mixed-encoding",
          message: "a part of this file is UTF-16 and a part is not",
          expected: "one encoding from the first line to the last",
          fix: "export the file again in one piece",
        },
        linesBefore + 1 + countLineFeeds(chunk.subarray(0, at)),
      );
    }
  }

  /** Refuses a line longer than the limit, after at most that many bytes of it. */
  #measureLines(chunk: Buffer, linesBefore: number): void {
    for (let start = 0; start < chunk.length; start += LIMITS.line) {
      const window = chunk.subarray(start, start + LIMITS.line);
      const first = firstLineEnd(window);
      const length = this.#sinceLineEnd + (first === -1 ? window.length : first);
      if (length > LIMITS.line) {
        throw this.refusal(
          {
            code: "line-too-long",
            message: `a line is longer than ${LIMITS.line} bytes`,
            expected: "one row per line",
            fix: "export the file again; a report or a document saved as text often comes as one long line",
          },
          linesBefore + 1 + countLineFeeds(chunk.subarray(0, start)),
        );
      }
      const last = first === -1 ? -1 : Math.max(window.lastIndexOf(10), window.lastIndexOf(13));
      this.#sinceLineEnd = first === -1 ? length : window.length - 1 - last;
    }
  }

  /** Counts all bytes but the printable ASCII ones, which are nearly all and say nothing: four at a time. */
  #count(chunk: Buffer, linesBefore: number): void {
    const counts = this.counts;
    const ahead = (4 - (chunk.byteOffset % 4)) % 4;
    const whole = Math.max(0, chunk.length - ahead) >> 2;
    const words =
      whole === 0 ? new Int32Array() : new Int32Array(chunk.buffer, chunk.byteOffset + ahead, whole);
    let previous = this.lastByte;
    for (let index = 0; index < chunk.length; index++) {
      if ((index - ahead) % 4 === 0 && previous !== 13) {
        const from = index;
        while (isPrintable(words[(index - ahead) >> 2])) index += 4;
        if (index > from) previous = chunk[index - 1]!;
        if (index === chunk.length) break;
      }
      const byte = chunk[index]!;
      if (byte > 31 && byte < 127 && previous !== 13) {
        previous = byte;
        continue;
      }
      if (previous === 13 && byte === 10) this.pairs++;
      else if (previous === 13 && byte !== 13) this.loneReturns++;
      counts[byte]! += 1;
      if (byte > 127) this.#high(chunk, index, previous, linesBefore);
      previous = byte;
    }
    this.lastByte = previous;
  }

  #high(chunk: Buffer, index: number, previous: number, linesBefore: number): void {
    const byte = chunk[index]!;
    const before = isLetter(previous);
    const behind = isLetter(chunk[index + 1] ?? 0);
    if (before && behind) this.high.betweenLetters[byte]! += 1;
    if (isSmall(previous) && isSmall(chunk[index + 1] ?? 0)) this.high.betweenSmall[byte]! += 1;
    if (!before && !behind) this.high.alone[byte]! += 1;
    if (previous === 0xc3 && byte < 0xc0) this.utf8Pairs++;
    if (this.places.length >= PLACES) return;
    const line = linesBefore + 1 + countLineFeeds(chunk.subarray(0, index));
    if (this.places.at(-1)?.line !== line) {
      this.places.push({ line, bytes: Buffer.from(wordsAround(chunk, index)) });
    }
  }

  #refuseControls(chunk: Buffer, linesBefore: number): void {
    let bad = 0;
    const isBad = (byte: number): boolean =>
      byte < 32 && !TEXT_CONTROLS.has(byte) && !(this.#nuls && byte === 0);
    for (let byte = 0; byte < 32; byte++) if (isBad(byte)) bad += this.counts[byte]!;
    if (bad === 0) return;
    if (bad > 8 && bad > this.length / 50) {
      throw this.refusal({
        code: "binary-file",
        message: "this file is not text",
        found: `${bad} control characters in the first ${this.length} bytes`,
        expected: "a CSV or text export of the open items",
        fix: "export the balance again as CSV",
      });
    }
    const at = chunk.findIndex(isBad);
    const nul = chunk[at] === 0;
    const near = wordsAround(chunk, at)
      .toString("latin1")
      .replaceAll(/\p{Cc}/gu, "");
    throw this.refusal(
      {
        code: nul ? "nul-bytes" : "control-characters",
        message: nul ? "there are NUL bytes in this file" : "there is a control character in this file",
        found: `byte 0x${chunk[at]!.toString(16).padStart(2, "0")} near "${near}"`,
        expected: "printable text, tabs and line ends",
        fix: "export the file again: what follows such a byte is often damaged too",
      },
      linesBefore + 1 + countLineFeeds(chunk.subarray(0, at)),
    );
  }

  #findRepaired(chunk: Buffer, linesBefore: number): void {
    if (this.repaired !== null) return;
    for (let at = chunk.indexOf(0xc3); at !== -1; at = chunk.indexOf(0xc3, at + 1)) {
      const second = chunk[at + 1];
      const third = chunk[at + 2] ?? 0;
      const twice =
        ((second === 0x83 || second === 0x82) && third > 0xc1) || (second === 0xa2 && third === 0xe2);
      if (!twice) continue;
      const text = wordsAround(chunk, at).toString("utf8").replaceAll("\ufffd", "").trim();
      this.repaired = { line: linesBefore + 1 + countLineFeeds(chunk.subarray(0, at)), text };
      return;
    }
  }
}
