import type { Amounts } from "./conventions.ts";
import type { Seen } from "./look.ts";
import type { BalanceOptions, ReadReport } from "./options.ts";
import { controlOf, type Plan } from "./reader.ts";
import { lacksOpen } from "./shape.ts";
import type { Tally } from "./tally.ts";

/** What was seen while reading that a person should know: for one row, and for several ("#" is their number). */
const SENTENCES: readonly (readonly [string, string, string])[] = [
  [
    "mended",
    "1 row had a delimiter inside a text and was put together again",
    "# rows had a delimiter inside a text and were put together again",
  ],
  [
    "supplier",
    "1 row belongs to a supplier and was left out",
    "# rows belong to suppliers and were left out",
  ],
  [
    "settled",
    "1 row is marked as settled and was left out",
    "# rows are marked as settled and were left out",
  ],
  [
    "both-sides",
    "1 row has a debit and a credit; taken as debit less credit",
    "# rows have a debit and a credit; taken as debit less credit",
  ],
  [
    "negative-side",
    "1 row has a negative debit or credit; taken with its sign",
    "# rows have a negative debit or credit; taken with their sign",
  ],
  ["no-number", "1 item has no document number", "# items have no document number"],
  [
    "derived-due",
    "1 due date was worked out, not read: invoice date and terms, or the ageing column",
    "# due dates were worked out, not read: invoice date and terms, or the ageing column",
  ],
  ["due-before-issued", "1 item is due before it was issued", "# items are due before they were issued"],
  [
    "age-differs",
    "1 item prints another age than its due date gives; ages are always worked out from due dates",
    "# items print another age than their due dates give; ages are always worked out from due dates",
  ],
  ["subtotal-differs", "1 subtotal differs from the rows above", "# subtotals differ from the rows above"],
  [
    "total-of-several-currencies",
    "1 total adds up several currencies and says nothing",
    "# totals add up several currencies and say nothing",
  ],
  [
    "total-in-other-currency",
    "1 total prints another currency than the rows and was taken as theirs; is currency: right?",
    "# totals print another currency than the rows and were taken as theirs; is currency: right?",
  ],
  [
    "open-above-original",
    "1 invoice has more open than its original amount",
    "# invoices have more open than their original amounts",
  ],
  [
    "disputed",
    "1 row is marked as disputed in the books: nothing is claimed of it",
    "# rows are marked as disputed in the books: nothing is claimed of them",
  ],
  [
    "blocked",
    "1 row is blocked in the books: it is on hold",
    "# rows are blocked in the books: they are on hold",
  ],
  [
    "not-sent",
    "1 invoice was not sent, as the books say: its first reminder waits for a person",
    "# invoices were not sent, as the books say: their first reminders wait for a person",
  ],
  [
    "direct-debit",
    "1 row is paid by direct debit: it is left out",
    "# rows are paid by direct debit: they are left out",
  ],
  [
    "master-unusable",
    "1 value of master data (e-mail, country, language ...) cannot be used and was left out",
    "# values of master data (e-mail, country, language ...) cannot be used and were left out",
  ],
];

function remarksOf(tally: Tally, amounts: Amounts): string[] {
  const sentences = SENTENCES.flatMap(([kind, one, several]) => {
    const remark = tally.remarked(kind);
    if (remark === null) return [];
    const text = remark.count === 1 ? one : several.replace("#", String(remark.count));
    return [`${text} (${remark.count === 1 ? "" : "first on "}line ${remark.first})`];
  });
  if (amounts.read >= 5 && amounts.withDecimals === 0) {
    sentences.push(
      "all amounts are whole numbers: the export may be rounded, and letters would show rounded sums",
    );
  }
  return sentences;
}

/** What a reading came to: counts, sums, the control, why it should wait, and what a person should know. */
export function reportOf(plan: Plan, seen: Seen, options: BalanceOptions, tally: Tally): ReadReport {
  const { classes } = tally;
  const control = controlOf(plan, tally);
  const holds = new Set(tally.holds);
  if (plan.layout.shape === "items" && lacksOpen(plan.setting.columns)) holds.add("amount-not-open");
  const warnings = [...(seen.table?.warnings ?? []), ...remarksOf(tally, plan.conventions.amounts)];
  if (seen.given?.control === "warn") holds.delete("control-subtotal");
  if (control.difference !== null && control.difference !== 0) {
    if (seen.given?.control === "warn" && control.kind === "total-line")
      warnings.push("the printed total differs from the rows, as the profile lets it");
    else holds.add("control-total");
  }
  if (control.kind === "none") {
    if (seen.given?.total === "line") holds.add("total-missing");
    if (seen.table?.finalLineEnd === false)
      warnings.push("the last line has no line end: make sure that the file is complete");
  }
  const rows = classes.item + tally.rejected;
  if (options.expectRows !== undefined && options.expectRows !== rows) {
    holds.add("row-count");
    warnings.push(`${rows} rows of items were read, ${options.expectRows} are expected`);
  }
  return {
    rows: {
      read: tally.read,
      items: classes.item,
      subtotals: classes.subtotal + classes.total,
      blank: classes.blank,
      rejected: tally.rejected,
    },
    totals: tally.totals(),
    control,
    holds: [...holds],
    warnings,
  };
}
