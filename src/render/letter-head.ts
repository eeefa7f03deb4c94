import type { MessageView } from "../core/vocabulary.ts";
import type { Artwork } from "./artwork.ts";
import type { Lines } from "./document.ts";
import { drawLines } from "./letter-body.ts";
import type { LetterLayout } from "./letter-layout.ts";
import { leadingOf, MM, type Sheet, setLines } from "./letter-sheet.ts";
import { FOOTER_HEIGHT, SLIP_HEIGHT } from "./swiss-slip.ts";

const SMALL = 8.5;
const SOFT = 0.35;

const oneLine = (text: string, bold = false): Lines => [[{ text, bold }]];

/** The largest size at which the address stands in its window; the last lines are left out where none does. */
function drawAddress(lines: readonly string[], layout: LetterLayout, sheet: Sheet, warnings: string[]): void {
  const { x, y, width, height } = layout.address;
  for (let size = 9.5; ; size -= 0.25) {
    const set = lines.flatMap((line) => setLines(oneLine(line), width * MM, size, sheet.fonts));
    const leading = size * 1.16;
    const fits = set.length * leading <= height * MM;
    if (!fits && size > 6) continue;
    const shown = fits ? set : set.slice(0, Math.floor((height * MM) / leading));
    if (!fits)
      warnings.push("the address is too long for the window of the envelope; its last lines are left out");
    for (const [at, line] of shown.entries())
      sheet.line(line, { x: x * MM, y: y * MM + at * leading, width: width * MM, size });
    return;
  }
}

/** Draws the logo above the sender; returns the points that it takes. */
export function drawLogo(logo: Artwork, layout: LetterLayout, sheet: Sheet): number {
  const { x, y } = layout.sender;
  const scale = Math.min((layout.logo.width * MM) / logo.width, (layout.logo.height * MM) / logo.height);
  const [width, height] = [logo.width * scale, logo.height * scale];
  sheet.picture("Logo", [x * MM, y * MM, width, height]);
  return height + 2 * MM;
}

/** Where the letter comes back to, in one line above the address. */
function drawReturnLine({ company }: MessageView, { returnLine }: LetterLayout, sheet: Sheet): void {
  if (returnLine === null) return;
  const { x, y, width } = returnLine;
  const words = oneLine([company.name, ...company.lines].join(" · "));
  for (let size = 6.5; ; size -= 0.25) {
    const [line, ...more] = setLines(words, width * MM, size, sheet.fonts);
    if (more.length > 0 && size > 5) continue;
    if (line !== undefined) sheet.line(line, { x: x * MM, y: y * MM, width: width * MM, size, grey: SOFT });
    return;
  }
}

function drawSender(view: MessageView, layout: LetterLayout, sheet: Sheet, from: number): void {
  const { x, y, width, height } = layout.sender;
  let at = y * MM + from;
  const write = (text: string, size: number, bold: boolean): void => {
    for (const line of setLines(oneLine(text, bold), width * MM, size, sheet.fonts)) {
      if (at + leadingOf(size) > (y + height) * MM) return;
      sheet.line(line, { x: x * MM, y: at, width: width * MM, size, grey: bold ? 0 : SOFT });
      at += size * 1.32;
    }
  };
  write(view.company.name, 11, true);
  for (const line of view.company.lines) write(line, SMALL, false);
  for (const line of [view.company.phone, view.company.email]) if (line !== "") write(line, SMALL, false);
}

/** Everything above the body: sender, address, date, references, subject. `senderFrom`: points below the logo's top, null: none. */
export function drawHead(
  view: MessageView,
  subject: string,
  layout: LetterLayout,
  sheet: Sheet,
  senderFrom: number | null,
  warnings: string[],
): void {
  // A letterhead says who writes.
  if (senderFrom !== null) drawSender(view, layout, sheet, senderFrom);
  if (view.letter.mention !== "") {
    const { x, y, width } = layout.mention;
    const mention = setLines(oneLine(view.letter.mention, true), width * MM, 9.5, sheet.fonts);
    for (const [at, line] of mention.entries())
      sheet.line(line, { x: x * MM, y: y * MM + at * leadingOf(9.5), width: width * MM, size: 9.5 });
  }
  drawReturnLine(view, layout, sheet);
  drawAddress(view.debtor.lines, layout, sheet, warnings);
  const { references, date } = layout;
  let y = references.y * MM;
  for (const reference of view.letter.references)
    for (const line of setLines(oneLine(reference), references.width * MM, SMALL, sheet.fonts).slice(0, 2)) {
      sheet.line(line, { x: references.x * MM, y, width: references.width * MM, size: SMALL, grey: SOFT });
      y += leadingOf(SMALL);
    }
  sheet.text(view.letter.placeAndDate, {
    x: date.x * MM,
    y: date.y * MM,
    width: date.width * MM,
    size: sheet.type.size,
  });
  sheet.y = Math.max(layout.subject * MM, y + 2 * MM);
  const heading = setLines(
    oneLine(`${view.letter.subject} ${subject}`.trimStart(), true),
    sheet.width,
    sheet.type.size,
    sheet.fonts,
  );
  drawLines(heading, sheet, sheet.left);
  sheet.y = Math.max(layout.body.firstTop * MM, sheet.y + sheet.type.space);
  for (const fold of layout.folds) sheet.rule(3.5 * MM, 7.5 * MM, fold * MM, 0.4);
  if (layout.hole !== null) sheet.rule(3.5 * MM, 9.5 * MM, layout.hole * MM, 0.4);
}

/**
 * Page numbers and the sender's registration on every page; on the following ones, whose letter it is. `slip`: the page
 * that ends with a payment slip; `letterhead`: says already who writes.
 */
export function drawMargins(
  view: MessageView,
  layout: LetterLayout,
  sheet: Sheet,
  { slip, letterhead }: { readonly slip: number | null; readonly letterhead: boolean },
): void {
  const count = sheet.count();
  const right = sheet.left + sheet.width;
  const legal = setLines(oneLine(view.company.legal), sheet.width - 16 * MM, 7, sheet.fonts).slice(0, 3);
  for (let page = 0; page < count; page++) {
    sheet.on(page);
    // A payment slip has the foot of its page for itself.
    const y = page === slip ? sheet.height - (SLIP_HEIGHT + FOOTER_HEIGHT) * MM : layout.footer * MM;
    if (!letterhead) sheet.rule(sheet.left, right, y - 1.5 * MM, 0.3);
    for (const [at, line] of letterhead ? [] : legal.entries())
      sheet.line(line, { x: sheet.left, y: y + at * leadingOf(7), width: sheet.width, size: 7, grey: SOFT });
    const number = { x: sheet.left, y, width: sheet.width, size: 8, align: "right" } as const;
    sheet.text(`${page + 1}/${count}`, { ...number, grey: SOFT });
    if (page === 0) continue;
    const head = `${view.company.name} · ${view.letter.references[0] ?? ""} · ${view.date}`;
    const [line] = setLines(oneLine(head), sheet.width, 8, sheet.fonts);
    if (line !== undefined)
      sheet.line(line, { x: sheet.left, y: 14 * MM, width: sheet.width, size: 8, grey: SOFT });
  }
}
