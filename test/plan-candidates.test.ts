import { describe, expect, test } from "vitest";
import { planLedger } from "../src/core/plan.ts";
import type { Action, Dossier, Rules } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  item,
  ledger,
  rules,
  scenario,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24");
const says = (of: Dossier, using: Rules = rules()): string => verdict(ledger([of]), using, at(TODAY));

function act(of: Dossier, using: Rules = rules()): Action {
  const { actions, notActed } = planLedger(ledger([of]), using, at(TODAY));
  const [action] = actions;
  if (action === undefined) throw new Error(`no action: ${notActed[0]?.reason}`);
  return action;
}

const told = (of: Dossier): Record<string, number | null> =>
  Object.fromEntries(act(of).items.map(({ number, level }) => [number, level]));
const old = (amount: number) => aged(TODAY, 40, { number: "OLD", open: euros(amount) });
const young = (amount: number) => aged(TODAY, 4, { number: "YOUNG", open: euros(amount) });

describe("1. candidates: overdue open items with a claimable part", () => {
  const other = { minItem: 5, minAmount: 0 };
  test.each([
    ["overdue", aged(TODAY, 10), "reminder: due by email, 100.00 EUR"],
    ["due today is not overdue", aged(TODAY, 0), "nothing-overdue until 2026-11-27"],
    ["no due date", item({ due: null }), "nothing-overdue"],
    ["disputed in part", aged(TODAY, 10, { disputed: euros(40) }), "reminder: due by email, 60.00 EUR"],
    ["disputed all but a cent", aged(TODAY, 10, { disputed: euros(99.99) }), "below-item-minimum"],
    ["disputed as a whole", aged(TODAY, 10, { disputed: euros(100) }), "disputed"],
    ["promised as a whole", aged(TODAY, 10, { promised: euros(100) }), "promised"],
    [
      "disputed and promised in part",
      aged(TODAY, 10, { disputed: euros(30), promised: euros(30) }),
      "reminder: due by email, 40.00 EUR",
    ],
    ["on hold", aged(TODAY, 10, { excluded: "hold" }), "on-hold"],
    ["at an agency", aged(TODAY, 10, { excluded: "agency" }), "outside-help"],
    ["with the insurer", aged(TODAY, 10, { excluded: "insurer" }), "outside-help"],
    ["with a lawyer", aged(TODAY, 10, { excluded: "lawyer" }), "outside-help"],
    ["direct debit", aged(TODAY, 10, { excluded: "direct-debit" }), "direct-debit"],
    ["at the item minimum", aged(TODAY, 10, { open: euros(5) }), "reminder: due by email, 5.00 EUR"],
    ["below the item minimum", aged(TODAY, 10, { open: euros(4.99) }), "below-item-minimum"],
    ["in the debtor's favour", credit(50), "nothing-owed"],
  ])("%s", (_, one, expected) => {
    expect(says(dossier([one]), rules({}, scenario(other)))).toBe(expected);
  });

  test("items out of the game are neither listed nor claimed", () => {
    const action = act(
      dossier([aged(TODAY, 10, { number: "IN" }), aged(TODAY, 30, { number: "OUT", excluded: "hold" })]),
    );
    expect(action.items.map(({ number }) => number)).toEqual(["IN"]);
    expect(action.leader).toBe("IN");
  });

  test("amounts of currencies without cents, or with three digits", () => {
    const yen = aged(TODAY, 10, { currency: "XOF", open: 4 as never });
    expect(says(dossier([yen]))).toBe("below-item-minimum");
    const dinar = aged(TODAY, 10, { currency: "TND", open: 10_001 as never });
    expect(says(dossier([dinar]))).toBe("reminder: due by email, 10.001 TND");
  });
});

describe("2. levels: what a message leaves on an item", () => {
  const at10 = { contacts: [contact("reminder", "2026-11-01", { level: 10 })] };
  const at20 = { contacts: [contact("call", "2026-11-01", { level: 20 })] };

  test.each([
    { age: 2, expected: null, why: "has reached no step's day" },
    { age: 3, expected: 10, why: "has reached the reminder's day" },
    { age: 11, expected: 10, why: "a day short of the call" },
    { age: 12, expected: 20, why: "has reached the call's day" },
    { age: 20, expected: 30, why: "is as old as the step asks" },
    { age: 49, expected: 30, why: "never more than the step's own level" },
  ])("an item $age days late beside a firm reminder records $expected: $why", ({ age, expected }) => {
    const leader = aged(TODAY, 60, { number: "OLD", level: 20 });
    const rider = aged(TODAY, age, { number: "RIDER" });
    expect(told(dossier([leader, rider], at20))).toEqual({ OLD: 30, RIDER: expected });
  });

  test.each([
    { age: 38, level: 20, expected: 30, why: "old enough for the last warning, but it was not warned" },
    { age: 38, level: 30, expected: null, why: "told as much before" },
    { age: 5, level: 0, expected: 10, why: "its own age" },
    { age: 50, level: 30, expected: 50, why: "claimed, so it is told" },
  ])("beside a formal notice an item of $age days records $expected: $why", ({ age, level, expected }) => {
    const warned = contact("last-warning", "2026-10-20", {
      level: 40,
      finalWarning: true,
      deadline: day("2026-10-28"),
    });
    const items = [
      aged(TODAY, 70, { number: "OLD", level: 40 }),
      aged(TODAY, age, { number: "RIDER", level }),
    ];
    expect(told(dossier(items, { contacts: [warned] }))).toEqual({ OLD: 50, RIDER: expected });
  });

  test("an item that was told as much before records nothing again", () => {
    const items = [aged(TODAY, 60, { number: "A", level: 20 }), aged(TODAY, 5, { number: "B", level: 10 })];
    expect(told(dossier(items, at20))).toEqual({ A: 30, B: null });
  });

  test("the stage is the highest level on a candidate that is still open: the oldest paid does not restart", () => {
    const rest = aged(TODAY, 15, { level: 10 });
    expect(says(dossier([rest], at10))).toBe("call: listed as call, 100.00 EUR");
  });

  test("who was told nothing starts at the first step, whatever a paid one was told", () => {
    expect(says(dossier([aged(TODAY, 15)], at20))).toBe("reminder: due by email, 100.00 EUR");
  });
});

describe("3. the leader is the oldest candidate", () => {
  test("its age is the dossier's, and items are listed oldest due first, then by number", () => {
    const items = [
      aged(TODAY, 5, { number: "B" }),
      aged(TODAY, 8, { number: "C" }),
      aged(TODAY, 5, { number: "A" }),
      credit(10, { number: "AV" }),
    ];
    const action = act(dossier(items));
    expect([action.leader, action.age]).toEqual(["C", 8]);
    expect(action.items.map(({ number }) => number)).toEqual(["C", "A", "B", "AV"]);
    expect(action.items.map(({ daysOverdue }) => daysOverdue)).toEqual([8, 5, 5, 0]);
  });
});

describe("8. credits", () => {
  test.each([
    { credits: 99.99, leader: "OLD", claimed: 200.01, why: "the oldest is covered but for a cent" },
    { credits: 100, leader: "YOUNG", claimed: 200, why: "the oldest is covered" },
    { credits: 289.99, leader: "YOUNG", claimed: 10.01, why: "just above the minimum" },
  ])("credits of $credits: $leader leads ($why)", ({ credits, leader, claimed }) => {
    const action = act(dossier([old(100), young(200), credit(credits)]));
    expect(action.leader).toBe(leader);
    expect([action.claimed, action.credits, action.total]).toEqual([
      euros(claimed),
      euros(credits),
      euros(claimed),
    ]);
    expect(action.items.map(({ number, role }) => `${number} ${role}`)).toEqual([
      "OLD claimed",
      "YOUNG claimed",
      expect.stringContaining("credit"),
    ]);
  });

  test.each([
    { credits: 290, expected: "covered-by-credit", why: "at the minimum of 10" },
    { credits: 300, expected: "covered-by-credit", why: "nothing left" },
    { credits: 5000, expected: "covered-by-credit", why: "never a negative claim" },
  ])("credits of $credits: $expected ($why)", ({ credits, expected }) => {
    expect(says(dossier([old(100), young(200), credit(credits)]))).toBe(expected);
  });

  test("what credits cover changes when more falls due", () => {
    const soon = aged(TODAY, -3, { open: euros(500) });
    expect(says(dossier([old(100), soon, credit(300)]))).toBe("covered-by-credit until 2026-11-30");
  });

  test.each([
    { open: 10, expected: "below-minimum" },
    { open: 10.01, expected: "reminder: due by email, 10.01 EUR" },
  ])("a claim of $open with a minimum of 10: $expected", ({ open, expected }) => {
    expect(says(dossier([aged(TODAY, 10, { open: euros(open) })]))).toBe(expected);
  });

  test("a covered item keeps its level out of the stage", () => {
    const covered = aged(TODAY, 40, { number: "COVERED", level: 30, open: euros(100) });
    const action = act(dossier([covered, young(200), credit(100)]));
    expect(action.step).toBe("reminder");
    expect(action.items.map(({ number, level }) => [number, level])).toEqual([
      ["COVERED", null],
      ["YOUNG", 10],
      [expect.any(String), null],
    ]);
  });

  test("credits on hold count too: never more than the open balance", () => {
    const action = act(dossier([aged(TODAY, 10), credit(30, { excluded: "hold" })]));
    expect(action.claimed).toBe(euros(70));
  });
});
