import type { Candidate } from "./candidates.ts";
import { isConfirmation } from "./confirmation.ts";
import { addDays, daysBetween } from "./day.ts";
import type { Course, LevelStep, PlanningDay } from "./planning-day.ts";
import type { WhyNot } from "./reasons.ts";
import type { Contact, Day, Dossier, Scenario, Step } from "./types.ts";

/** What walks through a scenario: a whole dossier, or one invoice where the scenario follows invoices. */
export interface Walk {
  readonly leader: Candidate;
  readonly counting: readonly Candidate[];
  /** The highest level that one of them has been told. */
  readonly stage: number;
  /** Contacts of this cycle about them, oldest first. */
  readonly contacts: readonly Contact[];
  /** Messages about them that did not arrive. */
  readonly cameBack: readonly Contact[];
}

/** "item FA-12", "the balance" where there are no invoices. */
export function nameOf({ item }: Candidate): string {
  return item.number === "" ? "the balance" : `item ${item.number}`;
}

/** "oldest item FA-12 is 5 days late"; a bucket knows only how late it is at least. */
export function howLate(leader: Candidate): string {
  const days = leader.age === 1 ? "1 day" : `${leader.age} days`;
  return leader.item.number === ""
    ? `the balance is at least ${days} late`
    : `oldest ${nameOf(leader)} is ${days} late`;
}

/**
 * Why a step cannot be due yet: the leader's age, the gap or the deadline since the last contact, a part payment.
 * The latest of them decides. Two contacts never share a day, whatever the gap.
 */
export function waitOf(
  day: PlanningDay,
  scenario: Scenario,
  step: LevelStep,
  walk: Walk,
  partPaid: Day | null,
): WhyNot | null {
  const { leader } = walk;
  const missing = step.day - leader.age;
  const sinceContact = afterContacts(scenario, step, walk.contacts, partPaid);
  const until = sinceContact === null ? day.today : sinceContact.until;
  if (missing <= 0 && until <= day.today) return null;

  const ofAge = missing > 0 ? addDays(day.today, missing) : day.today;
  if (sinceContact === null || ofAge >= until) {
    return {
      code: "too-early",
      reason: `${howLate(leader)}, step ${step.id} starts at day ${step.day}`,
      facts: { step: step.id, age: leader.age, day: step.day },
      nextPossible: day.roll(ofAge),
    };
  }
  const { why } = sinceContact;
  return { ...why, facts: { step: step.id, ...why.facts }, nextPossible: day.roll(until) };
}

interface Since {
  /** The first day on which the step may be due. */
  readonly until: Day;
  readonly why: Pick<WhyNot, "code" | "reason" | "facts">;
}

/** A deadline that was announced holds, whatever was said or written since. */
function afterContacts(
  scenario: Scenario,
  step: LevelStep,
  contacts: readonly Contact[],
  partPaid: Day | null,
): Since | null {
  const last = contacts.at(-1);
  if (last === undefined) return null;
  const since = afterContact(scenario, step, last, partPaid);
  const deadline = lastDeadline(contacts);
  const announced = deadline === null ? null : afterDeadline(scenario, deadline);
  return announced !== null && announced.until > since.until ? announced : since;
}

/** The latest one that messages have announced; null: none has. */
function lastDeadline(contacts: readonly Contact[]): Day | null {
  let last: Day | null = null;
  for (const { automatic, deadline } of contacts)
    if (automatic && deadline !== null && (last === null || deadline > last)) last = deadline;
  return last;
}

function afterContact(scenario: Scenario, step: LevelStep, last: Contact, partPaid: Day | null): Since {
  const gap = Math.max(1, step.gap ?? scenario.gap);
  const since = last.deadline === null ? afterGap(step, last, gap) : afterDeadline(scenario, last.deadline);
  if (partPaid === null || partPaid <= last.day) return since;
  const restarted = addDays(partPaid, gap);
  if (restarted <= since.until) return since;
  const reason = `part payment seen on ${partPaid}, step ${step.id} keeps a gap of ${gap} days`;
  return { until: restarted, why: { code: "part-payment", reason, facts: { partPaid, gap } } };
}

function afterGap(step: LevelStep, last: Contact, gap: number): Since {
  const reason = `last contact ${last.day}, step ${step.id} keeps a gap of ${gap} days`;
  return {
    until: addDays(last.day, gap),
    why: { code: "gap", reason, facts: { lastContact: last.day, gap } },
  };
}

/** A deadline has run once its day and the grace days after it are over. */
function afterDeadline({ grace }: Scenario, deadline: Day): Since {
  const reason = `the deadline ${deadline} and ${grace} days of grace are running`;
  return {
    until: addDays(deadline, grace + 1),
    why: { code: "deadline-running", reason, facts: { deadline, grace } },
  };
}

/** The deadline of the last message runs although no step is left to wait for it. */
export function runningDeadline(day: PlanningDay, scenario: Scenario, walk: Walk): WhyNot | null {
  const deadline = lastDeadline(walk.contacts);
  if (deadline === null) return null;
  const { until, why } = afterDeadline(scenario, deadline);
  return until <= day.today ? null : { ...why, nextPossible: day.roll(until) };
}

/** A formal notice rests on a last warning of at most so many days ago. */
const FINAL_WARNING_DAYS = 90;

/** Why a formal notice, or what comes after it, may not go out: rule "nothing formal without a last warning". */
export function formalObstacle(day: PlanningDay, course: Course, step: LevelStep, walk: Walk): WhyNot | null {
  if (step.level < course.formalLevel) return null;
  const obstacles = walk.contacts
    .filter(({ finalWarning }) => finalWarning)
    .map((warning) => obstacleOf(day, step, warning));
  if (obstacles.includes(null)) return null;
  return (
    obstacles.at(-1) ??
    cameBackObstacle(step, walk) ?? {
      code: "no-final-warning",
      reason: `step ${step.id} needs a last warning first`,
      facts: { step: step.id },
      nextPossible: null,
    }
  );
}

function cameBackObstacle(step: Step, { cameBack }: Walk): WhyNot | null {
  const warning = cameBack.findLast(({ finalWarning }) => finalWarning);
  if (warning === undefined) return null;
  const facts = { step: step.id, warned: warning.day, deadline: warning.deadline };
  const reason = `the last warning of ${warning.day} came back`;
  return { code: "final-warning-came-back", reason, facts, nextPossible: null };
}

function obstacleOf(day: PlanningDay, step: LevelStep, warning: Contact): WhyNot | null {
  const facts = { step: step.id, warned: warning.day, deadline: warning.deadline };
  const days = daysBetween(warning.day, day.today);
  if (days > FINAL_WARNING_DAYS) {
    const reason = `the last warning of ${warning.day} is ${days} days old, at most ${FINAL_WARNING_DAYS} are allowed`;
    return { code: "final-warning-too-old", reason, facts, nextPossible: null };
  }
  if (warning.deadline !== null && day.today <= warning.deadline) {
    const reason = `the last warning's deadline ${warning.deadline} has not run`;
    const nextPossible = day.roll(addDays(warning.deadline, 1));
    return { code: "final-warning-running", reason, facts, nextPossible };
  }
  return null;
}

/** Contacts of the running cycle, and what came back; of one item where only that item walks. */
export function contactsOf(dossier: Dossier, item: Candidate | null): Pick<Walk, "contacts" | "cameBack"> {
  const about = ({ cycle, items, step }: Contact): boolean =>
    cycle === dossier.cycle && !isConfirmation({ step }) && (item === null || items.includes(item.item.key));
  return { contacts: dossier.contacts.filter(about), cameBack: dossier.cameBack.filter(about) };
}
