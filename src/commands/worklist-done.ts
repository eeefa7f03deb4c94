import type { Context, Outcome } from "../context.ts";
import type { Task } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { isAnswerId } from "../store/answers.ts";
import type { TaskRecord } from "../store/tasks.ts";
import { type Company, withLockedCompany } from "./company.ts";
import { newestBalance, planToday } from "./run-plan.ts";

/** `dunning worklist done ID`: what a person has done that no other command records. */
export async function worklistDone(context: Context, id: string): Promise<Outcome> {
  return await withLockedCompany(context, "worklist done", "write", (company) => {
    const { store, today } = company;
    if (isAnswerId(id)) {
      const { id: answer, debtor, name } = store.answers.read(id, today);
      context.out.say(`${answer} read: a mail of ${debtor} ${name}; automatic messages go on`);
      return {
        exit: EXIT.done,
        company: company.company.name,
        asOf: today,
        document: { task: { id: answer, kind: "answered", debtor, state: "done" } },
      };
    }
    if (store.tasks.get(id) === null) listPlanned(company, id);
    const task = store.tasks.get(id);
    if (task === null || task.kind !== "declare-claim" || task.state !== "open") throw notToBeDone(id, task);
    const { debtor, name, kind } = store.tasks.finish(id, today);
    context.out.say(`${id} done: ${kind} for ${debtor} ${name}`);
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: today,
      document: { task: { id, kind, debtor, state: "done" } },
    };
  });
}

/** What a dry run showed and no run has listed yet. */
function listPlanned(company: Company, id: string): void {
  const snapshot = newestBalance(company);
  const action = planToday(company, snapshot).plan.actions.find(
    (each) => each.id === id && each.task !== null,
  );
  if (action !== undefined) company.store.tasks.list(action, { day: company.today, snapshot: snapshot.id });
}

function notToBeDone(id: string, task: TaskRecord | null): Failure {
  const other = task !== null && task.state === "open" ? OTHER_WAYS[task.kind] : undefined;
  return new Failure(EXIT.usage, {
    code: "not-to-be-done",
    message: `${id} is nothing that this can end`,
    found: task === null ? "no such task" : `${task.kind}, ${task.state}`,
    expected: "a claim to declare, or an answer (R and a number), that waits",
    fix: other?.replace("ID", id).replace("DEBTOR", task?.debtor ?? "DEBTOR") ?? "dunning worklist",
  });
}

const OTHER_WAYS: Partial<Record<Task["kind"], string>> = {
  call: "dunning log call DEBTOR --outcome CODE --next KIND --next-date DATE",
  visit: "dunning log visit DEBTOR --outcome CODE --next KIND --next-date DATE",
  approval: "dunning approve ID",
  "own-side": "dunning approve ID",
  address: "dunning debtor set DEBTOR email=... address=...",
};
