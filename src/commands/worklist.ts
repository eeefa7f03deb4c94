import type { Context, Outcome } from "../context.ts";
import { campaignOf } from "../core/campaign.ts";
import { toDecimal } from "../core/money.ts";
import { planDebtor } from "../core/plan.ts";
import { type PlanningDay, planningDay } from "../core/planning-day.ts";
import { oldestAge, priorityOf } from "../core/priority.ts";
import { decided } from "../core/promise.ts";
import { answerLimit } from "../core/settle.ts";
import type { Cents, Currency, Day, Ledger, Task } from "../core/types.ts";
import type { AnswerRecord } from "../store/answers.ts";
import type { LogEntry } from "../store/contact-log.ts";
import type { DisputeRecord } from "../store/disputes.ts";
import type { TaskRecord } from "../store/tasks.ts";
import { table } from "../table.ts";
import { type Company, ledgersOf } from "./company.ts";
import { shown } from "./plan-document.ts";
import { invoicesText, recording } from "./recording.ts";
import { momentOf, newestBalance } from "./run-plan.ts";

interface Entry {
  readonly id: string;
  readonly kind: Task["kind"] | "email" | "letter" | "dispute" | "answered";
  readonly debtor: string;
  readonly name: string;
  readonly phone: string | null;
  readonly step: string | null;
  /** Since when, or for when, it is due. */
  readonly due: Day;
  readonly currency: Currency;
  readonly amount: Cents;
  readonly priority: number;
  readonly reason: string;
  readonly owner: string | null;
}

/** What persons have put on the list themselves, by debtor. */
interface ByHand {
  readonly next: ReadonlyMap<string, LogEntry>;
  readonly disputes: ReadonlyMap<string, readonly DisputeRecord[]>;
  /** What debtors have written and nobody has read. */
  readonly answers: ReadonlyMap<string, readonly AnswerRecord[]>;
}

function byHand({ store }: Company, until: Day): ByHand {
  const steps = store.log.nextSteps().filter(({ nextOn }) => nextOn !== null && nextOn <= until);
  const overdue = store.disputes
    .list()
    .filter(({ outcome, expected }) => outcome === null && expected !== null && expected <= until);
  return {
    next: new Map(steps.map((entry) => [entry.debtor, entry])),
    disputes: byDebtor(overdue),
    answers: byDebtor(store.answers.waiting()),
  };
}

function byDebtor<T extends { readonly debtor: string }>(
  list: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) groups.set(each.debtor, [...(groups.get(each.debtor) ?? []), each]);
  return groups;
}

type About = Pick<Entry, "debtor" | "name" | "phone">;
const aboutOf = ({ debtor: { id, name, phone } }: Ledger): About => ({ debtor: id, name, phone });

/** Next steps that a person said and disputes whose day has come. */
function* handEntries(ledger: Ledger, { next, disputes }: ByHand, today: Day): Generator<Entry> {
  const [main] = [...ledger.dossiers].sort((a, b) => owed(b) - owed(a));
  if (main === undefined) return;
  const { currency } = main;
  const about = aboutOf(ledger);
  const step = next.get(ledger.debtor.id);
  const kind = step?.next;
  const rank = (amount: Cents) => priorityOf(ledger, amount, currency, oldestAge(main, today));
  if (
    step?.nextOn != null &&
    (kind === "call" || kind === "visit" || kind === "email" || kind === "letter")
  ) {
    const amount = owed(main) as Cents;
    const { priority, because } = rank(amount);
    const reason = `${because}; said on ${step.day} (${step.id})`;
    const owner = step.author;
    yield {
      id: step.id,
      kind,
      ...about,
      step: null,
      due: step.nextOn,
      currency,
      amount,
      priority,
      reason,
      owner,
    };
  }
  for (const { id, expected, open, amount: part, invoices, reason: code, owner } of disputes.get(
    ledger.debtor.id,
  ) ?? []) {
    const amount = Math.min(part ?? open, open) as Cents;
    if (amount <= 0 || expected === null) continue;
    const { priority, because } = rank(amount);
    const reason = `${because}; ${invoicesText(invoices)} disputed (${code}), an answer was expected by ${expected}`;
    yield {
      id,
      kind: "dispute",
      ...about,
      step: null,
      due: expected,
      currency,
      amount,
      priority,
      reason,
      owner,
    };
  }
}

/** What debtors have written: to be read before anything else leaves by itself. */
function* answerEntries(day: PlanningDay, ledger: Ledger, { answers }: ByHand): Generator<Entry> {
  const [main] = [...ledger.dossiers].sort((a, b) => owed(b) - owed(a));
  if (main === undefined) return;
  const { currency } = main;
  const amount = owed(main) as Cents;
  for (const { id, message, day: since, sender, subject } of answers.get(ledger.debtor.id) ?? []) {
    const { priority, because } = priorityOf(ledger, amount, currency, oldestAge(main, day.today));
    const limit = answerLimit(day, { id, day: since });
    const pause =
      limit < day.today ? "nothing waits for it any more" : `automatic messages wait until ${limit}`;
    const reason = `${because}; answered: read it: ${sender}: ${subject} (to message ${message}); ${pause}`;
    yield {
      id,
      kind: "answered",
      ...aboutOf(ledger),
      step: null,
      due: since,
      currency,
      amount,
      priority,
      reason,
      owner: null,
    };
  }
}

/** A letter came back from the address that is known: another one is to be found, whatever the next step is. */
function* placeEntries({ store, today }: Company, ledger: Ledger): Generator<Entry> {
  const bad = ledger.debtor.postBad ? store.badAddresses.place(ledger.debtor.key) : null;
  const [main] = [...ledger.dossiers].sort((a, b) => owed(b) - owed(a));
  if (bad === null || main === undefined || owed(main) === 0) return;
  const { currency } = main;
  const amount = owed(main) as Cents;
  const { priority, because } = priorityOf(ledger, amount, currency, oldestAge(main, today));
  const reason = `${because}; letter ${bad.message} came back on ${bad.since} (${bad.reason}): no letter goes to this address any more`;
  yield {
    id: bad.message,
    kind: "address",
    ...aboutOf(ledger),
    step: null,
    due: bad.since,
    currency,
    amount,
    priority,
    reason,
    owner: null,
  };
}

/** Nothing of a scenario waits for it: the plan of the day does not name it. Who has paid meanwhile is asked for nothing. */
export const isOfCampaign = ({ kind, step, claimed }: TaskRecord): boolean =>
  kind === "approval" && campaignOf(step) !== null && claimed > 0;

const owed = ({ items }: Ledger["dossiers"][number]): number =>
  items.reduce((total, { open }) => total + Math.max(0, open), 0);

/** What today's plan leaves to persons: tasks on the list that still wait, and those that the next run will list. */
function entriesOf(company: Company, until: Day): Entry[] {
  const { store, rules, today } = company;
  const day = planningDay(rules, momentOf(company, newestBalance(company)));
  const open = new Map<string, TaskRecord>(store.tasks.all({ state: "open" }).map((task) => [task.id, task]));
  const hand = byHand(company, until);
  const asked = new Map<string, TaskRecord[]>();
  for (const task of open.values())
    if (isOfCampaign(task)) asked.set(task.debtor, [...(asked.get(task.debtor) ?? []), task]);
  const entries: Entry[] = [];
  for (const given of ledgersOf(company)) {
    const ledger = decided(day, given);
    const { actions, notActed } = planDebtor(day, ledger);
    const about = aboutOf(ledger);
    const rank = (amount: Cents, currency: Currency) => {
      const dossier = ledger.dossiers.find((each) => each.currency === currency);
      return priorityOf(ledger, amount, currency, dossier === undefined ? 0 : oldestAge(dossier, today));
    };
    for (const { task, id, step, currency, claimed, reason } of actions) {
      if (task === null) continue;
      const { priority, because } = rank(claimed, currency);
      const why = `${because}; ${reason}`;
      entries.push({
        id,
        kind: task,
        ...about,
        step,
        due: today,
        currency,
        amount: claimed,
        priority,
        reason: why,
        owner: null,
      });
    }
    const waiting: [TaskRecord | undefined, string][] = [
      ...notActed.map(({ facts, reason }): [TaskRecord | undefined, string] => [
        open.get(String(facts["task"] ?? "")),
        reason,
      ]),
      ...(asked.get(ledger.debtor.id) ?? []).map((task): [TaskRecord, string] => [
        task,
        `approval ${task.id} asked on ${task.listed}`,
      ]),
    ];
    for (const [task, reason] of waiting) {
      if (task === undefined) continue;
      const { id, kind, step, listed: due, currency, claimed } = task;
      const { priority, because } = rank(claimed, currency);
      const why = `${because}; ${reason}`;
      entries.push({
        id,
        kind,
        ...about,
        step,
        due,
        currency,
        amount: claimed,
        priority,
        reason: why,
        owner: null,
      });
    }
    entries.push(...handEntries(ledger, hand, today), ...answerEntries(day, ledger, hand));
    if (!entries.some((entry) => entry.kind === "address" && entry.debtor === ledger.debtor.id))
      entries.push(...placeEntries(company, ledger));
  }
  return entries.sort(
    (a, b) =>
      b.priority - a.priority || (a.due < b.due ? -1 : a.due > b.due ? 1 : 0) || (a.id < b.id ? -1 : 1),
  );
}

/** `dunning worklist`: what persons do, the most important first, and why it is. */
export async function worklist(
  context: Context,
  { kind, until }: { kind?: Entry["kind"]; until?: Day },
): Promise<Outcome> {
  return await recording(context, "read", (company) => {
    const entries = entriesOf(company, until ?? company.today).filter(
      (entry) => kind === undefined || entry.kind === kind,
    );
    sayWorklist(context, entries);
    return {
      tasks: entries.map(({ amount, ...rest }) => ({ ...rest, amount: toDecimal(amount, rest.currency) })),
    };
  });
}

function sayWorklist({ out }: Context, entries: readonly Entry[]): void {
  if (entries.length === 0) return out.say("Nothing waits for a person.");
  // Half a number cannot be called: where there is no room for a column it stands below.
  const narrow = out.width < 100;
  const columns = [
    { header: "id" },
    { header: "what" },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    ...(narrow ? [] : [{ header: "telephone" }]),
    { header: "amount", align: "right" as const },
    { header: "due" },
    { header: "priority", align: "right" as const },
  ];
  const rows = entries.map(({ id, kind, debtor, name, phone, amount, currency, due, priority }) => [
    id,
    kind,
    debtor,
    name,
    ...(narrow ? [] : [kind === "call" ? (phone ?? "unknown") : ""]),
    shown(amount, currency),
    due,
    String(priority),
  ]);
  const why = entries.map(({ kind, phone, reason }) =>
    out.paint("dim", narrow && kind === "call" ? `telephone ${phone ?? "unknown"}; ${reason}` : reason),
  );
  out.say(table(columns, rows, out.width, why));
  const kinds = new Set(entries.map(({ kind }) => kind));
  out.say("");
  if (kinds.has("call"))
    out.say("After a call: dunning log call DEBTOR --outcome CODE --next KIND --next-date DATE");
  if (kinds.has("approval"))
    out.say("To decide:    dunning approve ID..., dunning reject ID... --reason TEXT");
  if (kinds.has("own-side"))
    out.say(
      "Our own side: mend it in the books and import again; dunning approve ID lets it go, dunning reject ID keeps it back",
    );
  if (kinds.has("answered"))
    out.say("An answer:    read the mail and record what it says, then: dunning worklist done ID");
  if (kinds.has("declare-claim")) out.say("Declared:     dunning worklist done ID");
  if (kinds.has("address")) out.say("An address:   dunning debtor set DEBTOR email=... address=...");
  if (kinds.has("dispute")) out.say("A dispute:    dunning dispute close ID --outcome accepted|rejected");
}
