import { inflateSync } from "node:zlib";
import jsqr from "jsqr";
import { runOn } from "./rendering.ts";

/** Codes read as a phone would: from pixels, by a decoder that has nothing to do with the encoder. */

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One byte of grey each. */
  readonly grey: Uint8Array;
}

// CommonJS: what is imported is the module, or what it exports by default.
const decode = (jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr;

function read({ width, height, grey }: Pixels): string | null {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (const [at, level] of grey.entries()) rgba.fill(level, 4 * at, 4 * at + 3);
  const found = (decode as unknown as (d: Uint8ClampedArray, w: number, h: number) => unknown)(
    rgba,
    width,
    height,
  ) as { readonly binaryData: number[] } | null;
  return found === null ? null : Buffer.from(found.binaryData).toString("utf8");
}

/** Our own pictures only: PNG, one bit of grey, no filter. */
function pixelsOf(png: Uint8Array): Pixels {
  const bytes = Buffer.from(png);
  if (bytes[24] !== 1 || bytes[25] !== 0) throw new Error("not one bit of grey");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const rows = inflateSync(Buffer.concat(data));
  const stride = Math.ceil(width / 8) + 1;
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      grey[y * width + x] = ((rows[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? 255 : 0;
  return { width, height, grey };
}

export const scanPng = (png: Uint8Array): string | null => read(pixelsOf(png));

/** The code on a page of a PDF, printed at 200 dots per inch. Needs pdftoppm. */
export function scanPage(pdf: Uint8Array, page: number): string | null {
  const at = String(page);
  const args = ["-r", "200", "-gray", "-f", at, "-l", at, "FILE"];
  const image = runOn(pdf, "page.pdf", "pdftoppm", args, "buffer");
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(image.subarray(0, 60).toString("latin1"));
  if (head === null) throw new Error("pdftoppm gave no picture");
  return read({
    width: Number(head[1]),
    height: Number(head[2]),
    grey: image.subarray(head[0].length),
  });
}

/** What ZBar makes of a picture. */
export const zbar = (png: Uint8Array): string =>
  runOn(png, "code.png", "zbarimg", ["-q", "--raw", "FILE"]).replace(/\n$/, "");
