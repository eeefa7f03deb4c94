import type { Block, Lines } from "./document.ts";
import type { LetterLayout } from "./letter-layout.ts";
import { leadingOf, MM, type SetLine, type Sheet, setLines } from "./letter-sheet.ts";
import { type SetTable, setTable } from "./letter-table.ts";

export function drawLines(lines: readonly SetLine[], sheet: Sheet, x: number, size = sheet.type.size): void {
  for (const [at, line] of lines.entries()) {
    // A single line is not left behind, nor carried over alone.
    const needed =
      leadingOf(size) * (lines.length - at <= 3 || at === 0 ? Math.min(2, lines.length - at) : 1);
    if (needed > sheet.room()) sheet.turn();
    sheet.line(line, { x, y: sheet.y, width: sheet.width, size });
    sheet.y += leadingOf(size);
  }
}

/** A block that knows how high it must stand in one piece, and how to draw itself. */
interface SetBlock {
  readonly height: number;
  /** What must stand on one page at least: the start of a table, a paragraph's two lines. */
  readonly start: number;
  /** Announces what follows ("... :"). */
  readonly announces: boolean;
  readonly draw: () => void;
}

function setParagraph(lines: Lines, sheet: Sheet, x: number, width: number): SetBlock {
  const set = setLines(lines, width, sheet.type.size, sheet.fonts);
  const height = set.length * leadingOf(sheet.type.size);
  return {
    height,
    start: Math.min(2, set.length) * leadingOf(sheet.type.size),
    announces: set.at(-1)?.pieces.at(-1)?.text.endsWith(":") ?? false,
    draw: () => drawLines(set, sheet, x),
  };
}

function setList(items: readonly { mark: string; lines: Lines }[], sheet: Sheet): SetBlock {
  const indent = 6 * MM;
  const set = items.map(({ mark, lines }) => ({
    mark,
    lines: setLines(lines, sheet.width - indent, sheet.type.size, sheet.fonts),
  }));
  const count = set.reduce((all, { lines }) => all + lines.length, 0);
  return {
    height: count * leadingOf(sheet.type.size),
    start: leadingOf(sheet.type.size) * 2,
    announces: false,
    draw: () => {
      for (const { mark, lines } of set) {
        if (leadingOf(sheet.type.size) * Math.min(2, lines.length) > sheet.room()) sheet.turn();
        sheet.text(mark, { x: sheet.left + 1.5 * MM, y: sheet.y, width: indent, size: sheet.type.size });
        drawLines(lines, sheet, sheet.left + indent);
      }
    },
  };
}

function setBlock(block: Exclude<Block, { kind: "closing" }>, sheet: Sheet, x: number): SetBlock {
  const width = sheet.left + sheet.width - x;
  switch (block.kind) {
    case "paragraph":
      return setParagraph(block.lines, sheet, x, width);
    case "heading": {
      const bold = block.lines.map((line) => line.map(({ text }) => ({ text, bold: true })));
      return { ...setParagraph(bold, sheet, x, width), announces: true };
    }
    case "list":
      return setList(block.items, sheet);
    case "table":
      break;
  }
  const table: SetTable = setTable(block.table, sheet);
  return { height: table.firstHeight, start: table.firstHeight, announces: false, draw: table.draw };
}

/** Paragraphs, lists and tables down the pages, then the signature; nothing is torn from what it belongs to. */
export function drawBody(blocks: readonly Block[], layout: LetterLayout, sheet: Sheet): void {
  const end = blocks.findIndex(({ kind }) => kind === "closing");
  const shown = (some: readonly Block[], x: number): SetBlock[] =>
    some.flatMap((block) => (block.kind === "closing" ? [] : [setBlock(block, sheet, x)]));
  const body = shown(end < 0 ? blocks : blocks.slice(0, end), sheet.left);
  const signature = end < 0 ? [] : shown(blocks.slice(end + 1), layout.signature.x * MM);
  const signatureSpace = layout.signature.space * MM;
  const signatureHeight = signature.reduce(
    (all, { height }) => all + height + sheet.type.space,
    signatureSpace,
  );
  for (const [at, block] of body.entries()) {
    const next = body[at + 1];
    // The signature takes the last two blocks with it; a table, the words that announce it.
    const needed =
      signature.length > 0 && at >= body.length - 2
        ? block.height + (next === undefined ? 0 : sheet.type.space + next.height) + signatureHeight
        : block.announces && next !== undefined
          ? block.height + sheet.type.space + next.start
          : block.start;
    if (needed > sheet.room()) sheet.turn();
    block.draw();
    sheet.y += sheet.type.space;
  }
  if (signature.length === 0) return;
  if (signatureHeight - sheet.type.space > sheet.room()) sheet.turn();
  sheet.y += signatureSpace - sheet.type.space;
  for (const block of signature) {
    block.draw();
    sheet.y += sheet.type.space;
  }
}
