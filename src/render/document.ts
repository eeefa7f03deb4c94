import MarkdownIt, { type Token } from "markdown-it";
import type { Code } from "./qr.ts";

/** What e-mail text, e-mail HTML and letters are all drawn from. */
export interface Run {
  readonly text: string;
  readonly bold: boolean;
}
/** Lines of runs: a line break in the source is a line break in the message. */
export type Lines = readonly (readonly Run[])[];

export type Align = "left" | "right" | "center";

export interface TableRow {
  readonly cells: readonly Lines[];
  /** Its first cell is bold: a sum, set apart and never alone on a page. */
  readonly sum: boolean;
  /** The sum down to this row, as text; "" where the table carries none. */
  readonly carried: string;
}
export interface Table {
  /** Null where all headings are empty. */
  readonly head: readonly Lines[] | null;
  readonly align: readonly Align[];
  readonly rows: readonly TableRow[];
  /** The words at the foot of a page and at the top of the next one. */
  readonly carry: { readonly to: string; readonly from: string } | null;
  /** Drawn beside a table without headings. */
  readonly code: Code | null;
}

export type Block =
  | { readonly kind: "paragraph" | "heading"; readonly lines: Lines }
  | { readonly kind: "list"; readonly items: readonly { readonly mark: string; readonly lines: Lines }[] }
  | { readonly kind: "table"; readonly table: Table }
  /** `---`: what follows is the signature. */
  | { readonly kind: "closing" };

// What stands between blocks is read by `linesOf`: of nearly all cells of a table, as it is.
const markdown = new MarkdownIt("zero", { html: false, linkify: false })
  .disable(["inline", "text_join"])
  .enable(["heading", "hr", "list", "table", "emphasis", "entity", "escape", "newline"]);

/** ASCII punctuation, moved where Markdown sees letters: to private characters, which no value has (`cleanLine`). */
const PRIVATE = 0xe000;

/** A value as Markdown that shows exactly this value, whatever marks it is made of; line breaks become spaces. */
export function literal(text: string): string {
  return text
    .replace(/[\r\n\t]/g, " ")
    .replace(/[!-/:-@[-`{-~]/g, (mark) => String.fromCharCode(PRIVATE + mark.charCodeAt(0)));
}

function shown(text: string): string {
  return text.replace(/[\ue021-\ue07e]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - PRIVATE));
}

/** The heading of a table's last column that holds carried sums: `=> À reporter / Report`. */
const CARRY = /^=>\s*(.+?)\s*\/\s*(.+)$/;

export function plain(lines: Lines): string {
  return lines.map((line) => line.map(({ text }) => text).join("")).join("\n");
}

/** What emphasis, escapes, entities and line breaks start with. */
const MARKS = /[*_\\&\n]/;

function linesOf(inline: Token | undefined): Lines {
  const content = inline?.content ?? "";
  if (!MARKS.test(content)) return content === "" ? [[]] : [[{ text: shown(content), bold: false }]];
  const tokens: Token[] = [];
  markdown.inline.parse(content, markdown, {}, tokens);
  const lines: Run[][] = [[]];
  let bold = 0;
  for (const token of tokens) {
    if (token.type === "strong_open") bold++;
    else if (token.type === "strong_close") bold--;
    else if (token.type === "softbreak" || token.type === "hardbreak") lines.push([]);
    else if (token.content !== "") {
      const line = lines.at(-1);
      const last = line?.at(-1);
      const text = shown(token.content);
      if (line !== undefined && last?.bold === bold > 0)
        line.splice(-1, 1, { text: last.text + text, bold: last.bold });
      else line?.push({ text, bold: bold > 0 });
    }
  }
  return lines;
}

function isEmpty(lines: Lines): boolean {
  return plain(lines).trim() === "";
}

function isSum(cells: readonly Lines[]): boolean {
  const first = cells[0]?.flat() ?? [];
  return first.length > 0 && first.every(({ bold, text }) => bold || text.trim() === "");
}

function alignOf(token: Token): Align {
  const style = String(token.attrGet("style") ?? "");
  return style.includes("right") ? "right" : style.includes("center") ? "center" : "left";
}

function tableOf(tokens: readonly Token[]): Table {
  const align = tokens.filter(({ type }) => type === "th_open").map(alignOf);
  const rows: Lines[][] = [];
  for (const token of tokens) {
    if (token.type === "tr_open") rows.push([]);
    else if (token.type === "inline") rows.at(-1)?.push(linesOf(token));
  }
  const [head = [], ...body] = rows;
  const words = CARRY.exec(plain(head.at(-1) ?? []));
  const carry = words === null ? null : { to: words[1] ?? "", from: words[2] ?? "" };
  const kept = <T>(cells: readonly T[]): readonly T[] => (carry === null ? cells : cells.slice(0, -1));
  return {
    head: kept(head).every(isEmpty) ? null : kept(head),
    align: kept(align),
    rows: body.map((cells) => ({
      cells: kept(cells),
      sum: isSum(cells),
      carried: carry === null ? "" : plain(cells.at(-1) ?? []),
    })),
    carry,
    code: null,
  };
}

/** The tokens from an opening one to its closing one, both included. */
function span(tokens: readonly Token[], from: number): readonly Token[] {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    depth += tokens[at]?.nesting ?? 0;
    if (depth === 0) return tokens.slice(from, at + 1);
  }
  return tokens.slice(from);
}

function listOf(tokens: readonly Token[]): Block {
  let number = Number(tokens[0]?.attrGet("start") ?? 1);
  const ordered = tokens[0]?.type === "ordered_list_open";
  const items: { mark: string; lines: Lines }[] = [];
  for (const token of tokens) {
    if (token.type === "list_item_open") items.push({ mark: ordered ? `${number++}.` : "•", lines: [] });
    const item = items.at(-1);
    // Paragraphs and lists inside an item become further lines of it.
    if (token.type === "inline" && item !== undefined) item.lines = [...item.lines, ...linesOf(token)];
  }
  return { kind: "list", items };
}

/** Markdown (paragraphs, headings, lists, tables, bold, `---`; no HTML, links, images or code) as blocks. */
export function readDocument(source: string): Block[] {
  const tokens = markdown.parse(source, {});
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; ) {
    const part = span(tokens, at);
    const type = part[0]?.type ?? "";
    if (type === "table_open") blocks.push({ kind: "table", table: tableOf(part) });
    else if (type.endsWith("list_open")) blocks.push(listOf(part));
    else if (type === "hr") blocks.push({ kind: "closing" });
    else {
      const kind = type === "heading_open" ? "heading" : "paragraph";
      const lines = linesOf(part.find((token) => token.type === "inline"));
      if (!isEmpty(lines)) blocks.push({ kind, lines });
    }
    at += Math.max(part.length, 1);
  }
  return blocks;
}

/** The blocks with a code beside the table that shows this text (the IBAN); "shown": there is such a table. */
export function withCode(
  blocks: readonly Block[],
  code: Code,
  beside: string,
): { readonly blocks: readonly Block[]; readonly shown: boolean } {
  const at = blocks.findIndex(
    (block) =>
      block.kind === "table" &&
      block.table.head === null &&
      block.table.rows.some(({ cells }) => cells.some((cell) => plain(cell) === beside)),
  );
  const changed = blocks.map((block, n) =>
    n === at && block.kind === "table" ? { ...block, table: { ...block.table, code } } : block,
  );
  return { blocks: changed, shown: at >= 0 };
}
