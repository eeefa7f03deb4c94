import { deflateSync } from "node:zlib";

/** An object's bytes as they stand in a file between `obj` and `endobj`. */
export type PdfObject = string | Uint8Array;

const START = "%PDF-1.7\n%\x81\x81\x81\x81\n";
const END = "\nendobj\n";

/** Less memory than zlib's own choice, which is made for larger pieces than a page. */
export function packed(bytes: Uint8Array, level = 4): Uint8Array {
  return deflateSync(bytes, { level, windowBits: 14, memLevel: 7 });
}

/** One array of these, letters as Latin-1. */
function joined(parts: readonly PdfObject[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((all, { length }) => all + length, 0));
  const text = Buffer.from(whole.buffer);
  let at = 0;
  for (const part of parts) {
    if (typeof part === "string") text.write(part, at, "latin1");
    else whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A stream of bytes that are packed already. */
export function streamOf(bytes: Uint8Array, more = ""): Uint8Array {
  return joined([`<<${more}/Filter/FlateDecode/Length ${bytes.length}>>\nstream\n`, bytes, "\nendstream"]);
}

/** Text for a person, in any script: UTF-16 as hex digits. */
export const hexText = (text: string): string =>
  `<feff${Buffer.from(text, "utf16le").swap16().toString("hex")}>`;

/** A file of these objects, the first one number 1, of which 1 is the catalog and 2 the information about the document. */
export function fileOf(objects: readonly PdfObject[]): Uint8Array {
  const parts: PdfObject[] = [START];
  let size = START.length;
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [at, object] of objects.entries()) {
    table += `${String(size).padStart(10, "0")} 00000 n \n`;
    const head = `${at + 1} 0 obj\n`;
    parts.push(head, object, END);
    size += head.length + object.length + END.length;
  }
  parts.push(
    `${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 2 0 R>>\nstartxref\n${size}\n%%EOF\n`,
  );
  return joined(parts);
}

/** The objects of a file that `fileOf` has written; null: another program has. */
export function objectsOf(file: Uint8Array): readonly Buffer[] | null {
  const all = Buffer.from(file.buffer, file.byteOffset, file.length);
  const text = (from: number, to: number): string => all.toString("latin1", from, to);
  const [, end = ""] =
    /\nstartxref\n(\d+)\n%%EOF\n$/.exec(text(Math.max(0, all.length - 40), all.length)) ?? [];
  if (end === "" || text(0, START.length) !== START) return null;
  const places = [...text(Number(end), all.length).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) =>
    Number(at),
  );
  const objects: Buffer[] = [];
  for (const [n, at] of places.entries()) {
    const head = `${n + 1} 0 obj\n`;
    const to = (places[n + 1] ?? Number(end)) - END.length;
    if (text(at, at + head.length) !== head || text(to, to + END.length) !== END) return null;
    objects.push(all.subarray(at + head.length, to));
  }
  return objects;
}

/** The bytes of a stream that `streamOf` has made, still packed. */
export function streamIn(object: Uint8Array): Uint8Array {
  const all = Buffer.from(object.buffer, object.byteOffset, object.length);
  return all.subarray(all.indexOf("stream\n") + 7, all.length - "\nendstream".length);
}
