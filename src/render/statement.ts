import type { Statement } from "../core/statement.ts";
import type { Day, Language } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import type { Block, Lines, Table } from "./document.ts";
import { drawBody } from "./letter-body.ts";
import { openFonts, typeface } from "./letter-font.ts";
import { DEFAULT_LAYOUT, type LetterLayout } from "./letter-layout.ts";
import { leadingOf, MM, openSheet } from "./letter-sheet.ts";
import { writePdf } from "./pdf.ts";

const LAYOUT: LetterLayout = {
  ...DEFAULT_LAYOUT,
  name: "statement",
  body: { left: 20, right: 190, firstTop: 52, top: 24, bottom: 276 },
};
const SMALL = 8.5;

const line = (text: string, bold = false): Lines => [[{ text, bold }]];

function blocksOf({ columns, sections, balance }: Statement): Block[] {
  const table = (rows: Table["rows"], head: Table["head"]): Block => ({
    kind: "table",
    table: { head, align: ["left", "left", "left", "right"], rows, carry: null, code: null },
  });
  const head = columns.map((text) => line(text));
  const total = (words: string, amount: string) => ({
    cells: [line(words, true), line(""), line(""), line(amount, true)],
    sum: true,
    carried: "",
  });
  const blocks = sections.flatMap(({ title, rows, total: words, amount }): Block[] => [
    { kind: "heading", lines: line(title) },
    table(
      [
        ...rows.map(({ name, issued, due, amount: each }) => ({
          cells: [line(name), line(issued), line(due), line(each)],
          sum: false,
          carried: "",
        })),
        total(words, amount),
      ],
      head,
    ),
  ]);
  return [...blocks, { kind: "heading", lines: line(`${balance[0]}\u00a0: ${balance[1]}`) }];
}

export interface DrawnStatement {
  readonly bytes: Uint8Array;
  /** The lines that were drawn. */
  readonly text: string;
}

/** The statement of account as a PDF of its own, in the same hand as the letters. Same input, same bytes. */
export async function drawStatement(
  statement: Statement,
  { company, debtor, reference }: Pick<MessageView, "company" | "debtor" | "reference">,
  { home, language, today }: { readonly home: string; readonly language: Language; readonly today: Day },
): Promise<DrawnStatement> {
  const faces = await typeface(home);
  const sheet = openSheet(LAYOUT, openFonts(faces));
  const { left, width } = sheet;
  let y = 14 * MM;
  sheet.text(company.name, { x: left, y, width, size: 11, bold: true });
  for (const each of company.lines) {
    y += leadingOf(SMALL);
    sheet.text(each, { x: left, y: y + 4, width, size: SMALL, grey: 0.35 });
  }
  const column = 110 * MM;
  for (const [at, each] of [debtor.name, reference].entries())
    sheet.text(each, { x: column, y: 14 * MM + at * leadingOf(10), width: 80 * MM, size: 10 });
  sheet.text(statement.title, { x: left, y: 40 * MM, width, size: 13, bold: true });
  drawBody(blocksOf(statement), LAYOUT, sheet);
  const count = sheet.count();
  for (let page = 0; page < count; page++) {
    sheet.on(page);
    const number = `${page + 1}/${count}`;
    sheet.text(number, { x: left, y: LAYOUT.footer * MM, width, size: 8, align: "right", grey: 0.35 });
  }
  const { bytes } = await writePdf(
    {
      title: statement.title,
      author: company.name,
      language,
      day: today,
      size: { width: LAYOUT.page.width * MM, height: LAYOUT.page.height * MM },
      pages: sheet.pages(),
      fonts: sheet.fonts,
      pictures: new Map(),
      behind: [],
    },
    faces,
  );
  return { bytes, text: sheet.drawn() };
}
