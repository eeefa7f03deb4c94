import { deflateSync } from "node:zlib";
import type * as pdfLib from "pdf-lib";
import type { PDFContext, PDFDocument, PDFRef } from "pdf-lib";
import type { Day, Language } from "../core/types.ts";
import type { Artwork } from "./artwork.ts";
import { subsetFont } from "./font-subset.ts";
import type { Face, Fonts, Typeface, Used } from "./letter-font.ts";

export type PdfLib = typeof pdfLib;

/** pdf-lib pauses after so many objects; our documents are small. */
export const AT_ONCE = Number.POSITIVE_INFINITY;

export interface Drawn {
  readonly title: string;
  readonly author: string;
  readonly language: Language;
  readonly day: Day;
  /** Points. */
  readonly size: { readonly width: number; readonly height: number };
  /** Content streams, one per page. */
  readonly pages: readonly string[];
  readonly fonts: Fonts;
  readonly pictures: ReadonlyMap<string, Artwork>;
  /** Whole PDF files whose pages follow. */
  readonly behind: readonly Uint8Array[];
}

/** Compressed by the machine's zlib: pdf-lib's own is several times slower. */
export function stream(lib: PdfLib, context: PDFContext, bytes: Uint8Array, more: object = {}): PDFRef {
  const packed = deflateSync(bytes, { level: 4 });
  const dict = context.obj({ ...more, Filter: "FlateDecode", Length: packed.length });
  return context.register(lib.PDFRawStream.of(dict, packed));
}

const utf16 = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0")).join("");

/** What a reader copies out, glyph by glyph (ISO 32000-1, 9.10.3). */
function toUnicode(used: Used): string {
  const lines = [...used.values()].map(({ hex, text }) => `<${hex}><${utf16(text)}>`);
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const some = lines.slice(at, at + 100);
    blocks.push(`${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000><ffff> endcodespacerange
${blocks.join("\n")}
endcmap CMapName currentdict /CMap defineresource pop end end`;
}

/** Advances of the glyphs used, neighbours together: `[36 [639 650] 40 [556]]`. */
function widthsOf(used: Used): (number | number[])[] {
  const widths: (number | number[])[] = [];
  let next = -1;
  for (const { id, advance } of used.values()) {
    if (id === next) (widths.at(-1) as number[]).push(advance);
    else widths.push(id, [advance]);
    next = id + 1;
  }
  return widths;
}

/** A font that holds what was used of a face, under `ref`. */
export function embedFace(lib: PdfLib, context: PDFContext, face: Face, glyphs: Used, ref: PDFRef): void {
  const used: Used = new Map([...glyphs].sort(([a], [b]) => a - b));
  const program = subsetFont(face.bytes, used.keys());
  const name = `${face.tag}+${face.name}`;
  const { ascent, descent, capHeight, box } = face.metrics;
  const descriptor = context.register(
    context.obj({
      Type: "FontDescriptor",
      FontName: name,
      Flags: 4,
      FontBBox: [...box],
      ItalicAngle: 0,
      Ascent: ascent,
      Descent: descent,
      CapHeight: capHeight,
      StemV: 80,
      FontFile2: stream(lib, context, program, { Length1: program.length }),
    }),
  );
  const { PDFString } = lib;
  const descendant = context.register(
    context.obj({
      Type: "Font",
      Subtype: "CIDFontType2",
      BaseFont: name,
      CIDSystemInfo: { Registry: PDFString.of("Adobe"), Ordering: PDFString.of("Identity"), Supplement: 0 },
      FontDescriptor: descriptor,
      CIDToGIDMap: "Identity",
      W: widthsOf(used),
    }),
  );
  context.assign(
    ref,
    context.obj({
      Type: "Font",
      Subtype: "Type0",
      BaseFont: name,
      Encoding: "Identity-H",
      DescendantFonts: [descendant],
      ToUnicode: stream(lib, context, Buffer.from(toUnicode(used))),
    }),
  );
}

/** Title, language and dates, the same for the same letter; nothing about the program. */
function setMetadata(document: PDFDocument, { title, author, day, language }: Drawn): void {
  const moment = new Date(`${day}T00:00:00Z`);
  document.setTitle(title, { showInWindowTitleBar: true });
  document.setAuthor(author);
  document.setCreationDate(moment);
  document.setModificationDate(moment);
  document.setLanguage(language);
}

/** The pages of whole files, as they are. Throws where one of them cannot be read. */
async function appendPages(
  lib: PdfLib,
  document: PDFDocument,
  files: readonly Uint8Array[],
): Promise<number> {
  let count = 0;
  for (const bytes of files) {
    const source = await lib.PDFDocument.load(bytes, { updateMetadata: false, parseSpeed: AT_ONCE });
    for (const page of await document.copyPages(source, source.getPageIndices())) {
      document.addPage(page);
      count++;
    }
  }
  return count;
}

/** One PDF. Same input, same bytes. `pages`: those behind counted. */
export async function writePdf(
  drawn: Drawn,
  { regular, bold }: Typeface,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const lib = await import("pdf-lib");
  const document = await lib.PDFDocument.create({ updateMetadata: false });
  const { context } = document;
  setMetadata(document, drawn);
  const fonts: Record<string, PDFRef> = {};
  for (const [name, face, used] of [
    ["F0", regular, drawn.fonts.used.regular],
    ["F1", bold, drawn.fonts.used.bold],
  ] as const) {
    if (used.size === 0) continue;
    const ref = context.nextRef();
    embedFace(lib, context, face, used, ref);
    fonts[name] = ref;
  }
  const pictures: Record<string, PDFRef> = {};
  for (const [name, artwork] of drawn.pictures) pictures[name] = artwork.into(lib, context);
  const { width, height } = drawn.size;
  for (const content of drawn.pages) {
    const { node } = document.addPage([width, height]);
    const shown = Object.fromEntries(
      Object.entries(pictures).filter(([name]) => content.includes(`/${name} Do`)),
    );
    node.set(lib.PDFName.of("Contents"), stream(lib, context, Buffer.from(content, "latin1")));
    node.set(lib.PDFName.of("Resources"), context.obj({ Font: fonts, XObject: shown }));
  }
  const more = await appendPages(lib, document, drawn.behind);
  const bytes = await document.save({
    useObjectStreams: false,
    objectsPerTick: AT_ONCE,
    addDefaultPage: false,
  });
  return { bytes, pages: drawn.pages.length + more };
}
