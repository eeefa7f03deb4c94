import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { type PastReminder, type TakenOver, takeOver } from "../core/takeover.ts";
import type { DebtorId, Ledger, RejectedRow } from "../core/types.ts";
import type { List } from "../intake/list.ts";
import { EXIT } from "../problem.ts";
import { type Company, ledgersOf, withCompany, withLockedCompany } from "./company.ts";
import { sayRejectedRows } from "./rejected.ts";
import { newestBalance } from "./run-plan.ts";

export interface HistoryOptions {
  readonly dryRun?: boolean;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly map?: ReadonlyMap<string, string>;
}

/** `dunning import history FILE`: what an older tool has sent counts as carried out. */
export async function importHistory(
  context: Context,
  file: string,
  options: HistoryOptions,
): Promise<Outcome> {
  const work = async (company: Company) => {
    newestBalance(company);
    const { readReminders } = await import("../intake/reminders.ts");
    const reminders = await readReminders(resolve(context.cwd, file), options);
    if (options.dryRun !== true) company.store.backupBefore();
    return record(context, company, reminders, options);
  };
  if (options.dryRun === true) return await withCompany(context, "write", work);
  return await withLockedCompany(context, "import history", "write", work);
}

interface Judged {
  readonly taken: readonly TakenOver[];
  readonly rejected: readonly RejectedRow[];
  /** Rows of which nothing is open any more, or whose debtor no balance has named. */
  readonly paid: number;
  readonly unknown: readonly { readonly line: number; readonly debtor: DebtorId }[];
}

function judge(company: Company, given: readonly PastReminder[], map: ReadonlyMap<string, string>): Judged {
  const { store, rules, today } = company;
  const reminders = given.map((each) => ({
    ...each,
    debtor: store.debtors.get(each.debtor)?.id ?? each.debtor,
  }));
  const ids = [...new Set(reminders.map(({ debtor }) => debtor))].sort();
  const ledgers = new Map<DebtorId, Ledger>();
  for (const ledger of ledgersOf(company, ids)) ledgers.set(ledger.debtor.id, ledger);
  const taken: TakenOver[] = [];
  const rejected: RejectedRow[] = [];
  const unknown: Judged["unknown"][number][] = [];
  let paid = 0;
  for (const reminder of reminders) {
    const { line, debtor } = reminder;
    const ledger = ledgers.get(debtor);
    if (ledger === undefined) {
      unknown.push({ line, debtor });
      continue;
    }
    const result = takeOver(reminder, ledger, { rules, today, map });
    if ("taken" in result) {
      taken.push(...result.taken);
      if (result.taken.length === 0) paid += 1;
    } else {
      const { column, found, reason, fix } = result;
      rejected.push({ line, column, value: found, reason, fix, debtor });
    }
  }
  return { taken, rejected, paid, unknown };
}

function record(
  { out }: Context,
  company: Company,
  { rows: reminders, rejected: unread, counts: rows, warnings: remarks }: List<PastReminder>,
  { dryRun = false, map = new Map() }: HistoryOptions,
): Outcome {
  const judged = judge(company, reminders, map);
  const rejected = [...unread, ...judged.rejected].sort((a, b) => a.line - b.line);
  const { recorded, known } = company.store.takeovers.record(judged.taken, { day: company.today, dryRun });
  const warnings = [...remarks];
  const [first] = judged.unknown;
  if (first !== undefined) {
    const count = judged.unknown.length;
    warnings.push(
      `${count} ${count === 1 ? "row names a customer" : "rows name customers"} that no balance has named (first ${first.debtor}, line ${first.line}): nothing is recorded for them`,
    );
  }
  const would = dryRun ? " (dry run, nothing is kept)" : "";
  out.say(
    `${rows.read - rows.blank} rows: ${recorded} reminders recorded, ${known} known already, ${judged.paid} of what is paid, ${judged.unknown.length} of unknown customers, ${rejected.length} rejected${would}`,
  );
  for (const warning of warnings) out.note(`${out.paint("warn", "warning")} ${warning}`);
  sayRejectedRows(out, rejected);
  return {
    exit: rejected.length > 0 ? EXIT.partial : EXIT.done,
    company: company.company.name,
    asOf: company.today,
    warnings,
    document: {
      rows: { ...rows, rejected: rejected.length },
      reminders: { recorded, known, paid: judged.paid },
      unknown: judged.unknown,
      rejected,
    },
  };
}
