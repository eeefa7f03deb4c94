import { basename } from "node:path";
import { toDecimal } from "../core/money.ts";
import type { Understanding } from "../intake/balance.ts";
import { formatProblem } from "../problem.ts";
import { table } from "../table.ts";
import { shown } from "./plan-document.ts";

const DELIMITERS: Readonly<Record<string, string>> = {
  ";": "semicolon",
  ",": "comma",
  "\t": "tab",
  "|": "bar",
};
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What the importer sees in a file, and why, for people: fits `width` columns. */
export function inspectReport(understanding: Understanding, width: number): string {
  const parts = [
    basename(understanding.file),
    factTable(understanding, width),
    columnTable(understanding, width),
    rowCounts(understanding, width),
    sums(understanding),
    rejected(understanding, width),
    notes(understanding, width),
    verdict(understanding),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function factTable(u: Understanding, width: number): string {
  const groups = u.layout?.groups;
  const shapes = {
    items:
      groups === undefined || groups === "none" ? "one row per open item" : "open items grouped by customer",
    summary: "a summary: one row per customer, ageing columns, no invoices",
  };
  const journal = "a journal (FEC): open items follow from accounts and letters";
  const shape = u.kind === "journal" ? journal : u.layout === null ? "?" : shapes[u.layout.shape];
  const delimiter = u.delimiter.value === null ? "?" : (DELIMITERS[u.delimiter.value] ?? u.delimiter.value);
  const orders = { "day-first": "day before month", "month-first": "month before day" };
  const signs = {
    "owed-positive": "what customers owe is positive",
    "owed-negative": "what customers owe is negative",
    "by-side": "by the side or type of a row",
  };
  const facts: [string, string, string][] = [
    ...(u.match === null
      ? []
      : ([["layout", `${u.match.name} (${u.match.origin})`, u.match.evidence]] as [
          string,
          string,
          string,
        ][])),
    ["encoding", `${u.encoding.name} (${percent(u.encoding.confidence)})`, u.encoding.evidence],
    u.sheet === null
      ? ["delimiter", delimiter, u.delimiter.evidence]
      : ["sheet", u.sheet.value ?? "?", u.sheet.evidence],
    [
      "header",
      u.header === null ? "?" : headerText(u.header),
      u.header === null ? "" : `fingerprint ${u.header.fingerprint}`,
    ],
    ["shape", shape, ""],
    ["decimal mark", u.decimal.value ?? "-", u.decimal.evidence],
    [
      "dates",
      Object.values(u.dates)[0] ?? (u.dateOrder.value === null ? "-" : orders[u.dateOrder.value]),
      u.dateOrder.evidence,
    ],
    ["signs", u.sign.value === null ? "-" : signs[u.sign.value], u.sign.evidence],
    ["currency", u.currency.value ?? "?", u.currency.evidence],
    ["balance of", u.asOf.value ?? "?", u.asOf.evidence],
  ];
  return table(
    [{ header: "" }, { header: "understood as", flexible: true }, { header: "because", flexible: true }],
    facts,
    width,
  );
}

function headerText({ row, rows }: { readonly row: number; readonly rows: number }): string {
  if (rows === 0) return "none";
  return rows === 2 ? `lines ${row} and ${row + 1}` : `line ${row}`;
}

function columnTable(u: Understanding, width: number): string {
  if (u.columns.length === 0) return "";
  const lines = u.columns.map(({ index, header, role, attr, confidence, evidence }) => [
    String(index + 1),
    header === "" ? "(no name)" : header,
    role ?? (attr === null ? "-" : `attr.${attr}`),
    role === null && attr === null ? "" : percent(confidence),
    evidence,
  ]);
  return table(
    [
      { header: "", align: "right" },
      { header: "column", flexible: true },
      { header: "role" },
      { header: "sure", align: "right" },
      { header: "because", flexible: true },
    ],
    lines,
    width,
  );
}

function rowCounts(u: Understanding, width: number): string {
  const counted = Object.entries(u.rows).filter(([, count]) => count > 0);
  const words = counted.map(([kind, count]) => `${count} ${kind}`);
  return words.length === 0 ? "" : wrap(`rows  ${words.join(", ")}`, width);
}

function sums(u: Understanding): string {
  const lines = u.totals.map(
    ({ currency, debit, credit, open, overdue }) =>
      `total  open ${shown(open, currency)} = owed ${shown(debit, currency)} - credits ${shown(credit, currency)}, overdue ${shown(overdue, currency)}`,
  );
  const { kind, expected, difference, currency } = u.control;
  if (kind === "none" || expected === null || difference === null) {
    if (lines.length > 0) lines.push("control  the file prints no total");
  } else {
    const agrees = difference === 0 ? "agrees to the cent" : `differs by ${shown(difference, currency)}`;
    const whose = kind === "accounts" ? "the accounts' balance" : "the file's own total";
    lines.push(`control  ${whose} ${shown(expected, currency)} ${agrees}`);
  }
  return lines.join("\n");
}

function rejected(u: Understanding, width: number): string {
  if (u.rejectedCount === 0) return "";
  const lines = u.rejected.map(({ line, debtor, column, value, reason }) => [
    String(line),
    debtor ?? "?",
    column,
    value,
    reason,
  ]);
  const more =
    u.rejectedCount > u.rejected.length ? `\n... and ${u.rejectedCount - u.rejected.length} more` : "";
  const head = [
    { header: "line", align: "right" as const },
    { header: "debtor", whole: true },
    { header: "column", flexible: true },
    { header: "found", flexible: true },
    { header: "why", flexible: true },
  ];
  return `${u.rejectedCount} rows would be rejected:\n${table(head, lines, width)}${more}`;
}

function notes(u: Understanding, width: number): string {
  const suspects = (u.encoding.confidence < 0.9 ? u.encoding.suspects : []).map(
    ({ line, text }) => `line ${line}: ${text}`,
  );
  const decoded =
    suspects.length === 0
      ? []
      : ["letters to look at, as they are decoded:", ...suspects.map((each) => `  ${each}`)];
  return [...u.warnings.map((warning) => wrap(`warning  ${warning}`, width)), ...decoded].join("\n");
}

function verdict(u: Understanding): string {
  if (u.problems.length > 0)
    return `An import would refuse this file:\n${u.problems.map(formatProblem).join("\n")}`;
  return u.holds.length > 0 ? `An import would wait for a person (import accept): ${u.holds.join(", ")}` : "";
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `    ${word}`);
  }
  return lines.join("\n");
}

/** The JSON document of `inspect`. */
export function inspectDocument(u: Understanding): Record<string, unknown> {
  return {
    file: basename(u.file),
    sha256: u.sha256,
    encoding: u.encoding,
    delimiter: u.delimiter,
    sheet: u.sheet,
    header: u.header,
    layout:
      u.match === null ? null : { profile: u.match.name, origin: u.match.origin, evidence: u.match.evidence },
    shape: u.layout?.shape ?? null,
    groups: u.layout?.groups ?? null,
    columns: u.columns.map(({ header, role, attr, bucket, confidence, evidence }) => ({
      header,
      role: role ?? (attr === null ? null : `attr.${attr}`),
      ...(bucket === null ? {} : { bucket }),
      confidence,
      evidence,
    })),
    decimal: u.decimal,
    dates: u.dates,
    dateOrder: u.dateOrder,
    sign: u.sign,
    currency: u.currency,
    asOf: u.asOf.value,
    asOfEvidence: u.asOf.evidence,
    rows: u.rows,
    totals: u.totals.map(({ currency, ...amounts }) => ({
      currency,
      debit: toDecimal(amounts.debit, currency),
      credit: toDecimal(amounts.credit, currency),
      open: toDecimal(amounts.open, currency),
      overdue: toDecimal(amounts.overdue, currency),
    })),
    control: {
      kind: u.control.kind,
      expected: u.control.expected === null ? null : toDecimal(u.control.expected, u.control.currency),
      difference: u.control.difference === null ? null : toDecimal(u.control.difference, u.control.currency),
      currency: u.control.currency,
    },
    rejected: u.rejected,
    rejectedCount: u.rejectedCount,
    hold: u.holds,
    problems: u.problems,
    profile: u.profile,
  };
}
