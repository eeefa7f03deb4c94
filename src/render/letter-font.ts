import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { create } from "@pdf-lib/fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";

/** So many different pieces of text keep their glyphs; above, all are forgotten at once. */
const LAYOUT_LIMIT = 20_000;
/** Shown in place of a character that the font does not have: U+FFFD. */
const MISSING = "\ufffd";

type FontkitFont = ReturnType<typeof create>;

interface Face {
  readonly bytes: Uint8Array;
  readonly font: FontkitFont;
}

/** Regular and bold, parsed once per process and shared by all letters. */
export interface Typeface {
  readonly regular: Face;
  readonly bold: Face;
}

/** Measuring and drawing in one document. */
export interface Fonts {
  readonly of: (bold: boolean) => PDFFont;
  /** In points. */
  readonly width: (text: string, bold: boolean, size: number) => number;
  /** The text with every character that cannot be printed replaced; those are remembered in `missing`. */
  readonly printable: (text: string) => string;
  readonly missing: ReadonlySet<string>;
}

/** "fi" stays two letters: a ligature would be copied out as one sign. */
const FEATURES = { liga: false };

/** Shaping is the dear part of a letter and the same words come again and again. */
function rememberLayouts(font: FontkitFont): void {
  const layout = font.layout.bind(font);
  const known = new Map<string, ReturnType<typeof layout>>();
  font.layout = (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= LAYOUT_LIMIT) known.clear();
    const run = layout(text, FEATURES);
    known.set(text, run);
    return run;
  };
}

/**
 * A glyph keeps the characters for which it was first asked, none where it was asked for as a part of another one ("e"
 * of "é"): a later letter would lose them when its text is copied out. So each is asked for by its character first.
 */
function nameGlyphs(font: FontkitFont): void {
  for (const point of font.characterSet) font.glyphForCodePoint(point);
}

const typefaces = new Map<string, Promise<Typeface>>();

async function parse(home: string): Promise<Typeface> {
  const { default: fontkit } = await import("@pdf-lib/fontkit");
  const face = (file: string): Face => {
    const bytes = new Uint8Array(readFileSync(join(home, "assets", "fonts", file)));
    const font = fontkit.create(bytes);
    nameGlyphs(font);
    rememberLayouts(font);
    return { bytes, font };
  };
  return { regular: face("NotoSans-Regular.ttf"), bold: face("NotoSans-Bold.ttf") };
}

/** The embedded typeface, from `<home>/assets/fonts`. */
export function typeface(home: string): Promise<Typeface> {
  const known = typefaces.get(home) ?? parse(home);
  typefaces.set(home, known);
  return known;
}

/** Embeds both faces, as subsets of what the document uses. */
export async function embedFonts(document: PDFDocument, { regular, bold }: Typeface): Promise<Fonts> {
  // The parsed fonts are handed over instead of being parsed again for each letter.
  document.registerFontkit({ create: (bytes) => (bytes === bold.bytes ? bold.font : regular.font) });
  const faces = [
    await document.embedFont(regular.bytes, { subset: true }),
    await document.embedFont(bold.bytes, { subset: true }),
  ] as const;
  const missing = new Set<string>();
  const of = (isBold: boolean): PDFFont => (isBold ? faces[1] : faces[0]);
  const known = new Map<string, boolean>();
  const has = (letter: string): boolean => {
    const before = known.get(letter);
    if (before !== undefined) return before;
    const point = letter.codePointAt(0) ?? 0;
    const found = regular.font.hasGlyphForCodePoint(point) && bold.font.hasGlyphForCodePoint(point);
    known.set(letter, found);
    return found;
  };
  return {
    of,
    width: (text, isBold, size) => of(isBold).widthOfTextAtSize(text, size),
    printable: (text) => {
      let result = "";
      for (const letter of text) {
        if (has(letter)) result += letter;
        else {
          missing.add(letter);
          result += MISSING;
        }
      }
      return result;
    },
    missing,
  };
}
