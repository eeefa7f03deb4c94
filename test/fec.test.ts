import { join } from "node:path";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { fecHeader } from "../src/intake/fec-columns.ts";
import type { BalanceOptions } from "../src/intake/options.ts";
import { Failure } from "../src/problem.ts";
import { folderWith } from "./support/config.ts";
import { type FecLayout, type FecLine, fecText, LINES, NAME, readJournal } from "./support/fec.ts";

const file = (content: string | Uint8Array, name = NAME): string =>
  join(folderWith({ [name]: content }), name);
const failureOf = async (path: string, over: Partial<BalanceOptions> = {}): Promise<string> => {
  try {
    await readJournal(path, over);
    return "";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.problems[0].code;
  }
};

const SHOWN = [
  "C001 invoice FA-2024-9 2024-11-05 2024-12-05 120.50",
  "C002 invoice FA-2025-3 2025-12-15 2026-01-14 25.00",
];
const reversed = (text: string): string => `${text.slice(6)}/${text.slice(4, 6)}/${text.slice(0, 4)}`;
type Encode = (text: string) => Uint8Array;
const UTF8: Encode = (text) => Buffer.from(text);
const LAYOUTS: [string, FecLayout, Encode][] = (
  [
    ["tab", {}],
    ["bar, with a bar at the end of every line", { separator: "|", eol: "|\n" }],
    ["semicolon", { separator: ";" }],
    ["comma, point as decimal mark", { separator: ",", amount: (cents) => (cents / 100).toFixed(2) }],
    ["Montant and Sens", { sides: true }],
    ["columns in another order, and one more", { shuffled: true }],
    ["padded fields", { cell: (text) => text.padEnd(30) }],
    ["padded amounts", { amount: (cents) => (cents / 100).toFixed(2).replace(".", ",").padStart(13, "0") }],
    ["exponents", { amount: (cents) => (cents / 100).toExponential().replace(".", ",") }],
    [
      "empty for nothing",
      { amount: (cents) => (cents === 0 ? "" : (cents / 100).toFixed(2).replace(".", ",")) },
    ],
    ["day first, with a time", { day: (text) => `${reversed(text)} 00:00:00` }],
    ["year first with dashes", { day: (text) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` }],
    ["CR CR LF", { eol: "\r\r\n" }],
    ["zero bytes", { cell: (text) => `${text}\0` }],
    ["UTF-8 with a mark", {}, (text) => Buffer.from(`\ufeff${text}`)],
    ["Windows-1252", {}, (text) => iconv.encode(text, "windows-1252")],
    ["CP850", { cell: (text) => text.replaceAll("’", "'") }, (text) => iconv.encode(text, "cp850")],
    ["UTF-16", {}, (text) => iconv.encode(text, "utf-16le", { addBOM: true })],
    ["UTF-16, big end first", {}, (text) => iconv.encode(text, "utf-16be", { addBOM: true })],
  ] as [string, FecLayout, Encode?][]
).map(([name, layout, encode = UTF8]) => [name, layout, encode]);

describe("layouts", () => {
  test.each(LAYOUTS)("%s", async (_, layout, encode) => {
    const { balance, shown, report, rejected, items } = await readJournal(
      file(encode(fecText(LINES, layout))),
    );
    expect(balance).toMatchObject({ kind: "journal", asOf: "2025-12-31" });
    expect({ shown, rejected }).toEqual({ shown: SHOWN, rejected: [] });
    expect(report).toMatchObject({
      control: { kind: "accounts", expected: 14550, difference: 0 },
      holds: [],
      journal: { lines: 6, settled: 2, unbalanced: 0, payments: 2 },
    });
    expect(items.map(({ name }) => name?.replace("'", "’"))).toEqual([
      "Société Générique",
      "Café de l’Exemple",
    ]);
    expect(items.every(({ dueDerived }) => dueDerived)).toBe(true);
  });

  const NAMES =
    "JournalCode;JournalLib;EcritureNum;EcritureDate;CompteNum;CompAuxNum;PieceRef;PieceDate;EcritureLib;EcritureLet";
  test.each<[string, string, string | null, readonly string[]]>([
    ["a balance", "Code client;Nom;N° pièce;Date;Solde", null, []],
    ["a journal", `${NAMES};Debit;Credit`, ";", []],
    ["quoted names", `"${NAMES};Montant;Sens"`.replaceAll(";", '","'), ",", []],
    ["spaces and small letters", `${NAMES};Debit;Credit`.toLowerCase().replaceAll(";", " | "), "|", []],
    ["one without amounts", `${NAMES};Debit`, ";", ["Debit and Credit, or Montant and Sens"]],
    ["one without letters", `${NAMES.replace("EcritureLet", "Lettrage")};Debit;Credit`, ";", ["EcritureLet"]],
  ])("%s is known by its header", (_, header, separator, missing) => {
    expect(fecHeader(header)?.separator ?? null).toBe(separator);
    expect(fecHeader(header)?.missing ?? []).toEqual(missing);
  });

  test("quotation marks in a text are text", async () => {
    const lines = [{ ...LINES[5], label: 'Maison "Le Bon' } as FecLine];
    expect((await readJournal(file(fecText(lines)))).shown).toEqual(SHOWN.slice(1));
  });
});

describe("rows that are too long or too short", () => {
  const odd = { ...LINES[5], label: "Vente | lot 2 | été" } as FecLine;
  test("a separator in the label is mended", async () => {
    const { shown, report } = await readJournal(
      file(fecText([LINES[0] as FecLine, odd], { separator: "|" })),
    );
    expect(shown).toEqual(SHOWN);
    expect(report.warnings).toContain("2 rows were mended: a text holds the separator");
  });
  test("in the customer's name it could be elsewhere too: the row is nobody's and the balance waits", async () => {
    const named = { ...LINES[5], name: "Dupont | fils" } as FecLine;
    const { shown, rejected } = await readJournal(
      file(fecText([LINES[0] as FecLine, named], { separator: "|" })),
    );
    expect(shown).toEqual(SHOWN.slice(0, 1));
    expect(rejected).toMatchObject([{ line: 4, debtor: null, reason: "has 19 columns, the header has 18" }]);
  });
  test("a short row of a customer is rejected, one of another account is said", async () => {
    const text = fecText(LINES).split("\r\n");
    text[11] = (text[11] ?? "").split("\t").slice(0, 16).join("\t");
    text[12] = (text[12] ?? "").split("\t").slice(0, 16).join("\t");
    const { rejected, report } = await readJournal(file(text.join("\r\n")));
    expect(rejected).toMatchObject([{ line: 12, debtor: null }]);
    expect(report.warnings.join()).toContain("1 row of other accounts could not be read");
  });
  test.each([
    ["an amount", { Debit: "douze" }, "Debit"],
    ["a date", { EcritureDate: "hier" }, "EcritureDate"],
  ])("%s that cannot be read rejects the row of its customer", async (_, cells, column) => {
    const text = fecText(LINES).split("\r\n");
    const names = (text[0] ?? "").split("\t");
    const broken = (text[11] ?? "").split("\t");
    for (const [name, value] of Object.entries(cells)) broken[names.indexOf(name)] = value;
    text[11] = broken.join("\t");
    expect((await readJournal(file(text.join("\r\n")))).rejected).toMatchObject([
      { line: 12, column, debtor: "C002" },
    ]);
  });
});

describe("whose a line is", () => {
  test("the auxiliary, else an account of its own", async () => {
    const lines: FecLine[] = [
      { account: "411000", aux: "C9", name: "Neuf Exemple", ref: "F1", amount: 1000 },
      { account: "411DUPONT", accountName: "Dupont Exemple", ref: "F2", amount: 2000 },
    ];
    const { items } = await readJournal(file(fecText(lines)));
    expect(items.map(({ debtor, name }) => `${debtor} ${name}`)).toEqual([
      "C9 Neuf Exemple",
      "411DUPONT Dupont Exemple",
    ]);
  });
  test("a shared account without one is nobody's; what is settled there does not matter", async () => {
    const lines: FecLine[] = [
      { account: "411000", ref: "F1", amount: 1000, letter: "A" },
      { account: "411000", journal: "BQ", ref: "F1", amount: -1000, letter: "A" },
      { account: "411000", ref: "F2", amount: 2000 },
      { account: "411000", aux: "C9", name: "Neuf Exemple", ref: "F3", amount: 500 },
    ];
    const { items, rejected, report } = await readJournal(file(fecText(lines)));
    expect(items.map(({ debtor }) => debtor)).toEqual(["C9"]);
    expect(rejected).toMatchObject([{ line: 6, column: "CompAuxNum", value: "411000: 20.00", debtor: null }]);
    expect(report.control).toMatchObject({ expected: 2500, difference: 0 });
  });
  test("accounts are chosen by prefix; those that are not are said", async () => {
    const path = file(fecText(LINES));
    expect((await readJournal(path)).report.warnings.join()).toContain("416000 (700.00)");
    const { items, report } = await readJournal(path, { accounts: ["411", "416"] });
    expect(items.map(({ debtor }) => debtor)).toEqual(["C001", "C002", "C003"]);
    expect(report.control.expected).toBe(84550);
    expect(report.warnings.join()).not.toContain("not taken in");
  });
});

describe("due dates", () => {
  test("terms of the customer, else of the default; both readings of the end of the month", async () => {
    const lines: FecLine[] = ["C1", "C2", "C3", "C4"].map((aux) => ({
      account: "411000",
      aux,
      ref: `F-${aux}`,
      date: "20250110",
      amount: 100,
    }));
    const terms: Record<string, readonly string[]> = {
      C1: ["45d end-of-month"],
      C2: ["end-of-month 45d"],
      C3: ["quand il veut", "60d"],
    };
    const { items, report } = await readJournal(file(fecText(lines)), {
      termsOf: (debtor) => terms[debtor] ?? [],
    });
    expect(items.map(({ due }) => due)).toEqual(["2025-02-28", "2025-03-17", "2025-03-11", "2025-02-09"]);
    expect(report.warnings.join()).toContain("quand il veut");
  });
});

describe("the day of the balance", () => {
  const text = fecText(LINES);
  test.each<[string, string, Partial<BalanceOptions>, string]>([
    ["the closing date in the name", NAME, {}, "2025-12-31"],
    ["of a longer number, in capitals", "1234567890FEC20251231.TXT", {}, "2025-12-31"],
    ["the newest entry, where the name says nothing", "journal.txt", {}, "2025-12-20"],
    [
      "what was said, where the name says nothing",
      "journal.txt",
      { balanceDate: "2025-12-31" as never },
      "2025-12-31",
    ],
    ["the newest entry, where it is newer than the name", "123456789FEC20241231.txt", {}, "2025-12-20"],
    ["--as-of does not move it", "journal.txt", { asOf: "2026-02-01" as never }, "2025-12-20"],
  ])("%s", async (_, name, over, day) => {
    const { balance, report } = await readJournal(file(text, name), over);
    expect(balance.asOf).toBe(day);
    const said = report.warnings.some((warning) =>
      warning.startsWith("the balance is taken to be of 2025-12-20"),
    );
    expect(said).toBe(day === "2025-12-20");
  });
  test.each<[string, string]>([
    ["another day than in the name", NAME],
    ["a day before the newest entry", "journal.txt"],
  ])("%s is refused", async (_, name) => {
    expect(await failureOf(file(text, name), { balanceDate: "2025-12-01" as never })).toBe(
      "balance-date-differs",
    );
  });
});

test("a journal that was cut off does not balance and waits", async () => {
  const text = fecText(LINES).split("\r\n");
  const { report } = await readJournal(file(`${text.slice(0, 12).join("\r\n")}\r\n`));
  expect(report.holds).toEqual(["journal-unbalanced"]);
});

test("payments: what settled groups show, by the payment's own day", async () => {
  const { payments } = await readJournal(file(fecText(LINES)));
  expect(payments).toMatchObject([
    {
      debtor: "C001",
      number: "FA-2025-1",
      issued: "2025-02-03",
      due: "2025-03-05",
      paid: "2025-03-18",
      amount: 100000,
    },
    { debtor: "C002", number: "FA-2025-2", paid: "2025-12-20", amount: 4990 },
  ]);
});

test("a journal without letters: the oldest items are covered first, and that is said", async () => {
  const { shown, report } = await readJournal(file(fecText(LINES.map((line) => ({ ...line, letter: "" })))));
  expect(shown).toEqual([
    "C001 invoice FA-2025-1 2025-02-03 2025-03-05 120.50",
    "C002 invoice FA-2025-3 2025-12-15 2026-01-14 25.00",
  ]);
  expect(report.warnings.join()).toContain("no line bears a letter");
});
