import Table from "cli-table3";

export interface Column {
  readonly header: string;
  readonly align?: "left" | "right";
  /** Takes what is left of the width, shortened where it must be. One or two per table. */
  readonly flexible?: boolean;
  /** Typed into the next command: never shortened. */
  readonly whole?: boolean;
}

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** No column that gives way is narrower, where that fits. */
const LEAST = 8;
const TIGHT = 5;

/**
 * A table without lines that fits `width` columns: flexible columns wrap, the others keep their width. `notes`: a line
 * under each row (then flexible columns are cut instead, so that a row stays one line).
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  notes?: readonly string[],
): string {
  const natural = columns.map((column, at) =>
    rows.reduce((most, row) => Math.max(most, Array.from(row[at] ?? "").length), column.header.length),
  );
  const gaps = 2 * (columns.length - 1);
  // Half a day is none.
  const isDay = natural.map(
    (_, at) => rows.length > 0 && rows.every((row) => /^(\d{4}-\d{2}-\d{2}|-?)$/.test(row[at] ?? "")),
  );
  const isFlexible = (at: number): boolean => columns[at]?.flexible === true;
  const sizeOf = (counts: (at: number) => boolean): number =>
    natural.reduce((all, size, at) => all + (counts(at) ? size : 0), 0);
  const roomFor = (gives: (at: number) => boolean): number => width - gaps - sizeOf((at) => !gives(at));
  // Where even that is too wide the other words give way as well: an amount in two pieces is misread.
  const crowded = roomFor(isFlexible) < LEAST * columns.filter((column) => column.flexible).length;
  const gives = (at: number): boolean =>
    isFlexible(at) ||
    (crowded &&
      columns[at]?.align !== "right" &&
      columns[at]?.whole !== true &&
      isDay[at] !== true &&
      (natural[at] ?? 0) > LEAST);
  const room = roomFor(gives);
  const [wide, narrow] = [LEAST, TIGHT].map((least) => shared(natural, gives, room, least)) as [
    number[],
    number[],
  ];
  const colWidths = wide.reduce((all, size) => all + size, gaps) > width ? narrow : wide;
  const printed: string[] = [];
  for (let from = 0; from === 0 || from < rows.length; from += CHUNK) {
    const lines = new Table({
      head: from === 0 ? columns.map((column) => column.header) : [],
      chars: NO_LINES,
      style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
      colAligns: columns.map((column) => column.align ?? "left"),
      colWidths,
      wordWrap: notes === undefined,
      wrapOnWordBoundary: true,
    });
    for (const row of rows.slice(from, from + CHUNK)) lines.push([...row]);
    for (const line of lines.toString().split("\n")) printed.push(line.trimEnd());
  }
  if (notes === undefined) return printed.join("\n");
  const [head = "", ...body] = printed;
  return [head, ...body.flatMap((line, at) => [line, ...wrapped(notes[at] ?? "", width)])].join("\n");
}

/** Those that give way share the room evenly; what a short one does not need goes to the longer ones. */
function shared(
  natural: readonly number[],
  gives: (at: number) => boolean,
  room: number,
  least: number,
): number[] {
  const widths = [...natural];
  const giving = natural
    .map((size, at) => ({ size, at }))
    .filter(({ at }) => gives(at))
    .sort((a, b) => a.size - b.size);
  let left = room;
  for (const [done, { size, at }] of giving.entries()) {
    const share = Math.floor(left / (giving.length - done));
    widths[at] = Math.min(size, Math.max(least, share));
    left -= widths[at] ?? 0;
  }
  return widths;
}

/** The layout of one table takes time that grows with the square of its rows. */
const CHUNK = 200;

/** A note under a row: indented, cut into lines between words. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((each) => each !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width - 1)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`      ${word}`);
  }
  return lines;
}
