import type { Language } from "../core/types.ts";
import { MM } from "./letter-sheet.ts";

/** How a letter says that it is a copy of one that was made before. */
const COPY_MARK: Readonly<Record<Language, string>> = {
  fr: "DUPLICATA",
  nl: "DUPLICAAT",
  de: "ZWEITSCHRIFT",
  en: "COPY",
};

const SIZE = 11;
/** Beside the letterhead, above the envelope's window. */
const PLACE = { x: 20, y: 10 } as const;

/** A finished letter with the mark on each of its pages; the rest as it was. Same letter, same bytes. */
export async function markCopy(bytes: Uint8Array, language: Language): Promise<Uint8Array> {
  const { PDFDocument, StandardFonts } = await import("pdf-lib");
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  // Every reader and printer has this face; the marks are plain capitals.
  const font = document.embedStandardFont(StandardFonts.HelveticaBold);
  for (const page of document.getPages()) {
    page.drawText(COPY_MARK[language], {
      x: PLACE.x * MM,
      y: page.getHeight() - PLACE.y * MM,
      size: SIZE,
      font,
    });
  }
  return await document.save();
}
