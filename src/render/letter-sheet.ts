import type { Color, PDFDocument, PDFPage } from "pdf-lib";
import type { Align, Lines } from "./document.ts";
import type { Fonts } from "./letter-font.ts";
import type { LetterLayout } from "./letter-layout.ts";

/** Points of one millimetre. */
export const MM = 72 / 25.4;

export interface Piece {
  readonly text: string;
  readonly bold: boolean;
}
/** One line that fits its column. */
export interface SetLine {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

export interface Place {
  /** Points from the left edge. */
  readonly x: number;
  /** Points from the top edge to the top of the line. */
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly align?: Align;
  /** 0 black to 1 white. */
  readonly grey?: number;
}

export const leadingOf = (size: number): number => size * 1.36;

/** Breaks runs of words into lines of at most `width` points; a word that is too long is cut. */
export function setLines(lines: Lines, width: number, size: number, fonts: Fonts): SetLine[] {
  const set: SetLine[] = [];
  for (const line of lines) {
    let pieces: Piece[] = [];
    let used = 0;
    const push = (): void => {
      // Where another weight starts the next line, the space between them is left behind.
      const last = pieces.at(-1);
      if (last?.text.endsWith(" ")) {
        pieces[pieces.length - 1] = { text: last.text.trimEnd(), bold: last.bold };
        used -= fonts.width(" ", last.bold, size);
      }
      set.push({ pieces, width: used });
      pieces = [];
      used = 0;
    };
    const add = (text: string, bold: boolean, wide: number): void => {
      const last = pieces.at(-1);
      if (last?.bold === bold) pieces[pieces.length - 1] = { text: last.text + text, bold };
      else pieces.push({ text, bold });
      used += wide;
    };
    for (const run of line) {
      for (const word of fonts.printable(run.text).split(/(?= )/)) {
        const wide = fonts.width(word, run.bold, size);
        if (used + wide <= width) {
          add(word, run.bold, wide);
          continue;
        }
        const bare = word.trimStart();
        const bareWide = fonts.width(bare, run.bold, size);
        if (used > 0) push();
        if (bareWide <= width) add(bare, run.bold, bareWide);
        else
          for (const letter of bare) {
            const letterWide = fonts.width(letter, run.bold, size);
            if (used + letterWide > width && used > 0) push();
            add(letter, run.bold, letterWide);
          }
      }
    }
    push();
  }
  return set;
}

/** The pages of one letter, and the way down the current one. */
export interface Sheet {
  readonly layout: LetterLayout;
  readonly fonts: Fonts;
  /** Top of the next block, in points from the top edge. */
  y: number;
  /** Points left above the foot of the page. */
  readonly room: () => number;
  readonly left: number;
  readonly width: number;
  readonly turn: () => void;
  readonly line: (line: SetLine, place: Place) => void;
  readonly text: (text: string, place: Place & { readonly bold?: boolean }) => void;
  readonly rule: (from: number, to: number, y: number, thickness: number) => void;
  readonly pages: () => readonly PDFPage[];
  /** Draws on a page that was left before; used for page numbers. */
  readonly on: (page: number) => void;
  /** What was drawn, in order; what stands on one height is one line. */
  readonly drawn: () => string;
}

/** An empty first page. `everyPage` runs after each further page was opened. */
export function openSheet(document: PDFDocument, layout: LetterLayout, fonts: Fonts, shade: Grey): Sheet {
  const height = layout.page.height * MM;
  const size: [number, number] = [layout.page.width * MM, height];
  const pages: PDFPage[] = [document.addPage(size)];
  let page = pages[0] as PDFPage;
  const drawn: { readonly page: PDFPage; readonly y: number; text: string }[] = [];
  const sheet: Sheet = {
    layout,
    fonts,
    y: layout.body.firstTop * MM,
    room: () => layout.body.bottom * MM - sheet.y,
    left: layout.body.left * MM,
    width: (layout.body.right - layout.body.left) * MM,
    turn: () => {
      page = document.addPage(size);
      pages.push(page);
      sheet.y = layout.body.top * MM;
    },
    line: ({ pieces, width }, { x, y, width: column, size: points, align, grey = 0 }) => {
      let at = align === "right" ? x + column - width : align === "center" ? x + (column - width) / 2 : x;
      for (const { text, bold } of pieces) {
        const font = fonts.of(bold);
        // The baseline stands so that capitals are centred in the line.
        page.drawText(text, { x: at, y: height - y - points * 1.05, size: points, font, color: shade(grey) });
        at += fonts.width(text, bold, points);
      }
      const text = pieces.map((piece) => piece.text).join("");
      const last = drawn.at(-1);
      if (text.trim() === "") return;
      if (last?.page === page && last.y === y) last.text += `  ${text}`;
      else drawn.push({ page, y, text });
    },
    text: (text, place) => {
      const pieces = [{ text: fonts.printable(text), bold: place.bold ?? false }];
      const width = pieces.reduce((all, each) => all + fonts.width(each.text, each.bold, place.size), 0);
      sheet.line({ pieces, width }, place);
    },
    rule: (from, to, y, thickness) => {
      const ends = { start: { x: from, y: height - y }, end: { x: to, y: height - y } };
      page.drawLine({ ...ends, thickness, color: shade(0.55) });
    },
    pages: () => pages,
    on: (number) => {
      page = pages[number] ?? page;
    },
    drawn: () => drawn.map(({ text }) => `${text}\n`).join(""),
  };
  return sheet;
}

/** pdf-lib's grey, handed in because pdf-lib is loaded only when a letter is drawn. */
export type Grey = (level: number) => Color;
