import iconv from "iconv-lite";
import { type Layout, layout } from "./layout.ts";
import { AS_OF, byCustomer, ITEMS, inEuro, type MasterItem, OPEN, sumOf } from "./master-ledger.ts";
import { amount, type Cells, csv, dates, daysLate } from "./print.ts";

const dotted = dates.dmy(".");
const sap = amount(".", ",", "behind");
const SAP_TYPES = { invoice: "RV", "credit-note": "RV", payment: "DZ" };
const localOf = ({ open, currency }: MasterItem): number =>
  currency === "EUR" ? open : Math.round(open * 1.05);

const SAP_HEADER = [
  "Account",
  "Assignment",
  "Document Number",
  "Document Type",
  "Document Date",
  "Posting Date",
  "Net due date",
  "Arrears after net due date",
  "Amount in doc. curr.",
  "Document currency",
  "Amount in local currency",
  "Local Currency",
  "Billing Document",
  "Text",
  "Clearing date",
  "Dunning Block",
];

function sapCells(item: MasterItem): string[] {
  return [
    item.customer.code,
    item.reference,
    item.number,
    SAP_TYPES[item.type],
    dotted(item.issued),
    dotted(item.issued),
    dotted(item.due),
    String(daysLate(item)),
    sap(item.open),
    item.currency,
    sap(localOf(item)),
    "EUR",
    "",
    `Order ${item.reference}`,
    "",
    "",
  ];
}

/** One total line for each currency at the end, each customer's sum without a word. */
function sapRows(): string[][] {
  const rows: string[][] = [];
  const total = (items: readonly MasterItem[]): string[] => {
    const cells = SAP_HEADER.map(() => "");
    cells[8] = sap(sumOf(items));
    cells[9] = items[0]?.currency ?? "";
    cells[10] = sap(items.reduce((sum, item) => sum + localOf(item), 0));
    cells[11] = "EUR";
    return cells;
  };
  for (const [, items] of byCustomer(OPEN)) rows.push(...items.map(sapCells), total(items));
  for (const currency of ["EUR", "CHF"]) rows.push(total(OPEN.filter((item) => item.currency === currency)));
  return rows;
}

/** As the spreadsheet download: tabs in UTF-16. */
function sapFbl5n(): Layout {
  const text = csv([SAP_HEADER, ...sapRows()], "\t");
  return layout("sap-fbl5n", "FBL5N.xls", iconv.encode(text, "utf-16le", { addBOM: true }), {
    dateMissing: true,
    lacks: ["name", "original"],
  });
}

/** As the list saved unconverted: a frame of bars and dashes, the header on every page. */
function sapFbl5nText(): Layout {
  const rows = sapRows();
  const widths = SAP_HEADER.map((name, at) =>
    Math.max(name.length, ...rows.map((cells) => cells[at]!.length)),
  );
  const line = (cells: Cells): string =>
    `|${cells.map((cell, at) => (/\d$|-$/.test(cell) && at >= 7 ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join("|")}|`;
  const rule = "-".repeat(line(SAP_HEADER).length);
  const lines = [`Customer Line Item Display`, `Key date  ${dotted(AS_OF)}`, ""];
  for (let at = 0; at < rows.length; at += 20)
    lines.push(rule, line(SAP_HEADER), rule, ...rows.slice(at, at + 20).map(line), rule, "");
  return layout("sap-fbl5n-text", "FBL5N.txt", iconv.encode(`${lines.join("\r\n")}\r\n`, "windows-1252"), {
    lacks: ["name", "original"],
  });
}

/** A short variant in French, in the company's own currency: a total line without a word. */
function sapFbl5nLocal(): Layout {
  const items = inEuro(OPEN);
  const rows: Cells[] = [
    [
      "Compte",
      "Affectation",
      "Numéro de document",
      "Date d'échéance nette",
      "Arriérés après échéance",
      "Montant en devise locale",
    ],
    ...items.map((item) => [
      item.customer.code,
      item.reference,
      item.number,
      dotted(item.due),
      String(daysLate(item)),
      sap(item.open),
    ]),
    ["", "", "", "", "", sap(sumOf(items))],
  ];
  return layout("sap-fbl5n-local", "FBL5N.csv", csv(rows, ";"), {
    dateMissing: true,
    lacks: ["name", "type", "issued", "original", "currency"],
  });
}

const DATEV_HEADER =
  "Kontonummer;Rechnungsnummer;Rechnungsdatum;Faelligkeit;Gegenkonto;BetragSoll;BetragHaben;Saldo;SHSaldo;WKZ Eingabebetrag;Eingabebetrag;SHEingabebetrag;Kurs;Raffung;Faellig;Belegnummer;KZ;Buchungstext;UstSatz;Vorlauf;BSNummer;AusgleichsKZ";

/** All items, settled ones with the way in which they were; dates without marks, amounts without signs. */
function datev(): Layout {
  const german = amount("", ",");
  const line = (item: MasterItem): string => {
    const { customer, original, open } = item;
    const invoiced = Math.abs(original);
    const paid = Math.abs(original - open);
    const isCredit = item.type !== "invoice";
    return [
      customer.code,
      `"${item.number}"`,
      dates.compact(item.issued),
      isCredit ? "" : dates.compact(item.due),
      "8400",
      german(isCredit ? paid : invoiced),
      german(isCredit ? invoiced : paid),
      german(Math.abs(open)),
      open === 0 ? "" : isCredit ? "H" : "S",
      "EUR",
      german(invoiced),
      isCredit ? "H" : "S",
      "",
      "0",
      "",
      "",
      "",
      `"${customer.name.replaceAll('"', "'")}"`,
      "19,00",
      "12026",
      "1",
      item.settled ? "M" : "",
    ].join(";");
  };
  const text = `${[DATEV_HEADER, ...inEuro(ITEMS).map(line)].join("\r\n")}\r\n`;
  return layout("datev-opos", "OPOS.TXT", iconv.encode(text, "windows-1252"), {
    dateMissing: true,
    lacks: ["name", "type", "original", "due-of-credits", "currency"],
  });
}

function yuki(): Layout {
  const rows: Cells[] = [
    [
      "Code grootboekrekening",
      "Omschrijving",
      "Datum factuur",
      "Openstaand bedrag",
      "Omschrijving factuur",
      "Referentie",
      "Vervaldatum",
      "Relatienaam",
      "Relatiecode",
      "Bankrekening",
    ],
    ...inEuro(OPEN).map((item) => [
      "13000",
      "Debiteuren",
      dates.dmy("-")(item.issued),
      amount("", ",")(item.open),
      item.type === "invoice" ? `Factuur ${item.number}` : `Creditnota ${item.number}`,
      item.number,
      dates.dmy("-")(item.due),
      item.customer.name,
      item.customer.code,
      "",
    ]),
  ];
  return layout("yuki", "openstaande-posten.csv", csv(rows, ";"), {
    dateMissing: true,
    lacks: ["type", "original", "currency"],
  });
}

export const ledgerSystems = (): Layout[] => [sapFbl5n(), sapFbl5nLocal(), sapFbl5nText(), datev(), yuki()];
