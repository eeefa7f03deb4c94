import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { explain } from "../src/core/explain.ts";
import { planLedger } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import { priorityOf } from "../src/core/priority.ts";
import { brokenPromises, decided, promiseLimit, workingDaysAfter } from "../src/core/promise.ts";
import { segmentOf } from "../src/core/segment.ts";
import type {
  Cents,
  Dispute,
  Dossier,
  Hold,
  OpenItem,
  PromiseToPay,
  Rules,
  Step,
} from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  ledger,
  rule,
  rules,
  scenario,
  standardSteps,
  task,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const ago = (days: number): ReturnType<typeof day> => addDays(TODAY, -days);
const ahead = (days: number): ReturnType<typeof day> => addDays(TODAY, days);
const says = (of: Dossier, using: Rules = rules(), moment = at(TODAY)): string =>
  verdict(ledger([of]), using, moment);

const REMIND = "reminder: due by email, 100.00 EUR";
const late = (over: Partial<OpenItem> = {}): OpenItem => aged(TODAY, 10, { number: "A", ...over });
const later = (over: Partial<OpenItem> = {}): OpenItem => aged(TODAY, 5, { number: "B", ...over });

const hold = (over: Partial<Hold> = {}): Hold => ({
  id: "H1",
  items: null,
  since: ago(3),
  until: null,
  ...over,
});
const dispute = (items: readonly OpenItem[], over: Partial<Dispute> = {}): Dispute => ({
  id: "D1",
  items: items.map(({ key }) => key),
  amount: null,
  opened: ago(3),
  accepted: null,
  ...over,
});
/** A promise about the first items of a dossier as they were; `others`: seen, not meant. */
function promise(
  items: readonly OpenItem[],
  amount: number,
  over: Partial<PromiseToPay> = {},
  others: readonly OpenItem[] = [],
): PromiseToPay {
  const of = (meant: boolean) => (each: OpenItem) => ({ key: each.key, open: each.open, meant });
  return {
    id: "P1",
    plan: null,
    date: TODAY,
    amount: euros(amount),
    given: ago(6),
    items: [...items.map(of(true)), ...others.map(of(false))],
    credits: 0 as Cents,
    state: "open",
    paid: 0 as Cents,
    decided: null,
    cycle: null,
    ...over,
  };
}
const paid = (item: OpenItem, amount: number): OpenItem => ({
  ...item,
  open: (item.open - euros(amount)) as Cents,
});

describe("holds", () => {
  test.each([
    { why: "runs without end", over: {}, expected: "on-hold" },
    { why: "its last day is today", over: { until: TODAY }, expected: "on-hold until 2026-11-25" },
    { why: "its last day is Friday", over: { until: ahead(3) }, expected: "on-hold until 2026-11-30" },
    { why: "its last day was yesterday", over: { until: ago(1) }, expected: REMIND },
    { why: "begins today", over: { since: TODAY }, expected: "on-hold" },
    { why: "begins tomorrow", over: { since: ahead(1) }, expected: REMIND },
  ])("$why: $expected", ({ over, expected }) => {
    expect(says(dossier([late()], { holds: [hold(over)] }))).toBe(expected);
  });

  test("of one document: the rest goes on", () => {
    const [a, b] = [late(), later()];
    const found = planLedger(
      ledger([dossier([a, b], { holds: [hold({ items: [a.key] })] })]),
      rules(),
      at(TODAY),
    );
    expect(found.actions[0]?.items.map(({ number }) => number)).toEqual(["B"]);
  });

  test("afterwards the scenario goes on at the level that was reached", () => {
    const told = aged(TODAY, 40, { level: 20 });
    const contacts = [contact("call", ago(20), { level: 20 })];
    expect(says(dossier([told], { contacts, holds: [hold({ until: ago(1) })] }))).toMatch(/^firm: due/);
  });

  test("what comes back sooner than the rest is said", () => {
    const held = aged(TODAY, 60);
    const young = aged(TODAY, 1);
    const of = dossier([held, young], { holds: [hold({ items: [held.key], until: TODAY })] });
    expect(says(of)).toBe("too-early until 2026-11-25");
  });

  test("explain says which hold, until when, and what comes next", () => {
    const of = dossier([late()], { holds: [hold({ until: ahead(1) })] });
    const { items, next } = explain(ledger([of]), rules(), at(TODAY));
    expect(items.map(({ state, reason }) => [state, reason])).toEqual([
      ["out", "on hold until 2026-11-25 (H1)"],
    ]);
    expect([next.step, next.earliest]).toEqual(["reminder", "2026-11-26"]);
  });
});

describe("disputes", () => {
  test.each([
    { why: "the whole", amount: null, expected: "disputed" },
    { why: "a part", amount: 40, expected: "reminder: due by email, 60.00 EUR" },
    { why: "all but the item minimum", amount: 80, expected: "reminder: due by email, 20.00 EUR" },
    { why: "as much as is open", amount: 100, expected: "disputed" },
    { why: "more than is open by now", amount: 150, expected: "disputed" },
  ])("$why", ({ amount, expected }) => {
    const item = late();
    const disputes = [dispute([item], { amount: amount === null ? null : euros(amount) })];
    expect(says(dossier([item], { disputes }))).toBe(expected);
  });

  test("two disputes of one item add up, never above what is open", () => {
    const item = late();
    const two = [dispute([item], { amount: euros(70) }), dispute([item], { id: "D2", amount: euros(70) })];
    const { items } = explain(ledger([dossier([item], { disputes: two })]), rules(), at(TODAY));
    expect(items[0]?.reason).toBe("disputed (D1, D2)");
    expect(says(dossier([item], { disputes: two }))).toBe("disputed");
  });

  test.each([
    { why: "nothing deducted yet", open: 100, expected: "reminder: due by email, 60.00 EUR" },
    { why: "a quarter of it deducted", open: 90, expected: "reminder: due by email, 60.00 EUR" },
    { why: "deducted", open: 60, expected: "reminder: due by email, 60.00 EUR" },
    { why: "deducted, and more was paid", open: 45, expected: "reminder: due by email, 45.00 EUR" },
  ])("the debtor was right: $why", ({ open, expected }) => {
    const item = late({ open: euros(open) });
    const disputes = [dispute([item], { amount: euros(40), accepted: euros(100) })];
    expect(says(dossier([item], { disputes }))).toBe(expected);
  });

  test("a dispute about another dossier's documents touches nothing", () => {
    expect(says(dossier([late()], { disputes: [dispute([later()])] }))).toBe(REMIND);
  });
});

describe("direct debit", () => {
  test("is left out, the rest goes on", () => {
    const drawn = late({ excluded: "direct-debit" });
    expect(says(dossier([drawn]))).toBe("direct-debit");
    expect(says(dossier([drawn, later()]))).toBe(REMIND);
  });
});

describe("a promise is waited for until its date and the grace are over", () => {
  test.each([
    { date: "2026-11-24", grace: 2, expected: "2026-11-26", why: "Tuesday, two working days" },
    { date: "2026-11-26", grace: 2, expected: "2026-11-30", why: "Thursday: Friday and Monday" },
    { date: "2026-11-28", grace: 2, expected: "2026-12-01", why: "a Saturday: Monday and Tuesday" },
    { date: "2026-12-23", grace: 2, expected: "2026-12-28", why: "Christmas Day is none" },
    { date: "2026-11-28", grace: 0, expected: "2026-11-28", why: "no grace" },
  ])("$date and $grace: $expected ($why)", ({ date, grace, expected }) => {
    expect(workingDaysAfter(rules().calendar, day(date), grace)).toBe(expected);
    const using = planningDay(rules({ promiseGrace: grace }), at(TODAY));
    expect(promiseLimit(using, { date: day(date) })).toBe(expected);
  });

  const of = (date: string): Dossier => {
    const item = late();
    return dossier([item], { promises: [promise([item], 100, { date: day(date) })] });
  };
  test.each([
    { date: "2026-11-24", asOf: TODAY, expected: "promised until 2026-11-27", why: "its date" },
    { date: "2026-11-20", asOf: TODAY, expected: "promised until 2026-11-25", why: "the last day of grace" },
    {
      date: "2026-11-19",
      asOf: "2026-11-22",
      expected: "promise-undecided",
      why: "over, the balance is from before",
    },
    {
      date: "2026-11-19",
      asOf: "2026-11-23",
      expected: /^broken-promise: listed as call, 100/,
      why: "over, the balance is of the last day",
    },
  ])("$why: $expected", ({ date, asOf, expected }) => {
    const said = says(of(date), rules(), at(TODAY, { asOf: day(asOf) }));
    if (typeof expected === "string") expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  test("explain: what comes next if nothing changes", () => {
    const { next, items } = explain(ledger([of("2026-11-24")]), rules(), at(TODAY));
    expect(items[0]?.reason).toBe("promised for 2026-11-24 (P1)");
    expect([next.step, next.channel, next.earliest]).toEqual(["broken-promise", "call", "2026-11-27"]);
  });

  test.each([
    { why: "nothing is decided while rows of the debtor could not be read", unread: 1, doubt: null },
    {
      why: "nothing is decided while the balance is in doubt",
      unread: 0,
      doubt: "a letter leaves something unpaid",
    },
  ])("$why", ({ unread, doubt }) => {
    const whole = { ...ledger([of("2026-11-12")], {}, unread), doubt };
    const [found] = decided(planningDay(rules(), at(TODAY)), whole).dossiers;
    expect(found?.promises[0]?.state).toBe("open");
  });
});

describe("what a promise covers", () => {
  test.each([
    { why: "the document that is named, the rest goes on", meant: [1], amount: 100, expected: { A: 100 } },
    { why: "a part of it", meant: [1], amount: 60, expected: { A: 100, B: 40 } },
    { why: "else the oldest first", meant: [0, 1], amount: 100, expected: { B: 100 } },
    { why: "and then the next", meant: [0, 1], amount: 130, expected: { B: 70 } },
  ])("$why", ({ meant, amount, expected }) => {
    const items = [late(), later()];
    const own = meant.map((n) => items[n] as OpenItem);
    const { actions } = planLedger(
      ledger([dossier(items, { promises: [promise(own, amount)] })]),
      rules(),
      at(TODAY),
    );
    const lines = actions[0]?.items.map(({ number, claimed }) => [number, claimed / 100]) ?? [];
    expect(Object.fromEntries(lines)).toEqual(expected);
  });

  test("what a balance has shown of it is not covered any more", () => {
    const [a, b] = [late(), later()];
    const of = dossier([paid(a, 100), b], { promises: [promise([a, b], 150)] });
    // 100 of 150 came: 50 of B are still promised.
    expect(says(of)).toBe("reminder: due by email, 50.00 EUR");
  });
});

describe("what became of a promise", () => {
  const LONG_AGO = day("2026-11-10");
  const stateOf = (items: readonly OpenItem[], ...promises: readonly PromiseToPay[]) =>
    decided(
      planningDay(rules(), at(TODAY)),
      ledger([dossier(items, { promises })]),
    ).dossiers[0]?.promises.map((each) => `${each.state} ${each.paid / 100}`);
  const a = late({ open: euros(100) });
  const b = later({ open: euros(80) });

  test.each([
    { why: "paid whole", now: [b], expected: "kept 60" },
    { why: "paid as promised", now: [paid(a, 60), b], expected: "kept 60" },
    { why: "a cent short", now: [paid(a, 59.99), b], expected: "partly-kept 59.99" },
    { why: "a cent came", now: [paid(a, 0.01), b], expected: "partly-kept 0.01" },
    { why: "nothing came", now: [a, b], expected: "broken 0" },
    { why: "it grew", now: [paid(a, -20), b], expected: "broken 0" },
    { why: "as a payment on account", now: [a, b, credit(60)], expected: "kept 60" },
    { why: "half and half", now: [paid(a, 30), b, credit(30)], expected: "kept 60" },
    {
      why: "new invoices do not hide it",
      now: [paid(a, 60), b, aged(TODAY, -10, { open: euros(500) })],
      expected: "kept 60",
    },
  ])("$why: $expected", ({ now, expected }) => {
    expect(stateOf(now, promise([a], 60, { date: LONG_AGO }, [b]))).toEqual([expected]);
  });

  test("another document was paid: not what was promised, where a document was named", () => {
    expect(stateOf([a, paid(b, 60)], promise([a], 60, { date: LONG_AGO }, [b]))).toEqual(["broken 0"]);
    expect(stateOf([a, paid(b, 60)], promise([a, b], 60, { date: LONG_AGO }))).toEqual(["kept 60"]);
  });

  test.each([
    {
      why: "a credit that was there went into it: no new money",
      now: [paid(a, 60), b],
      expected: "broken 0",
    },
    {
      why: "the credit went into another one, and the money came",
      now: [paid(a, 60), paid(b, 60)],
      expected: "kept 60",
    },
    { why: "the credit went into it, and the money came", now: [b], expected: "kept 60" },
  ])("$why", ({ now, expected }) => {
    const before = { date: LONG_AGO, credits: euros(60) };
    expect(stateOf(now, promise([a], 60, before, [b]))).toEqual([expected]);
  });

  test("kept before its date, as soon as a balance shows it", () => {
    expect(stateOf([paid(a, 60)], promise([a], 60, { date: ahead(5) }))).toEqual(["kept 60"]);
    expect(stateOf([paid(a, 59)], promise([a], 60, { date: ahead(5) }))).toEqual(["open 59"]);
  });

  test.each([
    { came: 0, expected: ["broken 0", "broken 0"] },
    { came: 40, expected: ["partly-kept 40", "broken 0"] },
    { came: 50, expected: ["kept 50", "broken 0"] },
    { came: 80, expected: ["kept 50", "partly-kept 30"] },
    { came: 100, expected: ["kept 50", "kept 50"] },
  ])("money is counted once, the earlier date first: $came", ({ came, expected }) => {
    const first = promise([a], 50, { date: day("2026-11-05") });
    const second = promise([a], 50, { id: "P2", date: LONG_AGO });
    expect(stateOf([paid(a, came)], first, second)).toEqual(expected);
  });

  test("what was counted for one that was kept is not counted again", () => {
    const kept = promise([a], 50, {
      date: day("2026-11-05"),
      state: "kept",
      paid: euros(50),
      decided: ago(9),
    });
    const second = promise([a], 50, { id: "P2", date: LONG_AGO });
    expect(stateOf([paid(a, 50)], kept, second)?.[1]).toBe("broken 0");
  });

  test("what came too late for one is there for the next", () => {
    const broken = promise([a], 50, { date: day("2026-11-05"), state: "broken", decided: ago(9), cycle: 1 });
    const second = promise([a], 50, { id: "P2", date: LONG_AGO, given: ago(8) });
    expect(stateOf([paid(a, 50)], broken, second)?.[1]).toBe("kept 50");
  });

  test("two promises about two documents, one of them paid", () => {
    const [one, two] = [
      promise([a], 100, { date: LONG_AGO }, [b]),
      promise([b], 80, { id: "P2", date: LONG_AGO }, [a]),
    ];
    expect(stateOf([a], one, two)).toEqual(["broken 0", "kept 80"]);
    expect(stateOf([a, b, credit(100)], one, two)).toEqual(["kept 100", "broken 0"]);
  });
});

describe("after a broken promise a person speaks with the debtor before any automatic mail", () => {
  const item = aged(TODAY, 40, { level: 20, open: euros(300) });
  const broken = (over: Partial<PromiseToPay> = {}) =>
    promise([item], 300, {
      state: "broken",
      decided: ago(3),
      cycle: 1,
      date: ago(8),
      given: ago(20),
      ...over,
    });
  const of = (over: Partial<Dossier>): Dossier => dossier([item], { promises: [broken()], ...over });
  const CALL = "broken-promise: listed as call, 300.00 EUR";
  const FIRM = "firm: due by email, 300.00 EUR";
  const waiting = (listed: number, over = {}) => task("call", "broken-promise", ago(listed), over);

  test.each([
    { why: "at once, whatever the gap", over: { contacts: [contact("reminder", ago(4))] }, expected: CALL },
    {
      why: "partly kept: too",
      over: { promises: [broken({ state: "partly-kept", paid: euros(50) })] },
      expected: CALL,
    },
    {
      why: "it is on the list",
      over: { tasks: [waiting(3)] },
      expected: "waiting-for-call until 2026-11-26",
    },
    {
      why: "nobody called in five days",
      over: { promises: [broken({ decided: ago(5) })], tasks: [waiting(5)] },
      expected: FIRM,
    },
    {
      why: "a call was logged",
      over: { contacts: [contact("call", ago(3), { channel: "call", automatic: false })] },
      expected: "gap until 2026-11-30",
    },
    {
      why: "a call from before does not count",
      over: { contacts: [contact("call", ago(4), { channel: "call", automatic: false })] },
      expected: CALL,
    },
    {
      why: "a task of an earlier one does not count",
      over: { tasks: [waiting(9, { state: "expired" })] },
      expected: CALL,
    },
    {
      why: "a new promise is an answer",
      over: { promises: [broken(), promise([item], 300, { id: "P2", given: ago(3) })] },
      expected: "promised until 2026-11-27",
    },
    {
      why: "one that was given before is none",
      over: { promises: [broken({ amount: euros(100) }), promise([item], 100, { id: "P2", given: ago(4) })] },
      expected: "broken-promise: listed as call, 200.00 EUR",
    },
    { why: "a new cycle is fresh", over: { cycle: 2 }, expected: /^firm/ },
    { why: "what is on hold stays on hold", over: { holds: [hold()] }, expected: "on-hold" },
  ])("$why", ({ over, expected }) => {
    const said = says(of(over));
    if (typeof expected === "string") expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  const withFirm = (over: Partial<Step>): Rules =>
    rules(
      {},
      scenario({ steps: standardSteps().map((each) => (each.id === "firm" ? { ...each, ...over } : each)) }),
    );
  test.each([
    { on: "call", expected: CALL },
    { on: "visit", expected: "broken-promise: listed as visit, 300.00 EUR" },
    { on: "letter", expected: "firm: due by letter, 300.00 EUR" },
    { on: "email", expected: FIRM },
  ] as const)("on_broken_promise: $on", ({ on, expected }) => {
    expect(says(of({}), withFirm({ onBrokenPromise: on }))).toBe(expected);
  });

  test("a step that answered in writing is an answer", () => {
    const told = { ...item, level: 30 };
    const contacts = [contact("firm", ago(2), { level: 30, channel: "letter" })];
    const answered = dossier([told], { promises: [broken()], contacts });
    expect(says(answered, withFirm({ onBrokenPromise: "letter" }))).toMatch(/^gap/);
  });

  test("each broken promise has an action of its own, and says why", () => {
    const idOf = (id: string) =>
      planLedger(ledger([of({ promises: [broken({ id })] })]), rules(), at(TODAY)).actions[0];
    expect(idOf("P1")?.id).not.toBe(idOf("P2")?.id);
    expect(idOf("P1")?.reason).toBe(
      "promise P1 of 300.00 EUR for 2026-11-16 was not kept, oldest item " + `${item.number} is 40 days late`,
    );
  });

  test("rules can ask how many there were", () => {
    const whole = ledger([of({ promises: [broken(), broken({ id: "P2", state: "partly-kept" })] })]);
    expect(brokenPromises(whole)).toBe(1);
    const asks = rule("broken_promises > 0", ({ broken_promises }) => Number(broken_promises) > 0);
    const using = rules({ segments: [{ name: "breakers", when: asks, scenario: "standard" }] });
    expect(segmentOf(whole, using, TODAY).segment?.name).toBe("breakers");
  });
});

describe("priority: amount x risk x age", () => {
  test.each([
    { amount: 1000, age: 0, broken: 0, fresh: false, expected: 1000, because: "1000.00 EUR" },
    { amount: 1000, age: 30, broken: 0, fresh: false, expected: 2000, because: "1000.00 EUR, 30 days late" },
    {
      amount: 1000,
      age: 30,
      broken: 1,
      fresh: false,
      expected: 3000,
      because: "1000.00 EUR, 30 days late, 1 broken promise",
    },
    {
      amount: 1000,
      age: 0,
      broken: 3,
      fresh: false,
      expected: 2500,
      because: "1000.00 EUR, 3 broken promises",
    },
    {
      amount: 1000,
      age: 0,
      broken: 4,
      fresh: false,
      expected: 2500,
      because: "1000.00 EUR, 4 broken promises",
    },
    {
      amount: 1000,
      age: 180,
      broken: 0,
      fresh: false,
      expected: 7000,
      because: "1000.00 EUR, 180 days late",
    },
    {
      amount: 1000,
      age: 181,
      broken: 0,
      fresh: false,
      expected: 7000,
      because: "1000.00 EUR, 181 days late",
    },
    {
      amount: 0.99,
      age: 1,
      broken: 0,
      fresh: true,
      expected: 0,
      because: "0.99 EUR, 1 day late, new customer",
    },
  ])("$because: $expected", ({ amount, age, broken, fresh, expected, because }) => {
    const item = late();
    const promises = Array.from({ length: broken }, (_, n) =>
      promise([item], 1, { id: `P${n}`, state: "broken", decided: TODAY }),
    );
    const whole = ledger([dossier([item], { promises })], { newCustomer: fresh });
    expect(priorityOf(whole, euros(amount), "EUR", age)).toEqual({ priority: expected, because });
  });
});
