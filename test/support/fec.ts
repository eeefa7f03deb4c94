import { toDecimal } from "../../src/core/money.ts";
import type { Doubt, IncomingItem, IncomingPayment, RejectedRow } from "../../src/core/types.ts";
import { openBalance } from "../../src/intake/balance.ts";
import type { BalanceOptions } from "../../src/intake/options.ts";

/** Made-up journals, rendered as programs write them. */

export interface FecLine {
  readonly journal?: string;
  readonly date?: string;
  readonly account: string;
  readonly accountName?: string;
  readonly aux?: string;
  readonly name?: string;
  readonly ref?: string;
  readonly issued?: string;
  readonly label?: string;
  /** Positive: debit. */
  readonly amount: number;
  readonly letter?: string;
  readonly foreign?: string;
}

export interface FecLayout {
  readonly separator?: string;
  readonly sides?: boolean;
  /** Columns in another order, and one more. */
  readonly shuffled?: boolean;
  readonly eol?: string;
  readonly amount?: (cents: number) => string;
  readonly day?: (compact: string) => string;
  readonly cell?: (text: string) => string;
}

const decimal = (cents: number): string =>
  `${Math.floor(Math.abs(cents) / 100)},${String(Math.abs(cents) % 100).padStart(2, "0")}`;
const JOURNALS: Readonly<Record<string, string>> = {
  AN: "A NOUVEAUX",
  VE: "VENTES",
  BQ: "BANQUE",
  OD: "OPERATIONS DIVERSES",
};

/** The text of a journal; each line on a customer's account gets its counterpart, so that the whole balances. */
export function fecText(lines: readonly FecLine[], layout: FecLayout = {}): string {
  const {
    separator = "\t",
    eol = "\r\n",
    amount = decimal,
    day = (text) => text,
    cell = (text) => text,
  } = layout;
  const rows = lines.flatMap((line, at) => {
    const { journal = "VE", date = "20250115", account, amount: value } = line;
    const other = journal === "BQ" ? "512000" : journal === "VE" ? "707000" : "890000";
    const shared = {
      JournalCode: journal,
      JournalLib: JOURNALS[journal] ?? journal,
      EcritureNum: String(at + 1),
      EcritureDate: day(date),
      PieceRef: line.ref ?? "",
      PieceDate: day(line.issued ?? date),
      EcritureLib: line.label ?? "",
      ValidDate: day("20260131"),
      Montantdevise: line.foreign === undefined ? "" : amount(value),
      Idevise: line.foreign ?? "",
    };
    const sides = (cents: number): Record<string, string> => ({
      Debit: cents > 0 ? amount(cents) : amount(0),
      Credit: cents < 0 ? amount(-cents) : amount(0),
      Montant: amount(Math.abs(cents)),
      Sens: cents < 0 ? "C" : "D",
    });
    const { aux = "", name = "", letter = "", accountName = "CLIENTS" } = line;
    return [
      {
        ...shared,
        ...sides(value),
        CompteNum: account,
        CompteLib: accountName,
        CompAuxNum: aux,
        CompAuxLib: name,
        EcritureLet: letter,
      },
      { ...shared, ...sides(-value), CompteNum: other, CompteLib: "CONTREPARTIE" },
    ] as Record<string, string>[];
  });
  const [debit, credit] = layout.sides === true ? ["Montant", "Sens"] : ["Debit", "Credit"];
  const names =
    `JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate EcritureLib ${debit} ${credit} EcritureLet DateLet ValidDate Montantdevise Idevise`.split(
      " ",
    );
  const columns = layout.shuffled === true ? [...names.toReversed(), "CodeEtablissement"] : names;
  const text = [columns, ...rows.map((row) => columns.map((column) => cell(row[column] ?? "")))];
  return text.map((cells) => cells.join(separator) + eol).join("");
}

const OPTIONS: BalanceOptions = {
  profile: null,
  balanceDate: null,
  asOf: null,
  terms: "30d",
  currency: "EUR",
};
export const NAME = "123456789FEC20251231.txt";

export const LINES: readonly FecLine[] = [
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

export async function readJournal(file: string, over: Partial<BalanceOptions> = {}) {
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
