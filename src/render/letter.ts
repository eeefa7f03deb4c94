import type { PaymentCode } from "../core/payment.ts";
import type { Company, Day, Language } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import { type Artwork, letterheadOf, pictureOf } from "./artwork.ts";
import type { Block } from "./document.ts";
import { drawBody } from "./letter-body.ts";
import { type Fonts, openFonts, typeface } from "./letter-font.ts";
import { drawHead, drawLogo, drawMargins } from "./letter-head.ts";
import { type LetterLayout, layoutOf } from "./letter-layout.ts";
import { MM, openSheet, type Sheet, type TypeSize, USUAL_TYPE } from "./letter-sheet.ts";
import { writePdf } from "./pdf.ts";
import { drawSlip } from "./swiss-slip.ts";

export interface Letter {
  readonly view: MessageView;
  readonly subject: string;
  readonly blocks: readonly Block[];
  readonly language: Language;
  readonly today: Day;
  readonly logo: Company["logo"];
  readonly stationery: Company["stationery"];
  /** Whole PDF files whose pages follow. */
  readonly behind: readonly Uint8Array[];
  /** A Swiss payment slip at the end; null: none. */
  readonly bill: Extract<PaymentCode, { kind: "swiss" }> | null;
}

export interface DrawnLetter {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** The lines that were drawn, in order. */
  readonly text: string;
  /** Sentences for a person: characters that cannot be printed, an address that does not fit. */
  readonly warnings: readonly string[];
}

/** The characters that the font does not have, as a sentence. */
function missingGlyphs({ missing }: Fonts): string[] {
  if (missing.size === 0) return [];
  const named = [...missing]
    .slice(0, 5)
    .map((c) => `${c} (U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`);
  const more = missing.size > named.length ? ` and ${missing.size - named.length} more` : "";
  return [`the letter's font has no ${named.join(", ")}${more}: printed as \ufffd`];
}

/** Tried where the usual size needs one more page. */
const CLOSE_TYPE: TypeSize = { size: 9.5, space: 2.4 * MM };

interface Pictures {
  readonly logo: Artwork | null;
  /** What lies under the first page and under the others. */
  readonly letterhead: readonly Artwork[] | null;
}

/** Under everything, on every page for which there is one. */
function drawLetterhead(pages: readonly Artwork[], sheet: Sheet): void {
  for (let number = 0; number < sheet.count(); number++) {
    const name = `Head${Math.min(number, 1)}`;
    if (pages[Math.min(number, 1)] !== undefined) sheet.under(number, name);
  }
}

function drawOn(
  sheet: Sheet,
  { view, subject, blocks, language, bill }: Letter,
  layout: LetterLayout,
  { logo, letterhead }: Pictures,
): string[] {
  const warnings: string[] = [];
  const from = letterhead !== null ? null : logo === null ? 0 : drawLogo(logo, layout, sheet);
  drawHead(view, subject, layout, sheet, from, warnings);
  drawBody(blocks, layout, sheet);
  const slip = bill === null ? null : drawSlip(bill, language, sheet);
  drawMargins(view, layout, sheet, { slip, letterhead: letterhead !== null });
  if (letterhead !== null) drawLetterhead(letterhead, sheet);
  return warnings;
}

/** Draws one letter as an A4 PDF with embedded fonts, found in `<home>/assets/fonts`. Same input, same bytes. */
export async function drawLetter(letter: Letter, home: string): Promise<DrawnLetter> {
  const layout = layoutOf(letter.stationery);
  const faces = await typeface(home);
  const paper = letter.stationery.letterhead;
  const letterhead = paper === null ? null : await letterheadOf(paper);
  const logo = letter.logo === null ? null : await pictureOf(letter.logo);
  const draw = (type: TypeSize) => {
    const sheet = openSheet(layout, openFonts(faces), type);
    return { sheet, warnings: drawOn(sheet, letter, layout, { logo, letterhead }) };
  };
  const usual = draw(USUAL_TYPE);
  const count = usual.sheet.count();
  const close = count === 1 ? usual : draw(CLOSE_TYPE);
  // A page less is worth a little size: it saves paper, and often postage.
  const { sheet, warnings } = close.sheet.count() < count ? close : usual;
  if (letter.logo !== null && logo === null)
    warnings.push("the logo is neither a PNG nor a JPEG picture that can be read; the letter is without it");
  if (paper !== null && letterhead === null)
    warnings.push("the letterhead is no PDF that can be read; the letter is without it");
  warnings.push(...missingGlyphs(sheet.fonts));
  const { width, height } = layout.page;
  const { bytes, pages } = await writePdf(
    {
      title: letter.subject,
      author: letter.view.company.name,
      language: letter.language,
      day: letter.today,
      size: { width: width * MM, height: height * MM },
      pages: sheet.pages(),
      fonts: sheet.fonts,
      pictures: new Map([
        ...(logo === null || letterhead !== null ? [] : [["Logo", logo] as const]),
        ...(letterhead ?? []).map((page, at) => [`Head${at}`, page] as const),
      ]),
      behind: letter.behind,
    },
    faces,
  );
  return { bytes, pages, text: sheet.drawn(), warnings };
}
