import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { plan } from "../core/plan.ts";
import type { Action, Debtor, Finished, Plan, PlanMoment, SnapshotInfo } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Company } from "./company.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The newest balance. Throws a Failure (66) where none was taken in yet. */
export function newestBalance(company: Company): SnapshotInfo {
  const snapshot = company.store.imports.info();
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

export interface PlanOptions {
  readonly only?: Action["channel"];
  readonly debtor?: string;
  readonly force?: boolean;
}

/** The plan of today, narrowed to a channel or a debtor where asked. Renders nothing. */
export function planToday(company: Company, snapshot: SnapshotInfo, options: PlanOptions = {}): Plan {
  const { store, rules } = company;
  const ledgers = store.ledgers(
    options.debtor === undefined ? {} : { debtors: [store.debtors.find(options.debtor).id] },
  );
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
  const at = context.now().toISOString();
  const finished: Finished[] = [];
  let shownAt = 0;
  for (const [n, action] of written.entries()) {
    const { currency, cycle, debtorKey } = action;
    finished.push(
      await renderAction(action, debtorOf(company, action), company.company, templates, {
        today: company.today,
        reference: action.debtor,
        previous: company.store.outbox.previous(debtorKey, currency, cycle),
        at,
        secret: company.store.secret,
      }),
    );
    const now = context.now().getTime();
    if (now - shownAt > 200) {
      context.out.progress(`rendering ${n + 1} of ${written.length}`);
      shownAt = now;
    }
  }
  context.out.progress("");
  return finished;
}

function debtorOf(company: Company, { debtor }: Action): Debtor {
  const [ledger] = company.store.ledgers({ debtors: [debtor] });
  if (ledger === undefined) throw new Error(`the plan names a debtor without a ledger: ${debtor}`);
  return ledger.debtor;
}
