import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { type Behaviour, foresee, payDay } from "../src/core/foresight.ts";
import type { Ledger, Rules } from "../src/core/types.ts";
import { anyLedger, START, steadyRules } from "./support/histories.ts";
import { aged, at, day, dossier, euros, ledger, rules, scenario, step } from "./support/ledger.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const NOBODY = { kind: "none" } as const;
const told = (of: Ledger, using: Rules, days: number, behaviour: Behaviour = NOBODY): string[] =>
  foresee(of, using, at(TODAY), { until: addDays(TODAY, days), behaviour }).map(
    ({ day: when, action }) => `${when} ${action.step} ${action.channel} ${action.claimed}`,
  );

describe("what would happen", () => {
  const using = rules(
    {},
    scenario({
      minAmount: 0,
      steps: [
        step("reminder", 10, 3),
        step("call", 20, 12, { channel: "call", timeout: 5, fallback: "email" }),
        step("firm", 30, 20, { deadline: 8 }),
        step("last-warning", 40, 35, { channel: "letter", deadline: 8, finalWarning: true }),
        step("formal-notice", 50, 50, { channel: "registered-letter", formalNotice: true, approve: true }),
      ],
    }),
  );
  const one = ledger([dossier([aged(TODAY, 1)])]);

  test("step by step: calls are made, approvals given, deadlines waited for", () => {
    expect(told(one, using, 90)).toEqual([
      "2026-11-26 reminder email 10000",
      "2026-12-07 call call 10000",
      "2026-12-14 firm email 10000",
      "2026-12-28 last-warning letter 10000",
      "2027-01-12 formal-notice registered-letter 10000",
    ]);
  });

  test("until a day, and not beyond", () => {
    expect(told(one, using, 2)).toHaveLength(1);
    expect(told(one, using, 1)).toHaveLength(0);
  });

  test("who pays after so many days hears nothing more", () => {
    expect(told(one, using, 90, { kind: "after", days: 15 })).toEqual([
      "2026-11-26 reminder email 10000",
      "2026-12-07 call call 10000",
    ]);
  });

  test("as their class: as late as they have paid so far", () => {
    const paid = [
      { due: day("2026-01-01"), paid: day("2026-01-05"), amount: euros(10), currency: "EUR", sure: true },
    ];
    expect(told({ ...one, paid }, using, 90, { kind: "class" })).toEqual(["2026-11-26 reminder email 10000"]);
    expect(told(one, using, 90, { kind: "class" })).toHaveLength(5);
  });

  test.each<[string, number, Behaviour, string | null]>([
    ["due, later than they pay", 10, { kind: "after", days: 30 }, "2026-12-14"],
    ["should be paid already", 40, { kind: "after", days: 30 }, "2026-12-01"],
    ["nobody pays", 10, NOBODY, null],
    ["nothing is known", 10, { kind: "class" }, null],
  ])("%s", (_name, age, behaviour, expected) => {
    expect(payDay(aged(TODAY, age), one, behaviour, using, TODAY)).toBe(expected);
  });
});

test("looking only at days on which the plan says that something can change misses nothing", () => {
  fc.assert(
    fc.property(
      anyLedger,
      steadyRules,
      fc.oneof(
        fc.constant(NOBODY),
        fc.integer({ min: 0, max: 60 }).map((days): Behaviour => ({ kind: "after", days })),
      ),
      (of, using, behaviour) => {
        const options = { until: addDays(START, 100), behaviour };
        const lines = (everyDay: boolean) =>
          foresee(of, using, at(START), { ...options, everyDay }).map(
            ({ day: when, action }) => `${when} ${action.id} ${action.step}`,
          );
        expect(lines(false)).toEqual(lines(true));
      },
    ),
    { numRuns: 150 },
  );
});
