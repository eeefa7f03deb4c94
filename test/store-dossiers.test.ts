import { describe, expect, test } from "vitest";
import type { Store } from "../src/store/store.ts";
import { changes, debtorId, openItems, type Row, sequence } from "./store-fixture.ts";

const dossier = (
  store: Store,
  id = "C1",
): { cycle: number | undefined; partPaid: string | null | undefined } => {
  const [ledger] = store.ledgers({ debtors: [debtorId(id)] });
  return { cycle: ledger?.dossiers[0]?.cycle, partPaid: ledger?.dossiers[0]?.partPaid };
};

const claim = (open: number, due: string | null, currency = "EUR"): Row => ({
  number: "",
  issued: null,
  type: "balance",
  open,
  due,
  currency,
});

describe("balance-level claims", () => {
  test("the due and the undue part keep their places", async () => {
    const { file, store } = await sequence([
      [claim(500, "2026-01-01"), claim(70, null), claim(9, "2026-01-01", "CHF")],
      [claim(80, null), claim(9, "2026-01-11", "CHF")],
    ]);
    expect(changes(file, 2).sort()).toEqual(
      [
        '/-2 changed {"open":70} {"open":80}',
        '/-1 settled {"settled_on":null,"state":"open"} {"settled_on":"2026-02-20","state":"settled"}',
        '/-1 re-dated {"due":"2026-01-01"} {"due":"2026-01-11"}',
      ].sort(),
    );
    expect(openItems(store)).toEqual(["C1 CHF  9 2026-01-11", "C1 EUR  80 -"]);
  });
  test("a customer on several rows has one claim, as old as its oldest part", async () => {
    const { store } = await sequence([
      [claim(500, "2026-01-01"), claim(30, "2025-12-01"), claim(1, null), claim(2, null)],
    ]);
    expect(openItems(store)).toEqual(["C1 EUR  3 -", "C1 EUR  530 2025-12-01"]);
  });
  test("never mixed up with rows without a number", async () => {
    const other: Row = { number: "", issued: null, type: "payment", open: -40, due: null };
    const { store } = await sequence([
      [claim(500, "2026-01-01"), claim(70, null)],
      [claim(500, "2026-01-01"), other],
      [other],
    ]);
    expect(openItems(store)).toEqual(["C1 EUR  -40 -"]);
  });
});

const late = (open: number, number = "FA-1"): Row => ({ number, open, due: "2026-01-31" });

describe("dossiers", () => {
  test.each<{ what: string; steps: Row[][]; cycle: number; partPaid: string | null }>([
    { what: "nothing happened", steps: [[late(100)], [late(100)]], cycle: 1, partPaid: null },
    {
      what: "a part payment",
      steps: [[late(100)], [late(60)], [late(60)]],
      cycle: 1,
      partPaid: "2026-02-20",
    },
    {
      what: "two of them: the newest counts",
      steps: [[late(100)], [late(60)], [late(50)]],
      cycle: 1,
      partPaid: "2026-03-02",
    },
    {
      what: "one of two paid: the cycle goes on",
      steps: [[late(100), late(5, "FA-2")], [late(5, "FA-2")]],
      cycle: 1,
      partPaid: null,
    },
    {
      what: "all overdue ones paid",
      steps: [[late(100)], [{ ...late(9, "FA-3"), due: "2026-06-01" }]],
      cycle: 2,
      partPaid: null,
    },
    {
      what: "a part payment ends with its cycle",
      steps: [[late(100)], [late(60)], [{ ...late(9, "FA-3"), due: "2026-06-01" }]],
      cycle: 2,
      partPaid: null,
    },
    {
      what: "re-dated into the future",
      steps: [[late(100)], [{ ...late(100), due: "2026-06-01" }]],
      cycle: 2,
      partPaid: null,
    },
    {
      what: "paid before it was due",
      steps: [[{ ...late(100), due: "2026-06-01" }], [{ ...late(9, "FA-3"), due: "2026-06-01" }]],
      cycle: 1,
      partPaid: null,
    },
    {
      what: "paid between its due date and the snapshot",
      steps: [[{ ...late(100), due: "2026-02-15" }], [{ ...late(9, "FA-3"), due: "2026-06-01" }]],
      cycle: 2,
      partPaid: null,
    },
    {
      what: "due on the snapshot's day is not overdue",
      steps: [[{ ...late(100), due: "2026-02-20" }], [{ ...late(9, "FA-3"), due: "2026-06-01" }]],
      cycle: 1,
      partPaid: null,
    },
    {
      what: "a credit that goes is no debt that was paid",
      steps: [
        [late(-100), { ...late(9, "FA-3"), due: "2026-06-01" }],
        [{ ...late(9, "FA-3"), due: "2026-06-01" }],
      ],
      cycle: 1,
      partPaid: null,
    },
    {
      what: "a new overdue one in the same snapshot: something is still overdue",
      steps: [[late(100)], [late(9, "FA-3")]],
      cycle: 1,
      partPaid: null,
    },
  ])("$what", async ({ steps, cycle, partPaid }) => {
    const { store } = await sequence(steps);
    expect(dossier(store)).toEqual({ cycle, partPaid });
  });

  test("currencies are dossiers of their own", async () => {
    const { store } = await sequence([
      [late(100), { ...late(50), currency: "CHF" }],
      [
        { ...late(100), due: "2026-09-01" },
        { ...late(40), currency: "CHF" },
      ],
    ]);
    const [ledger] = store.ledgers();
    expect(ledger?.dossiers.map(({ currency, cycle, partPaid }) => [currency, cycle, partPaid])).toEqual([
      ["CHF", 1, "2026-02-20"],
      ["EUR", 2, null],
    ]);
  });
});
