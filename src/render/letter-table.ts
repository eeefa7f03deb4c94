import { type Align, plain, type Table, type TableRow } from "./document.ts";
import { leadingOf, MM, type SetLine, type Sheet, setLines } from "./letter-sheet.ts";
import { type Box, type Code, crossOf, pathOf } from "./qr.ts";

const SIZE = 9;
const HEAD_SIZE = 8;
const GREY = 0.35;
const GAP = 3.5 * MM;
const PAD = 0.65 * MM;
/** Words and values without headings stand closer. */
const DETAIL_PAD = 0.2 * MM;
const NARROWEST = 16 * MM;

/** A code to scan and the line below it. */
const CODE = 26 * MM;
const CAPTION_SIZE = 7;
const CAPTION_ROOM = leadingOf(CAPTION_SIZE) + 1 * MM;

interface SetRow {
  readonly cells: readonly (readonly SetLine[])[];
  readonly height: number;
  readonly sum: boolean;
  readonly carried: string;
}

interface Columns {
  readonly x: readonly number[];
  readonly width: readonly number[];
}

function natural(table: Table, sheet: Sheet): number[] {
  const { fonts } = sheet;
  return table.align.map((_, at) => {
    const cells = table.rows
      .filter(({ sum }) => !sum || table.head === null)
      .map(({ cells: all }) => all[at] ?? []);
    const widths = cells.flatMap((lines) =>
      lines.map((line) =>
        line.reduce((all, run) => all + fonts.width(fonts.printable(run.text), run.bold, SIZE), 0),
      ),
    );
    const head = fonts.width(fonts.printable(plain(table.head?.[at] ?? [])), true, HEAD_SIZE);
    // Sums stand in the last column whatever the others hold.
    const sums = at < table.align.length - 1 ? [] : table.rows.map(({ cells: all }) => all[at] ?? []);
    const sumWidths = sums.map((lines) => fonts.width(fonts.printable(plain(lines)), true, SIZE));
    return widths.concat(sumWidths, head).reduce((most, width) => Math.max(most, width), 1) + 0.5;
  });
}

/** Over the whole width; the widest columns give way where the contents need more. */
function columnsOf(table: Table, sheet: Sheet): Columns {
  const widths = natural(table, sheet);
  const beside = table.code === null ? 0 : CODE + GAP;
  const room = sheet.width - beside - GAP * (widths.length - 1);
  const needed = widths.reduce((all, width) => all + width, 0);
  const spread = table.head === null ? 0 : Math.max(0, room - needed) / widths.length;
  for (let over = needed - room; over > 0; ) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= NARROWEST) break;
    const less = Math.min(over, Math.max(1, width - NARROWEST), 4);
    widths[widest] = width - less;
    over -= less;
  }
  const width = widths.map((each) => each + spread);
  let at = sheet.left;
  const x = width.map((each) => {
    const here = at;
    at += each + GAP;
    return here;
  });
  return { x, width };
}

function setRow(row: TableRow, table: Table, columns: Columns, sheet: Sheet): SetRow {
  const last = table.align.length - 1;
  const spans = row.sum && table.head !== null;
  const cells = row.cells.map((lines, at) => {
    // The words of a sum run over the empty columns behind them.
    const wide = spans && at === 0 ? (columns.x[last] ?? 0) - sheet.left - GAP : (columns.width[at] ?? 0);
    return setLines(lines, wide, SIZE, sheet.fonts);
  });
  const lines = Math.max(1, ...cells.map((cell) => cell.length));
  const pad = table.head === null ? DETAIL_PAD : PAD;
  const height = lines * leadingOf(SIZE) + 2 * pad;
  return { cells, height, sum: row.sum, carried: row.carried };
}

function drawCells(
  cells: readonly (readonly SetLine[])[],
  columns: Columns,
  align: readonly Align[],
  sheet: Sheet,
  look: { readonly size: number; readonly grey: number; readonly whole: boolean; readonly pad: number },
): void {
  // Line by line across the columns: the order in which the row is read.
  const height = Math.max(...cells.map((lines) => lines.length));
  for (let number = 0; number < height; number++)
    for (const [at, lines] of cells.entries()) {
      const line = lines[number];
      if (line === undefined) continue;
      sheet.line(line, {
        x: columns.x[at] ?? 0,
        y: sheet.y + look.pad + number * leadingOf(look.size),
        width: columns.width[at] ?? 0,
        size: look.size,
        grey: look.grey,
        align: look.whole && at === 0 ? "left" : (align[at] ?? "left"),
      });
    }
}

function drawHead(table: Table, columns: Columns, sheet: Sheet): void {
  if (table.head === null) return;
  const bold = table.head.map((lines) => lines.map((line) => line.map(({ text }) => ({ text, bold: true }))));
  const cells = bold.map((lines, at) => setLines(lines, columns.width[at] ?? 0, HEAD_SIZE, sheet.fonts));
  drawCells(cells, columns, table.align, sheet, { size: HEAD_SIZE, grey: GREY, whole: false, pad: PAD });
  sheet.y += headHeight(cells);
  sheet.rule(sheet.left, sheet.left + sheet.width, sheet.y, 0.9);
}

function headHeight(cells: readonly (readonly SetLine[])[]): number {
  return Math.max(1, ...cells.map((lines) => lines.length)) * leadingOf(HEAD_SIZE) + 2 * PAD;
}

const CARRY_HEIGHT = leadingOf(SIZE) + 2 * PAD;

function drawCarry(words: string, amount: string, columns: Columns, sheet: Sheet): void {
  const last = columns.x.length - 1;
  const place = { y: sheet.y + PAD, size: SIZE, bold: true } as const;
  sheet.text(words, { ...place, x: sheet.left, width: sheet.width });
  sheet.text(amount, { ...place, x: columns.x[last] ?? 0, width: columns.width[last] ?? 0, align: "right" });
  sheet.y += CARRY_HEIGHT;
}

function drawRow(row: SetRow, columns: Columns, table: Table, sheet: Sheet): void {
  const whole = row.sum && table.head !== null;
  const pad = table.head === null ? DETAIL_PAD : PAD;
  drawCells(row.cells, columns, table.align, sheet, { size: SIZE, grey: 0, whole, pad });
  sheet.y += row.height;
  if (table.head !== null) sheet.rule(sheet.left, sheet.left + sheet.width, sheet.y, row.sum ? 0.9 : 0.3);
}

/** At the right edge, what it is for below it. */
function drawCode({ matrix, cross, caption }: Code, sheet: Sheet): void {
  const x = sheet.left + sheet.width - CODE;
  const module = CODE / matrix.length;
  const at = ([left, top, width, height]: Box): Box => [
    x + left * module,
    sheet.y + top * module,
    width * module,
    height * module,
  ];
  sheet.scaled(pathOf(matrix), { x, y: sheet.y, unit: module });
  if (cross) for (const { dark, box } of crossOf(matrix.length)) sheet.boxes([at(box)], dark ? 0 : 1);
  const words = setLines([[{ text: caption, bold: false }]], CODE, CAPTION_SIZE, sheet.fonts).slice(0, 1);
  for (const [n, line] of words.entries())
    sheet.line(line, {
      x,
      y: sheet.y + CODE + 0.8 * MM + n * leadingOf(CAPTION_SIZE),
      width: CODE,
      size: CAPTION_SIZE,
      grey: GREY,
      align: "center",
    });
}

/** Rows that stay together: an item with the sums below it. */
function unitsOf(rows: readonly SetRow[]): SetRow[][] {
  const units: SetRow[][] = [];
  for (const row of rows) {
    const unit = units.at(-1);
    if (row.sum && unit !== undefined) unit.push(row);
    else units.push([row]);
  }
  return units;
}

const heightOf = (rows: readonly SetRow[]): number => rows.reduce((all, { height }) => all + height, 0);

export interface SetTable {
  /** What must fit below the words that announce the table. */
  readonly firstHeight: number;
  readonly draw: () => void;
}

/**
 * Sets a table: over as many pages as it needs, its headings on each of them, the sum so far at the foot of a page and
 * at the top of the next one where the table carries sums.
 */
export function setTable(table: Table, sheet: Sheet): SetTable {
  const columns = columnsOf(table, sheet);
  const rows = table.rows.map((row) => setRow(row, table, columns, sheet));
  const units = unitsOf(rows);
  const carry = table.carry;
  const foot = carry === null ? 0 : CARRY_HEIGHT;
  const least = table.code === null ? 0 : CODE + CAPTION_ROOM;
  const whole = table.head === null ? Math.max(heightOf(rows), least) : 0;
  const head = table.head === null ? 0 : leadingOf(HEAD_SIZE) * 2 + 2 * PAD;
  const draw = (): void => {
    let carried = "";
    let rest = heightOf(rows);
    const top = sheet.y;
    if (table.code !== null) drawCode(table.code, sheet);
    drawHead(table, columns, sheet);
    for (const unit of units) {
      const fits = rest <= sheet.room() || heightOf(unit) + foot <= sheet.room();
      rest -= heightOf(unit);
      if (!fits) {
        if (carry !== null && carried !== "") drawCarry(carry.to, carried, columns, sheet);
        sheet.turn();
        drawHead(table, columns, sheet);
        if (carry !== null && carried !== "") drawCarry(carry.from, carried, columns, sheet);
      }
      for (const row of unit) {
        drawRow(row, columns, table, sheet);
        if (row.carried !== "") carried = row.carried;
      }
    }
    if (least > 0) sheet.y = Math.max(sheet.y, top + least);
  };
  return { firstHeight: whole > 0 ? whole : head + heightOf(units[0] ?? []) + foot, draw };
}
