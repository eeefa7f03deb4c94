import type { Context, Outcome } from "../context.ts";
import { toDecimal } from "../core/money.ts";
import { EXIT } from "../problem.ts";
import type { TaskRecord } from "../store/tasks.ts";
import { type Company, withCompany } from "./company.ts";
import { shown } from "./plan-document.ts";
import { newestBalance, planToday } from "./run-plan.ts";

/** An approval that a dry run showed and no run has listed yet: it is listed now, so that it can be decided. */
function listPlanned(company: Company, ids: readonly string[]): void {
  const unknown = new Set(ids.filter((id) => company.store.tasks.get(id) === null));
  if (unknown.size === 0) return;
  const snapshot = newestBalance(company);
  for (const action of planToday(company, snapshot).plan.actions) {
    if (action.task === "approval" && unknown.has(action.id)) {
      company.store.tasks.list(action, { day: company.today, snapshot: snapshot.id });
    }
  }
}

/** All the ids or none of them: a wrong one must not leave half a decision behind. */
async function decide(
  context: Context,
  ids: readonly string[],
  settle: (company: Company, id: string) => TaskRecord,
  word: string,
): Promise<Outcome> {
  return await withCompany(context, "write", (company) => {
    const tasks = company.store.transaction(() => {
      listPlanned(company, ids);
      return ids.map((id) => settle(company, id));
    });
    for (const { id, debtor, name, step, maximum, claimed, currency } of tasks) {
      context.out.say(`${id} ${word}: ${step} for ${debtor} ${name}, ${shown(maximum ?? claimed, currency)}`);
    }
    const approvals = tasks.map(({ id, debtor, step, currency, maximum, claimed, state, reason }) => ({
      id,
      debtor,
      step,
      currency,
      maximum: toDecimal(maximum ?? claimed, currency),
      state,
      reason,
    }));
    return { exit: EXIT.done, company: company.company.name, asOf: company.today, document: { approvals } };
  });
}

/** `dunning approve ID...`: valid while the claim does not exceed what it is today; it leaves with the next run. */
export async function approve(context: Context, ids: readonly string[]): Promise<Outcome> {
  const outcome = await decide(
    context,
    ids,
    ({ store, today }, id) => store.tasks.grant(id, today),
    "approved",
  );
  context.out.say("It leaves with the next run: dunning run");
  return outcome;
}

/** `dunning reject ID... --reason TEXT`. */
export async function reject(
  context: Context,
  ids: readonly string[],
  { reason }: { reason: string },
): Promise<Outcome> {
  return await decide(
    context,
    ids,
    ({ store, today }, id) => store.tasks.reject(id, today, reason),
    "rejected",
  );
}
