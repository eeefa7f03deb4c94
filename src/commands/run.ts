import type { Context, Outcome } from "../context.ts";
import type { Action, Finished, Plan } from "../core/types.ts";
import { type Delivered, NOTHING_DELIVERED } from "../delivery/deliver.ts";
import { EXIT, type Exit, Failure, type Problem } from "../problem.ts";
import type { NewMessage } from "../store/outbox.ts";
import { unknownAttributes } from "./attributes.ts";
import { type Company, withCompany, withLockedCompany } from "./company.ts";
import { haltOf, haltText } from "./halt.ts";
import { refuseEnding } from "./output-file.ts";
import { actionDocument, notActedDocument } from "./plan-document.ts";
import { refusePrograms } from "./programs.ts";
import { settlePromises } from "./promises-settled.ts";
import { deliverWaiting, mailsOf, newMessages, overTheCap, whyNothingLeaves } from "./run-delivery.ts";
import { aboutMessage, attention, balanceTooOld, exitOf } from "./run-ending.ts";
import { guardOver, refuseStopped, stoppedBy } from "./run-guard.ts";
import { confirmLive } from "./run-live.ts";
import { commandOf, newestBalance, type PlanOptions, planToday, renderPlan } from "./run-plan.ts";
import { isRehearsal, rehearseBySmtp } from "./run-rehearsal.ts";
import { actionWarnings, type Counts, NO_COUNTS, sayPlan, summaryLine, writePreview } from "./run-report.ts";
import { approvedBy, savePlan } from "./saved-plan.ts";
import { refuseRestoredStore } from "./sent-journal.ts";
import { shellWord } from "./shell-word.ts";

/** Endings that a person should read about; the others are what was asked for. */
const TROUBLE: ReadonlySet<string> = new Set(["deferred", "refused", "uncertain", "superseded", "waiting"]);

export interface RunOptions extends PlanOptions {
  readonly dryRun?: boolean;
  readonly preview?: string;
  readonly maxMessages?: number;
  /** The hash of a plan, or a file in which it was saved. */
  readonly approve?: string;
  readonly savePlan?: string;
}

/** `dunning run`: plan, render everything, deliver. A dry run walks the same way and stops before the outbox. */
export async function run(context: Context, options: RunOptions): Promise<Outcome> {
  if (options.preview !== undefined && options.dryRun !== true) {
    throw new Failure(EXIT.usage, {
      code: "preview-without-dry-run",
      message: "a preview is made before anything leaves",
      fix: `${commandOf(options)} --dry-run --preview ${options.preview}`,
    });
  }
  if (options.savePlan !== undefined && options.dryRun !== true) {
    throw new Failure(EXIT.usage, {
      code: "save-without-dry-run",
      message: "a plan is saved before anything leaves, to be looked through",
      fix: `${commandOf(options)} --dry-run --save-plan ${options.savePlan}`,
    });
  }
  if (options.savePlan !== undefined) refuseEnding(options.savePlan, ".json");
  if (options.dryRun === true)
    return await withCompany(context, "read", (company) => rehearse(context, company, options));
  return await withLockedCompany(context, "run", "write", (company) => carryOut(context, company, options));
}

async function rehearse(context: Context, company: Company, options: RunOptions): Promise<Outcome> {
  const today = planToday(company, newestBalance(company), options);
  const { plan } = today;
  const finished: Finished[] = [];
  const written: Action[] = [];
  const faults: string[] = [];
  const guard = guardOver(context, company, plan.actions);
  for await (const each of renderPlan(context, company, today, ["due", "awaiting-approval"])) {
    written.push(each.action);
    const fault = await guard(each);
    if (fault !== null) faults.push(stoppedBy(each, fault).message);
    // Only the preview needs them all at once.
    if (options.preview !== undefined) finished.push(each);
  }
  sayPlan(context, plan);
  const warnings = [...faults, ...ruleWarnings(company), ...actionWarnings(asWritten(plan.actions, written))];
  const files: string[] = [];
  if (options.preview !== undefined) {
    files.push(
      await writePreview(context, options.preview, { company: company.company.name, finished, plan }),
    );
    context.out.say(`\nLook through everything: ${files[0]}`);
  }
  sayWarnings(context, warnings);
  if (options.savePlan !== undefined) {
    files.push(await savePlan(context, options.savePlan, plan));
    context.out.say(
      `\nSaved: ${files.at(-1)}. To send exactly this today: ${commandOf(options)} --approve ${shellWord(options.savePlan)}`,
    );
  }
  const counts = { ...NO_COUNTS, ...waiting(plan), due: plan.actions.length };
  return outcome(company, plan, { exit: EXIT.done, counts, files, warnings, states: new Map() });
}

/** The stop flag, as what stands in the way of a run; null: it is not set. */
function halted({ store }: Company): { code: string; message: string } | null {
  const halt = haltOf(store);
  return halt === null ? null : { code: "stopped", message: `nothing leaves: ${haltText(halt)}` };
}

/** With what writing them has brought to light. */
function asWritten(actions: readonly Action[], written: readonly Action[]): readonly Action[] {
  const found = new Map(written.map((action) => [action.id, action]));
  return actions.map((action) => found.get(action.id) ?? action);
}

const ruleWarnings = (company: Company): string[] =>
  unknownAttributes(company, company.store).map(
    ({ where, message }) => `dunning.yaml:${where?.line ?? 0}: ${message}`,
  );

/** Placeholders of `init` are for looking at drafts; a debtor must never read them. */
function refusePlaceholders({ warnings, file }: Company): void {
  const [first, ...rest] = warnings
    .filter(({ code }) => code === "placeholder")
    .map(({ code, message, where, found }) => ({
      code,
      message: `${message}: nothing is written`,
      where: where ?? { file },
      ...(found === undefined ? {} : { found }),
      fix: "write the real one into dunning.yaml; until then: dunning run --dry-run",
    }));
  if (first !== undefined) throw new Failure(EXIT.config, [first, ...rest]);
}

async function carryOut(context: Context, company: Company, options: RunOptions): Promise<Outcome> {
  refusePlaceholders(company);
  refusePrograms(company);
  const { store, today, config } = company;
  refuseRestoredStore(company);
  const approved = options.approve === undefined ? undefined : approvedBy(context, options.approve);
  const recovered = store.outbox.recover(today);
  const snapshot = newestBalance(company);
  settlePromises(company);
  const planned = planToday(company, snapshot, options);
  const { plan } = planned;
  const finished: Finished[] = [];
  const guard = guardOver(context, company, plan.actions);
  const stoppedOnes: Problem[] = [];
  for await (const each of renderPlan(context, company, planned, ["due"])) {
    finished.push(each);
    const fault = await guard(each);
    if (fault !== null) stoppedOnes.push(stoppedBy(each, fault));
  }
  refuseStopped(stoppedOnes);
  const mails = mailsOf(company, finished);
  const cap = { ...options, ...(approved === undefined ? {} : { approved }) };
  const live = async () =>
    isRehearsal(company) ? null : await confirmLive(context, company, mails, options);
  const stopped = halted(company) ?? overTheCap(company, plan, mails, cap) ?? (await live());
  if (stopped !== null) {
    context.out.say(stopped.message);
    const counts = { ...NO_COUNTS, due: plan.actions.length, skipped: plan.actions.length };
    const ended = { exit: EXIT.person, counts, files: [], warnings: [stopped.message], states: new Map() };
    const said = outcome(company, plan, ended);
    return { ...said, because: [stopped], document: { ...said.document, stopped } };
  }
  if (isRehearsal(company)) {
    const { failure, ...ended } = await rehearseBySmtp(context, company, finished);
    const said = outcome(company, plan, { ...ended, files: [], states: new Map() });
    return failure === null ? said : { ...said, failure };
  }
  const { name, listed, keptBack, delivered, states, counts } = await context.finishing(async () => {
    const recorded = record(company, plan, newMessages(company, finished));
    const waits = store.outbox.waiting().length;
    const why = waits > 0 ? whyNothingLeaves(company) : null;
    const ended = waits > 0 && why === null ? await deliverWaiting(context, company) : NOTHING_DELIVERED;
    const { waiting: left, superseded: skipped, ...became } = ended.counts;
    const counted: Counts = {
      ...became,
      skipped,
      queued: why === null ? left : waits,
      ...waiting(plan),
      due: plan.actions.length,
      uncertain: ended.counts.uncertain + recovered.uncertain.length,
    };
    if (recorded.id !== null) store.runs.end(recorded.id, { ...counted });
    return {
      ...recorded,
      keptBack: why,
      delivered: ended,
      states: statesOf(recorded.messages, ended),
      counts: counted,
    };
  });
  const old = balanceTooOld(company, plan, snapshot);
  const halt = halted(company);
  const exit = exitOf(context, { snapshot, plan, counts, listed, old, halted: halt !== null }, delivered);
  const warnings = [
    ...ruleWarnings(company),
    ...actionWarnings(
      asWritten(
        plan.actions,
        finished.map(({ action }) => action),
      ),
    ),
    ...attention(company, { snapshot, old, plan }, recovered.uncertain),
  ];
  if (halt !== null) warnings.push(halt.message);
  if (keptBack !== null) warnings.push(`messages wait in the outbox, because ${keptBack}`);
  for (const { id: message, ending, note } of delivered.messages) {
    if (note !== null && TROUBLE.has(ending)) warnings.push(aboutMessage(store, message, ending, note));
  }
  sayWarnings(context, warnings);
  if (delivered.files.length > 0)
    context.out.say(`Written: ${foldersOf(delivered.files).join(", ")} in ${company.folder}`);
  if (config.email.transport === "drafts" && delivered.counts.drafted > 0) {
    context.out.note("Drafts are not sent: open them in your mail program, or set email.transport to smtp.");
  }
  context.out.say(summaryLine(today, name, counts, exit));
  const ended = outcome(company, plan, { exit, counts, files: delivered.files, warnings, states });
  return delivered.stopped === null ? ended : { ...ended, failure: delivered.stopped };
}

/** By action: how its message ended. A message may have another id, where an earlier one of the same step was taken back. */
function statesOf(
  messages: ReadonlyMap<string, string>,
  { messages: ended }: Delivered,
): Map<string, string> {
  const endings = new Map<string, string>(ended.map(({ id, ending }) => [id, ending]));
  return new Map([...messages].map(([action, id]) => [action, endings.get(id) ?? "queued"]));
}

/** One transaction: the run, its tasks and its messages; all of them or nothing. `listed`: tasks that are new. */
function record({ store, today }: Company, plan: Plan, messages: readonly NewMessage[]) {
  return store.transaction(() => {
    store.tasks.expire(today);
    if (plan.actions.length === 0)
      return { id: null, name: "-", listed: 0, messages: new Map<string, string>() };
    const { snapshot } = plan;
    const started = store.runs.start({ asOf: today, snapshot, planHash: plan.hash });
    const tasks = plan.actions
      .filter(({ task }) => task !== null)
      .map((action) => store.tasks.list(action, { day: today, snapshot }));
    const ids = store.outbox.queue({ id: started.id, snapshot, asOf: today }, messages);
    return {
      id: started.id,
      name: started.name,
      listed: tasks.filter(({ isNew }) => isNew).length,
      messages: new Map(
        messages.map(({ finished }, n) => [finished.action.id, ids[n] ?? finished.action.id]),
      ),
    };
  });
}

function waiting({ actions }: Plan): Pick<Counts, "awaitingApproval" | "listed"> {
  return {
    awaitingApproval: actions.filter(({ state }) => state === "awaiting-approval").length,
    listed: actions.filter(({ state }) => state === "listed").length,
  };
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/") + 1)))];
}

function sayWarnings({ out }: Context, warnings: readonly string[]): void {
  for (const warning of warnings.slice(0, 20)) out.note(`${out.paint("warn", "warning")} ${warning}`);
  if (warnings.length > 20) out.note(`... and ${warnings.length - 20} more warnings (--json has them all)`);
}

interface Ended {
  readonly exit: Outcome["exit"] | Exit;
  readonly counts: Counts;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly states: ReadonlyMap<string, string>;
}

function outcome(company: Company, plan: Plan, { exit, counts, files, warnings, states }: Ended): Outcome {
  const stateOf = (action: Action): string => states.get(action.id) ?? action.state;
  return {
    exit,
    company: company.company.name,
    asOf: company.today,
    warnings,
    document: {
      planHash: plan.hash,
      actions: plan.actions.map((action) => actionDocument(action, stateOf(action))),
      notActed: plan.notActed.map(notActedDocument),
      counts,
      files,
    },
  };
}
