import { deflateSync } from "node:zlib";

/** An object's bytes as they stand in a file between `obj` and `endobj`. */
export type PdfObject = string | Uint8Array;

const WHOLE = "%PDF-1.7\n%\x81\x81\x81\x81\n";

/** Less memory than zlib's own choice, which is made for larger pieces than a page. */
export function packed(bytes: Uint8Array, level = 4): Uint8Array {
  return deflateSync(bytes, { level, windowBits: 14, memLevel: 7 });
}

/** A stream of bytes that are packed already. */
export function streamOf(bytes: Uint8Array, more = ""): Uint8Array {
  return Buffer.concat([
    Buffer.from(`<<${more}/Filter/FlateDecode/Length ${bytes.length}>>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** Text for a person, in any script: UTF-16 as hex digits. */
export const hexText = (text: string): string =>
  `<feff${Buffer.from(text, "utf16le").swap16().toString("hex")}>`;

/** A file of these objects, the first one number 1, of which 1 is the catalog and 2 the information about the document. */
export function fileOf(objects: readonly PdfObject[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from(WHOLE, "latin1")];
  let size = WHOLE.length;
  const add = (part: Uint8Array): void => {
    parts.push(Buffer.from(part.buffer, part.byteOffset, part.length));
    size += part.length;
  };
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [at, object] of objects.entries()) {
    table += `${String(size).padStart(10, "0")} 00000 n \n`;
    if (typeof object === "string") add(Buffer.from(`${at + 1} 0 obj\n${object}\nendobj\n`, "latin1"));
    else {
      add(Buffer.from(`${at + 1} 0 obj\n`));
      add(object);
      add(Buffer.from("\nendobj\n"));
    }
  }
  const trailer = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 2 0 R>>\nstartxref\n${size}\n%%EOF\n`;
  add(Buffer.from(table + trailer));
  return new Uint8Array(Buffer.concat(parts));
}
