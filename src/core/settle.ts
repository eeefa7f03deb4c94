import { actionOf, notActedOf, type Proposal } from "./action.ts";
import { approvalOf } from "./approval.ts";
import { nextWorkingDay } from "./calendar.ts";
import { addDays, daysBetween } from "./day.ts";
import { heldOf, orSooner } from "./dossier.ts";
import type { PlanningDay } from "./planning-day.ts";
import { workingDaysAfter } from "./promise.ts";
import type { WhyNot } from "./reasons.ts";
import { major } from "./segment.ts";
import type { Action, Answer, Day, Ledger, NotActed, Step } from "./types.ts";

export interface Settled {
  readonly actions: readonly Action[];
  readonly notActed: readonly NotActed[];
}

/**
 * What one debtor's proposals come to: the day, the balance's age, the contact cap and people are asked, the larger
 * claim first. One automatic message may leave within the cap; tasks and what waits for approval take no place.
 */
export function settle(day: PlanningDay, ledger: Ledger, proposals: readonly Proposal[]): Settled {
  const actions: Action[] = [];
  const notActed: NotActed[] = [];
  let last = lastReminder(ledger);
  for (const proposal of [...proposals].sort((a, b) => firstServed(day, a, b))) {
    const verdict = verdictOf(day, ledger, proposal, last);
    if (verdict.why === null) {
      const action = actionOf(proposal, verdict.ask);
      actions.push(action);
      if (action.state === "due" && !proposal.informs) last = day.today;
    } else {
      const { of, counting } = proposal;
      const { standing } = of;
      const held = heldOf(standing, orSooner(day, standing, of.course, verdict.why), counting);
      notActed.push(notActedOf(ledger.debtor, standing.dossier.currency, held));
    }
  }
  return { actions, notActed };
}

/** The larger claim first (in major units: there are no rates here), then the higher step. */
function firstServed(day: PlanningDay, a: Proposal, b: Proposal): number {
  const rankA = rankOf(day, a);
  const rankB = rankOf(day, b);
  const decisive = rankA.findIndex((value, index) => value !== rankB[index]);
  if (decisive !== -1) return (rankA[decisive] ?? 0) - (rankB[decisive] ?? 0);
  return a.of.standing.dossier.currency < b.of.standing.dossier.currency ? -1 : 1;
}

function rankOf({ rules }: PlanningDay, { step, claimed, of }: Proposal): number[] {
  const { currency } = of.standing.dossier;
  const foreign = currency === rules.currency ? 0 : 1;
  return [-major(claimed, currency), -(step.level ?? 0), foreign];
}

function lastReminder(ledger: Ledger): Day | null {
  let last: Day | null = null;
  for (const { contacts } of ledger.dossiers) {
    for (const { automatic, day } of contacts) if (automatic && (last === null || day > last)) last = day;
  }
  return last;
}

type Verdict = { readonly why: WhyNot } | { readonly why: null; readonly ask: string | null };

/** What a person has to decide, or has decided, is said before what tomorrow may change. */
function verdictOf(day: PlanningDay, ledger: Ledger, proposal: Proposal, last: Day | null): Verdict {
  const { of, step, route, claimed } = proposal;
  const notToday = whyClosed(day, ledger, proposal) ?? whyBalance(day, step);
  if (route.kind === "task") return notToday === null ? { why: null, ask: null } : { why: notToday };
  const approval = approvalOf(ledger.debtor, of.standing.dossier, of.scenario, step, claimed);
  if (approval.kind === "blocked") return { why: approval.why };
  const why = whyAnswered(day, ledger) ?? notToday ?? (proposal.informs ? null : whyCapped(day, last));
  if (why !== null) return { why };
  return { why: null, ask: approval.kind === "ask" ? approval.because : null };
}

/** The debtor has written: a person reads that before another message leaves by itself. Calls and visits go on. */
function whyAnswered(day: PlanningDay, { answer }: Ledger): WhyNot | null {
  if (answer === null) return null;
  const until = answerLimit(day, answer);
  if (until < day.today) return null;
  return {
    code: "answered",
    reason: `the debtor has written (${answer.id}), and nobody has read it: automatic messages wait until ${until}`,
    facts: { answer: answer.id, since: answer.day, until },
    nextPossible: day.roll(addDays(until, 1)),
  };
}

/** The last day on which automatic messages wait for somebody to read an answer; before its own day: on none. */
export function answerLimit({ rules }: PlanningDay, { day }: Answer): Day {
  return rules.answerPause === 0
    ? addDays(day, -1)
    : workingDaysAfter(rules.calendar, day, rules.answerPause);
}

/** Calls are made when both sides work. */
function whyClosed(day: PlanningDay, ledger: Ledger, { route }: Proposal): WhyNot | null {
  const { rules, today } = day;
  // What is done at our own desk waits for nobody's working day.
  if (route.kind === "task" && (route.task === "declare-claim" || route.task === "own-side")) return null;
  const person = route.kind === "task" && route.task !== "address";
  const calendars = person ? [rules.calendar, rules.calendarOf(ledger.debtor.country)] : [rules.calendar];
  const reason = calendars.map((calendar) => day.closed(calendar)).find((each) => each !== null);
  if (reason === undefined || reason === null) return null;
  const both = {
    closed: (each: Day) => calendars.map(({ closed }) => closed(each)).find((name) => name !== null) ?? null,
  };
  return {
    code: "not-working-day",
    reason: `${today} is no working day: ${reason}`,
    facts: { today, closed: reason },
    nextPossible: nextWorkingDay(both, today),
  };
}

/** Nothing is decided on a balance that is out of date, or that a newer one is about to replace. */
function whyBalance({ rules, at, today }: PlanningDay, step: Step): WhyNot | null {
  const { asOf, newerOnHold } = at.snapshot;
  if (newerOnHold !== null) {
    const reason = `balance ${newerOnHold} waits: dunning import accept ${newerOnHold}`;
    return { code: "newer-balance-on-hold", reason, facts: { snapshot: newerOnHold }, nextPossible: null };
  }
  const age = daysBetween(asOf, today);
  const limit = step.formalNotice ? rules.maxBalanceAgeFormal : rules.maxBalanceAge;
  if (age <= limit) return null;
  const reason = `the balance of ${asOf} is ${age} days old, at most ${limit} are allowed: import a new one`;
  return { code: "balance-too-old", reason, facts: { asOf, age, limit }, nextPossible: null };
}

function whyCapped(day: PlanningDay, last: Day | null): WhyNot | null {
  const { contactCap } = day.rules;
  if (last === null || daysBetween(last, day.today) >= contactCap) return null;
  return {
    code: "contact-cap",
    reason: `last reminder ${last}, at most one in ${contactCap} days`,
    facts: { last, contactCap },
    nextPossible: day.roll(addDays(last, contactCap)),
  };
}
