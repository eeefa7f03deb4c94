import type { PDFRef } from "pdf-lib";
import { AT_ONCE } from "./pdf.ts";

/** A picture or a page that letters show: decoded once per process, then copied as it is. */
export interface Artwork {
  /** Points; of pictures, pixels. */
  readonly width: number;
  readonly height: number;
  /** Numbered from `first` on, which is the picture itself. */
  readonly objects: (first: number) => readonly Uint8Array[];
}

const drawn = new WeakMap<Uint8Array, Promise<readonly Artwork[] | null>>();

function remembered(
  bytes: Uint8Array,
  make: () => Promise<readonly Artwork[]>,
): Promise<readonly Artwork[] | null> {
  const known = drawn.get(bytes) ?? make().catch(() => null);
  drawn.set(bytes, known);
  return known;
}

async function scratch() {
  const lib = await import("pdf-lib");
  const document = await lib.PDFDocument.create({ updateMetadata: false });
  const numbered = (ref: PDFRef, first: number): readonly Uint8Array[] => {
    const context = lib.PDFContext.create();
    context.largestObjectNumber = first - 1;
    lib.PDFObjectCopier.for(document.context, context).copy(ref);
    return context.enumerateIndirectObjects().map(([, object]) => {
      const bytes = new Uint8Array(object.sizeInBytes());
      object.copyBytesInto(bytes, 0);
      return bytes;
    });
  };
  const artwork = (ref: PDFRef, { width, height }: { width: number; height: number }): Artwork => {
    const made = new Map<number, readonly Uint8Array[]>();
    const objects = (first: number): readonly Uint8Array[] => {
      const known = made.get(first) ?? numbered(ref, first);
      made.set(first, known);
      return known;
    };
    return { width, height, objects };
  };
  return { lib, document, artwork };
}

/** A PNG or JPEG picture; null where it cannot be read. */
export async function pictureOf(bytes: Uint8Array): Promise<Artwork | null> {
  const found = await remembered(bytes, async () => {
    const { document, artwork } = await scratch();
    const png = bytes[0] === 0x89 && bytes[1] === 0x50;
    const image = png ? await document.embedPng(bytes) : await document.embedJpg(bytes);
    await image.embed();
    return [artwork(image.ref, image)];
  });
  return found?.[0] ?? null;
}

/** The first two pages of a letterhead: for the first page and for the others. Null where it cannot be read. */
export async function letterheadOf(bytes: Uint8Array): Promise<readonly Artwork[] | null> {
  return await remembered(bytes, async () => {
    const { lib, document, artwork } = await scratch();
    const source = await lib.PDFDocument.load(bytes, { updateMetadata: false, parseSpeed: AT_ONCE });
    const wanted = source.getPageIndices().slice(0, 2);
    const pages = await document.embedPdf(source, wanted);
    await document.flush();
    return pages.map((page) => artwork(page.ref, page));
  });
}
