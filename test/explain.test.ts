import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { type Explanation, explain } from "../src/core/explain.ts";
import type { Dossier, Ledger, PlanMoment, Rules } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  inCurrency,
  item,
  ledger,
  rule,
  rules,
  scenario,
  step,
  task,
} from "./support/ledger.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const ago = (days: number) => addDays(TODAY, -days);
const tell = (of: Ledger, using: Rules = rules(), moment: PlanMoment = at(TODAY)): Explanation =>
  explain(of, using, moment);
const next = (of: Dossier, moment?: PlanMoment, using?: Rules) => tell(ledger([of]), using, moment).next;

test("the segment, the rule that won and those that did not", () => {
  const segments = [
    {
      name: "public",
      when: rule('sector == "public"', ({ sector }) => sector === "public"),
      scenario: "standard",
    },
    { name: "everybody", when: rule("true", () => true), scenario: "standard" },
    { name: "never", when: rule("false", () => false), scenario: "standard" },
  ];
  expect(tell(ledger([dossier([aged(TODAY, 5)])]), rules({ segments })).segment).toEqual({
    name: "everybody",
    rule: "true",
    scenario: "standard",
    tried: [
      { name: "public", rule: 'sector == "public"', matched: false },
      { name: "everybody", rule: "true", matched: true },
    ],
  });
  expect(tell(ledger([]), rules({ segments: [] })).segment).toEqual({
    name: null,
    rule: null,
    scenario: null,
    tried: [],
  });
});

test("each item, in or out and why, oldest first", () => {
  const items = [
    aged(TODAY, -5, { number: "SOON" }),
    aged(TODAY, 40, { number: "COVERED", open: euros(50) }),
    aged(TODAY, 12, { number: "LATE", level: 10 }),
    aged(TODAY, 9, { number: "HOLD", excluded: "hold" }),
    aged(TODAY, 8, { number: "SMALL", open: euros(1) }),
    aged(TODAY, 7, { number: "ARGUED", disputed: euros(100) }),
    credit(60, { number: "AV" }),
    item({ number: "SOMEDAY", due: null }),
  ];
  const { items: told } = tell(ledger([dossier(items)]));
  expect(told.map(({ number, state, code }) => [number, state, code])).toEqual([
    ["COVERED", "in", "covered-by-credit"],
    ["LATE", "in", "candidate"],
    ["HOLD", "out", "on-hold"],
    ["SMALL", "out", "below-item-minimum"],
    ["ARGUED", "out", "disputed"],
    ["SOON", "waiting", "not-due"],
    ["AV", "credit", "credit"],
    ["SOMEDAY", "waiting", "no-due-date"],
  ]);
  expect(told.map(({ reason }) => reason).slice(0, 2)).toEqual([
    "overdue, covered by credits: neither leads nor counts",
    "overdue and claimable: 12 days late, told level 10",
  ]);
});

test("the stage and why", () => {
  const items = [aged(TODAY, 40, { number: "A", level: 10 }), aged(TODAY, 20, { number: "B", level: 20 })];
  const told = tell(ledger([dossier(items)]));
  expect(told.stage).toBe(20);
  expect(told.dossiers[0]).toMatchObject({
    stageBecause: "item B was told level 20, no other one more",
    leader: "A",
    age: 40,
  });
  expect(tell(ledger([dossier([aged(TODAY, 4)])])).dossiers[0]?.stageBecause).toMatch(
    /^nothing that is claimed today/,
  );
});

describe("the next step, if nothing changes", () => {
  test.each([
    {
      of: dossier([aged(TODAY, 10)]),
      expected: ["reminder", "email", "2026-11-24"],
      why: "due today",
    },
    { of: dossier([aged(TODAY, -20)]), expected: ["reminder", "email", "2026-12-17"], why: "not due yet" },
    {
      of: dossier([aged(TODAY, -20, { open: euros(1000) })]),
      expected: ["courtesy", "email", "2026-12-07"],
      why: "a reminder before the due date",
    },
    {
      of: dossier([aged(TODAY, 30, { level: 10 })], {
        contacts: [contact("reminder", ago(3), { level: 10 })],
      }),
      expected: ["call", "call", "2026-11-30"],
      why: "the gap ends on a Saturday",
    },
    {
      of: dossier([aged(TODAY, 30, { level: 10 })], { tasks: [task("call", "call", ago(2))] }),
      expected: ["call", "email", "2026-11-27"],
      why: "the call's fallback",
    },
    {
      of: dossier([aged(TODAY, 10, { excluded: "hold" }), aged(TODAY, -200)]),
      expected: ["reminder", "email", "2027-06-15"],
      why: "another item, months ahead",
    },
  ])("$why: $expected", ({ of, expected }) => {
    const { step: id, channel, earliest, because } = next(of);
    expect([id, channel, earliest]).toEqual(expected);
    expect(because).not.toBe("");
  });

  test("nothing by itself: the reason says who decides", () => {
    expect(next(dossier([aged(TODAY, 60, { level: 40 })]))).toEqual({
      step: null,
      channel: null,
      earliest: null,
      because: "step formal-notice needs a last warning first",
    });
    expect(tell(ledger([])).next).toMatchObject({ step: null, because: "nothing is open" });
  });

  test("what waits for approval is the next step, today; not what asks again when the claim has grown", () => {
    const asked = task("approval", "reminder", ago(2), { maximum: euros(600), id: "ask-1" });
    const items = [aged(TODAY, 10, { open: euros(500) }), aged(TODAY, -3, { open: euros(400) })];
    const told = tell(ledger([dossier(items, { tasks: [asked] })], { strategic: true }));
    expect(told.next).toEqual({
      step: "reminder",
      channel: "email",
      earliest: TODAY,
      because: "approval ask-1 asked on 2026-11-22",
    });
    expect(told.dossiers[0]?.notActed.map(({ code }) => code)).toEqual(["waiting-for-approval"]);
  });

  test("the balance's age is not looked at: it will be fresh by then", () => {
    const stale = at(TODAY, { asOf: ago(30), newerOnHold: 3 });
    expect(next(dossier([aged(TODAY, 10)]), stale)).toMatchObject({ step: "reminder", earliest: TODAY });
    expect(tell(ledger([dossier([aged(TODAY, 10)])]), rules(), stale).dossiers[0]?.notActed[0]?.code).toBe(
      "newer-balance-on-hold",
    );
  });

  test("rules that look at ages are followed day by day", () => {
    const quick = scenario({ name: "quick", steps: [step("quick", 10, 1)] });
    const slow = scenario({ name: "slow", steps: [step("slow", 10, 60)] });
    const using = rules({
      segments: [
        {
          name: "old",
          when: rule("oldest_days > 20", (facts) => Number(facts["oldest_days"]) > 20),
          scenario: "quick",
        },
        { name: "rest", when: rule("true", () => true), scenario: "slow" },
      ],
      scenarios: new Map([
        ["quick", quick],
        ["slow", slow],
      ]),
    });
    // 2026-11-24 + 11 days is a Saturday.
    expect(next(dossier([aged(TODAY, 10)]), undefined, using)).toMatchObject({
      step: "quick",
      earliest: "2026-12-07",
    });
  });

  test("each currency has its own, as if it were served first", () => {
    const chf = inCurrency("CHF", aged(TODAY, 10, { open: euros(500) }));
    const eur = dossier([aged(TODAY, 10)]);
    const told = tell(ledger([chf, eur]));
    expect(told.dossiers.map(({ currency, next: { earliest } }) => [currency, earliest])).toEqual([
      ["CHF", TODAY],
      ["EUR", TODAY],
    ]);
    expect(told.dossiers.map(({ actions, notActed }) => [actions.length, notActed[0]?.code])).toEqual([
      [1, undefined],
      [0, "contact-cap"],
    ]);
    expect(told.next, "the company's currency").toEqual(told.dossiers[1]?.next);
  });
});
