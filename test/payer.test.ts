import { describe, expect, test } from "vitest";
import { pacedScenario } from "../src/core/pace.ts";
import { type PaidDocument, payerFigures } from "../src/core/payer.ts";
import { plan } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import type { Cents, DebtorId, Ledger, Rules } from "../src/core/types.ts";
import { promise } from "./support/agreements.ts";
import { aged, at, day, dossier, euros, ledger, rule, rules, scenario, step } from "./support/ledger.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const LIMITS = { A: 30, B: 60, C: 90 };
const paid = (amount: number, late: number, over: Partial<PaidDocument> = {}): PaidDocument => ({
  due: day("2026-03-01"),
  paid: day(new Date(Date.UTC(2026, 2, 1 + late)).toISOString().slice(0, 10)),
  amount: euros(amount),
  currency: "EUR",
  sure: true,
  ...over,
});
const payer = (documents: readonly PaidDocument[] | null, of: Partial<Ledger> = {}): Ledger => ({
  ...ledger([]),
  ...of,
  paid: documents,
});
const figures = (of: Ledger) => payerFigures(of, LIMITS, TODAY);

describe("payer class", () => {
  test("the published vector: 1,000 paid 10 days late and 3,000 paid 50 days late are 40 days, class B", () => {
    expect(figures(payer([paid(1000, 10), paid(3000, 50)]))).toEqual({
      class: "B",
      days: 40,
      paid: 2,
      late: 0,
      broken: 0,
      estimated: false,
    });
  });

  test.each<[number, string]>([
    [-5, "A"],
    [0, "A"],
    [30, "A"],
    [31, "B"],
    [60, "B"],
    [61, "C"],
    [90, "C"],
    [91, "D"],
    [300, "D"],
  ])("%d days: %s", (days, expected) => {
    expect(figures(payer([paid(100, days)])).class).toBe(expected);
  });

  test.each<[string, Ledger, string | null, number | null]>([
    ["nothing is known", payer([]), null, null],
    ["nobody asked", payer(null), null, null],
    [
      "what is late counts with its age today",
      payer([], { dossiers: [dossier([aged(TODAY, 70)])] }),
      "C",
      70,
    ],
    [
      "a few days late without a history say nothing",
      payer([], { dossiers: [dossier([aged(TODAY, 30)])] }),
      null,
      null,
    ],
    [
      "nor do they make a late payer better",
      payer([paid(100, 70)], { dossiers: [dossier([aged(TODAY, 70)])] }),
      "C",
      70,
    ],
    ["what is not due says nothing", payer([], { dossiers: [dossier([aged(TODAY, -5)])] }), null, null],
    [
      "what is disputed says nothing",
      payer([], {
        dossiers: [dossier([aged(TODAY, 70, { disputed: euros(100) })])],
      }),
      null,
      null,
    ],
    [
      "credits say nothing",
      payer([], { dossiers: [dossier([aged(TODAY, 70, { open: euros(-10) })])] }),
      null,
      null,
    ],
    ["paid and late together", payer([paid(300, 10)], { dossiers: [dossier([aged(TODAY, 90)])] }), "A", 30],
    [
      "yen have no cents",
      payer([paid(0, 10, { amount: 1000 as Cents, currency: "JPY" }), paid(1000, 50)]),
      "A",
      30,
    ],
    [
      "a broken promise makes it one class worse",
      payer([paid(100, 10)], {
        dossiers: [dossier([], { promises: [promise([], 10, { state: "broken" })] })],
      }),
      "B",
      10,
    ],
    [
      "D stays D",
      payer([paid(100, 200)], {
        dossiers: [dossier([], { promises: [promise([], 10, { state: "broken" })] })],
      }),
      "D",
      200,
    ],
  ])("%s", (_name, of, expected, days) => {
    expect(figures(of)).toMatchObject({ class: expected, days });
  });
});

describe("cadence", () => {
  const steps = [
    step("courtesy", null, -7),
    step("reminder", 10, 3),
    step("firm", 30, 20, { gap: 10, deadline: 8, skipAfter: 100 }),
  ];
  const of = scenario({ cadence: { D: 0.6, A: 2 }, gap: 7, steps });
  const walked = (late: number) => {
    const paced = pacedScenario(planningDay(rules({}, of), at("2026-11-24")), payer([paid(100, late)]), of);
    return [paced.gap, ...paced.steps.map((each) => [each.day, each.gap, each.deadline, each.skipAfter])];
  };
  test.each([
    [100, "D", [4, [-7, null, null, null], [2, null, null, null], [12, 6, 8, 60]]],
    [10, "A", [14, [-7, null, null, null], [6, null, null, null], [40, 20, 8, 200]]],
    [70, "C, of which nothing is said", [7, [-7, null, null, null], [3, null, null, null], [20, 10, 8, 100]]],
  ])("%d days late, class %s", (late, _class, expected) => {
    expect(walked(late)).toEqual(expected);
  });

  test("a late payer is reminded sooner, and rules can ask for the class", () => {
    const classed = rule('payer_class == "D"', (facts) => facts["payer_class"] === "D");
    const quick = scenario({ steps: [step("reminder", 10, 10)], cadence: { D: 0.5 } });
    const using: Rules = rules(
      {
        asksPayers: true,
        segments: [
          { name: "late", when: classed, scenario: "standard" },
          { name: "rest", when: rule("true", () => true), scenario: "standard" },
        ],
      },
      quick,
    );
    const actions = (late: number) =>
      plan(
        [payer([paid(10_000, late)], { dossiers: [dossier([aged(TODAY, 6)])] })],
        using,
        at("2026-11-24"),
      ).actions.map(({ segment, step: id }) => `${segment} ${id}`);
    expect(actions(200)).toEqual(["late reminder"]);
    expect(actions(5)).toEqual([]);
  });
});

describe("jitter and turns", () => {
  const of = scenario({
    jitter: 2,
    steps: [
      step("reminder", 10, 3, { senders: ["a", "b"] }),
      step("firm", 30, 20),
      step("firmer", 35, 21),
      step("last", 40, 35, { finalWarning: true }),
    ],
  });
  const using = rules({}, of);
  const daysOf = (id: string): number[] =>
    pacedScenario(planningDay(using, at("2026-11-24")), ledger([], { id: id as DebtorId }), of).steps.map(
      (each) => each.day,
    );
  const ids = Array.from({ length: 200 }, (_, nth) => `C${nth}`);

  test("within its days, the same each time, in the order of the steps, and never of a last warning", () => {
    const seen = new Set<string>();
    for (const id of ids) {
      const [reminder = 0, firm = 0, firmer = 0, last = 0] = daysOf(id);
      expect([
        reminder >= 1 && reminder <= 5,
        firm >= 18 && firm <= 22,
        firmer >= firm && firmer <= 23,
        last,
      ]).toEqual([true, true, true, 35]);
      expect(daysOf(id)).toEqual([reminder, firm, firmer, last]);
      seen.add(`${reminder} ${firm}`);
    }
    expect(seen.size).toBe(25);
  });

  test("senders take turns by debtor, and the same debtor hears the same one", () => {
    const senderOf = (id: string) =>
      plan([ledger([dossier([aged(TODAY, 10)])], { id: id as DebtorId })], using, at("2026-11-24")).actions[0]
        ?.sender;
    const senders = ids.map(senderOf);
    expect(ids.map(senderOf)).toEqual(senders);
    for (const name of ["a", "b"]) expect(senders.filter((each) => each === name).length).toBeGreaterThan(70);
  });
});
