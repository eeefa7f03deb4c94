import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain } from "../src/core/explain.ts";
import { planLedger } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import { decided, promiseLimit, workingDaysAfter } from "../src/core/promise.ts";
import type { Day, Dossier, OpenItem } from "../src/core/types.ts";
import {
  ago,
  ahead,
  dispute,
  hold,
  late,
  later,
  paid,
  promise,
  REMIND,
  says,
  TODAY,
} from "./support/agreements.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { aged, at, contact, credit, day, dossier, euros, ledger, rules } from "./support/ledger.ts";

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
    { why: "something was paid", open: 90, expected: "reminder: due by email, 50.00 EUR" },
    { why: "all the rest was paid", open: 40, expected: "disputed" },
    { why: "deducted", open: 60, deducted: true, expected: "reminder: due by email, 60.00 EUR" },
    {
      why: "deducted, and more was paid",
      open: 45,
      deducted: true,
      expected: "reminder: due by email, 45.00 EUR",
    },
    {
      why: "a credit note of that amount",
      open: 100,
      note: 40,
      expected: "reminder: due by email, 60.00 EUR",
    },
    { why: "one of another amount", open: 100, note: 30, expected: "reminder: due by email, 30.00 EUR" },
    {
      why: "one from before",
      open: 100,
      note: 40,
      issued: "2026-01-01",
      expected: "reminder: due by email, 20.00 EUR",
    },
  ])("the debtor was right: $why", ({ open, deducted = false, note, issued, expected }) => {
    const item = late({ open: euros(open) });
    const disputes = [dispute([item], { amount: euros(40), accepted: euros(100), deducted })];
    const notes = note === undefined ? [] : [credit(note, { issued: (issued ?? TODAY) as Day })];
    expect(says(dossier([item, ...notes], { disputes }))).toBe(expected);
  });

  test.each([
    { why: "the rest was paid", later: "40,00", expected: "disputed" },
    { why: "it was deducted", later: "60,00", expected: "reminder" },
  ])("through the commands: $why", async ({ later: amount, expected }) => {
    const balance = (as: string, open: string) =>
      `Balance au ${as}\nCode client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû\nA1;Un;F-1;25/09/2026;15/10/2026;${open}\n`;
    const folder = folderWith({ "dunning.yaml": SMALL, "one.csv": balance("20/11/2026", "100,00") });
    await dunning(folder, "2026-11-20", "import", "one.csv");
    await dunning(folder, "2026-11-20", "debtor", "set", "A1", "email=a1@x.example");
    await dunning(
      folder,
      "2026-11-20",
      "dispute",
      "open",
      "A1",
      "--invoice",
      "F-1",
      "--amount",
      "40",
      "--reason",
      "price",
    );
    await dunning(folder, "2026-11-20", "dispute", "close", "D1", "--outcome", "accepted");
    writeFileSync(join(folder, "two.csv"), balance("24/11/2026", amount));
    await dunning(folder, "2026-11-24", "import", "two.csv");
    const { json } = await dunning(folder, "2026-11-24", "run", "--dry-run", "--json");
    const [said] = [...(json["actions"] as { step: string }[]), ...(json["notActed"] as { code: string }[])];
    expect(said).toMatchObject(expected === "reminder" ? { step: expected } : { code: expected });
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
