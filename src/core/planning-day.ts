import { nextWorkingDay } from "./calendar.ts";
import { addDays, toOrdinal } from "./day.ts";
import { atPace } from "./pace.ts";
import type { Day, PlanMoment, Rules, Scenario, Step, WorkCalendar } from "./types.ts";

export type LevelStep = Step & { readonly level: number };

/** A scenario's steps, sorted out once. */
export interface Course {
  /** Steps before the due date. */
  readonly before: readonly Step[];
  /** Steps with a level, lowest first. */
  readonly steps: readonly LevelStep[];
  /** The lowest level of a final warning, Infinity where there is none. */
  readonly finalLevel: number;
  /** The lowest level of a formal notice: it and what comes after need a final warning. */
  readonly formalLevel: number;
}

/** What the planning of one day looks up for every debtor, worked out once. */
export interface PlanningDay {
  readonly rules: Rules;
  readonly at: PlanMoment;
  readonly today: Day;
  /** Whole days after a due date. */
  readonly age: (due: Day) => number;
  /** The day itself where it is a working day of the company, else the next one. */
  readonly roll: (day: Day) => Day;
  /** Why today is closed, null where work goes on (or is forced). */
  readonly closed: (calendar: WorkCalendar) => string | null;
  readonly course: (scenario: Scenario) => Course;
  /** The same one for the same factor. */
  readonly atPace: (scenario: Scenario, factor: number) => Scenario;
  /** The latest due date for which a step `day` days before it is due today. */
  readonly courtesyUntil: (day: number) => Day;
}

export function planningDay(rules: Rules, at: PlanMoment): PlanningDay {
  const { today } = at;
  const ordinal = toOrdinal(today);
  const ages = memo((due: Day) => ordinal - toOrdinal(due));
  const closed = (calendar: WorkCalendar): string | null => (at.force ? null : calendar.closed(today));
  return {
    rules,
    at,
    today,
    age: ages,
    closed,
    roll: memo((day: Day) => nextWorkingDay(rules.calendar, day)),
    // Scenarios may be made for one debtor alone: they are held weakly.
    course: memo(courseOf, new WeakMap()),
    atPace: (
      (paces) => (scenario: Scenario, factor: number) =>
        paces(scenario)(factor)
    )(memo((scenario: Scenario) => memo((factor: number) => atPace(scenario, factor)), new WeakMap())),
    courtesyUntil: memo((day: number) => {
      const limit = addDays(today, -day);
      if (rules.calendar.closed(today) !== null) return limit;
      // A window without a working day is served on the last one before it: today, up to the next.
      const next = nextWorkingDay(rules.calendar, addDays(today, 1));
      return next > limit ? next : limit;
    }),
  };
}

interface Known<K, V> {
  readonly get: (key: K) => V | undefined;
  readonly set: (key: K, value: V) => unknown;
}

function memo<K, V>(work: (key: K) => V, known: Known<K, V> = new Map()): (key: K) => V {
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = work(key);
      known.set(key, value);
    }
    return value;
  };
}

function courseOf(scenario: Scenario): Course {
  const steps = scenario.steps.filter((step): step is LevelStep => step.level !== null);
  const lowest = (marked: (step: Step) => boolean): number => steps.find(marked)?.level ?? Infinity;
  return {
    before: scenario.steps.filter((step) => step.level === null),
    steps,
    finalLevel: lowest((step) => step.finalWarning),
    formalLevel: lowest((step) => step.formalNotice),
  };
}
