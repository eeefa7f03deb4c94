import { describe, expect, test } from "vitest";
import { changes, importBalance, newStore, openItems, type Row, sequence } from "./store-fixture.ts";

const settled = (on: string): string =>
  `FA-1/0 settled {"settled_on":null,"state":"open"} {"settled_on":"${on}","state":"settled"}`;

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

const instalment = (month: string, open = 100): Row => ({ open, due: `2026-${month}-28` });
const payment = (issued: string, open: number): Row => ({
  number: "",
  type: "payment",
  open,
  issued,
  due: issued,
});

test("half a character in a code is kept as the sign for one that is none", async () => {
  const half: Row = { debtor: "C\ud83d1", number: "FA-1", open: 100 };
  const { store } = await sequence([[half], [half]]);
  expect(openItems(store).map((line) => line.split(" ")[0])).toEqual(["C\ufffd1"]);
});

describe("twins: rows that number and issue date do not tell apart", () => {
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
  test("where the customer's rows do not stand together, with another one between them", async () => {
    const other: Row = { debtor: "C2", number: "FA-9", open: 100 };
    const { store } = await sequence([[instalment("01"), other, instalment("02")]]);
    expect(openItems(store)).toHaveLength(3);
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
