/**
 * A TrueType font with the outlines of some glyphs only, all glyphs keeping their numbers: what an earlier text refers
 * to stays right whatever is added later, and fonts of several documents can be made one.
 * Tables as in the OpenType specification 1.9: glyf, loca, hmtx, hhea, head, maxp. Hinting, which only coarse screens
 * ask for and which is half of a font, is left out.
 */

const CHECKSUM_WHOLE = 0xb1b0afba;
/** Flags of a component (glyf table). */
const WORDS = 0x0001;
const SCALE = 0x0008;
const MORE = 0x0020;
const TWO_SCALES = 0x0040;
const MATRIX = 0x0080;
const INSTRUCTIONS = 0x0100;

interface Tables {
  readonly of: (tag: string) => DataView | null;
}

function tablesOf(font: Uint8Array): Tables {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const found = new Map<string, DataView>();
  for (let n = 0; n < view.getUint16(4); n++) {
    const at = 12 + 16 * n;
    const tag = String.fromCharCode(...font.subarray(at, at + 4));
    const [from, length] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    found.set(tag, new DataView(font.buffer, font.byteOffset + from, length));
  }
  return { of: (tag) => found.get(tag) ?? null };
}

function table(tables: Tables, tag: string): DataView {
  const found = tables.of(tag);
  if (found === null) throw new Error(`the font has no table ${tag}`);
  return found;
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Where each glyph's outline lies in `glyf`. */
function locations(tables: Tables): (glyph: number) => readonly [number, number] {
  const loca = table(tables, "loca");
  const long = table(tables, "head").getInt16(50) === 1;
  const at = (n: number): number => (long ? loca.getUint32(4 * n) : 2 * loca.getUint16(2 * n));
  return (glyph) => [at(glyph), at(glyph + 1)];
}

interface Outline {
  /** Without instructions. */
  readonly bytes: Uint8Array;
  /** The glyphs that a composed one is made of. */
  readonly parts: readonly number[];
}

function bareOutline(view: DataView): Outline {
  const all = bytesOf(view);
  if (view.byteLength === 0) return { bytes: all, parts: [] };
  const contours = view.getInt16(0);
  if (contours >= 0) {
    const length = 10 + 2 * contours;
    const rest = all.subarray(length + 2 + view.getUint16(length));
    const bytes = new Uint8Array(length + 2 + rest.length);
    bytes.set(all.subarray(0, length));
    bytes.set(rest, length + 2);
    return { bytes, parts: [] };
  }
  const bytes = all.slice();
  const parts: number[] = [];
  for (let at = 10; ; ) {
    const flags = view.getUint16(at);
    parts.push(view.getUint16(at + 2));
    new DataView(bytes.buffer).setUint16(at, flags & ~INSTRUCTIONS);
    at += 4 + (flags & WORDS ? 4 : 2);
    at += flags & SCALE ? 2 : flags & TWO_SCALES ? 4 : flags & MATRIX ? 8 : 0;
    if ((flags & MORE) === 0) return { bytes: bytes.subarray(0, at), parts };
  }
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4)
    sum =
      (sum +
        (((bytes[at] ?? 0) << 24) |
          ((bytes[at + 1] ?? 0) << 16) |
          ((bytes[at + 2] ?? 0) << 8) |
          (bytes[at + 3] ?? 0))) >>>
      0;
  return sum;
}

function assembled(tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const tags = [...tables.keys()].sort();
  const padded = (length: number): number => (length + 3) & ~3;
  const start = 12 + 16 * tags.length;
  const size = tags.reduce((all, tag) => all + padded(tables.get(tag)?.length ?? 0), start);
  const font = new Uint8Array(size);
  const view = new DataView(font.buffer);
  const power = 31 - Math.clz32(tags.length);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, tags.length);
  view.setUint16(6, 16 << power);
  view.setUint16(8, power);
  view.setUint16(10, 16 * tags.length - (16 << power));
  let at = start;
  for (const [n, tag] of tags.entries()) {
    const bytes = tables.get(tag) ?? new Uint8Array();
    const entry = 12 + 16 * n;
    for (let c = 0; c < 4; c++) font[entry + c] = tag.charCodeAt(c);
    view.setUint32(entry + 4, checksum(bytes));
    view.setUint32(entry + 8, at);
    view.setUint32(entry + 12, bytes.length);
    font.set(bytes, at);
    at += padded(bytes.length);
  }
  const head = 12 + 16 * tags.indexOf("head");
  view.setUint32(view.getUint32(head + 8) + 8, (CHECKSUM_WHOLE - checksum(font)) >>> 0);
  return font;
}

/** The same font with the outlines of these glyphs, of what they are made of, and of glyph 0. */
export function subsetFont(font: Uint8Array, glyphs: Iterable<number>): Uint8Array {
  const tables = tablesOf(font);
  const glyf = table(tables, "glyf");
  const place = locations(tables);
  const outlines = new Map<number, Uint8Array>();
  const take = (glyph: number): void => {
    if (outlines.has(glyph)) return;
    const [from, to] = place(glyph);
    const { bytes, parts } = bareOutline(new DataView(glyf.buffer, glyf.byteOffset + from, to - from));
    outlines.set(glyph, bytes);
    for (const part of parts) take(part);
  };
  for (const glyph of [0, ...glyphs]) take(glyph);
  const count = Math.max(...outlines.keys()) + 1;
  const even = (length: number): number => (length + 1) & ~1;
  const size = [...outlines.values()].reduce((all, { length }) => all + even(length), 0);
  const drawn = new Uint8Array(size);
  const short = size < 0x20000;
  const loca = new DataView(new ArrayBuffer((count + 1) * (short ? 2 : 4)));
  const metrics = table(tables, "hmtx");
  const measured = table(tables, "hhea").getUint16(34);
  const hmtx = new DataView(new ArrayBuffer(4 * count));
  let end = 0;
  for (let glyph = 0; glyph <= count; glyph++) {
    if (short) loca.setUint16(2 * glyph, end / 2);
    else loca.setUint32(4 * glyph, end);
    const outline = outlines.get(glyph);
    if (outline === undefined) continue;
    drawn.set(outline, end);
    end += even(outline.length);
    const monospaced = glyph >= measured;
    const entry = 4 * Math.min(glyph, measured - 1);
    hmtx.setUint16(4 * glyph, metrics.getUint16(entry));
    const bearing = monospaced ? 4 * measured + 2 * (glyph - measured) : entry + 2;
    hmtx.setInt16(4 * glyph + 2, metrics.getInt16(bearing));
  }
  const copy = (tag: string): DataView => new DataView(bytesOf(table(tables, tag)).slice().buffer);
  const [head, hhea, maxp] = [copy("head"), copy("hhea"), copy("maxp")];
  head.setUint32(8, 0);
  head.setInt16(50, short ? 0 : 1);
  hhea.setUint16(34, count);
  maxp.setUint16(4, count);
  const parts = new Map([
    ["glyf", drawn],
    ["loca", bytesOf(loca)],
    ["hmtx", bytesOf(hmtx)],
    ["head", bytesOf(head)],
    ["hhea", bytesOf(hhea)],
    ["maxp", bytesOf(maxp)],
  ]);
  return assembled(parts);
}
