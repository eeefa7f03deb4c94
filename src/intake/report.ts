import type { Amounts } from "./conventions.ts";
import type { Seen } from "./look.ts";
import type { BalanceOptions, ReadReport } from "./options.ts";
import { controlOf, type Plan } from "./reader.ts";
import type { Tally } from "./tally.ts";

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What was seen while reading that a person should know, in sentences; `{n}` stands for "3 rows" and the like. */
const SENTENCES: readonly (readonly [string, string, string, string])[] = [
  ["mended", "row", "rows", "had a delimiter inside a text and could be put together again"],
  ["supplier", "row", "rows", "belong to suppliers and were left out"],
  ["settled", "row", "rows", "are marked as settled and were left out"],
  ["both-sides", "row", "rows", "have a debit and a credit; taken as debit less credit"],
  ["negative-side", "row", "rows", "have a negative debit or credit; taken with their sign"],
  ["no-number", "item", "items", "have no document number"],
  [
    "derived-due",
    "due date",
    "due dates",
    "were worked out, not read: invoice date and terms, or the ageing column",
  ],
  ["due-before-issued", "item", "items", "are due before they were issued"],
  [
    "age-differs",
    "item",
    "items",
    "print another age than their due date gives; ages are always worked out from due dates",
  ],
  ["subtotal-differs", "subtotal", "subtotals", "differ from the rows above"],
  ["total-of-several-currencies", "total", "totals", "add up several currencies and say nothing"],
  [
    "master-unusable",
    "value",
    "values",
    "of master data (e-mail, country, language ...) cannot be used and were left out",
  ],
];

function remarksOf(tally: Tally, amounts: Amounts): string[] {
  const sentences = SENTENCES.flatMap(([kind, one, many, text]) => {
    const remark = tally.remarked(kind);
    return remark === null
      ? []
      : [`${counted(remark.count, one, many)} ${text} (first on line ${remark.first})`];
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
  const warnings = [...(seen.scan?.warnings ?? []), ...remarksOf(tally, plan.conventions.amounts)];
  if (seen.given?.control === "warn") holds.delete("control-subtotal");
  if (control.difference !== null && control.difference !== 0) {
    if (seen.given?.control === "warn" && control.kind === "total-line")
      warnings.push("the printed total differs from the rows, as the profile lets it");
    else holds.add("control-total");
  }
  if (control.kind === "none") {
    if (seen.given?.total === "line") holds.add("total-missing");
    if (seen.scan?.finalLineEnd === false)
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
