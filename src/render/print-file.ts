import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { PDFContext, PDFDict, PDFDocument, PDFName, PDFObject, PDFPage, PDFRef } from "pdf-lib";
import { type Face, type Glyph, type Typeface, typeface, type Used } from "./letter-font.ts";
import { AT_ONCE, type OwnLetter, ownLetter, type PdfLib } from "./pdf.ts";
import { streamIn } from "./pdf-file.ts";
import { FONT_OBJECTS, fontObjects } from "./pdf-font.ts";

/** All letters of a batch in one PDF, and how many pages each of them has. */
export interface PrintFile {
  readonly bytes: Uint8Array;
  readonly pages: readonly number[];
}

/** The entries `<0024><0041>` of a font's ToUnicode table: its glyphs and what they stand for. */
function glyphsIn(cmap: string, face: Face): Glyph[] {
  return [...cmap.matchAll(/<([0-9a-f]{4})><((?:[0-9a-f]{4})+)>/g)].map(([, hex = "", codes = ""]) => {
    const id = Number.parseInt(hex, 16);
    const text = Buffer.from(codes, "hex").swap16().toString("utf16le");
    return { id, advance: face.advanceOf(id), hex, text };
  });
}

/** One font in place of those of all letters: glyphs have the same numbers in all of them. */
function sharedFonts(lib: PdfLib, context: PDFContext, { regular, bold }: Typeface) {
  const { PDFInvalidObject, PDFName, PDFRawStream, PDFRef } = lib;
  /** The first of as many numbers as a font takes. */
  const reserved = (): PDFRef => {
    const first = context.nextRef();
    for (let n = 1; n < FONT_OBJECTS; n++) context.nextRef();
    return first;
  };
  const shared = new Map(
    [regular, bold].map((face) => [
      `/${face.tag}+${face.name}`,
      { face, used: new Map() as Used, ref: reserved() },
    ]),
  );
  const read = new Map<string, readonly Glyph[]>();
  /** The shared font that serves in place of one of this name with this packed table of characters; null: no font of ours. */
  const sharedFor = (name: string, table: Uint8Array): PDFRef | null => {
    const own = shared.get(name);
    if (own === undefined) return null;
    const key = name + Buffer.from(table).toString("latin1");
    const glyphs = read.get(key) ?? glyphsIn(inflateSync(table).toString("latin1"), own.face);
    read.set(key, glyphs);
    for (const glyph of glyphs) {
      const before = own.used.get(glyph.id);
      if (before === undefined || glyph.text < before.text) own.used.set(glyph.id, glyph);
    }
    return own.ref;
  };
  return {
    sharedFor,
    inPlaceOf: (font: PDFDict): PDFRef | null => {
      const table = font.lookup(PDFName.of("ToUnicode"));
      return table instanceof PDFRawStream
        ? sharedFor(String(font.lookup(PDFName.of("BaseFont"))), table.getContents())
        : null;
    },
    embed: (): void => {
      for (const { face, used, ref } of shared.values()) {
        if (used.size === 0) continue;
        const first = ref.objectNumber;
        // Its name notwithstanding: bytes that pdf-lib writes as they are.
        for (const [at, bytes] of fontObjects(face, used, first).entries())
          context.assign(PDFRef.of(first + at), PDFInvalidObject.of(bytes));
      }
    },
  };
}

/** The same for objects that are the same with all that they refer to, in whatever document they stand. */
function fingerprint(lib: PdfLib, context: PDFContext, object: PDFObject | undefined): string {
  const { PDFArray, PDFDict, PDFRawStream, PDFRef } = lib;
  const seen = new Set<PDFObject>();
  const of = (each: PDFObject | undefined): string => {
    if (each instanceof PDFRef) {
      if (seen.has(each)) return "again";
      seen.add(each);
      return of(context.lookup(each));
    }
    if (each instanceof PDFRawStream)
      return `${createHash("sha256").update(each.getContents()).digest("hex")}${of(each.dict)}`;
    if (each instanceof PDFDict)
      return `<${each
        .entries()
        .map(([name, value]) => `${String(name)} ${of(value)}`)
        .join(" ")}>`;
    if (each instanceof PDFArray) return `[${each.asArray().map(of).join(" ")}]`;
    return String(each);
  };
  return of(object);
}

/** Takes over the pages of letters: fonts of ours become one, pictures that are the same are kept once. */
function pageCopier(lib: PdfLib, document: PDFDocument, faces: Typeface) {
  const { context } = document;
  const fonts = sharedFonts(lib, context, faces);
  const pictures = new Map<string, PDFRef>();
  const dictOf = (holder: PDFDict | undefined, key: string): PDFDict | undefined =>
    holder?.lookupMaybe(lib.PDFName.of(key), lib.PDFDict);
  type Taken = readonly [name: PDFName, ref: PDFRef];

  /** What serves in place of a page's own fonts; taken out of it, so that they are not copied. */
  const takeFonts = (page: PDFPage, source: PDFContext): Taken[] => {
    const held = dictOf(page.node.Resources(), "Font");
    const taken: Taken[] = [];
    for (const [name, value] of held?.entries() ?? []) {
      const font = source.lookup(value);
      const ref = font instanceof lib.PDFDict ? fonts.inPlaceOf(font) : null;
      if (ref === null) continue;
      taken.push([name, ref]);
      held?.delete(name);
    }
    return taken;
  };
  const takePictures = (page: PDFPage, source: PDFContext, copy: (ref: PDFRef) => PDFRef): Taken[] => {
    const held = dictOf(page.node.Resources(), "XObject");
    const taken: Taken[] = [];
    for (const [name, value] of held?.entries() ?? []) {
      if (!(value instanceof lib.PDFRef)) continue;
      const key = fingerprint(lib, source, value);
      const ref = pictures.get(key) ?? copy(value);
      pictures.set(key, ref);
      taken.push([name, ref]);
      held?.delete(name);
    }
    return taken;
  };
  return {
    takeOwn: ({ pages, fonts: own }: OwnLetter): boolean => {
      const refs = own.map(({ dict, table }) =>
        fonts.sharedFor(/\/BaseFont(\/[^/]+)/.exec(dict)?.[1] ?? "", streamIn(table)),
      );
      if (refs.includes(null)) return false;
      for (const { size, content } of pages) {
        const { node } = document.addPage(size);
        node.set(lib.PDFName.of("Resources"), context.obj({ Font: { F0: refs[0], F1: refs[1] } }));
        node.set(lib.PDFName.of("Contents"), context.register(lib.PDFInvalidObject.of(content)));
      }
      return true;
    },
    take: (letter: PDFDocument): void => {
      const copier = lib.PDFObjectCopier.for(letter.context, context);
      for (const page of letter.getPages()) {
        const ours = takeFonts(page, letter.context);
        // Pages of other programs may share their resources: they are copied as they stand.
        const seen = ours.length === 0 ? [] : takePictures(page, letter.context, (ref) => copier.copy(ref));
        const node = copier.copy(page.node);
        const resources = node.Resources();
        for (const [name, ref] of ours) dictOf(resources, "Font")?.set(name, ref);
        for (const [name, ref] of seen) dictOf(resources, "XObject")?.set(name, ref);
        document.addPage(lib.PDFPage.of(node, context.register(node), document));
      }
    },
    finish: fonts.embed,
  };
}

/** The pages of finished letters, as they are, in order: what goes to the printer. Same letters, same bytes. */
export async function printFile(letters: readonly Uint8Array[], home: string): Promise<PrintFile> {
  const lib = await import("pdf-lib");
  const document = await lib.PDFDocument.create({ updateMetadata: false });
  const copier = pageCopier(lib, document, await typeface(home));
  const pages: number[] = [];
  let created: Date | undefined;
  for (const bytes of letters) {
    const own = ownLetter(bytes);
    if (own !== null && copier.takeOwn(own)) {
      pages.push(own.pages.length);
      created ??= own.created;
      continue;
    }
    const letter = await lib.PDFDocument.load(bytes, { updateMetadata: false, parseSpeed: AT_ONCE });
    copier.take(letter);
    pages.push(letter.getPageCount());
    created ??= letter.getCreationDate();
  }
  if (created !== undefined) document.setCreationDate(created);
  copier.finish();
  const bytes = await document.save({
    useObjectStreams: false,
    objectsPerTick: AT_ONCE,
    addDefaultPage: false,
  });
  return { bytes, pages };
}
