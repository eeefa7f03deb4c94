import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { planLedger } from "../src/core/plan.ts";
import type { Contact, Dossier, PlanMoment, Rules } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  day,
  dossier,
  euros,
  inCurrency,
  ledger,
  rules,
  scenario,
  standardSteps,
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

const firm = (days: number, over: Partial<Contact> = {}): Dossier => after("call", 20, days, 60, over);

describe("5. a step is due when all conditions hold", () => {
  test.each([
    { age: 2, expected: "too-early until 2026-11-25" },
    { age: 3, expected: "reminder: due by email, 100.00 EUR" },
  ])("age $age, day 3: $expected", ({ age, expected }) => {
    expect(says(dossier([aged(TODAY, age)]))).toBe(expected);
  });

  test("nextPossible is a working day", () => {
    expect(says(dossier([aged(TODAY, -1)]))).toBe("nothing-overdue until 2026-11-30");
  });

  test.each([
    { days: 6, gap: null, expected: "gap until 2026-11-25", why: "a day short of the scenario's gap" },
    { days: 7, gap: null, expected: "call: listed as call, 100.00 EUR", why: "the scenario's gap" },
    { days: 3, gap: 4, expected: "gap until 2026-11-25", why: "a day short of the step's own" },
    { days: 4, gap: 4, expected: "call: listed as call, 100.00 EUR", why: "the step's own gap" },
    { days: 0, gap: 0, expected: "gap until 2026-11-25", why: "never two on one day" },
  ])("last contact $days days ago, step gap $gap: $expected ($why)", ({ days, gap, expected }) => {
    const steps = standardSteps().map((each) => (each.id === "call" ? { ...each, gap } : each));
    expect(says(after("reminder", 10, days, 30), rules({ contactCap: 0 }, scenario({ steps })))).toBe(
      expected,
    );
  });

  test("a contact of an earlier cycle keeps no gap", () => {
    const one = after("reminder", 0, 6, 30);
    expect(says({ ...one, cycle: 2 })).toBe("reminder: due by email, 100.00 EUR");
  });

  test.each([
    { days: 10, expected: "deadline-running until 2026-11-25", why: "deadline + 2 days of grace" },
    { days: 11, expected: "last-warning: due by letter, 100.00 EUR", why: "a day later" },
  ])("a message $days days ago with a deadline of 8 days: $expected ($why)", ({ days, expected }) => {
    expect(says(after("firm", 30, days, 60, { deadline: day(ago(days - 8)) }))).toBe(expected);
  });

  test.each([
    { partPaid: 6, expected: "part-payment until 2026-11-25" },
    { partPaid: 7, expected: "call: listed as call, 100.00 EUR" },
  ])("a part payment seen $partPaid days ago restarts the gap: $expected", ({ partPaid, expected }) => {
    const one = after("reminder", 10, 20, 30);
    expect(says({ ...one, partPaid: day(ago(partPaid)) })).toBe(expected);
  });

  test("a part payment before the last contact restarts nothing, nor does one without a contact", () => {
    const one = after("reminder", 10, 7, 30);
    expect(says({ ...one, partPaid: day(ago(8)) })).toMatch(/^call/);
    expect(says(dossier([aged(TODAY, 30)], { partPaid: day(ago(1)) }))).toMatch(/^reminder/);
  });

  test.each([
    { when: "2026-11-20", closed: [], expected: "reminder: due by email, 100.00 EUR", why: "a Friday" },
    { when: "2026-11-21", closed: [], expected: "not-working-day until 2026-11-23", why: "a Saturday" },
    { when: "2026-11-11", closed: [], expected: "not-working-day until 2026-11-12", why: "a holiday" },
  ])("$when: $expected ($why)", ({ when, expected }) => {
    const of = dossier([aged(day(when), 10)]);
    expect(says(of, rules(), at(when))).toBe(expected);
    expect(says(of, rules(), at(when, {}, true)), "--force").toBe("reminder: due by email, 100.00 EUR");
  });

  test("calls also wait for a working day of the debtor's country", () => {
    const when = "2026-07-21"; // the Belgian national day, a Tuesday
    const of = dossier([aged(day(when), 30, { level: 10 })]);
    expect(verdict(ledger([of], { country: "BE" }), rules(), at(when))).toBe(
      "not-working-day until 2026-07-22",
    );
    expect(verdict(ledger([of], { country: "FR" }), rules(), at(when))).toBe(
      "call: listed as call, 100.00 EUR",
    );
    const reminder = dossier([aged(day(when), 30)]);
    expect(verdict(ledger([reminder], { country: "BE" }), rules(), at(when))).toMatch(/^reminder: due/);
  });

  test("--force lifts nothing but working days", () => {
    const forced = at(TODAY, {}, true);
    expect(says(after("reminder", 10, 6, 30), rules(), forced)).toBe("gap until 2026-11-25");
    expect(says(dossier([aged(TODAY, 2)]), rules(), forced)).toBe("too-early until 2026-11-25");
  });
});

describe("5. the contact cap, per debtor", () => {
  const quick = rules({}, scenario({ gap: 0 }));

  test.each([
    { days: 4, expected: "contact-cap until 2026-11-25" },
    { days: 5, expected: "firm: due by email, 100.00 EUR" },
  ])("last reminder $days days ago: $expected", ({ days, expected }) => {
    expect(says(firm(days), quick)).toBe(expected);
  });

  test("what was no automatic reminder does not count, and calls are exempt", () => {
    expect(says(firm(1, { automatic: false }), quick)).toMatch(/^firm/);
    expect(says(after("reminder", 10, 1, 30), quick)).toMatch(/^call: listed/);
  });

  test("reminders of an earlier cycle and of the other currency count", () => {
    const earlier = { ...after("reminder", 0, 4, 30), cycle: 2 };
    expect(says(earlier)).toBe("contact-cap until 2026-11-25");
    const eur = dossier([aged(TODAY, 2)], { contacts: [contact("courtesy", ago(3))] });
    const chf = inCurrency("CHF", aged(TODAY, 30));
    expect(verdict(ledger([chf, eur]), rules(), at(TODAY))).toBe(
      "gap until 2026-11-30; contact-cap until 2026-11-26",
    );
  });

  test.each([
    { eur: 100, chf: 100.01, first: "CHF" },
    { eur: 100, chf: 100, first: "EUR" },
    { eur: 100.01, chf: 100, first: "EUR" },
  ])("with $eur EUR and $chf CHF the larger claim goes first: $first", ({ eur, chf, first }) => {
    const dossiers = [
      inCurrency("CHF", aged(TODAY, 30, { open: euros(chf) })),
      inCurrency("EUR", aged(TODAY, 30, { open: euros(eur) })),
    ];
    const { actions, notActed } = planLedger(ledger(dossiers), rules(), at(TODAY));
    expect(actions.map(({ currency }) => currency)).toEqual([first]);
    expect(notActed.map(({ code, nextPossible }) => [code, nextPossible])).toEqual([
      ["contact-cap", "2026-11-30"],
    ]);
  });

  test("larger means in major units: 50 TND are less than 60 EUR are less than 61 XOF", () => {
    const eur = inCurrency("EUR", aged(TODAY, 30, { open: 6000 as never }));
    const tnd = inCurrency("TND", aged(TODAY, 30, { open: 50_000 as never }));
    const xof = inCurrency("XOF", aged(TODAY, 30, { open: 61 as never }));
    const firstOf = (...dossiers: Dossier[]) =>
      planLedger(ledger(dossiers), rules(), at(TODAY)).actions.map(({ currency }) => currency);
    expect(firstOf(tnd, eur)).toEqual(["EUR"]);
    expect(firstOf(eur, xof)).toEqual(["XOF"]);
  });

  test("a claim that waits for approval takes no place", () => {
    const dossiers = [
      inCurrency("CHF", aged(TODAY, 30, { open: euros(30_000) })),
      inCurrency("EUR", aged(TODAY, 30)),
    ];
    expect(verdict(ledger(dossiers), rules(), at(TODAY))).toBe(
      "reminder: awaiting-approval by email, 30000.00 CHF; reminder: due by email, 100.00 EUR",
    );
  });
});
