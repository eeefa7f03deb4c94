import { type Align, type Block, type Lines, plain, type Table } from "./document.ts";

/** Columns of a plain-text e-mail: room for a quotation mark or two below 78 (RFC 5322, 2.1.1). */
export const TEXT_WIDTH = 74;
const GAP = "  ";
const NARROWEST = 8;

const lettersOf = (text: string): string[] => Array.from(text);
const lengthOf = (text: string): number => lettersOf(text).length;

/** A word in pieces of at most `width` letters. */
function cutWord(word: string, width: number): string[] {
  const letters = lettersOf(word);
  const count = Math.max(1, Math.ceil(letters.length / width));
  return Array.from({ length: count }, (_, at) => letters.slice(at * width, (at + 1) * width).join(""));
}

/** Breaks at spaces (never at U+00A0); a word longer than the width stands alone, or is cut where `cut` says so. */
export function wrap(text: string, width: number, cut = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").flatMap((each) => (cut ? cutWord(each, width) : [each]))) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function paragraph(lines: Lines): string {
  return plain(lines)
    .split("\n")
    .flatMap((line) => wrap(line, TEXT_WIDTH))
    .join("\n");
}

function pad(text: string, width: number, align: Align): string {
  const space = " ".repeat(Math.max(0, width - lengthOf(text)));
  return align === "right" ? space + text : text + space;
}

/** Widths that fit: the widest columns give way, never below a readable rest. */
function columnWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(1, ...rows.map((row) => lengthOf(row[at] ?? ""))),
  );
  const room = TEXT_WIDTH - GAP.length * (columns - 1);
  for (let over = widths.reduce((all, width) => all + width, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= NARROWEST) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function tableRow(cells: readonly string[], widths: readonly number[], align: readonly Align[]): string[] {
  const wrapped = widths.map((width, at) => wrap(cells[at] ?? "", width, true));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, at) => pad(lines[line] ?? "", widths[at] ?? 0, align[at] ?? "left"))
      .join(GAP)
      .trimEnd(),
  );
}

/** A sum: its words over the empty columns behind them, its amount in the last column. */
function sumRow(cells: readonly string[], widths: readonly number[]): string {
  const total = widths.reduce((all, width) => all + width, 0) + GAP.length * (widths.length - 1);
  const words = cells
    .slice(0, -1)
    .filter((cell) => cell !== "")
    .join(GAP);
  const amount = cells.at(-1) ?? "";
  return `${words}${GAP}${pad(amount, Math.max(0, total - lengthOf(words) - GAP.length), "right")}`.trimEnd();
}

function tableText({ head, align, rows }: Table): string {
  const texts = rows.map(({ cells }) => cells.map((cell) => plain(cell).replaceAll("\n", " ")));
  const heading = head === null ? null : head.map((cell) => plain(cell));
  const counted = head === null ? texts : texts.filter((_, at) => rows[at]?.sum !== true);
  const widths = columnWidths(heading === null ? counted : [heading, ...counted], align.length);
  const rule = widths.map((width) => "-".repeat(width)).join(GAP);
  const lines = heading === null ? [] : [...tableRow(heading, widths, align), rule];
  for (const [at, cells] of texts.entries()) {
    if (rows[at]?.sum !== true || head === null) lines.push(...tableRow(cells, widths, align));
    else {
      if (rows[at - 1]?.sum === false) lines.push(rule);
      lines.push(sumRow(cells, widths));
    }
  }
  return lines.join("\n");
}

function listText(items: readonly { readonly mark: string; readonly lines: Lines }[]): string {
  const texts = items.map(({ mark, lines }) => {
    const first = mark === "•" ? "- " : `${mark} `;
    const rest = " ".repeat(first.length);
    const text = wrap(plain(lines).replaceAll("\n", " "), TEXT_WIDTH - first.length);
    return text.map((line, at) => (at === 0 ? first : rest) + line).join("\n");
  });
  return texts.join("\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return paragraph(block.lines);
    case "heading":
      return paragraph(block.lines).toUpperCase();
    case "list":
      return listText(block.items);
    case "table":
      return tableText(block.table);
    case "closing":
      break;
  }
  return "";
}

/** The message as plain text: wrapped lines, aligned tables, LF. */
export function textOf(blocks: readonly Block[]): string {
  const parts = blocks.map(blockText).filter((part) => part !== "");
  return `${parts.join("\n\n")}\n`;
}
