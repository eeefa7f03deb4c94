import { describe, expect, test } from "vitest";
import { planLedger } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import { priorityOf } from "../src/core/priority.ts";
import { brokenPromises, decided } from "../src/core/promise.ts";
import { segmentOf } from "../src/core/segment.ts";
import type { Dossier, OpenItem, PromiseToPay, Rules, Step } from "../src/core/types.ts";
import { ago, ahead, hold, late, later, paid, promise, says, TODAY } from "./support/agreements.ts";
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

  test("the money was put against another document: it came all the same", () => {
    expect(stateOf([a, paid(b, 60)], promise([a], 60, { date: LONG_AGO }, [b]))).toEqual(["kept 60"]);
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
      `promise P1 of 300.00 EUR for 2026-11-16 was not kept, oldest item ${item.number} is 40 days late`,
    );
  });

  test.each([
    { why: "the scenario wants a call by now: it is made once, and leaves its level", age: 12, level: 20 },
    { why: "a day too early for the scenario's call", age: 11, level: null },
  ])("$why", ({ age, level }) => {
    const young = aged(TODAY, age, { level: 10, open: euros(300) });
    const promises = [promise([young], 300, { state: "broken", decided: TODAY, cycle: 1 })];
    const [action] = planLedger(ledger([dossier([young], { promises })]), rules(), at(TODAY)).actions;
    expect([action?.step, action?.level, action?.items[0]?.level]).toEqual(["broken-promise", level, level]);
  });

  test("while nothing is late: the day after the next due date, also where an address is searched", () => {
    const soon = aged(TODAY, -4, { open: euros(2000) });
    const promises = [promise([soon], 2000, { state: "broken", decided: ago(1), cycle: 1 })];
    const search = task("address", "courtesy", ago(1));
    const noAddress = { email: null, address: [] };
    const waits = (tasks: Dossier["tasks"]) =>
      verdict(ledger([dossier([soon], { promises, tasks })], noAddress), rules(), at(TODAY));
    expect(waits([search])).toBe("address-missing until 2026-11-30");
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
