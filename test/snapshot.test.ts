import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import {
  classify,
  cycleEnded,
  holdReasons,
  type ItemState,
  type KnownItem,
  levelsSurvive,
  type SnapshotComparison,
} from "../src/core/snapshot.ts";
import type { Cents, DebtorId } from "../src/core/types.ts";
import { day, euros } from "./support/ledger.ts";

const before = (over: Partial<KnownItem> = {}): KnownItem => ({
  type: "invoice",
  open: euros(100),
  due: day("2026-10-01"),
  dueDerived: false,
  original: euros(100),
  mark: null,
  settled: false,
  ...over,
});
const row = (over: Partial<ItemState> = {}): ItemState => {
  const { settled: _, ...state } = before();
  return { ...state, ...over };
};

describe("what a row does to an item that is known", () => {
  const NOVEMBER = day("2026-11-01");
  test.each([
    { known: before(), incoming: row(), kind: "unchanged", why: "the same" },
    { known: before(), incoming: row({ open: euros(99.99) }), kind: "part-paid", why: "less, but something" },
    { known: before(), incoming: row({ open: euros(0) }), kind: "settled", why: "nothing left" },
    { known: before(), incoming: row({ open: euros(100.01) }), kind: "changed", why: "more" },
    {
      known: before(),
      incoming: row({ open: euros(-10) }),
      kind: "changed",
      why: "in the debtor's favour now",
    },
    { known: before(), incoming: row({ due: NOVEMBER }), kind: "re-dated", why: "another due date" },
    { known: before(), incoming: row({ due: null }), kind: "re-dated", why: "no due date any more" },
    {
      known: before(),
      incoming: row({ due: NOVEMBER, open: euros(40) }),
      kind: "part-paid",
      why: "both: the payment weighs more",
    },
    {
      known: before(),
      incoming: row({ due: NOVEMBER, open: euros(140) }),
      kind: "re-dated",
      why: "re-dated and more",
    },
    { known: before(), incoming: row({ type: "debit" }), kind: "changed", why: "another type" },
    { known: before(), incoming: row({ original: null }), kind: "changed", why: "the original amount gone" },
    { known: before(), incoming: row({ mark: "disputed" }), kind: "changed", why: "marked in the books" },
    { known: before({ mark: "blocked" }), incoming: row(), kind: "changed", why: "the mark gone" },
    {
      known: before({ mark: "blocked" }),
      incoming: row({ mark: "blocked" }),
      kind: "unchanged",
      why: "the same mark",
    },
    {
      known: before({ dueDerived: true }),
      incoming: row(),
      kind: "changed",
      why: "the due date is read now",
    },
    { known: before({ settled: true }), incoming: row(), kind: "reopened", why: "it had gone" },
    {
      known: before({ settled: true }),
      incoming: row({ open: euros(40), due: NOVEMBER }),
      kind: "reopened",
      why: "it had gone, whatever else",
    },
    {
      known: before({ settled: true }),
      incoming: row({ open: euros(0) }),
      kind: "unchanged",
      why: "still gone",
    },
    {
      known: before({ open: euros(-100) }),
      incoming: row({ open: euros(-40) }),
      kind: "changed",
      why: "a credit is used",
    },
  ])("$why: $kind", ({ known, incoming, kind }) => {
    expect(classify(known, incoming).kind).toBe(kind);
  });

  test("all columns that differ are kept, before and after", () => {
    expect(classify(before(), row({ due: NOVEMBER, open: euros(40) }))).toEqual({
      kind: "part-paid",
      before: { open: euros(100), due: "2026-10-01" },
      after: { open: euros(40), due: NOVEMBER },
    });
    expect(classify(before({ settled: true }), row())).toEqual({ kind: "reopened", before: {}, after: {} });
  });
});

test.each([
  { days: 30, expected: true },
  { days: 31, expected: false },
])("reopened after $days days, levels still count: $expected", ({ days, expected }) => {
  expect(levelsSurvive(day("2026-10-01"), addDays(day("2026-10-01"), days))).toBe(expected);
});

describe("a cycle ends when every overdue item is settled", () => {
  const AS_OF = day("2026-11-24");
  const late = { open: euros(100), due: day("2026-11-23") };
  const today = { open: euros(100), due: AS_OF };
  const favour = { open: euros(-100), due: day("2026-11-01") };
  test.each([
    { was: [late], is: [], expected: true, why: "all paid" },
    { was: [late, today], is: [today], expected: true, why: "what falls due today is not overdue" },
    { was: [late, late], is: [late], expected: false, why: "one is left" },
    { was: [late], is: [{ ...late, open: euros(1) }], expected: false, why: "paid in part" },
    { was: [late, favour], is: [favour], expected: true, why: "a credit is not overdue" },
    { was: [today], is: [], expected: false, why: "nothing was overdue" },
    { was: [], is: [], expected: false, why: "nothing at all" },
  ])("$why: $expected", ({ was, is, expected }) => {
    expect(cycleEnded(was, is, AS_OF)).toBe(expected);
  });
});

const seen = (over: Partial<SnapshotComparison> = {}): SnapshotComparison => ({
  days: 7,
  itemsBefore: 100,
  itemsMissing: 0,
  amounts: [],
  debtorsBefore: 10,
  debtorsInCommon: 9,
  lookalikes: [],
  alike: [],
  movedTo: [],
  doubles: [],
  rowsWithoutDebtor: 0,
  ...over,
});
const reasons = (over: Partial<SnapshotComparison>) =>
  holdReasons(seen(over), { ifMissing: 0.3, controlled: false });
const amount = (missing: number, items = 100) => [
  { currency: "EUR", itemsBefore: items, before: 100_000 as Cents, missing: missing as Cents },
];

describe("why a snapshot must wait", () => {
  test.each([
    { over: {}, expected: [], why: "nothing is missing" },
    { over: { itemsMissing: 30 }, expected: [], why: "30 % of the items" },
    { over: { itemsMissing: 31 }, expected: ["shrunken"], why: "more" },
    { over: { itemsBefore: 20, itemsMissing: 7 }, expected: ["shrunken"], why: "35 % of 20 items" },
    { over: { itemsBefore: 19, itemsMissing: 19 }, expected: [], why: "all of 19 items: too few to tell" },
    { over: { amounts: amount(30_000) }, expected: [], why: "30 % of the amount" },
    { over: { amounts: amount(30_001) }, expected: ["shrunken"], why: "more" },
    { over: { amounts: amount(100_000, 19) }, expected: [], why: "all of an amount of 19 items" },
    { over: { days: 1, itemsMissing: 31 }, expected: ["shrunken"], why: "less than a week counts as one" },
    { over: { days: 14, itemsMissing: 51 }, expected: [], why: "51 % in two weeks" },
    { over: { days: 14, itemsMissing: 52 }, expected: ["shrunken"], why: "52 % in two weeks" },
    { over: { days: 28, itemsMissing: 75 }, expected: [], why: "75 % in four weeks" },
    { over: { days: 28, itemsMissing: 77 }, expected: ["shrunken"], why: "77 % in four weeks" },
    { over: { days: 70, itemsMissing: 100 }, expected: ["shrunken"], why: "everything, however long ago" },
    { over: { debtorsInCommon: 1 }, expected: [], why: "one debtor in common" },
    { over: { debtorsInCommon: 0 }, expected: ["foreign"], why: "none" },
    { over: { debtorsInCommon: 0, debtorsBefore: 0 }, expected: [], why: "the first balance" },
    { over: { rowsWithoutDebtor: 1 }, expected: ["rows-without-debtor"], why: "a row that is nobody's" },
    {
      over: { lookalikes: [{ known: "00012" as DebtorId, now: "12" as DebtorId }] },
      expected: ["codes-look-changed"],
      why: "a code that lost its zeros",
    },
    {
      over: { alike: [{ known: "411B" as DebtorId, now: "411b" as DebtorId }] },
      expected: ["codes-look-alike"],
      why: "two codes in one balance",
    },
    {
      over: { doubles: [{ debtor: "C1" as DebtorId, number: "F1" }] },
      expected: ["rows-twice"],
      why: "a row twice",
    },
    {
      over: { itemsMissing: 100, debtorsInCommon: 0, rowsWithoutDebtor: 1 },
      expected: ["shrunken", "foreign", "rows-without-debtor"],
      why: "all at once",
    },
  ])("$why: $expected", ({ over, expected }) => {
    expect(reasons(over)).toEqual(expected);
  });

  test("more missing, or less time, never looks better", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.nat(60), fc.nat(60), (m1, m2, d1, d2) => {
        const worse = reasons({ itemsBefore: 200, itemsMissing: Math.max(m1, m2), days: Math.min(d1, d2) });
        const better = reasons({ itemsBefore: 200, itemsMissing: Math.min(m1, m2), days: Math.max(d1, d2) });
        expect(worse.length).toBeGreaterThanOrEqual(better.length);
      }),
    );
  });
});
