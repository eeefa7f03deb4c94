import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainCells } from "../src/intake/quoting.ts";

const csvParse = (record: string): string[] | null => {
  try {
    const rows = parse(record, { delimiter: ";", record_delimiter: "\n", relax_column_count: true });
    return rows.length === 1 ? rows[0]! : null;
  } catch {
    return null;
  }
};

const marks = fc.array(fc.constantFrom('"', '""', ";", '";', ';"', "a", "é", " ", "\n", "1/2"), {
  minLength: 1,
  maxLength: 14,
});

test("a record that is read without the parser is read as the parser reads it", () => {
  let plain = 0;
  fc.assert(
    fc.property(marks, (parts) => {
      const record = parts.join("");
      // Whole records only: a line end stands between marks.
      fc.pre(!record.replaceAll(/"[^"]*"/g, "").includes("\n"));
      const cells = plainCells(record, ";");
      if (cells === null) return;
      plain++;
      expect(cells).toEqual(csvParse(record));
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(1_000);
});

test.each([
  ['"a"', ["a"]],
  ['"a";', ["a", ""]],
  [';"a"', ["", "a"]],
  ['"";x', ["", "x"]],
  ['"Hôtel ""Chez 24""; succursale";20', ['Hôtel "Chez 24"; succursale', "20"]],
  ['""""', ['"']],
  ['"two\nlines";1', ["two\nlines", "1"]],
  ['"a" ;b', null],
  ['"a;b', null],
  ['a"b;c', null],
  ['"a"b"', null],
  [`"${"x".repeat(20_000)}"`, null],
])("%s", (record, cells) => {
  expect(plainCells(record, ";")).toEqual(cells);
});
