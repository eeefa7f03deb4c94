import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controlOfYears, deriveItems, type JournalSetting, type Year } from "../src/core/journal.ts";
import { balanceOf, type Entry, type JournalKind, settleAccount } from "../src/core/lettering.ts";
import { paymentDelay } from "../src/core/payment-delay.ts";
import type { Cents, Day, DebtorId } from "../src/core/types.ts";

const line = (amount: number, letter = "", over: Partial<Entry> = {}): Entry => ({
  debtor: "C1" as DebtorId,
  name: "Dupont Exemple",
  account: "411000",
  kind: amount > 0 ? "sale" : "money",
  day: "2025-03-01" as Day,
  issued: "2025-03-01" as Day,
  number: "",
  named: false,
  amount: amount as Cents,
  original: amount as Cents,
  letter,
  foreign: false,
  line: 0,
  ...over,
});
const numbered = (entries: readonly Entry[]): Entry[] =>
  entries.map((entry, at) => ({ ...entry, line: at + 2, number: entry.number || `N${at + 1}` }));
const settled = (entries: readonly Entry[], lettered = true) =>
  settleAccount(numbered(entries), { lettered, currency: "EUR" });
const open = (entries: readonly Entry[], lettered = true): string[] =>
  settled(entries, lettered).parts.map((part) => `${part.entry.number} ${part.open}`);
const opening: Partial<Entry> = { kind: "opening", issued: "2025-01-01" as Day };

describe("one customer's lines", () => {
  test.each<[string, readonly Entry[], readonly string[], readonly string[]]>([
    ["a group that balances is settled", [line(100, "AA"), line(-100, "AA"), line(70)], ["N3 70"], []],
    [
      "case matters",
      [line(100, "AA"), line(-100, "aa"), line(50)],
      ["N3 50"],
      ["letter-unpaid", "letter-overpaid"],
    ],
    [
      "nothing lettered together: a payment on account stays its own item",
      [line(100), line(-30)],
      ["N1 100", "N2 -30"],
      [],
    ],
    [
      "an invoice alone under a letter may be paid elsewhere",
      [line(100, "AA")],
      ["N1 100"],
      ["letter-unpaid"],
    ],
    ["a part payment under small letters is no doubt", [line(100, "a"), line(-30, "a")], ["N1 70"], []],
    ["under capital letters it is", [line(100, "A"), line(-30, "A")], ["N1 70"], ["letter-unpaid"]],
    ["small letters without a payment", [line(100, "a")], ["N1 100"], ["letter-unpaid"]],
    [
      "too much under small letters",
      [line(30, "a"), line(-100, "a"), line(80)],
      ["N3 10"],
      ["letter-overpaid"],
    ],
    [
      "a payment of an invoice of last year covers the opening line first",
      [line(60, "", { issued: "2024-05-01" as Day }), line(100, "", opening), line(-100, "AB")],
      ["N1 60"],
      ["letter-overpaid"],
    ],
    [
      "then the oldest items",
      [line(60, "", { issued: "2025-05-01" as Day }), line(40), line(-50, "AB")],
      ["N1 50"],
      ["letter-overpaid"],
    ],
    [
      "and what is left stays in the customer's favour",
      [line(60), line(-100, "AB")],
      ["N2 -40"],
      ["letter-overpaid"],
    ],
    [
      "within a group the oldest is covered first",
      [line(60, "a", { issued: "2025-05-01" as Day }), line(40, "a"), line(-50, "a")],
      ["N1 50"],
      [],
    ],
    ["nothing is nothing", [line(0), line(0, "A")], [], []],
  ])("%s", (_, entries, parts, doubts) => {
    expect(open(entries)).toEqual(parts);
    expect(settled(entries).doubts.map(({ code }) => code)).toEqual(doubts);
  });

  test("a journal without letters: the oldest items are covered first", () => {
    const entries = [line(60, "", { issued: "2025-05-01" as Day }), line(40), line(-50)];
    expect(open(entries, false)).toEqual(["N1 50"]);
    expect(open(entries, true)).toEqual(["N1 60", "N2 40", "N3 -50"]);
  });
});

const SETTING: JournalSetting = {
  currency: "EUR",
  termsOf: () => ["30d"],
  isMany: (name) => name === "CLIENTS DIVERS",
};
const year = (entries: readonly Entry[]): Year => ({
  entries: numbered(entries),
  lettered: entries.some(({ letter }) => letter !== ""),
  opened: entries.some(({ kind }) => kind === "opening"),
});
const derived = (...years: (readonly Entry[])[]) => deriveItems(years.map(year), SETTING);
const items = (...years: (readonly Entry[])[]): string[] =>
  derived(...years).items.map(({ number, issued, open: amount }) => `${number} ${issued} ${amount}`);

describe("years one after the other", () => {
  const invoice = (number: string, amount: number, letter = "", issued = "2024-11-05"): Entry =>
    line(amount, letter, { number, named: true, issued: issued as Day, day: issued as Day });
  const carried = (amount: number, letter = "", over: Partial<Entry> = {}): Entry =>
    line(amount, letter, { ...opening, number: "AN", ...over });

  test.each<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    [
      "a sum is replaced by its invoices",
      [invoice("F1", 100), invoice("F2", 50)],
      [carried(150)],
      ["F1 2024-11-05 100", "F2 2024-11-05 50"],
    ],
    [
      "line by line, by amount; the letter of the opening line counts",
      [invoice("F1", 100), invoice("F2", 50)],
      [carried(100, "AA"), carried(50), line(-100, "AA")],
      ["F2 2024-11-05 50"],
    ],
    [
      "a letter that goes on into the next year settles",
      [invoice("F1", 100, "AB"), invoice("F2", 50)],
      [carried(150), line(-100, "AB")],
      ["F2 2024-11-05 50"],
    ],
    [
      "what was settled last year does not come back",
      [invoice("F1", 100, "AA"), line(-100, "AA"), invoice("F2", 50)],
      [carried(50)],
      ["F2 2024-11-05 50"],
    ],
    ["opening lines that differ are kept", [invoice("F1", 100)], [carried(90)], ["AN 2025-01-01 90"]],
    [
      "a year that carries nothing over goes on",
      [invoice("F1", 100)],
      [invoice("F9", 20, "", "2025-02-01")],
      ["F1 2024-11-05 100", "F9 2025-02-01 20"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(items(before, after)).toEqual(expected);
  });

  test("a difference is said, and who differs", () => {
    expect(derived([invoice("F1", 100)], [carried(90)]).disagreeing).toEqual(["C1"]);
    expect(derived([invoice("F1", 100)], [carried(100)]).disagreeing).toEqual([]);
  });

  test("a payment that lacked its invoice leaves a doubt alone, and none with the year before", () => {
    const after = [carried(150), line(-100, "AB")];
    expect(derived(after).doubts.map(({ code }) => code)).toEqual(["letter-overpaid"]);
    expect(derived([invoice("F1", 100, "AB"), invoice("F2", 50)], after).doubts).toEqual([]);
  });

  test("letters that start anew do not meet those of last year", () => {
    const after = [carried(100), line(70, "AA"), line(-70, "AA")];
    const { doubts, items: left } = derived([invoice("F1", 100, "AA")], after);
    expect(left.map(({ open: amount }) => amount)).toEqual([100]);
    expect(doubts.map(({ code }) => code)).toEqual(["letter-unpaid"]);
  });
});

test("payments are money that covers invoices of a settled group; credit notes, transfers and open groups are none", () => {
  const credit = (over: Partial<Entry>) => line(-40, "A", { day: "2025-03-21" as Day, ...over });
  const of = (...entries: Entry[]) =>
    derived(entries).payments.map(({ number, due, paid, amount }) => `${number} ${due} ${paid} ${amount}`);
  expect(of(line(100, "A"), credit({ kind: "sale" }), line(-60, "A", { day: "2025-04-02" as Day }))).toEqual([
    "N1 2025-03-31 2025-04-02 60",
  ]);
  expect(of(line(40, "A", { kind: "money" }), credit({}))).toEqual([]);
  expect(of(line(40, "A"), credit({ kind: "other" }))).toEqual([]);
  expect(of(line(50, "A"), credit({}))).toEqual([]);
});

describe("what is left alone", () => {
  test.each<[string, Entry, readonly string[]]>([
    ["a customer", line(100), []],
    ["passers-by", line(100, "", { name: "CLIENTS DIVERS" }), ["not-one-customer"]],
    ["another currency", line(100, "", { foreign: true }), ["foreign-currency"]],
  ])("%s", (_, entry, codes) => {
    expect(derived([entry]).doubts.map(({ code }) => code)).toEqual(codes);
  });
});

test.each<[string, readonly [string, string, number][], number | null]>([
  [
    "1,000 at 10 days and 3,000 at 50 days",
    [
      ["2025-01-01", "2025-01-11", 100_000],
      ["2025-01-01", "2025-02-20", 300_000],
    ],
    40,
  ],
  ["early is negative", [["2025-01-31", "2025-01-21", 100]], -10],
  [
    "half a day is rounded away from zero",
    [
      ["2025-01-01", "2025-01-02", 100],
      ["2025-01-01", "2025-01-01", 100],
    ],
    1,
  ],
  ["none", [], null],
])("mean delay: %s", (_, payments, days) => {
  const list = payments.map(([due, paid, amount]) => ({
    due: due as Day,
    paid: paid as Day,
    amount: amount as Cents,
  }));
  expect(paymentDelay(list)).toEqual({ count: payments.length, days });
});

const entries = fc.array(
  fc.record({
    amount: fc.integer({ min: -5, max: 5 }).map((units) => units * 100),
    letter: fc.constantFrom("", "", "A", "a", "B"),
    kind: fc.constantFrom<JournalKind>("opening", "sale", "money", "other"),
    month: fc.integer({ min: 1, max: 9 }),
    debtor: fc.constantFrom("C1", "C2"),
  }),
  { maxLength: 25 },
);
type Drawn = typeof entries extends fc.Arbitrary<infer T> ? T : never;
const drawn = (list: Drawn): Entry[] =>
  list.map(({ amount, letter, kind, month, debtor }) =>
    line(amount, letter, { kind, debtor: debtor as DebtorId, issued: `2025-0${month}-01` as Day }),
  );
const sumOf = (all: readonly { readonly open: Cents }[]): number =>
  all.reduce((sum, each) => sum + each.open, 0);

describe("the open items always add up to the account's balance", () => {
  test("per customer, with letters or without", () => {
    fc.assert(
      fc.property(entries, fc.boolean(), (list, lettered) => {
        const all = numbered(drawn(list)).filter(({ debtor }) => debtor === "C1");
        const { parts } = settleAccount(all, { lettered, currency: "EUR" });
        expect(parts.reduce((sum, part) => sum + part.open, 0)).toBe(balanceOf(all));
        expect(
          parts.every((part) => part.open !== 0 && Math.abs(part.open) <= Math.abs(part.entry.amount)),
        ).toBe(true);
      }),
    );
  });

  test("over two years", () => {
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const years = [
          year(drawn(first).map((entry) => ({ ...entry, kind: "sale" as const }))),
          year(drawn(second)),
        ];
        expect(sumOf(deriveItems(years, SETTING).items)).toBe(controlOfYears(years));
      }),
    );
  });

  test("the order of the lines of one day does not matter to the sums per customer", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const byDebtor = (all: readonly Entry[]) =>
          ["C1", "C2"].map((id) =>
            sumOf(deriveItems([year(all)], SETTING).items.filter(({ debtor }) => debtor === id)),
          );
        expect(byDebtor(drawn(list).toReversed())).toEqual(byDebtor(drawn(list)));
      }),
    );
  });
});
