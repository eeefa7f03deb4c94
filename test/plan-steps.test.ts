import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { planLedger } from "../src/core/plan.ts";
import type { Contact, Dossier, PlanMoment, Rules, Step } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  day,
  dossier,
  euros,
  ledger,
  rule,
  rules,
  scenario,
  standardSteps,
  step,
  task,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const says = (of: Dossier, using: Rules = rules(), moment: PlanMoment = at(TODAY)): string =>
  verdict(ledger([of]), using, moment);
const ago = (days: number): string => addDays(TODAY, -days);
/** A dossier that has been told `level` by a message of `stepId`, `days` ago. */
const after = (
  stepId: string,
  level: number,
  days: number,
  age: number,
  over: Partial<Contact> = {},
): Dossier =>
  dossier([aged(TODAY, age, { level })], { contacts: [contact(stepId, ago(days), { level, ...over })] });

const owing = (amount: number) => dossier([aged(TODAY, 12, { open: euros(amount) })]);

const warned = (days: number, over: Partial<Contact> = {}): Dossier =>
  after("last-warning", 40, days, 60, { finalWarning: true, deadline: day(ago(days - 8)), ...over });

const byAge = (over = {}): Rules => rules({}, scenario({ entry: "by-age", ...over }));

const last = (days: number): Dossier =>
  after("formal-notice", 60, days, 200, { level: 50, deadline: day(ago(days - 8)) });

const notice = (formalDays: number, warnedDays: number): Dossier =>
  dossier([aged(TODAY, 200, { level: 50 })], {
    contacts: [
      contact("last-warning", ago(warnedDays), {
        level: 40,
        finalWarning: true,
        deadline: day(ago(warnedDays - 8)),
      }),
      contact("formal-notice", ago(formalDays), {
        level: 50,
        formalNotice: true,
        deadline: day(ago(formalDays - 8)),
      }),
    ],
  });

describe("4. the next step is the first one above the stage", () => {
  test.each([
    { stage: 0, expected: "reminder" },
    { stage: 10, expected: "call" },
    { stage: 15, expected: "call" },
    { stage: 20, expected: "firm" },
    { stage: 30, expected: "last-warning" },
  ])("stage $stage: $expected", ({ stage, expected }) => {
    expect(says(dossier([aged(TODAY, 300, { level: stage })]))).toMatch(new RegExp(`^${expected}:`));
  });

  test("a step whose `when` is false when it would be due is passed over, unrecorded", () => {
    const steps = standardSteps().map((each) =>
      each.id === "reminder"
        ? { ...each, when: rule("open >= 500", ({ open }) => Number(open) >= 500) }
        : each,
    );
    const using = rules({}, scenario({ steps }));
    expect(says(owing(500), using)).toBe("reminder: due by email, 500.00 EUR");
    expect(says(owing(499.99), using)).toBe("call: listed as call, 499.99 EUR");
  });

  test("`when` is not looked at before the step is due", () => {
    const steps = [step("reminder", 10, 3, { when: rule("false", () => false) }), step("firm", 20, 3)];
    const using = rules({}, scenario({ steps }));
    expect(says(dossier([aged(TODAY, 2)]), using)).toBe("too-early until 2026-11-25");
    expect(says(dossier([aged(TODAY, 3)]), using)).toBe("firm: due by email, 100.00 EUR");
  });

  test.each([
    { age: 120, expected: "reminder: due by email, 100.00 EUR" },
    { age: 121, expected: "firm: due by email, 100.00 EUR" },
  ])("skip_after 120, $age days late: $expected", ({ age, expected }) => {
    const steps = [step("reminder", 10, 3, { skipAfter: 120 }), step("firm", 20, 10)];
    expect(says(dossier([aged(TODAY, age)]), rules({}, scenario({ steps })))).toBe(expected);
  });

  test("no step left whose condition holds", () => {
    const steps = [step("reminder", 10, 3, { when: rule("false", () => false) })];
    expect(says(dossier([aged(TODAY, 30)]), rules({}, scenario({ steps })))).toBe(
      "no-step-applies until 2026-11-25",
    );
  });

  const handing = (over: Partial<Step>): Rules =>
    rules(
      {},
      scenario({
        steps: standardSteps().map((each) => (each.channel === "agency" ? { ...each, ...over } : each)),
      }),
    );
  const NOTICE = { templates: ["hand-over"] };
  const granted = task("approval", "outside-help", ago(1), { state: "granted", decided: day(ago(1)) });
  const contacts = [contact("outside-help", TODAY, { level: 60 })];

  test.each([
    ["no text: by hand, the debtor is told nothing", {}, {}, "outside-help-later"],
    [
      "with a text a person decides on the day",
      NOTICE,
      {},
      "outside-help: awaiting-approval by letter, 1000.00 EUR",
    ],
    ["and lets it go", NOTICE, { tasks: [granted] }, "outside-help: due by letter, 1000.00 EUR"],
    [
      "its fallback says another way",
      { ...NOTICE, fallback: "email" },
      { tasks: [granted] },
      "outside-help: due by email, 1000.00 EUR",
    ],
    ["once", NOTICE, { tasks: [granted], contacts }, "exhausted"],
    ["not before its day", { ...NOTICE, day: 101 }, {}, "too-early until 2026-11-25"],
    ["never without a last warning", NOTICE, { contacts: [] }, "no-final-warning"],
  ] as const)("outside help, %s", (_, over, more, expected) => {
    const items = [
      aged(TODAY, 100, {
        level: "contacts" in more && more.contacts.length > 0 ? 60 : 50,
        open: euros(1000),
      }),
    ];
    expect(says({ ...warned(50), items, ...more }, handing(over))).toBe(expected);
  });
});

describe("4. a formal notice, and what comes after it, needs a final warning", () => {
  const moment = at(TODAY);

  test.each([
    {
      days: 11,
      expected: "formal-notice: awaiting-approval by registered-letter, 100.00 EUR",
      why: "deadline and grace have run",
    },
    { days: 10, expected: "deadline-running until 2026-11-25", why: "the last day of grace" },
    {
      days: 90,
      expected: "formal-notice: awaiting-approval by registered-letter, 100.00 EUR",
      why: "90 days ago",
    },
    { days: 91, expected: "final-warning-too-old", why: "91 days ago" },
  ])("warned $days days ago: $expected ($why)", ({ days, expected }) => {
    expect(says(warned(days), rules(), moment)).toBe(expected);
  });

  test("without a warning", () => {
    expect(says(after("firm", 40, 30, 60))).toBe("no-final-warning");
  });

  test("a warning of an earlier cycle does not count", () => {
    const one = warned(20);
    expect(says({ ...one, cycle: 2 })).toBe("no-final-warning");
  });

  test("a warning that came back does not count", () => {
    const one = warned(20);
    expect(says({ ...one, contacts: [], cameBack: one.contacts })).toBe("final-warning-came-back");
  });

  test("of several warnings one good one is enough", () => {
    const one = warned(20);
    const bad = contact("last-warning", ago(40), {
      level: 40,
      finalWarning: true,
      deadline: day(ago(32)),
    });
    expect(says({ ...one, cameBack: [bad] })).toMatch(/^formal-notice/);
  });

  test.each([
    { deadline: 1, expected: "deadline-running until 2026-11-30", why: "tomorrow" },
    { deadline: 0, expected: "deadline-running until 2026-11-27", why: "today" },
    {
      deadline: -3,
      expected: "formal-notice: awaiting-approval by registered-letter, 100.00 EUR",
      why: "over, with its grace",
    },
  ])("its own deadline must have run although another contact came later: $why", ({ deadline, expected }) => {
    const one = warned(20, { deadline: addDays(TODAY, deadline) });
    const other = contact("reminder", ago(15));
    expect(says({ ...one, contacts: [...one.contacts, other] })).toBe(expected);
  });

  test.each([
    {
      deadline: 1,
      expected: "deadline-running until 2026-11-30",
      why: "the grace of 2 days, then a weekend",
    },
    { deadline: -2, expected: "deadline-running until 2026-11-25", why: "its last day" },
    {
      deadline: -3,
      expected: "formal-notice: awaiting-approval by registered-letter, 100.00 EUR",
      why: "over",
    },
  ])("a call meanwhile does not shorten what a letter announced: $why", ({ deadline, expected }) => {
    const one = warned(20, { deadline: addDays(TODAY, deadline) });
    const call = contact("call", ago(15), { channel: "call", automatic: false });
    expect(says({ ...one, contacts: [...one.contacts, call] })).toBe(expected);
  });

  test("the step after the formal notice needs it too", () => {
    const steps = [...standardSteps().slice(0, 6), step("beyond", 70, 75)];
    const using = rules({}, scenario({ steps }));
    expect(says(notice(30, 90), using)).toMatch(/^beyond: due/);
    expect(says(notice(30, 91), using)).toBe("final-warning-too-old");
  });

  test.each([
    { age: 35, level: 0, role: "claimed", why: "has reached the step's own day" },
    { age: 34, level: 0, role: "information", why: "a day short of it" },
    { age: 21, level: 30, role: "claimed", why: "carries the step before" },
    { age: 21, level: 20, role: "information", why: "carries only an earlier one" },
  ])("final steps claim an item of $age days and level $level as $role: it $why", ({ age, level, role }) => {
    const items = [aged(TODAY, 40, { level: 30 }), aged(TODAY, age, { number: "X", level, open: euros(50) })];
    const { actions } = planLedger(ledger([dossier(items)]), rules(), at(TODAY));
    expect(actions[0]?.step).toBe("last-warning");
    const line = actions[0]?.items.find(({ number }) => number === "X");
    expect([line?.role, line?.claimed]).toEqual([role, role === "claimed" ? euros(50) : 0]);
    expect(actions[0]?.claimed).toBe(role === "claimed" ? euros(150) : euros(100));
  });
});

describe("6. late entry", () => {
  test("one step at a time, from the first one, the gap kept", () => {
    expect(says(dossier([aged(TODAY, 400)]))).toBe("reminder: due by email, 100.00 EUR");
    expect(says(after("reminder", 10, 6, 400))).toBe("gap until 2026-11-25");
  });

  test.each([
    { age: 2, expected: "too-early until 2026-11-25", why: "nothing has passed" },
    { age: 11, expected: "reminder: due by email, 100.00 EUR", why: "a day short of the call" },
    { age: 12, expected: "call: listed as call, 100.00 EUR", why: "the call's day" },
    { age: 20, expected: "firm: due by email, 100.00 EUR", why: "the firm step's day" },
    { age: 400, expected: "firm: due by email, 100.00 EUR", why: "never at or past the final warning" },
  ])("entry by-age, $age days late: $expected ($why)", ({ age, expected }) => {
    expect(says(dossier([aged(TODAY, age)]), byAge())).toBe(expected);
  });

  test("entry by-age takes no step that does not apply", () => {
    const steps = standardSteps().map((each) =>
      each.id === "firm" ? { ...each, when: rule("false", () => false) } : each,
    );
    expect(says(dossier([aged(TODAY, 400)]), byAge({ steps }))).toBe("call: listed as call, 100.00 EUR");
  });

  test("entry by-age is for those who were told nothing in this cycle", () => {
    expect(says(after("reminder", 10, 10, 400), byAge())).toBe("call: listed as call, 100.00 EUR");
    expect(says(after("courtesy", 0, 10, 400, { level: null }), byAge())).toMatch(/^firm/);
    expect(says(after("reminder", 0, 10, 400, { level: 10 }), byAge())).toMatch(/^reminder/);
    const reopened = dossier([aged(TODAY, 400, { level: 10 })], { cycle: 2 });
    expect(says(reopened, byAge()), "told in the cycle before").toMatch(/^call/);
  });
});

describe("11. the segment changed midway", () => {
  test("the dossier goes on with the first step of the new scenario above its stage", () => {
    const steps = [step("quick-1", 15, 1), step("quick-2", 25, 5), step("quick-3", 35, 9)];
    expect(says(after("call", 20, 30, 60), rules({}, scenario({ steps })))).toMatch(/^quick-2/);
  });
});

describe("12. exhausted", () => {
  test.each([
    { days: 10, expected: "deadline-running until 2026-11-25" },
    { days: 11, expected: "exhausted" },
  ])("the last step $days days ago, deadline 8 days: $expected", ({ days, expected }) => {
    expect(says(last(days))).toBe(expected);
  });
});
