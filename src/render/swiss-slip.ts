import type { PaymentCode } from "../core/payment.ts";
import type { PostalParty } from "../core/payment-code.ts";
import { groupedReference } from "../core/payment-reference.ts";
import { SLIP_WORDS } from "../core/swiss-words.ts";
import type { Language } from "../core/types.ts";
import { NBSP } from "../core/wording.ts";
import { MM, type Sheet, setLines } from "./letter-sheet.ts";
import { type Box, crossOf, matrixOf, pathOf, SWISS_WIDTH } from "./qr.ts";

/** Millimetres (Implementation Guidelines QR-bill, 3). */
export const SLIP_HEIGHT = 105;
/** So much stands above it: page number and registration. */
export const FOOTER_HEIGHT = 10;
const RECEIPT_WIDTH = 62;
const MARGIN = 5;
const CODE_LEFT = RECEIPT_WIDTH + MARGIN;
const INFO_LEFT = CODE_LEFT + 51;
const INFO_WIDTH = 210 - MARGIN - INFO_LEFT;

interface Column {
  readonly x: number;
  readonly width: number;
  readonly head: number;
  readonly size: number;
}
const RECEIPT: Column = { x: MARGIN, width: 52, head: 6, size: 8 };
const INFO: Column = { x: INFO_LEFT, width: INFO_WIDTH, head: 8, size: 10 };

const partyLines = ({ name, street, postcode, town, country }: PostalParty): string[] =>
  [name, street, country === "CH" ? `${postcode} ${town}` : `${country}-${postcode} ${town}`].filter(
    (line) => line !== "",
  );

/** Four marks where a person fills something in. */
function corners([x, y, width, height]: Box, sheet: Sheet): void {
  const thick = 0.75;
  const arm = 3 * MM;
  const [right, bottom] = [x + width, y + height];
  sheet.boxes([
    [x, y, arm, thick],
    [x, y, thick, arm],
    [right - arm, y, arm, thick],
    [right - thick, y, thick, arm],
    [x, bottom - thick, arm, thick],
    [x, bottom - arm, thick, arm],
    [right - arm, bottom - thick, arm, thick],
    [right - thick, bottom - arm, thick, arm],
  ]);
}

/**
 * Receipt and payment part at the foot of the last page, on a page of their own where the text leaves no room. Returns
 * the page on which it stands.
 */
export function drawSlip(
  { payload, bill }: Extract<PaymentCode, { kind: "swiss" }>,
  language: Language,
  sheet: Sheet,
): number {
  const words = SLIP_WORDS[language];
  const top = sheet.height - SLIP_HEIGHT * MM;
  if (sheet.y > top - (FOOTER_HEIGHT + 3) * MM) sheet.turn();
  const page = sheet.count() - 1;
  const mm = (value: number): number => top + value * MM;
  const text = (value: string, x: number, y: number, width: number, size: number, bold = false): void =>
    sheet.text(value, { x: x * MM, y, width: width * MM, size, bold });

  sheet.rule(0, 210 * MM, top, 0.5, 0);
  sheet.boxes([[RECEIPT_WIDTH * MM, top, 0.5, SLIP_HEIGHT * MM]]);
  sheet.text(words.separate, { x: 0, y: top - 3.6 * MM, width: 210 * MM, size: 7, align: "center" });

  /** A heading and its lines; returns where the next one starts. */
  const block = (heading: string, lines: readonly string[], y: number, column: Column): number => {
    const { x, width, head, size } = column;
    const step = column === RECEIPT ? 9 : 11;
    text(heading, x, y, width, head, true);
    let at = y + step;
    for (const line of lines)
      for (const part of setLines([[{ text: line, bold: false }]], width * MM, size, sheet.fonts).slice(
        0,
        2,
      )) {
        sheet.line(part, { x: x * MM, y: at, width: width * MM, size });
        at += step;
      }
    return at + step * 0.6;
  };
  const spaced = bill.iban.replace(/(.{4})(?=.)/g, "$1 ");
  const { type, bare } = bill.reference;
  const reference = type === "NON" ? null : groupedReference(bare, type === "QRR" ? "qrr" : "rf");
  const blocks = (column: Column, from: number): void => {
    let y = block(words.account, [spaced, ...partyLines(bill.creditor)], from, column);
    if (reference !== null) y = block(words.reference, [reference], y, column);
    if (column === INFO && bill.message !== "") y = block(words.message, [bill.message], y, column);
    if (bill.debtor !== null) {
      block(words.payableByNamed, partyLines(bill.debtor), y, column);
      return;
    }
    text(words.payableBy, column.x, y, column.width, column.head, true);
    const height = column === RECEIPT ? 20 : 25;
    corners([column.x * MM, y + 10, (column === RECEIPT ? 52 : 65) * MM, height * MM], sheet);
  };
  const figures = (bill.amount / 100).toFixed(2).replace(/\B(?=(?:\d{3})+\.)/g, NBSP);
  const amount = (x: number, y: number, gap: number, head: number, size: number): void => {
    text(words.currency, x, mm(y), gap, head, true);
    text(words.amount, x + gap, mm(y), 40, head, true);
    text(bill.currency, x, mm(y) + head + 4, gap, size);
    text(figures, x + gap, mm(y) + head + 4, 40, size);
  };

  text(words.receipt, MARGIN, mm(MARGIN), 52, 11, true);
  blocks(RECEIPT, mm(12));
  amount(MARGIN, 68, 12, 6, 8);
  sheet.text(words.point, { x: MARGIN * MM, y: mm(82), width: 52 * MM, size: 6, bold: true, align: "right" });

  text(words.part, CODE_LEFT, mm(MARGIN), 51, 11, true);
  const matrix = matrixOf(payload);
  const module = (SWISS_WIDTH * MM) / matrix.length;
  const placed = ([x, y, width, height]: Box): Box => [
    CODE_LEFT * MM + x * module,
    mm(17) + y * module,
    width * module,
    height * module,
  ];
  sheet.scaled(pathOf(matrix), { x: CODE_LEFT * MM, y: mm(17), unit: module });
  for (const { dark, box } of crossOf(matrix.length)) sheet.boxes([placed(box)], dark ? 0 : 1);
  amount(CODE_LEFT, 68, 15, 8, 10);
  blocks(INFO, mm(MARGIN));
  return page;
}
