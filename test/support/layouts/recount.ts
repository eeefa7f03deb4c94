/**
 * A second reader of the layouts, as simple as can be and without a line of the importer: it knows where the columns are,
 * adds up, and says "unreadable" where a row is not what it knows.
 */
interface Recount {
  readonly delimiter: string;
  /** Columns by header, as the first line with all of them names them. */
  readonly amount: string;
  /** A row with something here is an item. */
  readonly anchor: string;
  readonly currency?: string;
  readonly side?: string;
  readonly settled?: string;
  readonly decimal: "." | ",";
  /** What stands there in rows that are no items. */
  readonly except?: RegExp;
}

const comma = { delimiter: ",", decimal: "." } as const;
const semicolon = { delimiter: ";", decimal: "," } as const;
const SAP = {
  decimal: ",",
  amount: "Amount in doc. curr.",
  anchor: "Document Number",
  currency: "Document currency",
} as const;

export const RECOUNTS: Readonly<Record<string, Recount>> = {
  "xero-detail": { ...comma, amount: "Total", anchor: "Invoice Date" },
  "quickbooks-online-detail": { ...comma, amount: "Open Balance", anchor: "Date" },
  "quickbooks-desktop": { ...comma, amount: "Open Balance", anchor: "Date" },
  "odoo-12": { ...comma, amount: "Total", anchor: "JRNL" },
  "odoo-13": { ...comma, amount: "Total", anchor: "Journal" },
  "odoo-16": { ...comma, amount: "Total", anchor: "Invoice Date" },
  "oca-detail": { delimiter: ";", decimal: ".", amount: "Residual", anchor: "Entry" },
  erpnext: { ...comma, amount: "Outstanding Amount", anchor: "Voucher No", currency: "Currency" },
  "business-central": {
    ...semicolon,
    amount: "Remaining Amount",
    anchor: "Document No.",
    currency: "Currency Code",
  },
  "sap-fbl5n-local": { ...semicolon, amount: "Montant en devise locale", anchor: "Numéro de document" },
  "sap-fbl5n-text": { ...SAP, delimiter: "|" },
  "datev-opos": {
    ...semicolon,
    amount: "Saldo",
    anchor: "Rechnungsnummer",
    side: "SHSaldo",
    settled: "AusgleichsKZ",
  },
  "xero-summary": { ...comma, amount: "Total", anchor: "Contact", except: /^Total$/ },
  "quickbooks-online-summary": { ...comma, amount: "Total", anchor: "", except: /^TOTAL$/ },
  "oca-summary": {
    delimiter: ";",
    decimal: ".",
    amount: "Residual",
    anchor: "Partner",
    except: /^(?:Total|Percents|411\d00 - .*)$/,
  },
  "zoho-summary": { ...comma, amount: "total", anchor: "customer_id" },
  tally: { ...comma, amount: "Pending", anchor: "Ref. No." },
  yuki: { ...semicolon, amount: "Openstaand bedrag", anchor: "Referentie" },
};

/** Open amounts in minor units by currency; null: a row is not readable in this simple way. */
export function recount(text: string, layout: Recount): Record<string, number> | null {
  const rows = text.split(/\r\n|\n|\r/).map((line) => cellsOf(line, layout.delimiter));
  const names = [layout.amount, layout.anchor];
  const header = rows.find((cells) => names.every((name) => cells.includes(name)));
  if (header === undefined) return null;
  const at = (name: string | undefined): number => (name === undefined ? -1 : header.indexOf(name));
  const above = rows.slice(0, rows.indexOf(header));
  if (above.some((cells) => minorOf(cells[at(layout.amount)] ?? "", layout.decimal) !== null)) return null;
  const sums: Record<string, number> = {};
  for (const cells of rows.slice(rows.indexOf(header) + 1)) {
    const anchor = cells[at(layout.anchor)] ?? "";
    if (anchor === "" || anchor === layout.anchor || layout.except?.test(anchor)) continue;
    if ((cells[at(layout.settled)] ?? "") !== "") continue;
    const amount = minorOf(cells[at(layout.amount)] ?? "", layout.decimal);
    if (amount === null || cells.length !== header.length) return null;
    const currency = cells[at(layout.currency)] || "EUR";
    const isCredit = cells[at(layout.side)] === "H";
    sums[currency] = (sums[currency] ?? 0) + (isCredit ? -amount : amount);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

export function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (letter === '"' && quoted && line[at + 1] === '"') cell += line[++at];
    else if (letter === '"' && (quoted || cell === "")) quoted = !quoted;
    else if (letter === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

function minorOf(text: string, decimal: "." | ","): number | null {
  const group = decimal === "." ? "," : ".";
  const plain = text.replace(/^- /, "-").replaceAll(group, "").replace(decimal, ".");
  const found = /^(-?)(\d+)\.(\d\d)(-?)$/.exec(plain);
  if (found === null) return null;
  const minor = Number(`${found[2]}${found[3]}`);
  return found[1] === "-" || found[4] === "-" ? -minor : minor;
}
