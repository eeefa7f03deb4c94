import type { PDFDocument } from "pdf-lib";
import type { Company, Day, Language } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import type { Block } from "./document.ts";
import { drawBody } from "./letter-body.ts";
import { embedFonts, typeface } from "./letter-font.ts";
import { drawHead, drawLogo, drawMargins } from "./letter-head.ts";
import { DEFAULT_LAYOUT, type LetterLayout } from "./letter-layout.ts";
import { openSheet } from "./letter-sheet.ts";

export interface Letter {
  readonly view: MessageView;
  readonly subject: string;
  readonly blocks: readonly Block[];
  readonly language: Language;
  readonly today: Day;
  readonly logo: Company["logo"];
}

export interface DrawnLetter {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** The lines that were drawn, in order. */
  readonly text: string;
  /** Sentences for a person: characters that cannot be printed, an address that does not fit. */
  readonly warnings: readonly string[];
}

/** Title, language and dates, the same for the same letter; nothing about the program. */
function setMetadata(document: PDFDocument, title: string, author: string, today: Day): void {
  const moment = new Date(`${today}T00:00:00Z`);
  document.setTitle(title, { showInWindowTitleBar: true });
  document.setAuthor(author);
  document.setCreationDate(moment);
  document.setModificationDate(moment);
}

/** Draws one letter as an A4 PDF with embedded fonts, found in `<home>/assets/fonts`. Same input, same bytes. */
export async function drawLetter(
  letter: Letter,
  home: string,
  layout: LetterLayout = DEFAULT_LAYOUT,
): Promise<DrawnLetter> {
  const pdf = await import("pdf-lib");
  const document = await pdf.PDFDocument.create({ updateMetadata: false });
  setMetadata(document, letter.subject, letter.view.company.name, letter.today);
  document.setLanguage(letter.language);
  const fonts = await embedFonts(document, await typeface(home));
  const sheet = openSheet(document, layout, fonts, pdf.grayscale);
  const warnings: string[] = [];
  const from = letter.logo === null ? 0 : await drawLogo(letter.logo, document, sheet, warnings);
  drawHead(letter.view, letter.subject, sheet, from, warnings);
  drawBody(letter.blocks, sheet);
  drawMargins(letter.view, sheet);
  if (fonts.missing.size > 0) {
    const named = [...fonts.missing]
      .slice(0, 5)
      .map((c) => `${c} (U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`);
    const more = fonts.missing.size > named.length ? ` and ${fonts.missing.size - named.length} more` : "";
    warnings.push(`the letter's font has no ${named.join(", ")}${more}: printed as \ufffd`);
  }
  const bytes = await document.save();
  return { bytes, pages: sheet.pages().length, text: sheet.drawn(), warnings };
}

/** All letters of a batch in one PDF, and how many pages each of them has. */
export interface PrintFile {
  readonly bytes: Uint8Array;
  readonly pages: readonly number[];
}

/** The pages of finished letters, as they are, in order: what goes to the printer. Same letters, same bytes. */
export async function printFile(letters: readonly Uint8Array[]): Promise<PrintFile> {
  const { PDFDocument } = await import("pdf-lib");
  const document = await PDFDocument.create({ updateMetadata: false });
  const pages: number[] = [];
  for (const [at, bytes] of letters.entries()) {
    const letter = await PDFDocument.load(bytes, { updateMetadata: false });
    for (const page of await document.copyPages(letter, letter.getPageIndices())) document.addPage(page);
    pages.push(letter.getPageCount());
    const created = letter.getCreationDate();
    if (at === 0 && created !== undefined) document.setCreationDate(created);
  }
  return { bytes: await document.save(), pages };
}
