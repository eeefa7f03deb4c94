import { describe, expect, test } from "vitest";
import { alignCycles, freeOrdinal, type MergingItem, movedItems } from "../src/core/merge.ts";
import {
  bareName,
  type CustomerFacts,
  companyNumber,
  type MovedDocuments,
  proposeMerges,
} from "../src/core/one-customer.ts";
import type { Day, DebtorId, ItemKey } from "../src/core/types.ts";
import { registrationNumber, vatNumber } from "../src/store/company-numbers.ts";

const day = (text: string): Day => text as Day;
const id = (text: string): DebtorId => text as DebtorId;

describe("documents that stood under both codes", () => {
  const item = (key: number, over: Partial<MergingItem>): MergingItem => ({
    key: key as ItemKey,
    number: "FA-1",
    issued: day("2026-01-01"),
    currency: "EUR",
    ordinal: 0,
    type: "invoice",
    due: day("2026-01-31"),
    state: "open",
    settledOn: null,
    firstDay: day("2026-02-10"),
    ...over,
  });
  const gone = (settledOn: string, over: Partial<MergingItem> = {}): MergingItem =>
    item(1, { state: "settled", settledOn: day(settledOn), firstDay: day("2026-01-05"), ...over });

  test.each<[string, MergingItem, MergingItem, boolean]>([
    ["went when it appeared", gone("2026-02-10"), item(2, {}), true],
    ["went 30 days before", gone("2026-01-11"), item(2, {}), true],
    ["went 31 days before: told afresh", gone("2026-01-10"), item(2, {}), false],
    ["went after it had appeared: both were owed", gone("2026-02-11"), item(2, {}), false],
    ["both open", item(1, {}), item(2, {}), false],
    ["both settled", gone("2026-02-10"), gone("2026-02-10", { key: 2 as ItemKey }), false],
    ["another number", gone("2026-02-10"), item(2, { number: "FA-2" }), false],
    ["another issue date", gone("2026-02-10"), item(2, { issued: day("2025-01-01") }), false],
    ["another currency", gone("2026-02-10"), item(2, { currency: "CHF" }), false],
    ["another instalment", gone("2026-02-10"), item(2, { due: day("2026-02-28") }), false],
    ["another type", gone("2026-02-10"), item(2, { type: "credit-note" }), false],
  ])("%s", (_name, one, other, moved) => {
    const pair = [{ from: one.key, to: other.key, currency: "EUR" }];
    expect(movedItems([one], [other])).toEqual(moved ? pair : []);
    expect(movedItems([other], [one])).toEqual(moved ? pair : []);
  });

  test("each is taken once", () => {
    expect(movedItems([gone("2026-02-10")], [item(2, {}), item(3, { ordinal: 1 })])).toHaveLength(1);
  });
});

describe("cycles of two codes", () => {
  test.each([
    ["the same", 1, false, 1, false, { from: 0, into: 0, cycle: 1 }],
    ["the other is further", 3, false, 1, false, { from: 0, into: 2, cycle: 3 }],
    ["this one is further", 1, false, 4, false, { from: 3, into: 0, cycle: 4 }],
    ["ended only because the documents moved", 2, true, 1, false, { from: 0, into: 0, cycle: 1 }],
    ["moved back", 1, false, 3, true, { from: 1, into: 0, cycle: 2 }],
  ])("%s", (_name, from, fromMoved, into, intoMoved, expected) => {
    expect(
      alignCycles({ cycle: from, endedByMove: fromMoved }, { cycle: into, endedByMove: intoMoved }),
    ).toEqual(expected);
  });
});

test.each([
  [0, [], 0],
  [0, [0], 1],
  [1, [0, 1, 2], 3],
  [-1, [-1], -3],
  [-2, [-1, -2, -4], -6],
])("ordinal %d among %j: %d", (ordinal, taken, free) => {
  expect(freeOrdinal(ordinal, new Set(taken))).toBe(free);
});

test.each([
  ["FR66000000018", null, "FR000000018"],
  ["fr 66 000 000 018", null, "FR000000018"],
  [null, "000000018", "FR000000018"],
  [null, "000 000 018 00011", "FR000000018"],
  ["BE0000.000.196", null, "BE0000000196"],
  [null, "0000000196", "BE0000000196"],
  ["DE136695976", null, "DE136695976"],
  [null, "HRB 12 Musterstadt", "HRB12MUSTERSTADT"],
  [null, null, null],
  ["", null, null],
])("the company behind VAT %s, number %s: %s", (vat, registration, expected) => {
  expect(companyNumber({ vat, registration })).toBe(expected);
});

test.each([
  ["S.A.R.L. Boulangerie Maréval", "boulangerie mareval"],
  ["BOULANGERIE MAREVAL SARL", "boulangerie mareval"],
  ["Boulangerie-Maréval (SAS)", "boulangerie mareval"],
  ["Musterbäckerei GmbH", "musterbackerei"],
  ["SA", ""],
  ["ABC", ""],
  ["Salon Lison", "salon lison"],
])("%s is compared as %s", (name, bare) => {
  expect(bareName(name)).toBe(bare);
});

describe("who may be one customer", () => {
  const customer = (code: string, over: Partial<CustomerFacts> = {}): CustomerFacts => ({
    id: id(code),
    name: code,
    vat: null,
    registration: null,
    postcode: null,
    firstSeen: day("2026-01-31"),
    owes: true,
    ...over,
  });
  const later = { firstSeen: day("2026-02-28") };
  const pairs = (customers: CustomerFacts[], moved: MovedDocuments[] = []) =>
    proposeMerges(customers, moved).map(({ from, into, evidence }) => `${from} ${into} ${evidence}`);

  test.each<[string, CustomerFacts[], string[]]>([
    [
      "one number, both owe: the newer goes into the older",
      [customer("A", { vat: "FR66000000018" }), customer("B", { registration: "000000018", ...later })],
      ["B A number"],
    ],
    [
      "one number, the older has gone: it goes into the newer",
      [
        customer("A", { vat: "FR66000000018", owes: false }),
        customer("B", { vat: "FR66000000018", ...later }),
      ],
      ["A B number"],
    ],
    [
      "different numbers, one name",
      [
        customer("A", { name: "Garage Exemple", vat: "FR66000000018", owes: false }),
        customer("B", { name: "Garage Exemple", vat: "FR90000000026", ...later }),
      ],
      [],
    ],
    [
      "one name and postcode",
      [
        customer("A", { name: "Garage Exemple", postcode: "69003" }),
        customer("B", { name: "GARAGE EXEMPLE SARL", postcode: "69003", ...later }),
      ],
      ["B A name"],
    ],
    [
      "one name, other postcodes",
      [
        customer("A", { name: "Garage Exemple", postcode: "69003", owes: false }),
        customer("B", { name: "Garage Exemple", postcode: "13001", ...later }),
      ],
      [],
    ],
    [
      "one name, nobody knows where, both owe",
      [customer("A", { name: "Garage Exemple" }), customer("B", { name: "Garage Exemple", ...later })],
      [],
    ],
    [
      "one name, nobody knows where, the older has gone",
      [
        customer("A", { name: "Garage Exemple", owes: false }),
        customer("B", { name: "Garage Exemple", ...later }),
      ],
      ["A B name"],
    ],
    [
      "six with one number: branches",
      ["A", "B", "C", "D", "E", "F"].map((code) => customer(code, { vat: "FR66000000018" })),
      [],
    ],
    [
      "three with one number: two pairs",
      ["A", "B", "C"].map((code) => customer(code, { vat: "FR66000000018" })),
      ["B A number", "C B number"],
    ],
  ])("%s", (_name, customers, expected) => {
    expect(pairs(customers)).toEqual(expected);
  });

  test("moved documents come first, and a pair is proposed once", () => {
    const customers = [
      customer("A", { vat: "FR66000000018", owes: false }),
      customer("B", { vat: "FR66000000018" }),
    ];
    expect(pairs(customers, [{ from: id("A"), into: id("B"), documents: 3 }])).toEqual(["A B documents"]);
  });

  test("only pairs with somebody who is new", () => {
    const customers = ["A", "B", "C", "D"].map((code, at) =>
      customer(code, { vat: at < 2 ? "FR66000000018" : "FR90000000026" }),
    );
    const fresh = proposeMerges(customers, [], (code) => code === "D");
    expect(fresh.map(({ from, into }) => `${from} ${into}`)).toEqual(["D C"]);
  });
});

describe("company numbers", () => {
  test.each([
    ["FR 66 000 000 018", "FR66000000018"],
    ["FR67000000018", undefined],
    ["BE 0000.000.196", "BE0000000196"],
    ["BE0000000197", undefined],
    ["DE136695976", "DE136695976"],
    ["DE136695977", undefined],
    ["NL004495445B01", "NL004495445B01"],
    ["CHE-107.787.577", "CHE107787577"],
    ["XX12345", "XX12345"],
    ["FR00", undefined],
    ["none", undefined],
    ["12", undefined],
  ])("VAT %s: %s", (text, number) => {
    expect(vatNumber(text)).toBe(number);
  });
  test.each([
    ["000 000 018", "000000018"],
    ["000000019", undefined],
    ["0000.000.196", "0000000196"],
    ["BE0000000196", "0000000196"],
    ["0000000197", undefined],
    ["HRB 123 Musterstadt", "HRB 123 Musterstadt"],
    ["unknown", undefined],
  ])("number %s: %s", (text, number) => {
    expect(registrationNumber(text)).toBe(number);
  });
});
