import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { planLedger } from "../src/core/plan.ts";
import type { Dossier } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  ledger,
  rules,
  scenario,
  task,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const ago = (days: number) => addDays(TODAY, -days);
const byInvoice = rules({ contactCap: 0 }, scenario({ follow: "invoice", minAmount: 0 }));
const capped = rules({}, scenario({ follow: "invoice" }));
const says = (of: Dossier, using = byInvoice): string => verdict(ledger([of]), using, at(TODAY));

describe("follow: invoice, each invoice walks alone", () => {
  test("by its own age and level, grouped into one message per step", () => {
    const items = [
      aged(TODAY, 60, { number: "A", level: 20 }),
      aged(TODAY, 22, { number: "B", level: 20, open: euros(200) }),
      aged(TODAY, 5, { number: "C" }),
      aged(TODAY, 2, { number: "D" }),
    ];
    const { actions, notActed } = planLedger(ledger([dossier(items)]), byInvoice, at(TODAY));
    const lines = actions.map(({ step, leader, items: listed }) => [
      step,
      leader,
      listed.map(({ number }) => number),
    ]);
    expect(lines).toEqual([
      ["firm", "A", ["A", "B"]],
      ["reminder", "C", ["C"]],
    ]);
    expect(notActed.map(({ code, items: left, overdue }) => [code, left, overdue])).toEqual([
      ["too-early", [items[3]?.key], euros(100)],
    ]);
  });

  test("one reminder per debtor within the cap: the larger claim first", () => {
    const items = [aged(TODAY, 60, { level: 20 }), aged(TODAY, 5, { open: euros(101) })];
    expect(says(dossier(items), capped)).toBe(
      "reminder: due by email, 101.00 EUR; contact-cap until 2026-11-30",
    );
  });

  test("the gap is each invoice's own", () => {
    const told = aged(TODAY, 60, { level: 20 });
    const fresh = aged(TODAY, 5, { open: euros(30) });
    const contacts = [contact("call", ago(2), { level: 20, items: [told.key] })];
    expect(says(dossier([told, fresh], { contacts }))).toBe(
      "reminder: due by email, 30.00 EUR; gap until 2026-11-30",
    );
  });

  test("so is the final warning", () => {
    const warned = aged(TODAY, 80, { number: "W", level: 40 });
    const other = aged(TODAY, 70, { number: "O", level: 40 });
    const warning = { level: 40, finalWarning: true, deadline: ago(12), items: [warned.key] };
    const of = dossier([warned, other], { contacts: [contact("last-warning", ago(20), warning)] });
    expect(says(of)).toBe(
      "formal-notice: awaiting-approval by registered-letter, 100.00 EUR; no-final-warning",
    );
  });

  test("credits cover the oldest first; what they cover stands beside them in every message", () => {
    const items = [
      aged(TODAY, 60, { number: "OLD", level: 20 }),
      aged(TODAY, 5, { number: "NEW", open: euros(300) }),
      credit(100, { number: "AV" }),
    ];
    const { actions } = planLedger(ledger([dossier(items)]), byInvoice, at(TODAY));
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({
      step: "reminder",
      leader: "NEW",
      claimed: euros(300),
      credits: euros(100),
    });
    expect(actions[0]?.items.map(({ number }) => number)).toEqual(["OLD", "NEW", "AV"]);
  });

  test("invoices that wait for the same thing share a reason", () => {
    const items = [aged(TODAY, 30, { level: 10 }), aged(TODAY, 31, { level: 10 })];
    expect(says(dossier(items, { tasks: [task("call", "call", ago(1))] }))).toBe(
      "waiting-for-call until 2026-11-30",
    );
  });
});

test("two messages on one day: what credits cover is listed in both and told nothing by either", () => {
  const items = [
    aged(TODAY, 40, { number: "COVERED" }),
    aged(TODAY, 40, { number: "OLD" }),
    aged(TODAY, 5, { number: "NEW" }),
    credit(100, { number: "AV" }),
  ];
  const using = rules({ contactCap: 0 }, scenario({ follow: "invoice", entry: "by-age" }));
  const { actions } = planLedger(ledger([dossier(items)]), using, at(TODAY));
  expect(actions).toHaveLength(2);
  for (const { items: lines } of actions) {
    expect(lines.find(({ number }) => number === "COVERED")?.level).toBeNull();
    expect(lines.filter(({ level }) => level !== null)).toHaveLength(1);
  }
});
