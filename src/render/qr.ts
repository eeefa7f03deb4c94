import { crc32, deflateSync } from "node:zlib";
import { encodeQR } from "qr";

/** Rows of modules, dark ones true, without the light border that a reader needs around them. */
export type Matrix = readonly (readonly boolean[])[];

/** A code to scan, as letters and e-mails draw it. */
export interface Code {
  readonly matrix: Matrix;
  /** The Swiss cross in its middle. */
  readonly cross: boolean;
  readonly caption: string;
  /** For those who cannot see it. */
  readonly about: string;
}

/** Light modules around a code (ISO/IEC 18004, 9.1). */
const QUIET = 4;
/** The Swiss code is 46 mm wide, its cross 7 mm (Implementation Guidelines QR-bill, 5.5). */
export const SWISS_WIDTH = 46;
const CROSS_WIDTH = 7;

/** The code of a text in UTF-8, error correction M as both payment standards ask. */
export function matrixOf(text: string): Matrix {
  const border = 1;
  const rows = encodeQR(text, "raw", { ecc: "medium", encoding: "byte", border });
  return rows.slice(border, -border).map((row) => row.slice(border, -border));
}

export type Box = readonly [x: number, y: number, width: number, height: number];

/** Dark modules of a row that touch, as one box each; in modules. */
export function boxesOf(matrix: Matrix): Box[] {
  return matrix.flatMap((row, y) => {
    const boxes: Box[] = [];
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      boxes.push([from, y, x - from + 1, 1]);
    }
    return boxes;
  });
}

const paths = new WeakMap<Matrix, string>();

/** The same boxes as rectangles of a content stream, from the upper left corner on; kept for the second try of a letter. */
export function pathOf(matrix: Matrix): string {
  const known = paths.get(matrix);
  if (known !== undefined) return known;
  let path = "";
  for (const [x, y, width, height] of boxesOf(matrix)) path += `${x} ${y} ${width} ${height} re\n`;
  paths.set(matrix, path);
  return path;
}

/** The cross over a code of this width: boxes in turn light, dark and light, from the back to the front. */
export function crossOf(width: number): { readonly dark: boolean; readonly box: Box }[] {
  const size = (CROSS_WIDTH / SWISS_WIDTH) * width;
  const at = (width - size) / 2;
  const unit = size / 198;
  const part = (x: number, y: number, w: number, h: number): Box => [
    at + x * unit,
    at + y * unit,
    w * unit,
    h * unit,
  ];
  return [
    { dark: false, box: part(0, 0, 198, 198) },
    { dark: true, box: part(7, 7, 184, 184) },
    { dark: false, box: part(83, 40, 33, 110) },
    { dark: false, box: part(44, 79, 110, 33) },
  ];
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

const PIXELS = 6;

/** A black and white picture (PNG) of a code, its light border included; several pixels per module. */
export function pngOf({ matrix, cross }: Code): Uint8Array {
  const count = matrix.length;
  const width = (count + 2 * QUIET) * PIXELS;
  const stride = Math.ceil(width / 8) + 1;
  const rows = Buffer.alloc(stride * width, 0xff);
  for (let y = 0; y < width; y++) rows[y * stride] = 0;
  const paint = ([x, y, w, h]: Box, dark: boolean): void => {
    const [left, top] = [Math.round((x + QUIET) * PIXELS), Math.round((y + QUIET) * PIXELS)];
    for (let row = top; row < Math.round((y + h + QUIET) * PIXELS); row++)
      for (let column = left; column < Math.round((x + w + QUIET) * PIXELS); column++) {
        const at = row * stride + 1 + (column >> 3);
        const bit = 0x80 >> (column & 7);
        rows[at] = dark ? (rows[at] ?? 0) & ~bit : (rows[at] ?? 0) | bit;
      }
  };
  for (const box of boxesOf(matrix)) paint(box, true);
  if (cross) for (const { box, dark } of crossOf(count)) paint(box, dark);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // One bit per pixel, grey.
  header[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat(parts));
}
