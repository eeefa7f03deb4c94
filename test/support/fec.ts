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
