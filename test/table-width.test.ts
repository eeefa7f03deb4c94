import { expect, test } from "vitest";
import { table } from "../src/table.ts";

const columns = [
  { header: "id" },
  { header: "debtor", whole: true },
  { header: "name", flexible: true },
  { header: "segment" },
  { header: "channel" },
  { header: "claimed", align: "right" as const },
];
const row = [
  "882e9a50",
  "411VERYLONGCODE",
  "Un client",
  "large accounts",
  "registered-letter",
  "1 234 567.00 EUR",
];

test.each([120, 100, 80])("in %d columns no amount, id or code is cut", (width) => {
  for (const notes of [undefined, ["why"]]) {
    const lines = table(columns, [row], width, notes).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const text of ["882e9a50", "411VERYLONGCODE", "1 234 567.00 EUR"])
      expect(lines.some((line) => line.includes(text))).toBe(true);
  }
});

test("while there is room only the flexible columns give way", () => {
  const wide = row.map((cell, at) =>
    at === 2 ? "A customer with a name of very many words and more" : cell,
  );
  expect(table(columns, [wide], 110)).toContain("registered-letter");
});

test("eight columns fit into eighty, and a day stays a day", () => {
  const letters = [
    { header: "id" },
    { header: "batch", whole: true },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    { header: "channel" },
    { header: "state" },
    { header: "posted" },
    { header: "registered", flexible: true },
  ];
  const rows = [
    [
      "067c2f44",
      "2026-11-20-5804",
      "411XYLOPHO",
      "Lutherie Xylophone",
      "letter",
      "posted",
      "2026-11-24",
      "1A 001",
    ],
    ["211d0e13", "2026-11-20-5804", "00063", "Menuiserie", "registered-letter", "printed", "", ""],
  ];
  const lines = table(letters, rows, 80, ["", ""]).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  for (const text of ["067c2f44", "2026-11-20-5804", "411XYLOPHO", "2026-11-24"])
    expect(lines[1]).toContain(text);
});
