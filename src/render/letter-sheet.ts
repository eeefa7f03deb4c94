import type { Align, Lines } from "./document.ts";
import type { Fonts } from "./letter-font.ts";

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
      const text = fonts.printable(run.text);
      const whole = fonts.width(text, run.bold, size);
      if (used + whole <= width) {
        add(text, run.bold, whole);
        continue;
      }
      for (const word of text.split(/(?= )/)) {
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

/** x, y (its top), width, height. */
export type Rectangle = readonly [number, number, number, number];

/** The pages of one letter, and the way down the current one. */
export interface Sheet {
  readonly layout: PageLayout;
  readonly fonts: Fonts;
  readonly type: TypeSize;
  /** Top of the next block, in points from the top edge. */
  y: number;
  /** Points left above the foot of the page. */
  readonly room: () => number;
  readonly left: number;
  readonly width: number;
  /** Of a page. */
  readonly height: number;
  readonly turn: () => void;
  readonly line: (line: SetLine, place: Place) => void;
  readonly text: (text: string, place: Place & { readonly bold?: boolean }) => void;
  readonly rule: (from: number, to: number, y: number, thickness: number, grey?: number) => void;
  /** Black rectangles: x, y (its top), width, height. */
  readonly boxes: (boxes: readonly (readonly [number, number, number, number])[], grey?: number) => void;
  /** A black path in a unit of its own (points), from the point x, y on, downwards: many small boxes without rounding. */
  readonly scaled: (
    path: string,
    place: { readonly x: number; readonly y: number; readonly unit: number },
  ) => void;
  /** An outline, for test pages. */
  readonly frame: (box: readonly [number, number, number, number]) => void;
  /** A picture of the document by its name; x, y (its top), width, height. */
  readonly picture: (name: string, box: readonly [number, number, number, number]) => void;
  /** A page of another document under everything on this one, from the lower left corner on. */
  readonly under: (page: number, name: string) => void;
  /** Pages so far. */
  readonly count: () => number;
  /** Content streams, one per page. */
  readonly pages: () => readonly string[];
  /** Draws on a page that was left before; used for page numbers. */
  readonly on: (page: number) => void;
  /** What was drawn, in order; what stands on one height is one line. */
  readonly drawn: () => string;
}

/** Of running text, in points. */
export interface TypeSize {
  readonly size: number;
  /** Between two paragraphs. */
  readonly space: number;
}
export const USUAL_TYPE: TypeSize = { size: 10, space: 3.2 * MM };

/** What a sheet needs to know of a layout. */
export interface PageLayout {
  readonly page: { readonly width: number; readonly height: number };
  readonly body: {
    readonly left: number;
    readonly right: number;
    readonly firstTop: number;
    readonly top: number;
    readonly bottom: number;
  };
}

const DECIMALS = Array.from({ length: 100 }, (_, n) => String(n / 100).slice(1));

/** Points with two decimals: a two-hundredth of a millimetre. Put together of whole numbers, which are quick to write. */
function pt(value: number): string {
  const hundredths = Math.round(Math.abs(value) * 100);
  const rest = hundredths % 100;
  const text = (hundredths - rest) / 100 + (DECIMALS[rest] ?? "");
  return value < 0 && hundredths > 0 ? `-${text}` : text;
}

/**
 * An empty first page. What is drawn becomes operators of content streams (ISO 32000-1, 8 and 9) at once: fonts are named
 * /F0 (regular) and /F1 (bold).
 */
export function openSheet(layout: PageLayout, fonts: Fonts, type: TypeSize = USUAL_TYPE): Sheet {
  const height = layout.page.height * MM;
  const pages: string[][] = [[]];
  let at = 0;
  let ops: string[] = pages[0] ?? [];
  const drawn: { readonly page: number; readonly y: number; text: string }[] = [];
  const boxed = (boxes: readonly (readonly [number, number, number, number])[]): string =>
    boxes
      .map(([x, y, width, high]) => `${pt(x)} ${pt(height - y - high)} ${pt(width)} ${pt(high)} re`)
      .join("\n");
  const sheet: Sheet = {
    layout,
    fonts,
    type,
    y: layout.body.firstTop * MM,
    room: () => layout.body.bottom * MM - sheet.y,
    left: layout.body.left * MM,
    width: (layout.body.right - layout.body.left) * MM,
    height,
    turn: () => {
      ops = [];
      at = pages.push(ops) - 1;
      sheet.y = layout.body.top * MM;
    },
    line: ({ pieces, width }, { x, y, width: column, size, align, grey = 0 }) => {
      const from = align === "right" ? x + column - width : align === "center" ? x + (column - width) / 2 : x;
      // The baseline stands so that capitals are centred in the line.
      let move = `${pt(from)} ${pt(height - y - size * 1.05)} Td`;
      let runs = "";
      let text = "";
      for (const [n, piece] of pieces.entries()) {
        const { text: shown, bold } = piece;
        runs += `${n > 0 ? "\n" : ""}/F${bold ? 1 : 0} ${pt(size)} Tf ${move} <${fonts.shown(shown, bold)}> Tj`;
        text += shown;
        if (n < pieces.length - 1) move = `${pt(fonts.width(shown, bold, size))} 0 Td`;
      }
      if (runs !== "") ops.push(`${grey} g BT ${runs} ET`);
      const last = drawn.at(-1);
      if (text.trim() === "") return;
      if (last?.page === at && last.y === y) last.text += `  ${text}`;
      else drawn.push({ page: at, y, text });
    },
    text: (text, place) => {
      const pieces = [{ text: fonts.printable(text), bold: place.bold ?? false }];
      const width = pieces.reduce((all, each) => all + fonts.width(each.text, each.bold, place.size), 0);
      sheet.line({ pieces, width }, place);
    },
    rule: (from, to, y, thickness, grey = 0.55) => {
      const level = pt(height - y);
      ops.push(`${grey} G ${pt(thickness)} w ${pt(from)} ${level} m ${pt(to)} ${level} l S`);
    },
    boxes: (boxes, grey = 0) => {
      if (boxes.length > 0) ops.push(`${grey} g\n${boxed(boxes)}\nf`);
    },
    scaled: (path, { x, y, unit }) => {
      const size = unit.toFixed(4);
      ops.push(`q 0 g ${size} 0 0 -${size} ${pt(x)} ${pt(height - y)} cm\n${path}f Q`);
    },
    frame: (box) => {
      ops.push(`0.55 G 0.4 w ${boxed([box])} S`);
    },
    picture: (name, [x, y, width, high]) => {
      ops.push(`q ${pt(width)} 0 0 ${pt(high)} ${pt(x)} ${pt(height - y - high)} cm /${name} Do Q`);
    },
    under: (number, name) => {
      pages[number]?.unshift(`q /${name} Do Q`);
    },
    count: () => pages.length,
    pages: () => pages.map((each) => each.join("\n")),
    on: (number) => {
      at = number;
      ops = pages[number] ?? ops;
    },
    drawn: () => drawn.map(({ text }) => `${text}\n`).join(""),
  };
  return sheet;
}
