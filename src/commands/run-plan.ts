import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { plan } from "../core/plan.ts";
import type { Action, DebtorId, Finished, Plan, PlanMoment, SnapshotInfo } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Company } from "./company.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The newest balance. Throws a Failure (66) where none was taken in yet. */
export function newestBalance(company: Company): SnapshotInfo {
  const snapshot = company.store.snapshotInfo();
  if (snapshot !== null) return snapshot;
  throw new Failure(EXIT.missing, {
    code: "no-balance",
    where: { file: company.storeFile },
    message: "no balance has been taken in yet",
    fix: "dunning import FILE",
  });
}

export function momentOf(company: Company, snapshot: SnapshotInfo, force = false): PlanMoment {
  return { today: company.today, snapshot, force, hash: sha256 };
}

/** Throws a Failure (2) where the company has no such debtor. */
export function knownDebtor(company: Company, id: string): DebtorId {
  if (company.store.debtors.get(id as DebtorId) !== null) return id as DebtorId;
  throw noSuchDebtor(id);
}

export function noSuchDebtor(id: string): Failure {
  return new Failure(EXIT.usage, {
    code: "no-such-debtor",
    message: "there is no debtor with this code",
    found: id,
    expected: "the customer's code as in the balance, leading zeros included",
    fix: "dunning debtors",
  });
}

export interface PlanOptions {
  readonly only?: Action["channel"];
  readonly debtor?: string;
  readonly force?: boolean;
}

/** The plan of today, narrowed to a channel or a debtor where asked. Renders nothing. */
export function planToday(company: Company, snapshot: SnapshotInfo, options: PlanOptions = {}): Plan {
  const { store, rules } = company;
  const debtor = options.debtor === undefined ? undefined : knownDebtor(company, options.debtor);
  const ledgers = store.ledgers(debtor === undefined ? {} : { debtor });
  const whole = plan(ledgers, rules, momentOf(company, snapshot, options.force));
  if (options.only === undefined) return whole;
  return { ...whole, actions: whole.actions.filter(({ channel }) => channel === options.only) };
}

/** Whether an action becomes a message; calls, visits and address searches are tasks. */
export function isWritten(action: Action): boolean {
  return action.template !== null && ["email", "letter", "registered-letter"].includes(action.channel);
}

/**
 * Every message of a plan, finished: all of them, before anything leaves. `include` says which states; a dry run
 * renders those that wait for approval too.
 */
export async function renderPlan(
  context: Context,
  company: Company,
  actions: readonly Action[],
  include: readonly Action["state"][],
): Promise<Finished[]> {
  const written = actions.filter((action) => isWritten(action) && include.includes(action.state));
  if (written.length === 0) return [];
  const { loadTemplates } = await import("../render/template.ts");
  const { renderAction } = await import("../render/render.ts");
  const templates = loadTemplates(context.home, company.folder);
  const secret = company.store.secret();
  const finished: Finished[] = [];
  let shownAt = 0;
  for (const [at, action] of written.entries()) {
    const debtor = company.store.debtors.get(action.debtor);
    if (debtor === null)
      throw new Error(`the plan names a debtor that the store does not know: ${action.id}`);
    const previous = company.store.outbox.lastMessageId(action.debtorKey, action.currency, action.cycle);
    finished.push(
      await renderAction(action, debtor, company.company, templates, {
        today: company.today,
        secret,
        references: previous === null ? [] : [previous],
      }),
    );
    const now = context.now().getTime();
    if (now - shownAt > 200) {
      context.out.progress(`rendering ${at + 1} of ${written.length}`);
      shownAt = now;
    }
  }
  context.out.progress("");
  return finished;
}
