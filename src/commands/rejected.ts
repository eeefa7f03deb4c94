import type { Output } from "../context.ts";
import type { RejectedRow } from "../core/types.ts";
import { table } from "../table.ts";

const SHOWN = 20;
/** A cell of a broken row can be a page long. */
const brief = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

const COLUMNS = [
  { header: "line", align: "right" as const },
  { header: "debtor", whole: true },
  { header: "column" },
  { header: "found" },
  { header: "why", flexible: true },
];

/** The first rejected rows, each with what to do about it. */
export function sayRejectedRows(out: Output, rejected: readonly RejectedRow[]): void {
  if (rejected.length === 0) return;
  const rows = rejected
    .slice(0, SHOWN)
    .map(({ line, debtor, column, value, reason, fix }) => [
      String(line),
      debtor ?? "?",
      brief(column),
      brief(value),
      `${reason}; ${fix}`,
    ]);
  out.say(table(COLUMNS, rows, out.width));
  if (rejected.length > SHOWN) out.say(`... and ${rejected.length - SHOWN} more (--json has them all)`);
}
