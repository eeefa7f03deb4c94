import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { fromOrdinal, toOrdinal } from "../../src/core/day.ts";
import type { Day, IncomingItem, RejectedRow } from "../../src/core/types.ts";
import { type BalanceOptions, openBalance, type ReadReport } from "../../src/intake/balance.ts";
import { Failure } from "../../src/problem.ts";

/** One open item of a made-up ledger; amounts in cents, positive = owed. */
export interface Entry {
  readonly debtor: string;
  readonly name: string;
  readonly number: string;
  readonly issued: Day;
  readonly due: Day;
  readonly open: number;
}

/** How a program writes the same ledger. */
export interface Manner {
  readonly shape: "rows" | "customer-rows" | "carried";
  readonly delimiter: ";" | "," | "\t" | "|";
  readonly quoted: boolean;
  readonly decimal: "," | ".";
  readonly group: "" | " " | "\u00a0" | "\u202f" | "'" | "mark";
  readonly date: "dd/MM/yyyy" | "MM/dd/yyyy" | "yyyy-MM-dd" | "d.M.yy" | "ddMMyyyy" | "yyyyMMdd";
  readonly minus: "before" | "behind" | "brackets" | "sides";
  readonly eol: "\n" | "\r\n" | "\r";
  readonly language: "fr" | "en" | "nl" | "de";
  readonly subtotals: boolean;
  readonly total: boolean;
}

const HEADERS = {
  fr: [
    "Code client",
    "Raison sociale",
    "N° pièce",
    "Date pièce",
    "Échéance",
    "Restant dû",
    "Débit",
    "Crédit",
  ],
  en: [
    "Customer No.",
    "Customer Name",
    "Invoice No.",
    "Invoice Date",
    "Due Date",
    "Open Balance",
    "Debit",
    "Credit",
  ],
  nl: [
    "Klantnr.",
    "Klantnaam",
    "Factuurnummer",
    "Factuurdatum",
    "Vervaldatum",
    "Openstaand bedrag",
    "Debet",
    "Credit",
  ],
  de: [
    "Kundennummer",
    "Kundenname",
    "Rechnungsnummer",
    "Rechnungsdatum",
    "Fälligkeit",
    "Offener Betrag",
    "Soll",
    "Haben",
  ],
} as const;
const TOTAL = { fr: "Total général", en: "Grand Total", nl: "Totaal", de: "Gesamtsumme" } as const;
const SUBTOTAL = { fr: "Total client", en: "Total for", nl: "Totaal klant", de: "Summe Kunde" } as const;
export const AS_OF = "2026-03-31" as Day;

function dateText(day: Day, { date }: Manner): string {
  const [y, m, d] = [day.slice(0, 4), day.slice(5, 7), day.slice(8)];
  const forms = {
    "dd/MM/yyyy": `${d}/${m}/${y}`,
    "MM/dd/yyyy": `${m}/${d}/${y}`,
    "yyyy-MM-dd": day,
    "d.M.yy": `${Number(d)}.${Number(m)}.${y.slice(2)}`,
    ddMMyyyy: `${d}${m}${y}`,
    yyyyMMdd: `${y}${m}${d}`,
  };
  return forms[date];
}

function amountText(cents: number, { decimal, group, minus }: Manner): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  const mark = group === "mark" ? (decimal === "," ? "." : ",") : group;
  const text = `${digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, mark)}${decimal}${digits.slice(-2)}`;
  if (cents >= 0) return text;
  return minus === "behind" ? `${text}-` : minus === "brackets" ? `(${text})` : `-${text}`;
}

/** The file as a program would write it. */
export function write(entries: readonly Entry[], manner: Manner): string {
  const { shape, language, delimiter, quoted, eol } = manner;
  const [code, name, number, issued, due, open, debit, credit] = HEADERS[language];
  const sides = manner.minus === "sides";
  const amounts = (cents: number): string[] => {
    if (!sides) return [amountText(cents, manner)];
    return cents < 0 ? ["", amountText(-cents, manner)] : [amountText(cents, manner), ""];
  };
  const none = sides ? ["", ""] : [""];
  const rows: string[][] = [];
  const head = [code, name, number, issued, due, ...(sides ? [debit, credit] : [open])];
  rows.push(
    ["Exemple SARL", ...head.slice(1).map(() => "")],
    [`Situation ${dateText(AS_OF, manner)}`, ...head.slice(1).map(() => "")],
  );
  rows.push(head);
  const sum = (of: readonly Entry[]): number => of.reduce((all, entry) => all + entry.open, 0);
  const cells = (entry: Entry): string[] => [
    entry.number,
    dateText(entry.issued, manner),
    dateText(entry.due, manner),
    ...amounts(entry.open),
  ];
  const debtors = [...new Set(entries.map((entry) => entry.debtor))];
  if (shape === "rows") {
    for (const entry of entries) rows.push([entry.debtor, entry.name, ...cells(entry)]);
  } else {
    for (const id of debtors) {
      const of = entries.filter(({ debtor }) => debtor === id);
      const owner = [id, of[0]?.name ?? ""];
      if (shape === "customer-rows") rows.push([...owner, "", "", "", ...none]);
      of.forEach((entry, index) =>
        rows.push([...(shape === "carried" && index === 0 ? owner : ["", ""]), ...cells(entry)]),
      );
      if (manner.subtotals) rows.push(["", `${SUBTOTAL[language]} ${id}`, "", "", "", ...amounts(sum(of))]);
    }
  }
  if (manner.total) rows.push(["", TOTAL[language], "", "", "", ...amounts(sum(entries))]);
  const cell = (text: string): string => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(cell).join(delimiter)).join(eol)}${eol}`;
}

const day = (from: string, days: number): fc.Arbitrary<Day> =>
  fc.integer({ min: 0, max: days }).map((offset) => fromOrdinal(toOrdinal(from as Day) + offset));

/** Names that a program could take for something else. */
const names = fc.constantFrom(
  "Dubois Exemple",
  "Total Ferronnerie Exemple",
  "Café Élysée",
  "Page Blanche",
  "Imprimerie Exemple",
  "Müller Söhne",
  "Sommaire Exemple",
  "3M0 Exemple",
);

export const ledgers: fc.Arbitrary<readonly Entry[]> = fc
  .array(
    fc.record({
      name: names,
      items: fc.array(
        fc.record({
          issued: day("2025-06-01", 300),
          due: day("2025-07-13", 300),
          open: fc.integer({ min: -5_000_00, max: 2_000_000_00 }).filter((cents) => cents !== 0),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    }),
    { minLength: 2, maxLength: 7 },
  )
  .map((debtors) =>
    debtors.flatMap(({ name, items }, at) =>
      items.map((item, index) => ({ ...item, debtor: `C${100 + at}`, name, number: `F${at}-${index}` })),
    ),
  )
  .filter((entries) => entries.filter(({ open }) => open < 0).length <= entries.length / 2);

export const manners: fc.Arbitrary<Manner> = fc
  .record({
    shape: fc.constantFrom<Manner["shape"]>("rows", "customer-rows", "carried"),
    delimiter: fc.constantFrom<Manner["delimiter"]>(";", ",", "\t", "|"),
    quoted: fc.boolean(),
    decimal: fc.constantFrom<Manner["decimal"]>(",", "."),
    group: fc.constantFrom<Manner["group"]>("", " ", "\u00a0", "\u202f", "'", "mark"),
    date: fc.constantFrom<Manner["date"]>(
      "dd/MM/yyyy",
      "MM/dd/yyyy",
      "yyyy-MM-dd",
      "d.M.yy",
      "ddMMyyyy",
      "yyyyMMdd",
    ),
    minus: fc.constantFrom<Manner["minus"]>("before", "behind", "brackets", "sides"),
    eol: fc.constantFrom<Manner["eol"]>("\n", "\r\n", "\r"),
    language: fc.constantFrom<Manner["language"]>("fr", "en", "nl", "de"),
    subtotals: fc.boolean(),
    total: fc.boolean(),
  })
  // An amount with a comma needs quotes in a file with commas.
  .map((manner) => ({
    ...manner,
    quoted:
      manner.quoted || (manner.delimiter === "," && (manner.decimal === "," || manner.group === "mark")),
  }));

export interface Reading {
  readonly items: readonly IncomingItem[];
  readonly rejected: readonly RejectedRow[];
  readonly report: ReadReport;
  readonly restarts: number;
  readonly profile: BalanceOptions["profile"];
}

export const OPTIONS: BalanceOptions = {
  profile: null,
  balanceDate: null,
  asOf: AS_OF,
  terms: "30d",
  currency: "EUR",
};

/** Reads bytes as a file of its own. */
export async function readBytes(
  content: string | Uint8Array,
  options: Partial<BalanceOptions> = {},
): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "dunning-intake-"));
  try {
    const path = join(folder, "balance.csv");
    writeFileSync(path, content);
    return await readFile(path, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function readFile(path: string, options: Partial<BalanceOptions> = {}): Promise<Reading> {
  const balance = await openBalance(path, { ...OPTIONS, ...options });
  const items: IncomingItem[] = [];
  const rejected: RejectedRow[] = [];
  let restarts = 0;
  const report = await balance.read({
    item: (item) => items.push(item),
    reject: (row) => rejected.push(row),
    doubt: () => {},
    paid: () => {},
    restart: () => {
      restarts++;
      items.length = 0;
      rejected.length = 0;
    },
  });
  return { items, rejected, report, restarts, profile: balance.profile };
}

/** "65 code" of the Failure that reading ends with, else "accepted". */
export async function refusalOf(content: string, options: Partial<BalanceOptions> = {}): Promise<string> {
  try {
    await readBytes(content, options);
    return "accepted";
  } catch (error) {
    if (error instanceof Failure) return `${error.exit} ${error.problems[0].code}`;
    throw error;
  }
}
