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
  /** Those that every document embeds, by their numbers. */
  readonly usual: Used;
  /** Of a text, in thousandths. */
  readonly widthOf: (text: string) => number;
  /** A text as hex digits, with marks put on their letters; `rare` is told of glyphs that are not usual. */
  readonly hexOf: (text: string, rare: (glyph: Glyph) => void) => string;
}

/** Regular and bold, parsed once per process and shared by all letters. */
export interface Typeface {
  readonly regular: Face;
  readonly bold: Face;
}

/**
 * In every embedded font, used or not: letters that differ in a digit or a name then share one font program, made and
 * compressed once per process, for some six kilobytes more per file.
 */
const USUAL =
  " \u00a0ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?()'’«»-–—/+&@%…·•€ÀÂÇÈÉÊËÎÏÔÙÛŒàâçèéêëîïôùûœÄÖÜäöüß";

const ONLY_USUAL = new RegExp(`^[${USUAL.replace("-", "\\-")}]*$`);

/** Shown in place of a character that the font does not have: U+FFFD. */
const MISSING = "\ufffd";
/** So many texts with marks keep their glyphs; above, all are forgotten at once. */
const COMPOSED_LIMIT = 2_000;
/** Letters that are put together of several characters. */
const MARKS = /\p{M}/u;
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
  // By character code: what nearly all text is made of costs one look into a list.
  const quick: (Glyph | undefined)[] = [];
  const usual: Used = new Map();
  for (const character of USUAL) {
    const found = glyphOf(character);
    if (found === null) continue;
    quick[character.charCodeAt(0)] = found;
    // One glyph for space and no-break space: the space is copied out.
    if (!usual.has(found.id)) usual.set(found.id, found);
  }
  const composed = new Map<string, readonly Glyph[]>();
  /** Marks stand on their letters: the dear way, for the few texts that have some. */
  const composedOf = (text: string): readonly Glyph[] => {
    const before = composed.get(text);
    if (before !== undefined) return before;
    const glyphs = font
      .layout(text, FEATURES)
      .glyphs.map(({ id, advanceWidth, codePoints }) =>
        glyph(id, advanceWidth, String.fromCodePoint(...codePoints)),
      );
    if (composed.size >= COMPOSED_LIMIT) composed.clear();
    composed.set(text, glyphs);
    return glyphs;
  };
  const glyphsOf = (text: string): readonly Glyph[] =>
    MARKS.test(text)
      ? composedOf(text)
      : Array.from(text, (character) => glyphOf(character)).filter((found) => found !== null);
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
    usual,
    widthOf: (text) => {
      let advance = 0;
      for (let at = 0; at < text.length; at++) {
        const found = quick[text.charCodeAt(at)];
        if (found === undefined) return glyphsOf(text).reduce((all, each) => all + each.advance, 0);
        advance += found.advance;
      }
      return advance;
    },
    hexOf: (text, rare) => {
      let hex = "";
      for (let at = 0; at < text.length; at++) {
        const found = quick[text.charCodeAt(at)];
        if (found === undefined) {
          const glyphs = glyphsOf(text);
          for (const each of glyphs) if (!usual.has(each.id)) rare(each);
          return glyphs.map((each) => each.hex).join("");
        }
        hex += found.hex;
      }
      return hex;
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
  const seenIn =
    (face: Used) =>
    (glyph: Glyph): void => {
      // One glyph for two characters: the smaller one is copied out.
      const before = face.get(glyph.id);
      if (before === undefined || glyph.text < before.text) face.set(glyph.id, glyph);
    };
  const seen = { regular: seenIn(used.regular), bold: seenIn(used.bold) };
  const missing = new Set<string>();
  return {
    width: (text, isBold, size) => ((isBold ? bold : regular).widthOf(text) * size) / 1000,
    shown: (text, isBold) => (isBold ? bold.hexOf(text, seen.bold) : regular.hexOf(text, seen.regular)),
    printable: (text) => {
      if (ONLY_USUAL.test(text)) return text;
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
