import { isUtf8 } from "node:buffer";

export interface Mark {
  readonly encoding: string | null;
  readonly bytes: number;
}

/** Byte order mark, or UTF-16 without one: zero bytes in every second place. */
export function byteOrder(head: Buffer): Mark {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", bytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", bytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", bytes: 2 };
  const sample = head.subarray(0, 4096);
  const zeros = [0, 0];
  for (let index = 0; index < sample.length; index++)
    if (sample[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even, odd] = zeros as [number, number];
  const many = sample.length / 4;
  if (odd > many && even < many / 8) return { encoding: "utf-16le", bytes: 0 };
  if (even > many && odd < many / 8) return { encoding: "utf-16be", bytes: 0 };
  return { encoding: null, bytes: 0 };
}

/** Length of the part that does not end inside a UTF-8 sequence. */
export function completeUtf8(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? chunk.length - back : chunk.length;
  }
  return chunk.length;
}

/** How many line feeds stand before the first line that is not UTF-8. */
export function firstForeignLine(chunk: Buffer): number {
  let lines = 0;
  for (let start = 0; start < chunk.length; lines++) {
    const end = chunk.indexOf(10, start);
    if (end === -1 || !isUtf8(chunk.subarray(start, end))) return lines;
    start = end + 1;
  }
  return lines;
}

export function firstLineEnd(bytes: Buffer): number {
  const lf = bytes.indexOf(10);
  const cr = (lf === -1 ? bytes : bytes.subarray(0, lf)).indexOf(13);
  return cr === -1 ? lf : cr;
}

export function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** Whether all four bytes of a word are printable ASCII (32 to 126). Nothing is not. */
export function isPrintable(word: number | undefined): boolean {
  if (word === undefined) return false;
  const del = word ^ 0x7f7f7f7f;
  // A byte whose highest bit is set, that is below 32, or that is 127 leaves a mark in its highest bit.
  return ((word | ((word - 0x20202020) & ~word) | ((del - 0x01010101) & ~del)) & 0x80808080) === 0;
}

export function isSmall(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}

export function isLetter(byte: number): boolean {
  return byte > 127 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

export function wordsAround(chunk: Buffer, at: number): Buffer {
  const start = Math.max(chunk.lastIndexOf(10, at) + 1, at - 24);
  const end = chunk.indexOf(10, at);
  return chunk.subarray(start, Math.min(end === -1 ? chunk.length : end, at + 24));
}
