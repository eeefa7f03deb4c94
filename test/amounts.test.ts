import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AmountCell, COMMA, DOT } from "../src/intake/amounts.ts";

/** text, minor units of EUR where the decimal mark is a comma, where it is a dot (null: cannot be read so), currency */
type Row = [text: string, comma: number | null, dot: number | null, currency?: string];

const plain: readonly Row[] = [
  ["0", 0, 0],
  ["7", 700, 700],
  ["1250", 125000, 125000],
  ["1250,5", 125050, null],
  ["1250,50", 125050, null],
  ["1250.50", null, 125050],
  ["1250,500", 125050, null],
  ["1250.5000", null, 125050],
  ["0,500", 50, null],
  ["0000000074,70", 7470, null],
  [",50", 50, null],
  [".50", null, 50],
  ["12,", 1200, null],
  ["12.", null, 1200],
  [" 12,50 ", 1250, null],
  ["+12,50", 1250, null],
];
const grouped: readonly Row[] = [
  ["1.000", 100000, 100],
  ["1,000", 100, 100000],
  ["25,000", 2500, 2500000],
  ["1.000,00", 100000, null],
  ["1,000.00", null, 100000],
  ["1.234.567", 123456700, null],
  ["1,234,567", null, 123456700],
  ["1.234.567,89", 123456789, null],
  ["1 234,56", 123456, null],
  ["1 234", 123400, 123400],
  ["1 234.56", null, 123456],
  ["1\u00a0234,56", 123456, null],
  ["1\u202f234,56", 123456, null],
  ["1\u2009234\u2009567,89", 123456789, null],
  ["1'234.56", null, 123456],
  ["1’234’567.89", null, 123456789],
  ["12,34,567.50", null, 123456750],
];
const negatives: readonly Row[] = [
  ["-12,50", -1250, null],
  ["\u221212,50", -1250, null],
  ["\u201312,50", -1250, null],
  ["- 12,50", -1250, null],
  ["12,50-", -1250, null],
  ["12,50 -", -1250, null],
  ["1.234,56-", -123456, null],
  ["(12,50)", -1250, null],
  ["(1,234.56)", null, -123456],
  ["12,50 CR", -1250, null],
  ["12,50 Cr.", -1250, null],
  ["12,50 C", -1250, null],
  ["12,50C", -1250, null],
  ["12,50 H", -1250, null],
  ["12,50 D", 1250, null],
  ["12,50 S", 1250, null],
  ["12,50 DB", 1250, null],
  ["12,50 DR", 1250, null],
  ["'-0.02", null, -2],
  ["-0,00", 0, null],
  ["-1.000", -100000, -100],
];
const currencies: readonly Row[] = [
  ["€ 1.234,50", 123450, null, "EUR"],
  ["1 234,50 €", 123450, null, "EUR"],
  ["1\u202f234,50\u00a0€", 123450, null, "EUR"],
  ["-€12.50", null, -1250, "EUR"],
  ["€-12.50", null, -1250, "EUR"],
  ["(€12.50)", null, -1250, "EUR"],
  ["EUR 12,50", 1250, null, "EUR"],
  ["12,50 EUR", 1250, null, "EUR"],
  ["12,50- EUR", -1250, null, "EUR"],
  ["CHF 1'250.00", null, 125000, "CHF"],
  ["$1,284.50", null, 128450, "USD"],
  ["£12.50", null, 1250, "GBP"],
  ["12,50 zł", 1250, null, "PLN"],
];
const empty = ["", " ", "-", "–", "\u00a0", "€", "- €"];
const refused = [
  "douze",
  "#REF!",
  "#N/A",
  "12 %",
  "12%",
  "1E+05",
  "1,5E+05",
  "--12,50",
  "-(12,50)",
  "-12,50 CR",
  "-12,50-",
  "12.50.30",
  "1,23.45,6",
  "1 23,45",
  "12 34",
  "1.2345.678",
  "1234 567,00",
  "XYZ 12,50",
  "CHF 12.-",
  "12,50 EUR USD",
  "30/04/2026",
  "1234567890123456",
  "=1+1",
];

describe("amounts", () => {
  test.each<Row>([...plain, ...grouped, ...negatives, ...currencies])(
    "%j is %j with a comma, %j with a dot",
    (...row) => {
      const [text, comma, dot, currency] = row;
      const cell = new AmountCell("EUR");
      expect(cell.read(text)).toBe("amount");
      expect([
        cell.mask & COMMA ? cell.minor(COMMA, 2) : null,
        cell.mask & DOT ? cell.minor(DOT, 2) : null,
      ]).toEqual([comma, dot]);
      expect(cell.currency).toBe(currency ?? null);
    },
  );

  test.each(empty)("%j is no amount at all", (text) => {
    expect(new AmountCell("EUR").read(text)).toBe("empty");
  });

  test.each(refused)("%j is refused", (text) => {
    const cell = new AmountCell("EUR");
    expect(cell.read(text)).toBe("bad");
    expect(cell.mask).toBe(0);
    expect(cell.reason).not.toBe("");
  });

  test.each([
    ["12,345", COMMA, 2, null],
    ["12,340", COMMA, 2, 1234],
    ["0.30000000000000004", DOT, 2, 30],
    ["1234.5600000001", DOT, 2, 123456],
    ["1234.56789", DOT, 2, null],
    ["12,345", COMMA, 3, 12345],
    ["1250", COMMA, 0, 1250],
    ["1250,00", COMMA, 0, 1250],
    ["1250,50", COMMA, 0, null],
  ] as const)(
    "%j with mark %j in a currency of %j decimals is %j minor units",
    (text, mark, digits, minor) => {
      const cell = new AmountCell("EUR");
      expect(cell.read(text)).toBe("amount");
      expect(cell.minor(mark, digits)).toBe(minor);
    },
  );

  test("a dollar sign is the company's own dollar", () => {
    const cell = new AmountCell("CAD");
    cell.read("$12.50");
    expect(cell.currency).toBe("CAD");
  });

  test("every amount is read back from every convention", () => {
    const group = fc.constantFrom("", " ", "\u00a0", "\u202f", "'", ".");
    const sign = fc.constantFrom(
      (t: string) => `-${t}`,
      (t: string) => `${t}-`,
      (t: string) => `(${t})`,
      (t: string) => `${t} CR`,
      (t: string) => `\u2212${t}`,
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e11 }),
        group,
        sign,
        fc.boolean(),
        (minor, mark, minus, negative) => {
          const digits = String(minor).padStart(3, "0");
          const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, mark);
          const text = `${whole},${digits.slice(-2)}`;
          const cell = new AmountCell("EUR");
          expect(cell.read(negative ? minus(text) : text)).toBe("amount");
          expect(cell.mask).toBe(COMMA);
          expect(cell.minor(COMMA, 2)).toBe(negative ? -minor : minor);
        },
      ),
    );
  });
});
