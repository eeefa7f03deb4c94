import type * as pdfLib from "pdf-lib";
import type { Day, Language } from "../core/types.ts";
import type { Artwork } from "./artwork.ts";
import type { Fonts, Typeface } from "./letter-font.ts";
import { fileOf, hexText, type PdfObject, packed, streamOf } from "./pdf-file.ts";
import { fontObjects } from "./pdf-font.ts";

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

/** A file with the pages of whole files behind its own, as they are. Throws where one of them cannot be read. */
async function withPages(
  bytes: Uint8Array,
  behind: readonly Uint8Array[],
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const { PDFDocument } = await import("pdf-lib");
  const load = async (file: Uint8Array) =>
    await PDFDocument.load(file, { updateMetadata: false, parseSpeed: AT_ONCE });
  const document = await load(bytes);
  for (const file of behind) {
    const source = await load(file);
    for (const page of await document.copyPages(source, source.getPageIndices())) document.addPage(page);
  }
  const whole = await document.save({
    useObjectStreams: false,
    objectsPerTick: AT_ONCE,
    addDefaultPage: false,
  });
  return { bytes: whole, pages: document.getPageCount() };
}

/** Title, language and dates, the same for the same letter; nothing about the program. */
function about(
  { title, author, day, language }: Drawn,
  tree: number,
): readonly [catalog: string, info: string] {
  const moment = `(D:${day.replaceAll("-", "")}000000Z)`;
  return [
    `<</Type/Catalog/Pages ${tree} 0 R/Lang(${language})/ViewerPreferences<</DisplayDocTitle true>>>>`,
    `<</Title${hexText(title)}/Author${hexText(author)}/CreationDate${moment}/ModDate${moment}>>`,
  ];
}

/** One PDF. Same input, same bytes. `pages`: those behind counted. */
export async function writePdf(
  drawn: Drawn,
  { regular, bold }: Typeface,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const { pictures, fonts, pages, size, behind } = drawn;
  const tree = 3;
  const objects: PdfObject[] = [...about(drawn, tree), ""];
  const next = (): number => objects.length + 1;
  const names = new Map<string, string>();
  for (const [name, artwork] of pictures) {
    names.set(name, `/${name} ${next()} 0 R`);
    objects.push(...artwork.objects(next()));
  }
  let faces = "";
  for (const [name, face, used] of [
    ["F0", regular, fonts.used.regular],
    ["F1", bold, fonts.used.bold],
  ] as const) {
    faces += `/${name} ${next()} 0 R`;
    objects.push(...fontObjects(face, used, next()));
  }
  const kids: string[] = [];
  for (const content of pages) {
    const shown = [...names].flatMap(([name, entry]) => (content.includes(`/${name} Do`) ? [entry] : []));
    kids.push(`${next()} 0 R`);
    objects.push(
      `<</Type/Page/Parent ${tree} 0 R/MediaBox[0 0 ${size.width} ${size.height}]/Resources<</Font<<${faces}>>/XObject<<${shown.join("")}>>>>/Contents ${next() + 1} 0 R>>`,
      streamOf(packed(Buffer.from(content, "latin1"))),
    );
  }
  objects[tree - 1] = `<</Type/Pages/Count ${kids.length}/Kids[${kids.join(" ")}]>>`;
  const bytes = fileOf(objects);
  return behind.length === 0 ? { bytes, pages: pages.length } : await withPages(bytes, behind);
}
