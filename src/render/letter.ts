import type { Company, Day, Language } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import { type Artwork, pictureOf } from "./artwork.ts";
import type { Block } from "./document.ts";
import { drawBody } from "./letter-body.ts";
import { type Fonts, openFonts, typeface } from "./letter-font.ts";
import { drawHead, drawLogo, drawMargins } from "./letter-head.ts";
import { DEFAULT_LAYOUT, type LetterLayout } from "./letter-layout.ts";
import { MM, openSheet } from "./letter-sheet.ts";
import { writePdf } from "./pdf.ts";

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

/** The characters that the font does not have, as a sentence. */
function missingGlyphs({ missing }: Fonts): string[] {
  if (missing.size === 0) return [];
  const named = [...missing]
    .slice(0, 5)
    .map((c) => `${c} (U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`);
  const more = missing.size > named.length ? ` and ${missing.size - named.length} more` : "";
  return [`the letter's font has no ${named.join(", ")}${more}: printed as \ufffd`];
}

/** Draws one letter as an A4 PDF with embedded fonts, found in `<home>/assets/fonts`. Same input, same bytes. */
export async function drawLetter(
  letter: Letter,
  home: string,
  layout: LetterLayout = DEFAULT_LAYOUT,
): Promise<DrawnLetter> {
  const { view, subject, blocks, language, today, logo } = letter;
  const faces = await typeface(home);
  const fonts = openFonts(faces);
  const sheet = openSheet(layout, fonts);
  const pictures = new Map<string, Artwork>();
  const warnings: string[] = [];
  let from = 0;
  if (logo !== null) {
    const picture = await pictureOf(logo);
    if (picture === null)
      warnings.push(
        "the logo is neither a PNG nor a JPEG picture that can be read; the letter is without it",
      );
    else {
      pictures.set("Logo", picture);
      from = drawLogo(picture, layout, sheet);
    }
  }
  drawHead(view, subject, layout, sheet, from, warnings);
  drawBody(blocks, layout, sheet);
  drawMargins(view, layout, sheet);
  warnings.push(...missingGlyphs(fonts));
  const { width, height } = layout.page;
  const { bytes, pages } = await writePdf(
    {
      title: subject,
      author: view.company.name,
      language,
      day: today,
      size: { width: width * MM, height: height * MM },
      pages: sheet.pages(),
      fonts,
      pictures,
      behind: [],
    },
    faces,
  );
  return { bytes, pages, text: sheet.drawn(), warnings };
}
