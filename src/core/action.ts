import { chargesFor, FIRST_REMINDER, firstReminderOf } from "./action-charges.ts";
import type { Candidate } from "./candidates.ts";
import { linesOf, senderOf, templateOf } from "./claim.ts";
import { addDays, later } from "./day.ts";
import { languageOf } from "./language.ts";
import { cents, toDecimal, ZERO } from "./money.ts";
import type { ActionRoute, Case, Held } from "./next-step.ts";
import type { PlanningDay } from "./planning-day.ts";
import { howLate, nameOf } from "./timing.ts";
import type {
  Action,
  ActionCharges,
  Cents,
  Currency,
  Day,
  Debtor,
  FirstReminder,
  NotActed,
  Step,
} from "./types.ts";

/** A step that is due for a dossier, before the debtor's other messages, the day and people are asked. */
export interface Proposal {
  readonly of: Case;
  readonly step: Step;
  readonly route: ActionRoute;
  /** The oldest one that counts. */
  readonly leader: Candidate;
  /** What the action is about; `listed` has the items covered by credits too. */
  readonly counting: readonly Candidate[];
  readonly listed: readonly Candidate[];
  readonly claimed: Cents;
  /** What an action outside the scenario is about: its id hangs on it. */
  readonly about?: { readonly id: string; readonly reason: string };
  /** It lists documents and claims nothing of them; the contact cap does not count it. */
  readonly informs?: true;
}

/** `ask`: why a person must approve it first; null: it leaves, or is listed where a person carries it out. */
export function actionOf(proposal: Proposal, ask: string | null): Action {
  const { of, step, route, leader, counting, listed, claimed } = proposal;
  const { day, ledger, standing, segment, scenario, course } = of;
  const { debtor } = ledger;
  const { dossier, balanceOnly, creditTotal } = standing;
  const reader = route.kind === "message" ? route.reader : null;
  const language = languageOf(debtor, day.rules, reader?.language ?? null);
  const message = route.kind === "message";
  const ownTask = ask === null ? null : ("approval" as const);
  const part = counting.length < standing.counting.length;
  const lines = linesOf(day, course, step, listed, proposal.informs ? [] : standing.credits, part);
  const items = proposal.informs ? lines.map((line) => ({ ...line, role: "information" as const })) : lines;
  const first = message
    ? firstReminderOf(of, step, { channel: route.channel, language: language.language }, items)
    : null;
  // The first reminder is free, also where older invoices beside it had theirs.
  const charges = message && first === null ? chargesFor(of, step, items) : null;
  const asked = charges?.mode === "claimed" ? charges : { interest: ZERO, compensation: ZERO };
  return {
    id: idOf(proposal),
    debtor: debtor.id,
    debtorKey: debtor.key,
    name: debtor.name,
    currency: dossier.currency,
    cycle: dossier.cycle,
    segment: segment.name,
    scenario: scenario.name,
    step: step.id,
    level: step.level,
    channel: route.channel,
    language: language.language,
    languageFrom: language.from,
    template: message
      ? first === null
        ? templateOf(step, debtor.id, balanceOnly, day)
        : FIRST_REMINDER
      : null,
    sender: senderOf(step, debtor.id, day),
    contact: reader === null ? debtor.contact : reader.name,
    to: route.channel === "email" ? (reader?.email ?? null) : null,
    items,
    claimed,
    interest: asked.interest,
    compensation: asked.compensation,
    charges,
    firstReminder: first,
    credits: proposal.informs ? ZERO : creditTotal,
    total: cents(claimed + asked.interest + asked.compensation),
    leader: leader.item.number,
    age: leader.age,
    reason: reasonOf(proposal, ask, charges, first),
    deadline: message ? deadlineOf(day, step, first) : null,
    attach: message ? step.attach : [],
    finalWarning: step.finalWarning,
    formalNotice: step.formalNotice,
    state: message ? (ask === null ? "due" : "awaiting-approval") : "listed",
    task: message ? ownTask : route.task,
    warnings: [
      ...route.warnings,
      ...(language.warning === null ? [] : [language.warning]),
      ...(charges === null ? [] : chargeWarnings(charges)),
    ],
  };
}

/** The step's own, but never before the day that the law leaves a consumer. */
function deadlineOf(day: PlanningDay, { deadline }: Step, first: FirstReminder | null): Day | null {
  const own = deadline === null ? null : day.roll(addDays(day.today, deadline));
  if (first === null) return own;
  return own === null ? first.freeUntil : later(own, first.freeUntil);
}

/** What is asked beside the principal, and what is refused and why. */
function chargeReasons(
  { mode, refused, interest, compensation }: ActionCharges,
  currency: Currency,
): string[] {
  const money = (amount: Cents): string => `${toDecimal(amount, currency)} ${currency}`;
  const said = [
    ...(interest > 0 ? [`interest ${money(interest)}`] : []),
    ...(compensation > 0 ? [`compensation ${money(compensation)}`] : []),
  ];
  return [
    ...(said.length === 0 ? [] : [`${said.join(" and ")} ${mode}`]),
    ...refused.map(({ what, why }) => `no ${what}: ${why}`),
  ];
}

/** What a person should see of the charges: said loudly, since nobody misses what is not there. */
function chargeWarnings({ mode, refused, leftOut, interest, compensation }: ActionCharges): string[] {
  const gaps = leftOut.map(
    ({ from, to }) => `no rate is known from ${from} to ${to}, its interest is left out: dunning rates check`,
  );
  if (mode === "shown" || interest + compensation > 0) return gaps;
  const both = (why: string) =>
    new Set(refused.filter((each) => each.why === why).map(({ what }) => what)).size === 2;
  const said = refused.map(({ what, why }) =>
    both(why) ? `nothing is claimed beside the principal: ${why}` : `no ${what} is claimed: ${why}`,
  );
  return [...gaps, ...new Set(said)];
}

/** How it is done, in words: a matter that a person settles is no letter, whatever channel its step has. */
export function wayOf({ task, channel }: Pick<Action, "task" | "channel">): string {
  if (task === "address") return "address search";
  if (task === "own-side") return "own side";
  return task === "declare-claim" ? "claim to declare" : channel;
}

/**
 * From the identity of the leading document, not from row keys: the same in a dry run, the run and a replayed store.
 * A task has an id of its own, apart from the message that the same step may still become.
 */
function idOf({ of, step, route, leader, about }: Proposal): string {
  const { day, ledger, standing } = of;
  const { number, issued, due } = leader.item;
  const identity = [
    ledger.debtor.id,
    standing.dossier.currency,
    standing.dossier.cycle,
    step.id,
    number,
    issued,
    due,
  ];
  if (route.kind === "task") identity.push(route.task);
  if (about !== undefined) identity.push(about.id);
  return day.at.hash(JSON.stringify(identity)).slice(0, 8);
}

function reasonOf(
  { of, step, route, leader, about }: Proposal,
  ask: string | null,
  charges: ActionCharges | null,
  first: FirstReminder | null,
): string {
  if (about !== undefined) return leader.age > 0 ? `${about.reason}, ${howLate(leader)}` : about.reason;
  const last = of.standing.dossier.contacts.findLast(({ cycle }) => cycle === of.standing.dossier.cycle);
  const parts =
    step.level === null
      ? [`${nameOf(leader)} falls due on ${leader.item.due}, step ${step.id} starts ${-step.day} days before`]
      : [howLate(leader), `step ${step.id} starts at day ${step.day}`, `last contact ${last?.day ?? "none"}`];
  if (route.because !== "") parts.push(route.because);
  if (charges !== null) parts.push(...chargeReasons(charges, of.standing.dossier.currency));
  if (first !== null)
    parts.push(`the free first reminder of a Belgian consumer, free until ${first.freeUntil}`);
  if (ask !== null) parts.push(`approval needed: ${ask}`);
  return parts.join(", ");
}

export function notActedOf(debtor: Debtor, currency: Currency, { why, items, overdue }: Held): NotActed {
  const { code, reason, facts, nextPossible } = why;
  return {
    debtor: debtor.id,
    name: debtor.name,
    currency,
    code,
    reason,
    facts,
    nextPossible,
    overdue,
    items,
  };
}
