import { basename } from "node:path";
import type { Context } from "../context.ts";
import { toDecimal } from "../core/money.ts";
import type { Profile } from "../intake/profile.ts";
import { EXIT } from "../problem.ts";
import { table } from "../table.ts";
import type { Company } from "./company.ts";
import type { Imported } from "./import.ts";
import { shown } from "./plan-document.ts";
import { sayRejectedRows } from "./rejected.ts";
import { shellWord } from "./shell-word.ts";

const REJECTED_ROWS = 20;

/** What a reason for holding a balance means, and what to look at. */
export const HOLD_WORDS: Readonly<Record<string, string>> = {
  shrunken: "many items of the last balance are missing: is the export complete, or filtered?",
  foreign: "no debtor of the last balance is in this one: is it the right company and ledger?",
  "rows-without-debtor": "rows could not be read, and nobody knows whose they are",
  "codes-look-changed":
    "customers have gone and new ones have nearly their codes: did a spreadsheet take zeros away? Export again; accept only where they are other customers (new codes of the same ones: dunning debtor merge OLD NEW --new first)",
  "documents-moved":
    "customers have gone, and what they owed stands under new codes: where they are the same customers, merge the codes first, so that nobody is reminded from the start; then accept",
  "codes-look-alike":
    "customers of this balance have nearly the same code: a payment on one may be meant for the other. Mend the books; accept only where they are two customers",
  "rows-twice":
    "rows stand twice, alike in every column, and would be claimed twice. Export again; accept only where both are owed",
  "control-total": "the total (the file's own, or --expect-total) differs from the sum of the rows",
  "control-subtotal": "a customer's subtotal differs from the sum of its rows",
  "amount-not-open": "no column is surely the open amount: is this a list of invoices, paid ones included?",
  "journal-unbalanced": "debits and credits of the whole journal differ: is the file complete?",
  "total-missing": "files of this layout end in a line of totals, this one does not: is it cut off?",
  "rows-above-header": "rows like items stand above the column names: is a header damaged or missing?",
  "row-count": "the number of items is not the one of --expect-rows",
};

/** 0 accepted or unchanged, 3 rows were rejected, 4 on hold. */
export function exitOf({ result, rejected }: Imported): number {
  if (result.state === "held") return EXIT.person;
  if (result.state === "unchanged") return EXIT.done;
  return rejected.length > 0 ? EXIT.partial : EXIT.done;
}

/** How a file was read; `dateFormat` is that of the due dates where the columns differ, null where there are none. */
function profileDocument(profile: Profile): Record<string, unknown> {
  const { delimiter = null, encoding = null, decimal = null, columns = {}, dates, ...rest } = profile;
  const dateFormat = typeof dates === "object" ? (dates.due ?? dates.issued) : dates;
  return {
    delimiter,
    encoding,
    dateFormat: dateFormat ?? null,
    decimal,
    columns,
    dates: dates ?? null,
    ...rest,
  };
}

/** The JSON document of one import (the contract of `dunning import`). A dry run keeps nothing: no id. */
export function importDocument(
  { balances, layout, report, rejected, doubts, result }: Imported,
  dryRun: boolean,
): Record<string, unknown> {
  const [first] = balances;
  const { control } = report;
  return {
    import: {
      id: dryRun && result.state !== "unchanged" ? null : result.id,
      kind: first.kind,
      file: balances.map(({ path }) => basename(path)).join(", "),
      sha256: result.sha256,
      files: balances.map(({ path, sha256 }) => ({ name: basename(path), sha256 })),
      asOf: result.asOf,
      state: result.state,
      layout,
      profile: profileDocument(first.profile),
    },
    rows: report.rows,
    debtors: result.debtors,
    items: result.items,
    totals: report.totals.map(({ currency, debit, credit, open, overdue }) => ({
      currency,
      debit: toDecimal(debit, currency),
      credit: toDecimal(credit, currency),
      open: toDecimal(open, currency),
      overdue: toDecimal(overdue, currency),
    })),
    control: {
      kind: control.kind,
      expected: control.expected === null ? null : toDecimal(control.expected, control.currency),
      difference: control.difference === null ? null : toDecimal(control.difference, control.currency),
    },
    rejected: rejected.map(({ line, column, value, reason, fix, debtor }) => ({
      line,
      column,
      value,
      reason,
      fix,
      debtor,
    })),
    doubts,
    journal: report.journal ?? null,
    hold: result.hold,
    replaced: result.replaced,
    refreshed: result.refreshed,
    ignored: result.ignored,
    ...result.suspects,
  };
}

/** "b.csv: balance of 2026-11-23 accepted, 12 items, open 90.00 EUR, 0 rows rejected" */
export function summaryOf({ balances, report, rejected, result }: Imported): string {
  const name = balances.map(({ path }) => basename(path)).join(", ");
  if (result.state === "unchanged") return `${name}: unchanged, balance of ${result.asOf}`;
  const { totals, rows } = report;
  const open = totals.map((total) => shown(total.open, total.currency)).join(" + ");
  const hold = result.state === "held" ? ` (${result.hold.join(", ")})` : "";
  return `${name}: balance of ${result.asOf} ${result.state}${hold}, ${rows.items} items, open ${open || "nothing"}, ${rejected.length} rows rejected`;
}

export function sayImport({ out }: Context, company: Company, imported: Imported, dryRun: boolean): void {
  const { balances, report, rejected, result } = imported;
  const name = balances.map(({ path }) => basename(path)).join(", ");
  if (result.state === "unchanged") {
    const fresh = result.refreshed === null ? "" : `; it counts as true on ${result.refreshed}`;
    out.say(`${name}: unchanged, this balance of ${result.asOf} is import ${result.id}${fresh}.`);
    const newer = balances.find(({ asOf }) => asOf > result.asOf);
    if (newer !== undefined && result.refreshed === null)
      out.say(
        `  its date now is ${newer.asOf}; if it is still true: dunning import ${shellWord(newer.path)} --refresh`,
      );
    return;
  }
  const { items, debtors } = result;
  const word = dryRun ? "would be" : "";
  out.say(
    out.paint(
      "bold",
      `${name}: balance of ${result.asOf}${dryRun ? " (dry run, nothing is kept)" : `, import ${result.id}`}`,
    ),
  );
  const { rows, totals, control, journal } = report;
  sayLayout(out, company, imported);
  if (journal !== undefined) {
    out.say(
      `  journal   ${journal.lines} lines on ${journal.accounts.join(", ")}, ${journal.settled} groups of letters settled, ${journal.unbalanced} not, ${journal.payments} payments of invoices`,
    );
  }
  out.say(
    `  rows      ${rows.read} read, ${rows.items} items, ${rows.subtotals} subtotals, ${rows.blank} blank, ${rows.rejected} rejected`,
  );
  for (const { currency, open, overdue, credit } of totals) {
    out.say(
      `  total     open ${shown(open, currency)}, overdue ${shown(overdue, currency)}, credits ${shown(credit, currency)}`,
    );
  }
  if (control.expected !== null && control.difference !== null) {
    const how = {
      option: "--expect-total",
      accounts: `balance of the accounts ${journal?.accounts.join(", ") ?? ""}`,
      "total-line": "the file's total line",
      none: "",
    }[control.kind];
    const says =
      control.difference === 0
        ? out.paint("good", "agrees to the cent")
        : out.paint("bad", `differs by ${shown(control.difference, control.currency)}`);
    out.say(`  control   ${how} ${shown(control.expected, control.currency)}: ${says}`);
  } else
    out.say("  control   the file has no total; --expect-total AMOUNT compares with your accounting program");
  out.say(`  debtors   ${debtors.new} new, ${debtors.known} known, ${debtors.missing} not in this balance`);
  out.say(
    `  items     ${word}${word === "" ? "" : " "}${items.new} new, ${items.changed} changed, ${items.unchanged} unchanged, ${items.settled} settled, ${items.reopened} reopened`,
  );
  for (const warning of report.warnings) out.note(`${out.paint("warn", "warning")} ${warning}`);
  if (result.state !== "held" && result.suspects.doubles.length > 0) {
    out.note(`${out.paint("warn", "warning")} rows stand twice, as the total confirms; both are claimed:`);
    saySuspects(out, { ...NO_SUSPECTS, doubles: result.suspects.doubles });
  }
  if (result.ignored.count > 0) {
    out.note(
      `${out.paint("warn", "warning")} ${result.ignored.count} values of master data could not be used (--json lists them)`,
    );
  }
  if (rejected.length > 0) sayRejected(out, imported);
  if (imported.doubts.length > 0) sayDoubts(out, imported.doubts);
  if (result.state === "held") {
    out.say(`\n${out.paint("bad", "On hold")}: nothing counts of it yet.`);
    for (const code of result.hold) out.say(`  ${code}: ${HOLD_WORDS[code] ?? code}`);
    saySuspects(out, result.suspects);
    out.say(
      dryRun
        ? "It would wait: import it without --dry-run to decide, or import a better export."
        : `Look at it, then: dunning import accept ${result.id}   (or import a better export)`,
    );
    return;
  }
  if (!dryRun)
    out.say(`\nNext: dunning run --dry-run${company.store.runs.last() === null ? " --preview preview" : ""}`);
}

/** By which profile a file was known; a first file that none fits is told with how to keep the way it was read. */
function sayLayout(out: Context["out"], company: Company, { balances, layout, result }: Imported): void {
  const { profile, origin, evidence } = layout;
  if (origin === "own" || origin === "built-in")
    out.say(`  layout    ${profile} (${origin === "own" ? "your profile" : "built in"}): ${evidence}`);
  const others = company.store.imports.list().some(({ id }) => id !== result.id);
  if (origin === "file" && !others)
    out.say(
      `  layout    as the file proves it; keep it: dunning inspect ${basename(balances[0].path)} --save-profile NAME`,
    );
}

const NO_SUSPECTS: Imported["result"]["suspects"] = { lookalikes: [], alike: [], movedTo: [], doubles: [] };

/** The first ones by name; several lists may say something at once. */
function saySuspects(
  out: Context["out"],
  { lookalikes, alike, movedTo, doubles }: Imported["result"]["suspects"],
): void {
  const lines = [
    ...lookalikes.map(({ known, now }) => `${known} has gone, ${now} is new`),
    ...movedTo.map(
      ({ known, now }) =>
        `what ${known} owed stands under ${now}: dunning debtor merge ${known} ${now} --new`,
    ),
    ...alike.map(({ known, now }) => `${known} and ${now} are both in this balance`),
    ...doubles.map(({ debtor, number }) => `${number} of ${debtor} stands twice`),
  ];
  for (const line of lines.slice(0, 10)) out.say(`    ${line}`);
  if (lines.length > 10) out.say(`    ... and ${lines.length - 10} more`);
}

function sayDoubts(out: Context["out"], doubts: Imported["doubts"]): void {
  const debtors = new Set(doubts.map(({ debtor }) => debtor)).size;
  out.say(
    `\n${out.paint("bad", debtors === 1 ? "1 debtor in doubt" : `${debtors} debtors in doubt`)}: left alone until an import is sure.`,
  );
  const rows = doubts.slice(0, REJECTED_ROWS).map(({ debtor, reason }) => [debtor, reason]);
  out.say(
    table(
      [
        { header: "debtor", whole: true },
        { header: "why", flexible: true },
      ],
      rows,
      out.width,
    ),
  );
  if (doubts.length > REJECTED_ROWS)
    out.say(`... and ${doubts.length - REJECTED_ROWS} more (--json has them all)`);
}

function sayRejected(out: Context["out"], { rejected }: Imported): void {
  out.say(
    `\n${out.paint("bad", rejected.length === 1 ? "1 rejected row" : `${rejected.length} rejected rows`)}: their debtors are left alone until they can be read.`,
  );
  sayRejectedRows(out, rejected);
}
