import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Failure } from "../src/problem.ts";
import { openDatabase } from "../src/store/database.ts";
import type { StoreComparison } from "../src/store/comparison.ts";
import type { SnapshotRecord } from "../src/store/snapshots.ts";
import type { Store } from "../src/store/store.ts";
import {
  type Balance,
  day,
  debtorId,
  importBalance,
  incoming,
  newStore,
  openItems,
  reject,
  type Row,
} from "./store-fixture.ts";

const hold = (): readonly string[] => ["shrunken"];

async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Kind of each change of a snapshot, by item number and ordinal, with what changed. */
function changes(file: string, snapshot: number): string[] {
  const db = openDatabase(file, "read");
  const rows = db
    .prepare<[number], { number: string; ordinal: number; kind: string; before: string; after: string }>(
      `SELECT i.number, i.ordinal, c.kind, c.before, c.after FROM change c JOIN item i ON i.key = c.item
       WHERE c.snapshot = ? ORDER BY i.number, i.ordinal`,
    )
    .all(snapshot);
  db.close();
  return rows.map(
    ({ number, ordinal, kind, before, after }) => `${number}/${ordinal} ${kind} ${before} ${after}`,
  );
}

const dossier = (
  store: Store,
  id = "C1",
): { cycle: number | undefined; partPaid: string | null | undefined } => {
  const [ledger] = store.ledgers({ debtors: [debtorId(id)] });
  return { cycle: ledger?.dossiers[0]?.cycle, partPaid: ledger?.dossiers[0]?.partPaid };
};

/** Imports balances of a row list each, ten days apart from 2026-02-10 on. */
async function sequence(
  steps: readonly (readonly Row[])[],
): Promise<{ store: Store; file: string; folder: string }> {
  const opened = newStore();
  for (const [at, rows] of steps.entries()) {
    const asOf = new Date(Date.UTC(2026, 1, 10 + at * 10)).toISOString().slice(0, 10);
    await importBalance(opened.store, opened.folder, { asOf, rows });
  }
  return opened;
}

describe("what a row does to an item", () => {
  const known: Row = { open: 10_000, due: "2026-01-31", original: 12_000 };
  test.each<{ row: Row; kind: string | null; counts: object }>([
    { row: known, kind: null, counts: { unchanged: 1 } },
    {
      row: { ...known, open: 9_999 },
      kind: 'part-paid {"open":10000} {"open":9999}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, open: 10_001 },
      kind: 'changed {"open":10000} {"open":10001}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, due: "2026-03-01" },
      kind: 're-dated {"due":"2026-01-31"} {"due":"2026-03-01"}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, due: null },
      kind: 're-dated {"due":"2026-01-31"} {"due":null}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, open: 5_000, due: "2026-03-01" },
      kind: 'part-paid {"due":"2026-01-31","open":10000} {"due":"2026-03-01","open":5000}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, type: "debit" },
      kind: 'changed {"type":"invoice"} {"type":"debit"}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, original: null },
      kind: 'changed {"original":12000} {"original":null}',
      counts: { changed: 1 },
    },
    {
      row: { ...known, open: 0 },
      kind: 'settled {"open":10000,"settled_on":null,"state":"open"} {"open":0,"settled_on":"2026-02-20","state":"settled"}',
      counts: { settled: 1 },
    },
  ])("$kind", async ({ row, kind, counts }) => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [known] });
    const result = await importBalance(store, folder, { asOf: "2026-02-20", rows: [row], bytes: "second" });
    expect(result.items).toEqual({ new: 0, changed: 0, unchanged: 0, settled: 0, reopened: 0, ...counts });
    expect(changes(file, 2)).toEqual(kind === null ? [] : [`FA-1/0 ${kind}`]);
  });

  test("gone, back within 30 days (same life), gone, back later (a new life)", async () => {
    const { store, folder, file } = newStore();
    const rows = [{ open: 100 }];
    for (const [at, asOf] of [
      "2026-02-10",
      "2026-02-20",
      "2026-03-22",
      "2026-03-23",
      "2026-04-23",
    ].entries()) {
      await importBalance(store, folder, { asOf, rows: at % 2 === 0 ? rows : [], bytes: String(at) });
    }
    const settled = (on: string): string =>
      `FA-1/0 settled {"settled_on":null,"state":"open"} {"settled_on":"${on}","state":"settled"}`;
    expect(changes(file, 2)).toEqual([settled("2026-02-20")]);
    expect(changes(file, 3)).toEqual([
      'FA-1/0 reopened {"settled_on":"2026-02-20","state":"settled"} {"settled_on":null,"state":"open"}',
    ]);
    expect(changes(file, 5)).toEqual([
      'FA-1/0 reopened {"life":1,"settled_on":"2026-03-23","state":"settled"} {"life":2,"settled_on":null,"state":"open"}',
    ]);
  });

  test("a row of nothing for an item that nobody knows is no item", async () => {
    const { store } = await sequence([[{ open: 0 }, { number: "FA-2", open: 5 }]]);
    expect(openItems(store)).toEqual(["C1 EUR FA-2 5 2026-01-31"]);
    expect(store.imports.newest()?.report["items"]).toMatchObject({ new: 1 });
  });

  test("amounts beyond 32 bits stay whole", async () => {
    const { store } = await sequence([[{ open: 9_007_199_254_740_991 }]]);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 9007199254740991 2026-01-31"]);
  });

  test("the same number with another issue date, currency or debtor is another item", async () => {
    const { store, file } = await sequence([
      [
        { open: 1 },
        { open: 2, issued: "2025-01-01" },
        { open: 3, currency: "CHF" },
        { open: 4, debtor: "C2" },
        { open: 5, issued: null },
      ],
      [{ open: 1 }, { open: 3, currency: "CHF" }],
    ]);
    expect(openItems(store)).toEqual(["C1 CHF FA-1 3 2026-01-31", "C1 EUR FA-1 1 2026-01-31"]);
    expect(changes(file, 2)).toHaveLength(3);
  });
});

describe("twins: rows that number and issue date do not tell apart", () => {
  const instalment = (month: string, open = 100): Row => ({ open, due: `2026-${month}-28` });
  test("a paid instalment does not shift the others", async () => {
    const three = [instalment("01"), instalment("02"), instalment("03")];
    const { file, store } = await sequence([three, [instalment("03"), instalment("02")]]);
    expect(changes(file, 2).map((line) => line.slice(0, 14))).toEqual(["FA-1/0 settled"]);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 100 2026-02-28", "C1 EUR FA-1 100 2026-03-28"]);
  });
  test("one row against two that are known: the due date tells which", async () => {
    const { file } = await sequence([
      [instalment("01"), instalment("02")],
      [instalment("02")],
      [instalment("02", 60)],
    ]);
    expect(changes(file, 2).map((line) => line.slice(0, 14))).toEqual(["FA-1/0 settled"]);
    expect(changes(file, 3)).toEqual(['FA-1/1 part-paid {"open":100} {"open":60}']);
  });
  test("the one with the other amount is the one that was part-paid", async () => {
    const { file } = await sequence([
      [instalment("01", 100), instalment("01", 200)],
      [instalment("01", 150), instalment("01", 100)],
    ]);
    expect(changes(file, 2)).toEqual(['FA-1/1 part-paid {"open":200} {"open":150}']);
  });
  test("a settled one comes back as itself", async () => {
    const { file } = await sequence([
      [instalment("01"), instalment("02")],
      [instalment("02")],
      [instalment("02"), instalment("01")],
    ]);
    expect(changes(file, 3).map((line) => line.slice(0, 15))).toEqual(["FA-1/0 reopened"]);
  });
  test("the order of rows never shows", async () => {
    const [one, two] = [
      [instalment("01", 5), instalment("01", 7), instalment("02", 1)],
      [instalment("03", 6), instalment("01", 9)],
    ];
    const forward = await sequence([one, two]);
    const backward = await sequence([one.toReversed(), two.toReversed()]);
    expect(changes(backward.file, 2)).toEqual(changes(forward.file, 2));
    expect(backward.store.imports.logicalHash()).toBe(forward.store.imports.logicalHash());
  });
  test("rows without a number are known by their dates only", async () => {
    const payment = (issued: string, open: number): Row => ({
      number: "",
      type: "payment",
      open,
      issued,
      due: issued,
    });
    const { file } = await sequence([
      [payment("2026-01-05", -10), payment("2026-01-06", -20)],
      [payment("2026-01-06", -15), payment("2026-01-09", -10)],
    ]);
    expect(changes(file, 2)).toEqual([
      '/0 settled {"settled_on":null,"state":"open"} {"settled_on":"2026-02-20","state":"settled"}',
      '/0 changed {"open":-20} {"open":-15}',
    ]);
  });
});

describe("balance-level claims", () => {
  const claim = (open: number, due: string | null, currency = "EUR"): Row => ({
    number: "",
    issued: null,
    type: "balance",
    open,
    due,
    currency,
  });
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

describe("dossiers", () => {
  const late = (open: number, number = "FA-1"): Row => ({ number, open, due: "2026-01-31" });
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

describe("rejected rows", () => {
  test("their debtor settles nothing, and its balance is unknown", async () => {
    const { store, folder } = newStore();
    const both: Row[] = [{ open: 100 }, { open: 50, number: "FA-2" }, { open: 30, debtor: "C2" }];
    await importBalance(store, folder, { asOf: "2026-02-10", rows: both });
    const result = await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 90 }],
      rejected: [reject("C1", 7), reject("C1", 8), reject("C9", 9)],
    });
    expect(result.items).toEqual({ new: 0, changed: 1, unchanged: 0, settled: 1, reopened: 0 });
    expect(openItems(store)).toEqual(["C1 EUR FA-1 90 2026-01-31", "C1 EUR FA-2 50 2026-01-31"]);
    expect([...store.ledgers()].map(({ unreadRows }) => unreadRows)).toEqual([2]);
    expect(store.imports.rejected(2).map(({ line, debtor, column }) => [line, debtor, column])).toEqual([
      [7, "C1", "Échéance"],
      [8, "C1", "Échéance"],
      [9, "C9", "Échéance"],
    ]);
    await importBalance(store, folder, { asOf: "2026-03-02", rows: [{ open: 90 }] });
    expect([...store.ledgers()].map(({ unreadRows }) => unreadRows)).toEqual([0]);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 90 2026-01-31"]);
  });
});

describe("what the guards are shown", () => {
  test("counts over what is owed", async () => {
    const { store, folder } = newStore();
    const rows: Row[] = [
      { open: 100 },
      { open: 50, number: "FA-2" },
      { open: -70, number: "AV-1" },
      { open: 20, debtor: "C2", currency: "CHF" },
      { open: 30, debtor: "C3" },
      { open: -5, debtor: "C4" },
    ];
    await importBalance(store, folder, { asOf: "2026-02-10", rows });
    let shown: StoreComparison | null = null;
    const result = await importBalance(store, folder, {
      asOf: "2026-02-17",
      rows: [{ open: 60 }, { open: 1, debtor: "C5" }],
      rejected: [reject("C3"), reject(null)],
      decide: (comparison) => {
        shown = comparison;
        return [];
      },
    });
    expect(shown).toEqual({
      days: 7,
      itemsBefore: 4,
      itemsMissing: 2,
      amounts: [
        { currency: "CHF", itemsBefore: 1, before: 20, missing: 20 },
        { currency: "EUR", itemsBefore: 3, before: 180, missing: 50 },
      ],
      debtorsBefore: 3,
      debtorsInCommon: 1,
      rowsWithoutDebtor: 1,
    });
    expect(result.debtors).toEqual({ new: 1, known: 1, missing: 2 });
  });

  test("nothing to compare with", async () => {
    const { store, folder } = newStore();
    let shown: StoreComparison | null = null;
    const decide = (comparison: StoreComparison): string[] => {
      shown = comparison;
      return [];
    };
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [{ open: 1 }], decide });
    expect(shown).toMatchObject({ days: 0, itemsBefore: 0, debtorsBefore: 0, amounts: [] });
  });
});

describe("which balance counts", () => {
  const first: Balance = { asOf: "2026-02-10", rows: [{ open: 100 }, { open: 50, number: "FA-2" }] };
  const second: Balance = {
    asOf: "2026-02-20",
    rows: [{ open: 80 }, { open: 5, debtor: "C2", master: { email: "c2@example.com" } }],
  };
  const states = (store: Store): string[] => store.imports.list().map(({ id, state }) => `${id} ${state}`);

  test("the same bytes again change nothing", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const again = await importBalance(store, folder, first);
    expect(again).toMatchObject({
      id: 1,
      state: "unchanged",
      items: { new: 0, unchanged: 2 },
      debtors: { known: 1 },
    });
    expect(states(store)).toEqual(["1 accepted"]);
    expect(store.imports.logicalHash()).toBe(before);
    expect(store.events.verify().events).toBe(1);
  });

  test("--refresh moves the day up to which it is true, for a file written after the balance's date only", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const refresh = (written: string, on: string) =>
      importBalance(store, folder, { ...first, more: { day: day(on), refresh: { written: day(written) } } });
    const failure = await failureOf(() => refresh("2026-02-10", "2026-02-20"));
    expect([failure.exit, failure.problems[0].code]).toEqual([65, "refresh-too-early"]);
    expect(store.imports.info()?.asOf).toBe("2026-02-10");
    expect(await refresh("2026-02-11", "2026-02-20")).toMatchObject({
      state: "unchanged",
      refreshed: "2026-02-20",
    });
    expect(store.imports.info()).toEqual({ id: 1, kind: "balance", asOf: "2026-02-20", newerOnHold: null });
  });

  test("an older one is refused and both are named", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, second);
    const before = store.imports.logicalHash();
    const failure = await failureOf(() => importBalance(store, folder, first));
    expect(failure.exit).toBe(65);
    expect(failure.problems[0]).toMatchObject({ code: "balance-older", found: "as of 2026-02-10" });
    expect(failure.problems[0].expected).toMatch(/2026-02-20.*import 1/);
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["1 accepted"]);
  });

  test("the same day with other bytes takes the place of the one before; undo brings that one back", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, second);
    const withSecond = store.imports.logicalHash();
    const corrected: Balance = { asOf: "2026-02-20", rows: [{ open: 100 }, { open: 7, number: "FA-3" }] };
    const result = await importBalance(store, folder, corrected);
    expect(result).toMatchObject({
      state: "accepted",
      replaced: 2,
      items: { new: 1, unchanged: 1, settled: 1 },
    });
    expect(states(store)).toEqual(["3 accepted", "2 replaced", "1 accepted"]);
    const fresh = newStore();
    await importBalance(fresh.store, fresh.folder, first);
    await importBalance(fresh.store, fresh.folder, corrected);
    expect(store.imports.logicalHash()).toBe(fresh.store.imports.logicalHash());
    store.imports.undo(3, day("2026-02-21"));
    expect(states(store)).toEqual(["3 undone", "2 accepted", "1 accepted"]);
    expect(store.imports.logicalHash()).toBe(withSecond);
  });

  test("on hold: nothing is applied, what it would do is told; a good one supersedes it", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const held = await importBalance(store, folder, { ...second, decide: hold });
    expect(held).toMatchObject({
      id: 2,
      state: "held",
      hold: ["shrunken"],
      items: { new: 1, changed: 1, settled: 1 },
    });
    expect(store.imports.logicalHash()).toBe(before);
    expect(store.imports.info()).toMatchObject({ id: 1, newerOnHold: 2 });
    expect(store.debtors.get("C2")).toBeNull();
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 100 }] });
    expect(states(store)).toEqual(["3 accepted", "2 superseded", "1 accepted"]);
    expect(store.imports.info()).toMatchObject({ id: 3, newerOnHold: null });
  });

  /** What a reader would do with the files of a snapshot on hold. */
  const reread =
    (balance: Balance, folder: string, store: Store) =>
    async (
      snapshot: SnapshotRecord,
      sink: { item: (row: ReturnType<typeof incoming>) => void },
    ): Promise<void> => {
      const place = join(folder, `again-${snapshot.id}`);
      mkdirSync(place);
      const [path] = store.imports.content(snapshot.id, place);
      expect(
        createHash("sha256")
          .update(readFileSync(path ?? ""))
          .digest("hex"),
      ).toBe(snapshot.files[0]?.sha256);
      await Promise.resolve();
      balance.rows.forEach((row, at) => sink.item(incoming(row, at + 2)));
    };

  test("accept applies what was on hold, as if it had been good", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, { ...second, decide: hold });
    const result = await store.imports.accept(2, day("2026-02-21"), reread(second, folder, store));
    expect(result).toMatchObject({ id: 2, state: "accepted", items: { new: 1, changed: 1, settled: 1 } });
    const fresh = newStore();
    await importBalance(fresh.store, fresh.folder, first);
    await importBalance(fresh.store, fresh.folder, second);
    expect(store.imports.logicalHash()).toBe(fresh.store.imports.logicalHash());
    expect(store.imports.get(2)).toMatchObject({ state: "accepted", hold: [], previous: 1 });
  });

  test("accept: none such, not on hold, overtaken, a reader that fails", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const nothing = (): Promise<void> => Promise.resolve();
    expect(
      (await failureOf(() => store.imports.accept(9, day("2026-02-21"), nothing))).problems[0].code,
    ).toBe("no-such-import");
    expect(
      (await failureOf(() => store.imports.accept(1, day("2026-02-21"), nothing))).problems[0].code,
    ).toBe("not-on-hold");
    await importBalance(store, folder, { ...second, decide: hold });
    const before = store.imports.logicalHash();
    await expect(
      store.imports.accept(2, day("2026-02-21"), () => Promise.reject(new Error("unreadable"))),
    ).rejects.toThrow("unreadable");
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["2 held", "1 accepted"]);
  });

  test("undo: only the newest; one on hold is put away", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    await importBalance(store, folder, second);
    expect((await failureOf(() => store.imports.undo(1, day("2026-02-21")))).problems[0]).toMatchObject({
      code: "not-the-newest",
      fix: "dunning import undo 2",
    });
    expect((await failureOf(() => store.imports.undo(7, day("2026-02-21")))).exit).toBe(2);
    expect(store.imports.undo(2, day("2026-02-21")).counts?.id).toBe(1);
    expect(store.imports.logicalHash()).toBe(before);
    expect((await failureOf(() => store.imports.undo(2, day("2026-02-21")))).exit).toBe(65);
    await importBalance(store, folder, { ...second, bytes: "on hold", decide: hold });
    store.imports.undo(3, day("2026-02-22"));
    expect(states(store)).toEqual(["3 undone", "2 undone", "1 accepted"]);
    store.imports.undo(1, day("2026-02-22"));
    expect([...store.ledgers()]).toEqual([]);
    expect(store.imports.info()).toBeNull();
    expect(store.debtors.list()).toEqual([]);
  });

  test("undo, then the same file again: the same items, with what they were told", async () => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, second);
    const with2 = store.imports.logicalHash();
    const keys = (): number[] =>
      [...store.ledgers()].flatMap(({ dossiers }) =>
        dossiers.flatMap(({ items }) => items.map(({ key }) => key)),
      );
    const before = keys();
    store.imports.undo(2, day("2026-02-21"));
    const again = await importBalance(store, folder, second);
    expect(again.items).toMatchObject({ new: 1, changed: 1, settled: 1 });
    expect(keys()).toEqual(before);
    expect(store.imports.logicalHash()).toBe(with2);
    expect(changes(file, 3).filter((line) => line.includes(" new "))).toHaveLength(1);
  });

  test("a dry run says the same and leaves nothing", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = [store.imports.logicalHash(), store.events.verify().head, states(store)];
    const dry = await importBalance(store, folder, { ...second, more: { dryRun: true } });
    expect([store.imports.logicalHash(), store.events.verify().head, states(store)]).toEqual(before);
    const real = await importBalance(store, folder, second);
    expect(dry).toEqual(real);
  });

  test("given up, failed, or the file changed meanwhile: nothing has happened", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const path = join(folder, "late.csv");
    writeFileSync(path, "other bytes");
    const files = [{ path, sha256: "0".repeat(64) }] as const;
    const begin = () =>
      store.imports.begin({
        kind: "balance",
        asOf: day("2026-02-20"),
        files,
        profile: null,
        day: day("2026-02-20"),
      });
    const one = begin();
    if (one.state === "unchanged") throw new Error("unexpected");
    one.item(incoming({ open: 1 }, 2));
    one.abort();
    const two = begin();
    if (two.state === "unchanged") throw new Error("unexpected");
    expect((await failureOf(() => two.finish({}, () => []))).problems[0].code).toBe("file-changed");
    const broken = {
      ...second,
      decide: (): string[] => {
        throw new Error("guard");
      },
    };
    await expect(importBalance(store, folder, broken)).rejects.toThrow("guard");
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["1 accepted"]);
    await importBalance(store, folder, second);
  });

  test("restart forgets the rows that came before", async () => {
    const { store, folder } = newStore();
    const path = join(folder, "a.csv");
    writeFileSync(path, "a");
    const sha256 = createHash("sha256").update("a").digest("hex");
    const begun = store.imports.begin({
      kind: "balance",
      asOf: day("2026-02-10"),
      files: [{ path, sha256 }],
      profile: null,
      day: day("2026-02-10"),
    });
    if (begun.state === "unchanged") throw new Error("unexpected");
    begun.item(incoming({ open: 999, debtor: "GARBLED" }, 2));
    begun.reject(reject("GARBLED"));
    begun.restart();
    begun.item(incoming({ open: 1 }, 2));
    await begun.finish({}, () => []);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 1 2026-01-31"]);
    expect(store.imports.rejected(1)).toEqual([]);
    expect(store.debtors.get("GARBLED")).toBeNull();
  });
});

describe("what an import brought", () => {
  test("several files of one balance come back byte for byte, also of the same name and beyond a piece", async () => {
    const { store, folder } = newStore();
    const contents = ["é".repeat(700_000), "", "third\r\n"];
    const files = contents.map((text, at) => {
      mkdirSync(join(folder, String(at)));
      const path = join(folder, String(at), "balance.csv");
      writeFileSync(path, text);
      return { path, sha256: createHash("sha256").update(text).digest("hex") };
    }) as [{ path: string; sha256: string }];
    const begun = store.imports.begin({
      kind: "balance",
      asOf: day("2026-02-10"),
      files,
      profile: null,
      day: day("2026-02-10"),
    });
    if (begun.state === "unchanged") throw new Error("unexpected");
    await begun.finish({}, () => []);
    const place = join(folder, "out");
    mkdirSync(place);
    const paths = store.imports.content(1, place);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(contents);
    expect(readdirSync(place).sort()).toEqual(["1-balance.csv", "2-balance.csv", "balance.csv"]);
    expect(store.imports.get(1)).toMatchObject({
      file: "balance.csv, balance.csv, balance.csv",
      files: [{}, {}, {}],
    });
  });

  test("events name the file by its hash and vouch for the changes; no personal data", async () => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [{ open: 100, name: "Dupont SARL" }] });
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 60, name: "Dupont SA" }] });
    const db = openDatabase(file, "read");
    const events = db.prepare("SELECT kind, day, snapshot, data FROM event ORDER BY seq").all() as {
      kind: string;
      data: string;
    }[];
    db.close();
    expect(events.map(({ kind }) => kind)).toEqual(["import-accepted", "import-accepted"]);
    expect(JSON.parse(events[1]?.data ?? "")).toMatchObject({
      asOf: "2026-02-20",
      file: store.imports.get(2)?.sha256,
      items: { changed: 1 },
      changes: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(JSON.stringify(events)).not.toMatch(/Dupont|\.csv/);
  });
});

describe("master data on rows", () => {
  const row = (master: Record<string, string>, name: string | null = null): Row => ({
    open: 1,
    name,
    master,
  });
  test("is learnt, changed, never forgotten where a later file does not show it", async () => {
    const { store } = await sequence([
      [row({ email: "a@example.com", phone: " 01  02 ", "attr.agence": "Lyon" }, "Dupont")],
      [row({ email: "b@example.com", phone: "" })],
    ]);
    expect(store.debtors.get("C1")).toMatchObject({
      name: "Dupont",
      master: { email: "b@example.com", phone: "01 02", "attr.agence": "Lyon" },
    });
  });
  test("rows that disagree: the same winner in any order", async () => {
    const rows = [
      row({ email: "b@example.com" }, "Zoé"),
      row({ email: "a@example.com" }, "Abel"),
      row({}, null),
    ];
    const forward = await sequence([rows]);
    const backward = await sequence([rows.toReversed()]);
    expect(forward.store.debtors.get("C1")).toMatchObject({
      name: "Abel",
      master: { email: "a@example.com" },
    });
    expect(backward.store.imports.logicalHash()).toBe(forward.store.imports.logicalHash());
  });
  test("what cannot be such a value is left out and told", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [row({ email: "a@example.com" })] });
    const result = await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [row({ email: "n/a", language: "xx" })],
    });
    expect(result.ignored.count).toBe(2);
    expect(result.ignored.first[0]).toMatchObject({ debtor: "C1", key: "email", value: "n/a" });
    expect(store.debtors.get("C1")?.master["email"]).toBe("a@example.com");
  });
  test("what a person has set stays, until the person takes it away; undo does not touch it", async () => {
    const { store, folder } = newStore();
    const step = (asOf: string, email: string) =>
      importBalance(store, folder, { asOf, rows: [row({ email })] });
    await step("2026-02-10", "old@example.com");
    store.debtors.set("C1", { email: "right@example.com" }, day("2026-02-11"));
    await step("2026-02-20", "new@example.com");
    expect(store.debtors.get("C1")?.master["email"]).toBe("right@example.com");
    store.debtors.set("C1", { email: "" }, day("2026-02-21"));
    expect(store.debtors.get("C1")?.master["email"]).toBeNull();
    await step("2026-03-01", "new@example.com");
    expect(store.debtors.get("C1")?.master["email"]).toBe("new@example.com");
    store.debtors.set("C1", { email: "last@example.com" }, day("2026-03-02"));
    store.imports.undo(3, day("2026-03-03"));
    expect(store.debtors.get("C1")?.master["email"]).toBe("last@example.com");
  });
});
