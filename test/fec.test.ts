import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { toDecimal } from "../src/core/money.ts";
import type { Doubt, IncomingItem, IncomingPayment, RejectedRow } from "../src/core/types.ts";
import { openBalance } from "../src/intake/balance.ts";
import { documentNumber } from "../src/intake/document-number.ts";
import { isManyCustomers, isSharedAccount } from "../src/intake/fec-accounts.ts";
import { fecHeader } from "../src/intake/fec-columns.ts";
import { fecAmounts, fecDay } from "../src/intake/fec-row.ts";
import type { BalanceOptions } from "../src/intake/options.ts";
import { Failure } from "../src/problem.ts";
import { folderWith } from "./support/config.ts";
import { type FecLayout, type FecLine, fecText } from "./support/fec.ts";

const OPTIONS: BalanceOptions = {
  profile: null,
  balanceDate: null,
  asOf: null,
  terms: "30d",
  currency: "EUR",
};
const NAME = "123456789FEC20251231.txt";

const LINES: readonly FecLine[] = [
  {
    journal: "AN",
    date: "20250101",
    issued: "20241105",
    account: "411000",
    aux: "C001",
    name: "Société Générique",
    ref: "FA-2024-9",
    label: "A NOUVEAU",
    amount: 12050,
  },
  {
    account: "411000",
    aux: "C001",
    name: "Société Générique",
    ref: "FA-2025-1",
    label: "Vente d’été",
    date: "20250203",
    amount: 100000,
    letter: "AA",
  },
  {
    journal: "BQ",
    date: "20250318",
    account: "411000",
    aux: "C001",
    name: "Société Générique",
    ref: "VIR",
    label: "Virement reçu",
    amount: -100000,
    letter: "AA",
  },
  {
    account: "411000",
    aux: "C002",
    name: "Café de l’Exemple",
    ref: "FA-2025-2",
    date: "20251210",
    amount: 4990,
    letter: "AA",
  },
  {
    journal: "BQ",
    date: "20251220",
    account: "411000",
    aux: "C002",
    name: "Café de l’Exemple",
    label: "CB",
    amount: -4990,
    letter: "AA",
  },
  {
    account: "411000",
    aux: "C002",
    name: "Café de l’Exemple",
    ref: "FA-2025-3",
    date: "20251215",
    amount: 2500,
  },
  {
    account: "416000",
    aux: "C003",
    name: "Douteux Exemple",
    ref: "FA-2023-7",
    date: "20250630",
    amount: 70000,
  },
];

async function read(file: string, over: Partial<BalanceOptions> = {}) {
  const balance = await openBalance(file, { ...OPTIONS, ...over });
  const items: IncomingItem[] = [];
  const rejected: RejectedRow[] = [];
  const doubts: Doubt[] = [];
  const payments: IncomingPayment[] = [];
  const report = await balance.read({
    item: (item) => items.push(item),
    reject: (row) => rejected.push(row),
    doubt: (doubt) => doubts.push(doubt),
    paid: (payment) => payments.push(payment),
    restart: () => undefined,
  });
  const shown = items.map(
    (i) => `${i.debtor} ${i.type} ${i.number} ${i.issued} ${i.due} ${toDecimal(i.open, i.currency)}`,
  );
  return { balance, items, shown, rejected, doubts, payments, report };
}
const file = (content: string | Uint8Array, name = NAME): string =>
  join(folderWith({ [name]: content }), name);
const failureOf = async (path: string, over: Partial<BalanceOptions> = {}): Promise<string> => {
  try {
    await read(path, over);
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
    const { balance, shown, report, rejected, items } = await read(file(encode(fecText(LINES, layout))));
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

  test.each([
    ["a balance", "Code client;Nom;N° pièce;Date;Solde", null],
    [
      "a journal without amounts",
      "JournalCode;EcritureNum;EcritureDate;CompteNum;PieceRef;EcritureLib;Debit",
      null,
    ],
    ["a journal", "JournalCode;EcritureNum;EcritureDate;CompteNum;PieceRef;EcritureLib;Debit;Credit", ";"],
    [
      "quoted names",
      '"JournalCode","EcritureNum","EcritureDate","CompteNum","PieceRef","EcritureLib","Montant","Sens"',
      ",",
    ],
  ])("%s is known by its header", (_, header, separator) => {
    expect(fecHeader(header)?.separator ?? null).toBe(separator);
  });

  test("quotation marks in a text are text", async () => {
    const lines = [{ ...LINES[5], label: 'Maison "Le Bon' } as FecLine];
    expect((await read(file(fecText(lines)))).shown).toEqual(SHOWN.slice(1));
  });
});

describe("cells", () => {
  test.each([
    ["12,50", 1250],
    ["12,50-", -1250],
    ["-12,50", -1250],
    ["0000000074,70", 7470],
    ["", 0],
    ["  ", 0],
    ["1,25E+03", 125000],
    ["1.25e3", 125000],
    ["125E-1", 1250],
    ["5E-2", 5],
    ["12.50", 1250],
    ["1 234,50", 123450],
    ["1\u00a0234,50", 123450],
    ["1.234,50", 123450],
    ["12", 1200],
    ["1,234", null],
    ["1.234", null],
    ["1,25E-1", null],
    ["douze", null],
    ["12,50 USD", null],
  ])("amount %j is %s", (text, minor) => {
    expect(fecAmounts("EUR")(text)).toBe(minor);
  });

  test("an amount with an exponent is the same amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (cents) => {
        expect(fecAmounts("EUR")((cents / 100).toExponential().replace(".", ","))).toBe(cents);
      }),
    );
  });

  test.each([
    ["20251231", "2025-12-31"],
    ["31122025", "2025-12-31"],
    ["31/12/2025", "2025-12-31"],
    ["05.12.2025", "2025-12-05"],
    ["2025-12-31", "2025-12-31"],
    ["2025/12/31 10:30:00", "2025-12-31"],
    ["", "empty"],
    ["20251331", null],
    ["12/31/2025", null],
    ["45678", null],
  ])("date %j is %s", (text, day) => {
    expect(fecDay(text)).toBe(day);
  });

  test.each([
    [{ ref: "FA-2025-1", label: "", entryNumber: "12", shared: false }, "FA-2025-1", true],
    [
      { ref: "VE  0323", label: "Facture n° F2023-118 Dupont", entryNumber: "12", shared: true },
      "F2023-118",
      true,
    ],
    [{ ref: "VE  0323", label: "VENTE NECTAR", entryNumber: "12", shared: true }, "VE 0323", false],
    [{ ref: "sans", label: "Vente", entryNumber: "12", shared: false }, "", false],
    [{ ref: "AN0001", label: "FAC 2024-55", entryNumber: "AN0001", shared: false }, "2024-55", true],
    [{ ref: "CB", label: "FACT DU 25 AU 28", entryNumber: "1", shared: false }, "CB", false],
    [{ ref: "", label: "", entryNumber: "", shared: false }, "", false],
  ])("%j is document %j", (reference, number, named) => {
    expect(documentNumber(reference)).toEqual({ number, named });
  });

  test.each([
    ["411", "", true],
    ["411000", "", true],
    ["411100000", "", true],
    ["41100001", "Dupont Exemple", false],
    ["411DUPONT", "Dupont Exemple", false],
    ["411CLI", "CLIENTS", true],
  ])("account %s %j is shared: %s", (account, name, shared) => {
    expect(isSharedAccount(account, name)).toBe(shared);
  });
  test.each([
    ["CLIENTS DIVERS", true],
    ["RECETTE CB", true],
    ["Clientèle Exemple", false],
    ["Garage du Recetteur", false],
  ])("%s is no single customer: %s", (name, many) => {
    expect(isManyCustomers(name)).toBe(many);
  });
});

describe("rows that are too long or too short", () => {
  const odd = { ...LINES[5], label: "Vente | lot 2 | été" } as FecLine;
  test("a separator in the label is mended", async () => {
    const { shown, report } = await read(file(fecText([LINES[0] as FecLine, odd], { separator: "|" })));
    expect(shown).toEqual(SHOWN);
    expect(report.warnings).toContain("2 rows were mended: a text holds the separator");
  });
  test("in the customer's name it could be elsewhere too: the row is nobody's and the balance waits", async () => {
    const named = { ...LINES[5], name: "Dupont | fils" } as FecLine;
    const { shown, rejected } = await read(file(fecText([LINES[0] as FecLine, named], { separator: "|" })));
    expect(shown).toEqual(SHOWN.slice(0, 1));
    expect(rejected).toMatchObject([{ line: 4, debtor: null, reason: "has 19 columns, the header has 18" }]);
  });
  test("a short row of a customer is rejected, one of another account is said", async () => {
    const text = fecText(LINES).split("\r\n");
    text[11] = (text[11] ?? "").split("\t").slice(0, 16).join("\t");
    text[12] = (text[12] ?? "").split("\t").slice(0, 16).join("\t");
    const { rejected, report } = await read(file(text.join("\r\n")));
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
    expect((await read(file(text.join("\r\n")))).rejected).toMatchObject([
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
    const { items } = await read(file(fecText(lines)));
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
    const { items, rejected, report } = await read(file(fecText(lines)));
    expect(items.map(({ debtor }) => debtor)).toEqual(["C9"]);
    expect(rejected).toMatchObject([{ line: 6, column: "CompAuxNum", value: "411000: 20.00", debtor: null }]);
    expect(report.control).toMatchObject({ expected: 2500, difference: 0 });
  });
  test("accounts are chosen by prefix; those that are not are said", async () => {
    const path = file(fecText(LINES));
    expect((await read(path)).report.warnings.join()).toContain("416000 (700.00)");
    const { items, report } = await read(path, { accounts: ["411", "416"] });
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
    const { items, report } = await read(file(fecText(lines)), { termsOf: (debtor) => terms[debtor] ?? [] });
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
    const { balance, report } = await read(file(text, name), over);
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
  const { report } = await read(file(`${text.slice(0, 12).join("\r\n")}\r\n`));
  expect(report.holds).toEqual(["journal-unbalanced"]);
});

test("payments: what settled groups show, by the payment's own day", async () => {
  const { payments } = await read(file(fecText(LINES)));
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
  const { shown, report } = await read(file(fecText(LINES.map((line) => ({ ...line, letter: "" })))));
  expect(shown).toEqual([
    "C001 invoice FA-2025-1 2025-02-03 2025-03-05 120.50",
    "C002 invoice FA-2025-3 2025-12-15 2026-01-14 25.00",
  ]);
  expect(report.warnings.join()).toContain("no line bears a letter");
});

test("bytes flipped, rows doubled, cut: no crash, and no total that differs in silence", async () => {
  const whole = Buffer.from(fecText(LINES, { separator: "|" }));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bytes = cut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!cut) bytes[at] = byte;
      const path = join(folderWith({}), NAME);
      writeFileSync(path, bytes);
      try {
        const { items, rejected, report } = await read(path);
        const sum = items.reduce((all, { open }) => all + open, 0);
        const lost =
          rejected.length > 0 ||
          report.holds.length > 0 ||
          report.warnings.some((each) => /could not be read|chooses them/.test(each));
        if (!lost) expect(sum).toBe(report.control.expected);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
    { numRuns: 150 },
  );
});
