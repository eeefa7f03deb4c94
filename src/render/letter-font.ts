import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { create } from "@pdf-lib/fontkit";

type FontkitFont = ReturnType<typeof create>;

/** One glyph as a text shows it. */
export interface Glyph {
  readonly id: number;
  /** Thousandths of the size. */
  readonly advance: number;
  /** Four hex digits: how a content stream names it. */
  readonly hex: string;
  /** What a reader copies out. */
  readonly text: string;
}

export interface GlyphRun {
  readonly glyphs: readonly Glyph[];
  /** Of all glyphs, thousandths of the size. */
  readonly advance: number;
  readonly hex: string;
}

export interface Face {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Six capitals that stand for exactly this font file: fonts of the same tag can be made one. */
  readonly tag: string;
  readonly metrics: {
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly box: readonly number[];
  };
  /** Null where the font has no such character. */
  readonly glyphOf: (character: string) => Glyph | null;
  /** Of a glyph by its number, in thousandths. */
  readonly advanceOf: (id: number) => number;
  /** All glyphs of a text, with marks put on their letters; remembered, as the same words come again and again. */
  readonly runOf: (text: string) => GlyphRun;
}

/** Regular and bold, parsed once per process and shared by all letters. */
export interface Typeface {
  readonly regular: Face;
  readonly bold: Face;
}

/** Shown in place of a character that the font does not have: U+FFFD. */
const MISSING = "\ufffd";
/** So many different pieces of text keep their glyphs; above, all are forgotten at once. */
const RUNS_LIMIT = 20_000;
/** Letters that are put together of several characters. */
const MARKS = /\p{M}/u;
/** Quick to ask: Latin letters, punctuation and signs of currencies need no second look. */
const MAY_HAVE_MARKS = /[^\u0020-\u02ff\u2000-\u20bf]/;
/** "fi" stays two letters: a ligature would be copied out as one sign. */
const FEATURES = { liga: false };

const hexOf = (id: number): string => id.toString(16).padStart(4, "0");

function tagOf(bytes: Uint8Array): string {
  const digest = createHash("sha256").update(bytes).digest();
  return Array.from(digest.subarray(0, 6), (byte) => String.fromCharCode(65 + (byte % 26))).join("");
}

function faceOf(font: FontkitFont, name: string, bytes: Uint8Array): Face {
  const scale = 1000 / font.unitsPerEm;
  const known = new Map<string, Glyph | null>();
  const glyph = (id: number, advance: number, text: string): Glyph => ({
    id,
    advance: advance * scale,
    hex: hexOf(id),
    text,
  });
  const glyphOf = (character: string): Glyph | null => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const point = character.codePointAt(0) ?? 0;
    const has = font.hasGlyphForCodePoint(point);
    const { id, advanceWidth } = font.glyphForCodePoint(point);
    const found = has ? glyph(id, advanceWidth, character) : null;
    known.set(character, found);
    return found;
  };
  const glyphsOf = (text: string): Glyph[] => {
    if (!MAY_HAVE_MARKS.test(text) || !MARKS.test(text)) {
      const glyphs: Glyph[] = [];
      for (const character of text) {
        const found = glyphOf(character);
        if (found !== null) glyphs.push(found);
      }
      return glyphs;
    }
    // The dear way, for the few texts that need it.
    return font
      .layout(text, FEATURES)
      .glyphs.map(({ id, advanceWidth, codePoints }) =>
        glyph(id, advanceWidth, String.fromCodePoint(...codePoints)),
      );
  };
  const runs = new Map<string, GlyphRun>();
  const { ascent, descent, capHeight, bbox } = font;
  return {
    name,
    bytes,
    tag: tagOf(bytes),
    metrics: {
      ascent: ascent * scale,
      descent: descent * scale,
      capHeight: capHeight * scale,
      box: [bbox.minX, bbox.minY, bbox.maxX, bbox.maxY].map((each) => each * scale),
    },
    glyphOf,
    advanceOf: (id) => font.getGlyph(id).advanceWidth * scale,
    runOf: (text) => {
      const before = runs.get(text);
      if (before !== undefined) return before;
      if (runs.size >= RUNS_LIMIT) runs.clear();
      const glyphs = glyphsOf(text);
      let advance = 0;
      let hex = "";
      for (const each of glyphs) {
        advance += each.advance;
        hex += each.hex;
      }
      const run = { glyphs, advance, hex };
      runs.set(text, run);
      return run;
    },
  };
}

const typefaces = new Map<string, Promise<Typeface>>();

async function parse(home: string): Promise<Typeface> {
  const { default: fontkit } = await import("@pdf-lib/fontkit");
  const face = (name: string): Face => {
    const bytes = new Uint8Array(readFileSync(join(home, "assets", "fonts", `${name}.ttf`)));
    return faceOf(fontkit.create(bytes), name, bytes);
  };
  return { regular: face("NotoSans-Regular"), bold: face("NotoSans-Bold") };
}

/** The embedded typeface, from `<home>/assets/fonts`. */
export function typeface(home: string): Promise<Typeface> {
  const known = typefaces.get(home) ?? parse(home);
  typefaces.set(home, known);
  return known;
}

/** What one document has used of a face: by glyph number, the text that it stands for. */
export type Used = Map<number, Glyph>;

/** Measuring and writing in one document. */
export interface Fonts {
  /** In points. */
  readonly width: (text: string, bold: boolean, size: number) => number;
  /** The text as hex digits for a content stream; what it uses is remembered in `used`. */
  readonly shown: (text: string, bold: boolean) => string;
  /** The text with every character that cannot be printed replaced; those are remembered in `missing`. */
  readonly printable: (text: string) => string;
  readonly missing: ReadonlySet<string>;
  readonly used: { readonly regular: Used; readonly bold: Used };
}

export function openFonts({ regular, bold }: Typeface): Fonts {
  const used = { regular: new Map<number, Glyph>(), bold: new Map<number, Glyph>() };
  const missing = new Set<string>();
  return {
    width: (text, isBold, size) => ((isBold ? bold : regular).runOf(text).advance * size) / 1000,
    shown: (text, isBold) => {
      const seen = isBold ? used.bold : used.regular;
      const { glyphs, hex } = (isBold ? bold : regular).runOf(text);
      for (const glyph of glyphs) {
        // One glyph for two characters (space and no-break space): the smaller one is copied out.
        const before = seen.get(glyph.id);
        if (before !== glyph && (before === undefined || glyph.text < before.text)) seen.set(glyph.id, glyph);
      }
      return hex;
    },
    printable: (text) => {
      let result = "";
      for (const character of text) {
        if (regular.glyphOf(character) !== null && bold.glyphOf(character) !== null) result += character;
        else {
          missing.add(character);
          result += MISSING;
        }
      }
      return result;
    },
    missing,
    used,
  };
}
