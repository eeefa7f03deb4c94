import type { Context, Outcome } from "../context.ts";
import { campaignOf } from "../core/campaign.ts";
import { toDecimal } from "../core/money.ts";
import type { Cents } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { TaskRecord } from "../store/tasks.ts";
import { type Company, withLockedCompany } from "./company.ts";
import { shown } from "./plan-document.ts";
import { newestBalance, planToday } from "./run-plan.ts";

/** An approval that a dry run showed and no run has listed yet: it is listed now, so that it can be decided. */
function listPlanned(company: Company, ids: readonly string[]): void {
  const unknown = new Set(ids.filter((id) => company.store.tasks.get(id) === null));
  if (unknown.size === 0) return;
  const snapshot = newestBalance(company);
  const { campaigns } = company.rules;
  const plans = [{}, ...[...campaigns.values()].map((campaign) => ({ campaign }))];
  for (const action of plans.flatMap((options) => planToday(company, snapshot, options).plan.actions)) {
    if ((action.task === "approval" || action.task === "own-side") && unknown.has(action.id)) {
      company.store.tasks.list(action, { day: company.today, snapshot: snapshot.id });
    }
  }
}

/** What has left cannot be decided any more: nobody must think that it was kept back. */
function refuseLeft({ store }: Company, id: string): void {
  const left = store.outbox.ofTask(id).find(({ state }) => LEFT.has(state));
  if (left === undefined) return;
  const own = left.transport !== "smtp" && left.state === "sent";
  throw new Failure(EXIT.usage, {
    code: "already-left",
    message: `${id} has been carried out: its message ${left.id} cannot be held back by this`,
    found: own ? `written to ${left.file ?? "a file"}` : left.state,
    expected: "an approval whose message has not left",
    fix: own
      ? `do not send that file, then: dunning outbox void ${left.id}`
      : `dunning outbox show ${left.id}`,
  });
}

const LEFT: ReadonlySet<string> = new Set(["sending", "committing", "sent", "uncertain"]);

/** What the approved message asks today, where that is more than the principal; null: nothing more, or it does not leave today. */
function totalToday(company: Company, { debtor, currency, step }: TaskRecord): Cents | null {
  const campaign = company.rules.campaigns.get(campaignOf(step) ?? "");
  const { plan } = planToday(company, newestBalance(company), {
    debtor,
    ...(campaign === undefined ? {} : { campaign }),
  });
  const found = plan.actions.find((each) => each.step === step && each.currency === currency);
  return found === undefined || found.total === found.claimed ? null : found.total;
}

/** All the ids or none of them: a wrong one must not leave half a decision behind. */
async function decide(
  context: Context,
  ids: readonly string[],
  settle: (company: Company, id: string) => TaskRecord,
  how: { readonly command: string; readonly word: string },
): Promise<Outcome> {
  return await withLockedCompany(context, how.command, "write", (company) => {
    const tasks = company.store.transaction(() => {
      listPlanned(company, ids);
      for (const id of ids) refuseLeft(company, id);
      return ids.map((id) => settle(company, id));
    });
    const totals = tasks.map((task) => (task.state === "granted" ? totalToday(company, task) : null));
    for (const [at, { id, debtor, name, step, maximum, claimed, currency }] of tasks.entries()) {
      const total = totals[at] ?? null;
      const all = total === null ? "" : `; ${shown(total, currency)} with interest and compensation of today`;
      context.out.say(
        `${id} ${how.word}: ${step} for ${debtor} ${name}, ${shown(maximum ?? claimed, currency)}${all}`,
      );
    }
    const approvals = tasks.map(({ id, debtor, step, currency, maximum, claimed, state, reason }, at) => ({
      id,
      debtor,
      step,
      currency,
      maximum: toDecimal(maximum ?? claimed, currency),
      total: toDecimal(totals[at] ?? maximum ?? claimed, currency),
      state,
      reason,
    }));
    return { exit: EXIT.done, company: company.company.name, asOf: company.today, document: { approvals } };
  });
}

/** `dunning approve ID...`: valid while the claim does not exceed what it is today; it leaves with the next run. */
export async function approve(context: Context, ids: readonly string[]): Promise<Outcome> {
  const outcome = await decide(context, ids, ({ store, today }, id) => store.tasks.grant(id, today), {
    command: "approve",
    word: "approved",
  });
  const steps = outcome.document["approvals"] as readonly { readonly step: string }[];
  const commands = new Set(
    steps.map(({ step }) => {
      const campaign = campaignOf(step);
      return campaign === null ? "dunning run" : `dunning campaign run ${campaign}`;
    }),
  );
  for (const command of commands) context.out.say(`What is due leaves with the next run: ${command}`);
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
    ({ store, today }, id) => {
      const task = store.tasks.reject(id, today, reason);
      // What was approved and still waits must not leave any more.
      for (const message of store.outbox.ofTask(id)) {
        if (message.state === "queued" || message.state === "deferred") store.outbox.void(message.id, today);
      }
      return task;
    },
    { command: "reject", word: "rejected" },
  );
}
