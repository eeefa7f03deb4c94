import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { EXIT } from "../problem.ts";
import type { NearCode } from "../store/debtors.ts";
import { withCompany } from "./company.ts";
import { sayRejectedRows } from "./rejected.ts";

const nearCode = ({ line, debtor, known }: NearCode): string =>
  `line ${line}: ${debtor} is a new debtor, although ${known} is known: if they are one customer, write ${known} here`;

/** `dunning import contacts FILE`: names, e-mails, addresses, language and kind, by the customer's code. */
export async function importContacts(
  context: Context,
  file: string,
  options: { dryRun?: boolean; encoding?: string; sheet?: string },
): Promise<Outcome> {
  const mode = options.dryRun === true ? "write" : "create";
  return await withCompany(context, mode, async ({ store, company, today }) => {
    const { readContacts } = await import("../intake/contacts.ts");
    const {
      contacts,
      rejected,
      rows,
      warnings: remarks,
    } = await readContacts(resolve(context.cwd, file), options);
    if (options.dryRun !== true) store.backupBefore();
    const counts = store.debtors.importContacts(contacts, { day: today, dryRun: options.dryRun === true });
    const warnings = [
      ...remarks,
      ...counts.near.map(nearCode),
      ...counts.merged.map(
        ({ line, debtor, into }) => `line ${line}: ${debtor} is ${into} now, and the row of ${into} counts`,
      ),
    ];
    const { out } = context;
    const would = options.dryRun === true ? " (dry run, nothing is kept)" : "";
    out.say(
      `${rows.read} rows: ${counts.new} new debtors, ${counts.changed} changed, ${counts.unchanged} unchanged, ${rejected.length} rejected${would}`,
    );
    const keys = Object.entries(counts.keys);
    if (keys.length > 0) out.say(`  set: ${keys.map(([key, count]) => `${key} ${count}`).join(", ")}`);
    if (counts.kept > 0)
      out.say(`  ${counts.kept} values kept, because a person set them (dunning debtor set)`);
    for (const warning of warnings) out.note(`${out.paint("warn", "warning")} ${warning}`);
    const refused = [
      ...rejected.map(({ line, debtor, column, value, reason, fix }) => ({
        line,
        debtor,
        column,
        value,
        reason,
        fix,
      })),
      ...counts.ignored.map(({ line, debtor, key, value, expected }) => ({
        line,
        debtor,
        column: key,
        value,
        reason: `expected ${expected}`,
        fix: "the value known before is kept",
      })),
    ];
    sayRejectedRows(out, refused);
    const { ignored: _ignored, near, merged, ...debtors } = counts;
    return {
      exit: refused.length > 0 ? EXIT.partial : EXIT.done,
      company: company.name,
      asOf: today,
      warnings,
      document: { rows, debtors, near, merged, rejected: refused },
    };
  });
}
