import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, integer, property } from "fast-check";
import { writeOds } from "hucre/ods";
import { type CellValue, type WriteOptions, type WriteSheet, writeXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BalanceOptions } from "../src/intake/balance.ts";
import { inspectBalance, openBalance } from "../src/intake/balance.ts";
import { readContacts } from "../src/intake/contacts.ts";
import { numberText } from "../src/intake/workbook.ts";
import { Failure } from "../src/problem.ts";
import { OPTIONS, readFile } from "./support/ledger-files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-workbook-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Rows = readonly (readonly CellValue[])[];
const HEADER = ["Code client", "Raison sociale", "N° pièce", "Date pièce", "Échéance", "Restant dû"];
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const DATES = { columns: [{}, {}, {}, { numFmt: "dd/mm/yyyy" }, { numFmt: "dd/mm/yyyy" }, {}] };
const ROWS: Rows = [
  HEADER,
  ["00012", "Boulangerie Exemple", "FA-1", day("2026-01-15"), day("2026-02-14"), 1250.1],
  ["00012", "Boulangerie Exemple", "AV-2", day("2026-01-20"), day("2026-02-19"), -0.3],
  ["C7", "Garage Exemple", "FA-3", day("2026-02-01"), day("2026-03-03"), 33],
];

const sheet = (rows: Rows, more: Partial<WriteSheet> = {}): WriteSheet => ({
  name: "Balance",
  ...DATES,
  rows: rows.map((row) => [...row]),
  ...more,
});

async function saved(sheets: readonly WriteSheet[], options: Partial<WriteOptions> = {}): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.xlsx`);
  writeFileSync(path, await writeXlsx({ sheets: [...sheets], ...options }));
  return path;
}

async function items(path: string, options: Partial<BalanceOptions> = {}): Promise<string[]> {
  const { items: found } = await readFile(path, options);
  return found.map(({ debtor, number, issued, due, open, line }) =>
    [line, debtor, number, issued, due, open].join(" "),
  );
}

async function refusal(path: string, options: Partial<BalanceOptions> = {}): Promise<Failure["problems"][0]> {
  try {
    await openBalance(path, { ...OPTIONS, ...options });
  } catch (error) {
    if (error instanceof Failure) return error.problems[0];
    throw error;
  }
  throw new Error("it was accepted");
}

const READ = [
  "2 00012 FA-1 2026-01-15 2026-02-14 125010",
  "3 00012 AV-2 2026-01-20 2026-02-19 -30",
  "4 C7 FA-3 2026-02-01 2026-03-03 3300",
];

describe("typed cells", () => {
  test("dates, numbers and texts mean what the spreadsheet shows; leading zeros stay", async () => {
    expect(await items(await saved([sheet(ROWS)]))).toEqual(READ);
  });

  test("counted from 1904 too", async () => {
    expect(await items(await saved([sheet(ROWS)], { dateSystem: "1904" }))).toEqual(READ);
  });

  test(".ods", async () => {
    const path = join(folder, "balance.ods");
    writeFileSync(path, await writeOds({ sheets: [sheet(ROWS)] }));
    expect(await items(path)).toEqual(READ);
  });

  test("numbers stored as text beside numbers: each keeps its value", async () => {
    const mixed = [...ROWS, ["C8", "Fleuriste", "FA-4", day("2026-02-01"), day("2026-03-03"), "1 234,56"]];
    expect((await items(await saved([sheet(mixed)]))).slice(-2)).toEqual([
      READ[2],
      "5 C8 FA-4 2026-02-01 2026-03-03 123456",
    ]);
  });

  test("a date that has stayed a number is read where the profile says so", async () => {
    const serial = [HEADER, ["C1", "Exemple", "FA-1", 46037, 46067, 10]];
    const path = await saved([{ name: "Balance", rows: serial }]);
    expect(await items(path, { profile: { format: "workbook", dates: "excel" } })).toEqual([
      "2 C1 FA-1 2026-01-15 2026-02-14 1000",
    ]);
  });

  test("notes behind the last column are no values; a title above is none either", async () => {
    const noted = [
      ["Balance âgée au 31/03/2026", null, null, null, null, null, null],
      [null],
      ...ROWS.map((row, n) => [...row, n === 0 ? null : `rappeler ${n}`]),
    ];
    expect(await items(await saved([sheet(noted)]))).toEqual(
      READ.map((line, n) => `${n + 4}${line.slice(1)}`),
    );
  });

  test("an error cell rejects its row and nothing else", async () => {
    const broken = [...ROWS, ["C8", "Fleuriste", "FA-4", day("2026-02-01"), day("2026-03-03"), "#N/A"]];
    const { items: read, rejected } = await readFile(await saved([sheet(broken)]));
    expect([read.length, rejected]).toMatchObject([3, [{ line: 5, column: "Restant dû", value: "#N/A" }]]);
  });

  test.each([
    [1250.1, ".", "1250.10"],
    [0.1 + 0.2, ",", "0,30"],
    [-31.8, ",", "-31,80"],
    [1234567.89, ".", "1234567.89"],
    [1.234, ".", "1.2340"],
    [1000, ",", "1000"],
    [99999999999.99, ".", "99999999999.99"],
    [Number.NaN, ".", "#NUM!"],
  ] as const)("%d is written %s -> %s", (value, mark, text) => {
    expect(numberText(value, mark)).toBe(text);
  });

  test("every amount up to ten thousand million comes back to the cent", () => {
    assert(
      property(integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (cents) => {
        expect(Math.round(Number(numberText(cents / 100, ".")) * 100)).toBe(cents);
        const text = numberText(cents / 100, ",");
        expect(Number(text.replace(",", ".")).toFixed(2)).toBe((cents / 100).toFixed(2));
      }),
    );
  });
});

describe("which sheet", () => {
  const notes = { name: "Lisez-moi", rows: [["Export du logiciel", "2026"]] };
  const pivot = {
    name: "Synthèse",
    rows: [
      ["Client", "Total"],
      ["Exemple", 12],
    ],
  };
  test.each([
    ["the only one with rows", [{ name: "Vide", rows: [] }, sheet(ROWS)], "the only sheet with rows"],
    ["the best known header", [notes, pivot, sheet(ROWS)], "6 headers are known"],
    [
      "a visible one before a hidden one",
      [sheet(ROWS), sheet(ROWS, { name: "Cachée", hidden: true })],
      "6 headers",
    ],
    ["a hidden one where no visible one is a list", [notes, sheet(ROWS, { hidden: true })], "hidden"],
  ] as const)("%s", async (_what, sheets, evidence) => {
    const path = await saved(sheets as readonly WriteSheet[]);
    expect(await items(path)).toEqual(READ);
    const { sheet: found } = await inspectBalance(path, OPTIONS);
    expect(found).toMatchObject({ value: "Balance", evidence: expect.stringContaining(evidence) });
  });

  test("two that look alike: refused with their names; --sheet decides, and the profile keeps it", async () => {
    const path = await saved([sheet(ROWS), sheet(ROWS.slice(0, 2), { name: "Archive" })]);
    expect(await refusal(path)).toMatchObject({ code: "sheet-unclear", found: "Balance, Archive" });
    expect(await items(path, { sheet: "Archive" })).toEqual(READ.slice(0, 1));
    const { profile } = await openBalance(path, { ...OPTIONS, sheet: "Archive" });
    expect(profile).toMatchObject({ format: "workbook", sheet: "Archive" });
    expect(await items(path, { profile })).toEqual(READ.slice(0, 1));
    expect(await refusal(path, { sheet: "Janvier" })).toMatchObject({
      code: "sheet-missing",
      expected: "Balance, Archive",
    });
  });
});

test("a sheet that is named for a text with delimiters: said, not swallowed", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "dunning-sheet-")), "b.csv");
  writeFileSync(path, "Code client;N° pièce;Échéance;Restant dû\nC1;F1;31/10/2026;10,50\n");
  const { warnings } = await inspectBalance(path, { ...OPTIONS, sheet: "Janvier" });
  expect(warnings).toContain('this file is no workbook: it has no sheet "Janvier"');
});

describe("what is refused", () => {
  test("a formula whose result was not saved: the cell is named", async () => {
    const rows = ROWS.slice(0, 2).map((row) => [...row]);
    const cells = new Map([["1,5", { formula: "SUM(G1:G9)", value: null }]]);
    rows[1] = [...(rows[1] ?? []).slice(0, 5), null];
    expect(await refusal(await saved([sheet(rows, { cells })]))).toMatchObject({
      code: "formula-without-value",
      where: { line: 2, column: 6 },
    });
  });

  test("a formula with its result is its result", async () => {
    const cells = new Map([["1,5", { formula: "1000+250.1", formulaResult: 1250.1, value: 1250.1 }]]);
    expect(await items(await saved([sheet(ROWS, { cells })]))).toEqual(READ);
  });

  test("a password", async () => {
    const path = await saved([sheet(ROWS)], { encryption: { password: "x", spinCount: 10 } });
    expect(await refusal(path)).toMatchObject({
      code: "not-delimited-text",
      found: expect.stringContaining("password"),
    });
  });

  test.each([
    [10, "workbook-unreadable"],
    [900, "workbook-unreadable"],
  ])("cut off %i bytes before its end", async (bytes, code) => {
    const path = await saved([sheet(ROWS)]);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - bytes));
    expect((await refusal(path)).code).toBe(code);
  });

  test("a bomb: refused by its directory, before anything is unpacked", async () => {
    const path = await saved([sheet(ROWS)]);
    const bomb = readFileSync(path);
    const entry = bomb.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bomb.writeUInt32LE(0xf0000000, entry + 24);
    writeFileSync(path, bomb);
    expect(await refusal(path)).toMatchObject({ code: "workbook-too-large" });
  });

  test.each([
    ["from outside", (secret: string) => `<!DOCTYPE w [<!ENTITY e SYSTEM "file://${secret}">]>`],
    [
      "that grow",
      () =>
        `<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">${"bcdefghij"
          .split("")
          .map((name, n) => `<!ENTITY ${name} "${`&${"abcdefghi"[n]};`.repeat(10)}">`)
          .join("")}<!ENTITY e "&j;">]>`,
    ],
  ])("entities %s are not resolved", async (_what, doctype) => {
    const secret = join(folder, "secret.txt");
    writeFileSync(secret, "TOPSECRET");
    const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const row = (texts: readonly string[]): string => `<row>${texts.map(inline).join("")}</row>`;
    const path = join(folder, "entities.xlsx");
    const main = "http://schemas.openxmlformats.org";
    writeFileSync(
      path,
      zipOf({
        "[Content_Types].xml": `<Types xmlns="${main}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
        "_rels/.rels": `<Relationships xmlns="${main}/package/2006/relationships"><Relationship Id="r1" Type="${main}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        "xl/workbook.xml": `<workbook xmlns="${main}/spreadsheetml/2006/main" xmlns:r="${main}/officeDocument/2006/relationships"><sheets><sheet name="Balance" sheetId="1" r:id="r1"/></sheets></workbook>`,
        "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${main}/package/2006/relationships"><Relationship Id="r1" Type="${main}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
        "xl/worksheets/sheet1.xml": `<?xml version="1.0"?>${doctype(secret)}<worksheet xmlns="${main}/spreadsheetml/2006/main"><sheetData>${row(["Code client", "Raison sociale", "N° pièce", "Échéance", "Restant dû"])}${row(["C1", "Nom &e;", "FA-1", "14/02/2026", "12,50"])}</sheetData></worksheet>`,
      }),
    );
    const said = await readFile(path).then(
      ({ items: read }) => JSON.stringify(read),
      (error: unknown) => (error instanceof Failure ? error.problems[0].code : String(error)),
    );
    expect(said).not.toContain("TOPSECRET");
    expect(said.length).toBeLessThan(2_000);
    expect(said).toMatch(/^\[\{"debtor":"C1"|^workbook-unreadable$/);
  });
});

/** A ZIP file whose parts are stored as they are. */
function zipOf(parts: Readonly<Record<string, string>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(crc32(data), 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(path.length, 28);
    entry.writeUInt32LE(at, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    entry.copy(local, 14, 16, 28);
    local.writeUInt16LE(path.length, 26);
    files.push(local, path, data);
    directory.push(entry, path);
    at += 30 + path.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...directory, end]);
}

function crc32(data: Buffer): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

test("contacts may stand in a workbook too", async () => {
  const rows = [
    ["Code client", "Raison sociale", "E-mail", "Code postal"],
    ["00012", "Boulangerie Exemple", "compta@exemple.test", "01500"],
  ];
  const { contacts } = await readContacts(await saved([{ name: "Clients", rows }]));
  expect(contacts).toMatchObject([
    { debtor: "00012", master: { email: "compta@exemple.test", postcode: "01500" } },
  ]);
});
