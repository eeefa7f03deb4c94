import type { Context, Outcome } from "../context.ts";
import { OUTCOMES, type OutcomeCode } from "../core/agreements.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { isAnswerId } from "../store/answers.ts";
import type { LogKind } from "../store/contact-log.ts";
import type { Company } from "./company.ts";
import { givePromise } from "./promise.ts";
import { settlePromises } from "./promises-settled.ts";
import { authorOf, notPast, owedIn, owingOf, recording, textOf } from "./recording.ts";
import { planToday } from "./run-plan.ts";

export interface LogOptions {
  readonly outcome?: OutcomeCode;
  readonly cause?: string;
  readonly person?: string;
  readonly author?: string;
  readonly note?: string;
  readonly next?: string;
  readonly nextDate?: Day;
  readonly promise?: readonly [Day, string];
  readonly invoice?: readonly string[];
  readonly currency?: string;
}

/** Spoken to in person: an outcome and what comes next must be said, or it was not worth the call. */
const PERSONAL: ReadonlySet<LogKind> = new Set(["call", "visit", "video"]);

/** What to type where the debtor must not be reminded of what he says that he does not owe. */
const TO_STOP: Partial<Record<OutcomeCode, string>> = {
  disputed: "dunning dispute open DEBTOR --invoice N --reason CODE",
  "says-paid": "dunning hold set DEBTOR --reason TEXT --until DATE",
};

/** What comes next needs its day; a promise is a next step. */
function refuseUnfinished(kind: LogKind, { outcome, next, nextDate, promise, note }: LogOptions): void {
  const missing: string[] = [];
  if (PERSONAL.has(kind)) {
    if (outcome === undefined) missing.push("--outcome CODE");
    if (outcome === "promised" && promise === undefined) missing.push("--promise DATE=AMOUNT");
    else if (next === undefined && promise === undefined)
      missing.push("--next KIND, or --promise DATE=AMOUNT");
  }
  if (next !== undefined && next !== "scenario" && nextDate === undefined) missing.push("--next-date DATE");
  if (kind === "note" && textOf(note) === null) missing.push("--note TEXT");
  if (missing.length === 0) return;
  throw new Failure(EXIT.usage, {
    code: "log-unfinished",
    message: `a ${kind} is not finished`,
    found: `missing: ${missing.join("; ")}`,
    expected: PERSONAL.has(kind) ? "an outcome and the next step" : "what the command needs",
    fix: `dunning log ${kind} --help`,
  });
}

/** What today's plan has and no run has listed yet: a call that is made before the run counts as well. */
function listPlanned(company: Company, debtor: string, wanted: "call" | "visit"): void {
  const { store, today } = company;
  const snapshot = store.imports.info();
  if (snapshot === null) return;
  for (const action of planToday(company, snapshot, { debtor }).plan.actions)
    if (action.task === wanted) store.tasks.list(action, { day: today, snapshot: snapshot.id });
}

/** The calls or visits of the debtor that wait on the worklist, and are done by this. */
function finished(company: Company, debtor: string, kind: LogKind, spoken: boolean): string[] {
  if (!spoken) return [];
  const { store, today } = company;
  const wanted = kind === "visit" ? "visit" : "call";
  store.tasks.expire(today);
  listPlanned(company, debtor, wanted);
  return owingOf(company, debtor).dossiers.flatMap(({ tasks, cycle }) =>
    tasks
      .filter((task) => task.kind === wanted && task.state === "open" && task.cycle === cycle)
      .map(({ id }) => store.tasks.finish(id, today).id),
  );
}

/** `dunning log call|visit|video|email|letter|note DEBTOR`: what was said or written by a person, and what comes next. */
export async function log(
  context: Context,
  kind: LogKind,
  debtor: string,
  options: LogOptions,
): Promise<Outcome> {
  refuseUnfinished(kind, options);
  return await recording(context, "write", (company) => {
    const { store, today } = company;
    const { outcome, cause, person, author, note, next, nextDate } = options;
    if (nextDate !== undefined) notPast(nextDate, company, "the date of the next step");
    settlePromises(company);
    const owing = owingOf(company, debtor);
    const personal = PERSONAL.has(kind);
    const spoken = kind !== "note" && !(outcome !== undefined && OUTCOMES[outcome].attempt);
    return store.transaction(() => {
      // Before the promise is there, which would take the call off the plan.
      const calls = personal ? finished(company, debtor, kind, spoken) : [];
      // Who was spoken with or written to has been read before.
      const read = spoken && kind !== "letter" ? store.answers.readAll(owing.found.key, today) : [];
      const tasks = [...calls, ...read];
      const promise =
        options.promise === undefined
          ? null
          : givePromise(company, owing, {
              date: options.promise[0],
              amount: options.promise[1],
              how: kind,
              ...(options.invoice === undefined ? {} : { invoice: options.invoice }),
              ...(options.currency === undefined ? {} : { currency: options.currency }),
              ...(person === undefined ? {} : { by: person }),
            });
      const entry = store.log.add({
        debtor: owing.found.key,
        kind,
        day: today,
        outcome: outcome ?? null,
        cause: cause ?? null,
        person: textOf(person),
        author: authorOf(context, author),
        note: textOf(note),
        next: next ?? (promise === null ? null : "promise"),
        nextOn: next === undefined ? (promise?.date ?? null) : (nextDate ?? null),
        promise: promise?.id ?? null,
        tasks,
        spoken,
        dossiers: owing.dossiers.map((dossier) => ({
          currency: dossier.currency,
          cycle: dossier.cycle,
          items: owedIn(dossier).map(({ key }) => key),
        })),
      });
      const done = tasks.length === 0 ? "" : `; done: ${tasks.join(", ")}`;
      const given = promise === null ? "" : `; promise ${promise.id}`;
      context.out.say(`${entry.id}: ${kind} with ${entry.debtor} ${entry.name} logged${given}${done}`);
      const stop = outcome === undefined ? undefined : TO_STOP[outcome];
      if (stop !== undefined && next === "scenario")
        context.out.say(`The scenario goes on; to stop it: ${stop.replace("DEBTOR", entry.debtor)}`);
      if (personal && !spoken) context.out.say("Nobody was spoken to: the call stays on the worklist.");
      return { entry };
    });
  });
}

/** The open tasks that hold something back today. */
function tasksWaiting(company: Company, debtor: string): ReadonlySet<string> {
  const snapshot = company.store.imports.info();
  if (snapshot === null) return new Set();
  const { notActed } = planToday(company, snapshot, { debtor }).plan;
  return new Set(notActed.flatMap(({ facts }) => (facts["task"] == null ? [] : [String(facts["task"])])));
}

/**
 * `dunning log undo ID`: an entry made by mistake. What it ended waits again, what it told is untold, the promise that came
 * with it is cancelled; it stays on record.
 */
export async function logUndo(context: Context, id: string): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    const { store, today } = company;
    const { entry, promise } = store.transaction(() => {
      const undone = store.log.undo(id, today);
      for (const task of undone.tasks) {
        if (isAnswerId(task)) store.answers.reopen(task, today);
        else if (store.tasks.get(task)?.state === "done") store.tasks.reopen(task, today);
      }
      const given = store.promises
        .list()
        .find((each) => each.id === undone.promise && each.state !== "cancelled");
      if (given !== undefined) store.promises.cancel(given.id, today);
      return { entry: undone, promise: given?.id ?? null };
    });
    const waiting = tasksWaiting(company, entry.debtor);
    const again = entry.tasks
      .map(
        (task) =>
          `; ${task} ${waiting.has(task) || isAnswerId(task) ? "on the worklist again" : "is overtaken: the scenario has gone on"}`,
      )
      .join("");
    const cancelled = promise === null ? "" : `; promise ${promise} cancelled`;
    context.out.say(
      `${entry.id}: ${entry.kind} with ${entry.debtor} ${entry.name} taken back${again}${cancelled}`,
    );
    return { entry };
  });
}
