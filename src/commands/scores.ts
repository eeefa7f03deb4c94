import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import type { DebtorId } from "../core/types.ts";
import type { Score } from "../intake/scores.ts";
import { EXIT } from "../problem.ts";
import { type Company, withCompany } from "./company.ts";
import { sayRejectedRows } from "./rejected.ts";

export interface ScoresOptions {
  readonly dryRun?: boolean;
  readonly encoding?: string;
  readonly sheet?: string;
}

/** `dunning import scores FILE`: of each debtor the newest score counts; an insolvency stops everything for him. */
export async function importScores(context: Context, file: string, options: ScoresOptions): Promise<Outcome> {
  const dryRun = options.dryRun === true;
  return await withCompany(context, dryRun ? "write" : "create", async (company) => {
    const { readScores } = await import("../intake/scores.ts");
    const {
      rows,
      rejected,
      counts,
      warnings: remarks,
    } = await readScores(resolve(context.cwd, file), options);
    const { newest, older } = newestOf(company, rows);
    const today = company.today;
    if (!dryRun) company.store.backupBefore();
    const debtors = company.store.debtors.importContacts(
      newest.map(({ debtor, score, insolvent, day, line }) => ({
        debtor,
        line,
        master: {
          score_date: day,
          ...(score === null ? {} : { score: String(score) }),
          ...(insolvent === null ? {} : { insolvent: insolvent ? "1" : "0" }),
        },
      })),
      { day: today, dryRun },
    );
    const insolvent = newest.filter((each) => each.insolvent === true).map(({ debtor }) => debtor);
    const { out } = context;
    out.say(
      `${counts.read - counts.blank} rows: ${debtors.changed + debtors.new} debtors changed, ${debtors.unchanged} unchanged, ${older} rows older than what is known, ${rejected.length} rejected${dryRun ? " (dry run, nothing is kept)" : ""}`,
    );
    if (insolvent.length > 0)
      out.say(
        `${out.paint("bad", "Insolvent")}: ${insolvent.join(", ")}: nothing is sent any more; declare the claims.`,
      );
    for (const remark of remarks) out.note(`${out.paint("warn", "warning")} ${remark}`);
    sayRejectedRows(out, rejected);
    const { changed, new: added, unchanged, kept } = debtors;
    return {
      exit: rejected.length > 0 ? EXIT.partial : EXIT.done,
      company: company.company.name,
      asOf: today,
      warnings: remarks,
      document: {
        rows: counts,
        debtors: { new: added, changed, unchanged },
        kept,
        older,
        insolvent,
        rejected,
      },
    };
  });
}

/** One row a debtor, the newest; what the store knows of the same day or later is not overwritten by an older list. */
function newestOf({ store }: Company, rows: readonly Score[]): { newest: readonly Score[]; older: number } {
  const newest = new Map<DebtorId, Score>();
  for (const row of rows) {
    const known = newest.get(row.debtor)?.day ?? store.debtors.get(row.debtor)?.master["score_date"] ?? "";
    if (row.day >= String(known)) newest.set(row.debtor, row);
  }
  return { newest: [...newest.values()], older: rows.length - newest.size };
}
