import type * as pdfLib from "pdf-lib";
import type { Day, Language } from "../core/types.ts";
import type { Artwork } from "./artwork.ts";
import type { Fonts, Typeface } from "./letter-font.ts";
import { fileOf, hexText, objectsOf, type PdfObject, packed, streamOf } from "./pdf-file.ts";
import { FONT_OBJECTS, fontObjects } from "./pdf-font.ts";

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

/** The number of the page tree, behind the catalog and the information. */
const TREE = 3;

/** Title, language and dates, the same for the same letter; nothing about the program. */
function about({ title, author, day, language }: Drawn): readonly [catalog: string, info: string] {
  const moment = `(D:${day.replaceAll("-", "")}000000Z)`;
  return [
    `<</Type/Catalog/Pages ${TREE} 0 R/Lang(${language})/ViewerPreferences<</DisplayDocTitle true>>>>`,
    `<</Title${hexText(title)}/Author${hexText(author)}/CreationDate${moment}/ModDate${moment}>>`,
  ];
}

/** One page, in the words that `ownLetter` reads. */
const pageOf = (
  { width, height }: Drawn["size"],
  { fonts, pictures, contents }: { fonts: string; pictures: string; contents: number },
): string =>
  `<</Type/Page/Parent ${TREE} 0 R/MediaBox[0 0 ${width} ${height}]/Resources<</Font<<${fonts}>>/XObject<<${pictures}>>>>/Contents ${contents} 0 R>>`;

/** One PDF. Same input, same bytes. `pages`: those behind counted. */
export async function writePdf(
  drawn: Drawn,
  { regular, bold }: Typeface,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const { pictures, fonts, pages, size, behind } = drawn;
  const objects: PdfObject[] = [...about(drawn), ""];
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
      pageOf(size, { fonts: faces, pictures: shown.join(""), contents: next() + 1 }),
      streamOf(packed(Buffer.from(content, "latin1"))),
    );
  }
  objects[TREE - 1] = `<</Type/Pages/Count ${kids.length}/Kids[${kids.join(" ")}]>>`;
  const bytes = fileOf(objects);
  return behind.length === 0 ? { bytes, pages: pages.length } : await withPages(bytes, behind);
}

/** What `pageOf` writes, where no picture is shown. */
const OWN_PAGE =
  /^<<\/Type\/Page\/Parent 3 0 R\/MediaBox\[0 0 (\S+) (\S+)\]\/Resources<<\/Font<<\/F0 (\d+) 0 R\/F1 (\d+) 0 R>>\/XObject<<>>>>\/Contents (\d+) 0 R>>$/;

/** A letter as `writePdf` has made it. */
export interface OwnLetter {
  readonly created: Date;
  readonly pages: readonly { readonly size: [width: number, height: number]; readonly content: Uint8Array }[];
  /** Of F0 and F1: the dictionary and the packed table of characters. */
  readonly fonts: readonly { readonly dict: string; readonly table: Uint8Array }[];
}

/** The parts of a letter of ours without pictures and without pages of others; null: it is another file. */
export function ownLetter(bytes: Uint8Array): OwnLetter | null {
  const objects = objectsOf(bytes) ?? [];
  const object = (number: number): Buffer => objects[number - 1] ?? Buffer.alloc(0);
  const [, ...date] = /\/CreationDate\(D:(\d{4})(\d\d)(\d\d)/.exec(object(2).toString("latin1")) ?? [];
  const kids = object(TREE)
    .toString("latin1")
    .matchAll(/(\d+) 0 R/g);
  const found = Array.from(kids, ([, kid]) => OWN_PAGE.exec(object(Number(kid)).toString("latin1")));
  const pages = found.flatMap((page) => (page === null ? [] : [page.slice(1).map(Number)]));
  const [first] = pages;
  if (first === undefined || pages.length < found.length || date.length === 0) return null;
  return {
    created: new Date(`${date.join("-")}T00:00:00Z`),
    pages: pages.map(([width = 0, height = 0, , , content = 0]) => ({
      size: [width, height],
      content: object(content),
    })),
    fonts: first.slice(2, 4).map((font) => ({
      dict: object(font).toString("latin1"),
      table: object(font + FONT_OBJECTS - 1),
    })),
  };
}
