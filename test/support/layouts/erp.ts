import { type Layout, layout } from "./layout.ts";
import { AS_OF, byCustomer, inEuro, type MasterItem, OPEN, sumOf } from "./master-ledger.ts";
import { aged, amount, type Cells, csv, dates, daysLate } from "./print.ts";

const EURO = inEuro(OPEN);
const FOUR = [30, 60, 90, 120];
const plain = amount("", ".");
const ages = (items: readonly MasterItem[], print = plain): string[] =>
  aged(items, FOUR).map((sum) => (sum === 0 ? "" : print(sum)));
const JOURNALS = { invoice: "INV", "credit-note": "INV", payment: "BNK1" };

/** Odoo prints each partner's totals above the items; 11 and 12 print no dates of items at all. */
function odoo12(): Layout {
  const rows: Cells[] = [
    [
      "",
      "JRNL",
      "Account",
      "Reference",
      `Not due on: ${dates.mdy(AS_OF)}`,
      "1 - 30",
      "31 - 60",
      "61 - 90",
      "91 - 120",
      "Older",
      "Total",
    ],
  ];
  for (const [{ name }, items] of byCustomer(EURO)) {
    rows.push([name, "", "", "", ...ages(items), plain(sumOf(items))]);
    for (const item of items)
      rows.push([
        item.number,
        JOURNALS[item.type],
        "411100",
        item.reference,
        ...ages([item]),
        plain(item.open),
      ]);
  }
  rows.push(["Total", "", "", "", ...ages(EURO), plain(sumOf(EURO))]);
  return layout("odoo-12", "aged_receivable.csv", csv(rows), {
    lacks: ["code", "type", "issued", "original", "due-by-column", "currency"],
    limits: FOUR,
  });
}

function odoo13(): Layout {
  const rows: Cells[] = [
    [
      "",
      "Due Date",
      "Journal",
      "Account",
      "Exp. Date",
      `As of: ${dates.mdy(AS_OF)}`,
      "1 - 30",
      "31 - 60",
      "61 - 90",
      "91 - 120",
      "Older",
      "Total",
    ],
  ];
  for (const [{ name }, items] of byCustomer(EURO)) {
    rows.push([name, "", "", "", "", ...ages(items), plain(sumOf(items))]);
    for (const item of items)
      rows.push([
        item.number,
        dates.mdy(item.due),
        JOURNALS[item.type],
        "411100",
        "",
        ...ages([item]),
        plain(item.open),
      ]);
  }
  rows.push(["Total", "", "", "", "", ...ages(EURO), plain(sumOf(EURO))]);
  return layout("odoo-13", "aged_receivable.csv", csv(rows), {
    lacks: ["code", "type", "issued", "original", "currency"],
  });
}

/** The ageing columns are in the company's currency; "Expected Date" is a promise, not the due date. */
function odoo16(): Layout {
  const rows: Cells[] = [
    [
      "",
      "Invoice Date",
      "Amount Currency",
      "Currency",
      "Account",
      "Expected Date",
      "At Date",
      "1-30",
      "31-60",
      "61-90",
      "91-120",
      "Older",
      "Total",
    ],
  ];
  for (const [{ name }, items] of byCustomer(EURO)) {
    rows.push([name, "", "", "", "", "", ...ages(items), plain(sumOf(items))]);
    for (const item of items)
      rows.push([
        item.number,
        dates.mdy(item.issued),
        plain(item.open),
        "EUR",
        "411100 Customers",
        "",
        ...ages([item]),
        plain(item.open),
      ]);
  }
  rows.push(["Total Aged Receivable", "", "", "", "", "", ...ages(EURO), plain(sumOf(EURO))]);
  return layout("odoo-16", "aged_receivable.csv", csv(rows), {
    dateMissing: true,
    lacks: ["code", "type", "original", "due-by-terms", "currency"],
  });
}

const OCA_AGES = ["Current", "Age ≤ 30 d.", "Age ≤ 60 d.", "Age ≤ 90 d.", "Age ≤ 120 d.", "Older"];
const percents = (items: readonly MasterItem[]): string[] =>
  aged(items, FOUR).map((sum) => `${((100 * sum) / sumOf(items)).toFixed(2)}%`);

/** Two accounts, each with a header, a total and a row of percentages. */
function ocaSummary(): Layout {
  const rows: Cells[] = [
    ["Aged Partner Balance - Atelier Exemple SARL - EUR"],
    [],
    ["Date at filter", dates.dmy("/")(AS_OF)],
    [],
  ];
  const customers = byCustomer(EURO);
  for (const [account, own] of [
    ["411100 - Clients", customers.slice(0, 7)],
    ["411200 - Clients export", customers.slice(7)],
  ] as const) {
    const all = own.flatMap(([, items]) => items);
    rows.push([account], ["Partner", "Residual", ...OCA_AGES]);
    for (const [{ name }, items] of own)
      rows.push([name, plain(sumOf(items)), ...aged(items, FOUR).map(plain)]);
    rows.push(["Total", plain(sumOf(all)), ...aged(all, FOUR).map(plain)]);
    rows.push(["Percents", "100.00%", ...percents(all)], []);
  }
  return layout("oca-summary", "aged_partner_balance.csv", csv(rows, ";", "\n"), {
    shape: "summary",
    lacks: ["code", "currency"],
  });
}

function ocaDetail(): Layout {
  const header = ["Date", "Entry", "Journal", "Account", "Partner", "Ref - Label", "Due date", "Residual"];
  const blank = (count: number): string[] => Array.from({ length: count }, () => "");
  const rows: Cells[] = [
    ["Aged Partner Balance - Atelier Exemple SARL - EUR"],
    [],
    ["Date at filter", dates.dmy("/")(AS_OF)],
    [],
    ["411100 - Clients"],
  ];
  for (const [{ name }, items] of byCustomer(EURO)) {
    rows.push([name], [...header, ...OCA_AGES]);
    for (const item of items)
      rows.push([
        dates.dmy("/")(item.issued),
        item.number,
        JOURNALS[item.type],
        "411100",
        name,
        item.reference,
        dates.dmy("/")(item.due),
        plain(item.open),
        ...aged([item], FOUR).map(plain),
      ]);
    rows.push([
      "Partner cumul aged balance",
      ...blank(6),
      plain(sumOf(items)),
      ...aged(items, FOUR).map(plain),
    ]);
  }
  rows.push(["Total", ...blank(6), plain(sumOf(EURO)), ...aged(EURO, FOUR).map(plain)]);
  rows.push(["Percents", ...blank(6), "100.00%", ...percents(EURO)]);
  return layout("oca-detail", "aged_partner_balance.csv", csv(rows, ";", "\n"), {
    lacks: ["code", "type", "original", "currency"],
  });
}

const VOUCHERS = { invoice: "Sales Invoice", "credit-note": "Credit Note", payment: "Payment Entry" };

/** Currencies mixed in one column, and a last row that adds them up. */
function erpnext(): Layout {
  const rows: Cells[] = [
    [
      "Posting Date",
      "Party Type",
      "Party",
      "Receivable Account",
      "Customer Name",
      "Customer Contact",
      "Cost Center",
      "Voucher Type",
      "Voucher No",
      "Due Date",
      "Invoiced Amount",
      "Paid Amount",
      "Credit Note",
      "Outstanding Amount",
      "Age (Days)",
      "0-30",
      "31-60",
      "61-90",
      "91-120",
      "121-Above",
      "Currency",
      "Customer LPO",
      "Territory",
      "Customer Group",
      "Remarks",
    ],
  ];
  for (const item of OPEN) {
    const { customer, original, open } = item;
    const [notDue = 0, ...late] = aged([item], FOUR);
    late[0] = (late[0] ?? 0) + notDue;
    rows.push([
      item.issued,
      "Customer",
      customer.code,
      "Debtors - AE",
      customer.name,
      "",
      "Main - AE",
      VOUCHERS[item.type],
      item.number,
      item.due,
      plain(original),
      plain(original - open),
      "0.00",
      plain(open),
      String(Math.max(0, daysLate(item))),
      ...late.map(plain),
      item.currency,
      item.reference,
      "France",
      "Commercial",
      "No Remarks",
    ]);
  }
  const original = OPEN.reduce((sum, item) => sum + item.original, 0);
  const [notDue = 0, ...late] = aged(OPEN, FOUR);
  late[0] = (late[0] ?? 0) + notDue;
  rows.push([
    "Total",
    ...Array.from({ length: 9 }, () => ""),
    plain(original),
    plain(original - sumOf(OPEN)),
    "0.00",
    plain(sumOf(OPEN)),
    "",
    ...late.map(plain),
    "",
    "",
    "",
    "",
    "",
  ]);
  return layout("erpnext", "Accounts Receivable.csv", csv(rows, ",", "\n"), { dateMissing: true });
}

const BC_TYPES = { invoice: "Invoice", "credit-note": "Credit Memo", payment: "Payment" };

/** The flat table of the workbook's data sheet, kept as CSV: local currency twins beside the document's. */
function businessCentral(): Layout {
  const rows: Cells[] = [
    [
      "No.",
      "Name",
      "Period Start Date",
      "Period End Date",
      "Remaining Amount",
      "Original Amount",
      "Remaining Amount (LCY)",
      "Original Amount (LCY)",
      "Currency Code",
      "Posting Date",
      "Document Date",
      "Due Date",
      "Document Type",
      "Document No.",
    ],
    ...OPEN.map((item) => {
      const local = (minor: number): number => (item.currency === "EUR" ? minor : Math.round(minor * 1.05));
      return [
        item.customer.code,
        item.customer.name,
        "",
        dates.dmy("/")(AS_OF),
        amount("", ",")(item.open),
        amount("", ",")(item.original),
        amount("", ",")(local(item.open)),
        amount("", ",")(local(item.original)),
        item.currency === "EUR" ? "" : item.currency,
        dates.dmy("/")(item.issued),
        dates.dmy("/")(item.issued),
        dates.dmy("/")(item.due),
        BC_TYPES[item.type],
        item.number,
      ];
    }),
  ];
  return layout("business-central", "Aged Accounts Receivable.csv", csv(rows, ";"), { dateMissing: true });
}

export const erp = (): Layout[] => [
  odoo12(),
  odoo13(),
  odoo16(),
  ocaSummary(),
  ocaDetail(),
  erpnext(),
  businessCentral(),
];
