import { type Layout, layout } from "./layout.ts";
import { AS_OF, byCustomer, inEuro, type MasterItem, OPEN, sumOf } from "./master-ledger.ts";
import { aged, amount, type Cells, csv, dates, daysLate } from "./print.ts";

const COMPANY = "Atelier Exemple SARL";
const plain = amount("", ".");
const grouped = amount(",", ".");
const orEmpty = (minor: number): string => (minor === 0 ? "" : plain(minor));
const EURO = inEuro(OPEN);

/** Xero ages by months, which are not thirty days; columns are only a check. */
const XERO_LIMITS = [29, 59, 89, 119];
const XERO_COLUMNS = ["Current", "< 1 Month", "1 Month", "2 Months", "3 Months", "Older", "Total"];

function xeroRow(items: readonly MasterItem[]): string[] {
  return [...aged(items, XERO_LIMITS).map(orEmpty), plain(sumOf(items))];
}

function xeroDetail(): Layout {
  const rows: Cells[] = [
    ["Aged Receivables Detail"],
    [COMPANY],
    [`As at ${dates.named(AS_OF)}`],
    ["Ageing by due date"],
    [],
    ["Invoice Number", "Invoice Date", "Due Date", "Invoice Reference", ...XERO_COLUMNS],
    [],
  ];
  for (const [customer, items] of byCustomer(EURO)) {
    rows.push([customer.name]);
    for (const item of items)
      rows.push([
        item.number,
        dates.named(item.issued),
        dates.named(item.due),
        item.reference,
        ...xeroRow([item]),
      ]);
    rows.push([`Total ${customer.name}`, "", "", "", ...xeroRow(items)], []);
  }
  rows.push(["Total", "", "", "", ...xeroRow(EURO)]);
  const lacks = ["code", "type", "original", "currency"] as const;
  return layout("xero-detail", "Aged Receivables Detail.csv", csv(rows), { lacks });
}

function xeroSummary(): Layout {
  const rows: Cells[] = [
    ["Aged Receivables Summary"],
    [COMPANY],
    [`As at ${dates.named(AS_OF)}`],
    ["Ageing by due date"],
    [],
    ["Contact", ...XERO_COLUMNS],
    ...byCustomer(EURO).map(([customer, items]) => [customer.name, ...xeroRow(items)]),
    ["Total", ...xeroRow(EURO)],
  ];
  return layout("xero-summary", "Aged Receivables Summary.csv", csv(rows), {
    shape: "summary",
    lacks: ["code", "currency"],
  });
}

const THIRTIES = [30, 60, 90];
const QUICKBOOKS_TYPES = { invoice: "Invoice", "credit-note": "Credit Memo", payment: "Payment" };
const QUICKBOOKS_SECTIONS = ["Current", "1 - 30", "31 - 60", "61 - 90", "91 and over"];
const sectionOf = (item: MasterItem): number => aged([{ ...item, open: 1 }], THIRTIES).indexOf(1);

function quickbooksOnlineDetail(): Layout {
  const rows: Cells[] = [
    ["A/R Aging Detail"],
    [COMPANY],
    [`As of ${dates.american(AS_OF)}`],
    [],
    ["", "Date", "Transaction Type", "Num", "Customer", "Due Date", "Amount", "Open Balance", "P.O. #"],
  ];
  for (const [at, section] of QUICKBOOKS_SECTIONS.entries()) {
    const items = EURO.filter((item) => sectionOf(item) === at);
    const label = at === 0 ? section : `${section} days past due`;
    rows.push([label, "", "", "", "", "", "", "", ""]);
    for (const item of items)
      rows.push([
        "",
        dates.mdy(item.issued),
        QUICKBOOKS_TYPES[item.type],
        item.number,
        item.customer.name,
        dates.mdy(item.due),
        grouped(item.original),
        grouped(item.open),
        item.reference,
      ]);
    const original = items.reduce((sum, each) => sum + each.original, 0);
    rows.push([`Total for ${label}`, "", "", "", "", "", grouped(original), grouped(sumOf(items)), ""]);
  }
  const original = EURO.reduce((sum, each) => sum + each.original, 0);
  rows.push(["TOTAL", "", "", "", "", "", grouped(original), grouped(sumOf(EURO)), ""]);
  rows.push([], ["Friday, November 20, 2026 09:00 AM GMT+01:00 - Accrual Basis"]);
  return layout("quickbooks-online-detail", "A_R Aging Detail.csv", csv(rows, ",", "\n"), {
    lacks: ["code", "currency"],
  });
}

function quickbooksOnlineSummary(): Layout {
  const cells = (items: readonly MasterItem[]): string[] => [
    ...aged(items, THIRTIES).map((sum) => (sum === 0 ? "" : grouped(sum))),
    grouped(sumOf(items)),
  ];
  const rows: Cells[] = [
    ["A/R Aging Summary"],
    [COMPANY],
    [`As of ${dates.american(AS_OF)}`],
    [],
    ["", ...QUICKBOOKS_SECTIONS, "Total"],
    ...byCustomer(EURO).map(([customer, items]) => [customer.name, ...cells(items)]),
    ["TOTAL", ...cells(EURO)],
  ];
  return layout("quickbooks-online-summary", "A_R Aging Summary.csv", csv(rows, ",", "\n"), {
    shape: "summary",
    lacks: ["code", "currency"],
  });
}

/** Sections by age in an otherwise empty first column; no line above the header. */
function quickbooksDesktop(): Layout {
  const rows: Cells[] = [
    ["", "Type", "Date", "Num", "P. O. #", "Name", "Terms", "Due Date", "Class", "Aging", "Open Balance"],
  ];
  const total = (label: string, items: readonly MasterItem[]): Cells => [
    label,
    ...Array.from({ length: 9 }, () => ""),
    grouped(sumOf(items)),
  ];
  for (const [at, section] of ["Current", "1 - 30", "31 - 60", "61 - 90", "> 90"].entries()) {
    const items = EURO.filter((item) => sectionOf(item) === at);
    rows.push([section, ...Array.from({ length: 10 }, () => "")]);
    for (const item of items)
      rows.push([
        "",
        QUICKBOOKS_TYPES[item.type],
        dates.mdy(item.issued),
        item.number,
        item.reference,
        item.customer.name,
        `Net ${item.customer.days}`,
        dates.mdy(item.due),
        "",
        daysLate(item) > 0 ? String(daysLate(item)) : "",
        grouped(item.open),
      ]);
    rows.push(total(`Total ${section}`, items));
  }
  rows.push(total("TOTAL", EURO));
  return layout("quickbooks-desktop", "AR Aging Detail.CSV", csv(rows), {
    dateMissing: true,
    lacks: ["code", "original", "currency"],
  });
}

function zoho(): Layout {
  const rows: Cells[] = [
    [
      "customer_name",
      "current",
      "1-15",
      "16-30",
      "31-45",
      "above 45",
      "total",
      "fcy_total",
      "currency_code",
      "customer_id",
    ],
    ...byCustomer(EURO).map(([{ name, code }, items]) => [
      name,
      ...aged(items, [15, 30, 45]).map(plain),
      plain(sumOf(items)),
      plain(sumOf(items)),
      "EUR",
      code,
    ]),
  ];
  return layout("zoho-summary", "ar_aging_summary.csv", csv(rows, ",", "\n"), {
    shape: "summary",
    dateMissing: true,
    lacks: ["currency"],
  });
}

/** The header takes two lines; a party stands alone on a row above its bills. */
function tally(): Layout {
  const rows: Cells[] = [
    ["Group : Sundry Debtors"],
    ["Details of: Pending Bills"],
    [],
    ["Date", "Ref. No.", "Party's Name", "Opening", "Pending", "Due on", "Overdue"],
    ["", "", "", "Amount", "Amount", "", "by days"],
  ];
  for (const [customer, items] of byCustomer(EURO)) {
    rows.push(["", "", customer.name, "", "", "", ""]);
    for (const item of items)
      rows.push([
        dates.short(item.issued),
        item.number,
        "",
        plain(item.original),
        plain(item.open),
        dates.short(item.due),
        daysLate(item) > 0 ? String(daysLate(item)) : "",
      ]);
  }
  return layout("tally", "Pending Bills.csv", csv(rows), {
    dateMissing: true,
    lacks: ["code", "type", "currency"],
  });
}

export const smallBusiness = (): Layout[] => [
  xeroDetail(),
  xeroSummary(),
  quickbooksOnlineDetail(),
  quickbooksOnlineSummary(),
  quickbooksDesktop(),
  zoho(),
  tally(),
];
