import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../src/config/config.ts";
import { compileRule, DEBTOR_FACTS, DOSSIER_FACTS, type FactTable } from "../src/config/rules.ts";
import { factsOf, stepFacts } from "../src/core/segment.ts";
import type { Cents, Facts, Rules } from "../src/core/types.ts";
import { folderWith, SMALL } from "./support/config.ts";

const facts: Facts = {
  balance: 60_000.5,
  overdue: 1200,
  oldest_days: 31,
  items: 4,
  average_days_late: null,
  broken_promises: 0,
  payer_class: "",
  score: null,
  insured: false,
  strategic: false,
  kind: "business",
  country: "FR",
  language: "fr",
  region: "Rhône",
  sector: null,
  salesperson: "",
  insolvent: false,
  new_customer: true,
  attr: { group: "A", "Code NAF": "6920Z" },
};

function decide(text: string, values: Facts = facts, table: FactTable = DEBTOR_FACTS): boolean {
  const compiled = compileRule(text, table);
  if ("mistake" in compiled) throw new Error(`${compiled.mistake.code}: ${compiled.mistake.message}`);
  return compiled.rule.test(values);
}
function mistake(text: string, table: FactTable = DEBTOR_FACTS) {
  const compiled = compileRule(text, table);
  return "mistake" in compiled ? compiled.mistake : null;
}

describe("rules decide", () => {
  test.each([
    ["true", true],
    [" true ", true],
    ["false", false],
    ["balance > 50000", true],
    ["balance > 60000.5", false],
    ["balance >= 60000.5", true],
    ["balance > 50000 || strategic", true],
    ["balance > 70000 || strategic", false],
    ["oldest_days == 31", true],
    ["oldest_days != 31", false],
    ["31 == oldest_days", true],
    ["oldest_days in [30, 31]", true],
    ["oldest_days in [30]", false],
    ["items % 2 == 0", true],
    ["overdue * 2 > 2399", true],
    ["overdue / 5 == 240", true],
    ["balance - overdue > 58800", true],
    ["1 + items == 5", true],
    ["5 == 1 + items", true],
    ["2 * items - 1 == 7", true],
    ['region == "Rhône"', true],
    ['country in ["FR", "BE"]', true],
    ['!(country in ["FR", "BE"])', false],
    ['region.startsWith("Rh")', true],
    ['attr.group == "A"', true],
    ['attr["Code NAF"] == "6920Z"', true],
    ['"group" in attr && attr.group == "A"', true],
    ["new_customer && !insolvent", true],
    ['strategic ? balance > 1 : kind == "business"', true],
  ])("%s: %s", (text, decision) => {
    expect(decide(text)).toBe(decision);
  });
});

describe("what nobody knows", () => {
  test.each([
    { text: "score < 50", decision: false, why: "an unknown number makes a comparison false" },
    { text: "!(score < 50)", decision: false, why: "and its negation too" },
    { text: "score < 50 || items == 4", decision: true, why: "unless the other side decides" },
    { text: "items == 4 || score < 50", decision: true, why: "whichever comes first" },
    { text: "score < 50 && items == 4", decision: false, why: "both sides are needed" },
    { text: 'sector == ""', decision: true, why: "an unknown text is empty" },
    { text: 'sector != "public"', decision: true, why: "so it differs from every other" },
    { text: 'attr.zone == "1"', decision: false, why: "a column that the debtor does not have" },
    { text: 'attr.zone != "1"', decision: false, why: "not even different" },
    { text: "1 / 0 > 1", decision: false, why: "arithmetic that fails" },
  ])("$text is $decision: $why", ({ text, decision }) => {
    expect(decide(text)).toBe(decision);
  });
});

describe("mistakes", () => {
  test.each([
    { text: "balnce > 1", code: "rule-unknown-fact", offset: 0, fix: "write balance" },
    { text: "strategic && secteur == 1", code: "rule-unknown-fact", offset: 13, fix: "write sector" },
    {
      text: "sector == public",
      code: "rule-unknown-fact",
      offset: 10,
      fix: 'a text is written in double quotes: "public"',
    },
    {
      text: "open > 1000",
      code: "rule-unknown-fact",
      offset: 0,
      fix: 'a text is written in double quotes: "open"',
    },
    { text: "sector > 5", code: "rule-type", offset: 0 },
    { text: "balance", code: "rule-type", offset: 0, fix: "compare it: balance > 0" },
    { text: "sector", code: "rule-type", offset: 0, fix: 'compare it: sector == "..."' },
    { text: "strategic > 1", code: "rule-type", offset: 0 },
    {
      text: "sector == null",
      code: "rule-type",
      offset: 0,
      fix: 'an unknown text is empty: compare with ""',
    },
    { text: "1 < balance < 3", code: "rule-type", offset: 0 },
    { text: 'sector.startWith("p")', code: "rule-type", offset: 0 },
    { text: 'sector in ["a", 1]', code: "rule-type", offset: 16 },
    { text: 'sector = "public"', code: "rule-syntax", offset: 7 },
    { text: "strategic and insured", code: "rule-syntax", offset: 10 },
    { text: "balance > 50 000", code: "rule-syntax", offset: 13 },
    { text: 'sector == "public', code: "rule-syntax", offset: 10 },
    { text: "balance > (1", code: "rule-syntax", offset: 12 },
    { text: "", code: "rule-syntax", offset: 0 },
    { text: 'sector.matches("^(a+)+$")', code: "rule-refused", offset: 0 },
    { text: 'strategic || matches(sector, "a")', code: "rule-refused", offset: 13 },
    { text: "dyn(sector) > 5", code: "rule-refused", offset: 0 },
    { text: `${"(".repeat(60)}true${")".repeat(60)}`, code: "rule-too-long", offset: 0 },
    { text: Array(260).fill("items==1").join("||"), code: "rule-too-long", offset: 0 },
    { text: `sector in [${Array(201).fill('"a"').join(",")}]`, code: "rule-too-long", offset: 0 },
    { text: `sector == "${"a".repeat(4000)}"`, code: "rule-too-long", offset: 0 },
  ])("$text: $code", ({ text, code, offset, fix }) => {
    expect(mistake(text)).toMatchObject({ code, offset, ...(fix === undefined ? {} : { fix }) });
  });

  test("both sides of the limits", () => {
    expect(mistake(`sector in [${Array(200).fill('"a"').join(",")}]`)).toBeNull();
    expect(mistake(`${"(".repeat(40)}true${")".repeat(40)}`)).toBeNull();
  });

  test("a fact of the other table is unknown", () => {
    expect(mistake("claimed > 1", DOSSIER_FACTS)).toBeNull();
    expect(mistake("claimed > 1")).toMatchObject({ code: "rule-unknown-fact" });
    expect(mistake("balance > 1", DOSSIER_FACTS)).toMatchObject({ code: "rule-unknown-fact" });
  });
});

test("the facts that a rule asks for are named: some of them must be read first", () => {
  expect(compileRule('strategic || payer_class in ["C", "D"]', DEBTOR_FACTS)).toMatchObject({
    rule: { facts: ["strategic", "payer_class"] },
  });
});

const rulesOf = (): Rules => loadConfig(folderWith({ "dunning.yaml": SMALL })).rules;
const typeOf = (value: unknown): string =>
  ({ number: "number", string: "text", boolean: "flag", object: "texts" })[typeof value as "number"];

const check = (given: Facts, table: FactTable): void => {
  expect(Object.keys(given).sort()).toEqual(Object.keys(table).sort());
  for (const [name, value] of Object.entries(given))
    if (value !== null && value !== undefined)
      expect(`${name} ${typeOf(value)}`).toBe(`${name} ${table[name]?.type}`);
};

describe("the facts are those that the engine gives", () => {
  const ledger = {
    debtor: { key: 1, id: "A", name: "A", kind: "unknown", attrs: {} },
    dossiers: [],
    unreadRows: 0,
    paid: null,
    doubt: null,
  };
  test("of a debtor", () => {
    check(factsOf(ledger as never, rulesOf(), "2026-11-22" as never), DEBTOR_FACTS);
  });

  test("of a dossier", () => {
    const zero = 0 as Cents;
    const figures = {
      currency: "EUR",
      open: zero,
      overdue: zero,
      claimed: zero,
      credits: zero,
      oldestDays: 0,
      items: 0,
    };
    check(stepFacts({ debtor: ledger.debtor as never, payerClass: "A" }, rulesOf(), figures), DOSSIER_FACTS);
  });
});

describe("properties", () => {
  const piece = fc.constantFrom(
    ..."balance sector strategic attr.x score 5 2.5 'a' \"b\" ( ) [ ] , . && || ! == != > <= + - * / % in ? : true false null matches dyn has é \\ \n".split(
      " ",
    ),
  );

  test("whatever is written, compiling never throws, and a rule never throws", () => {
    const value = fc.oneof(fc.constant(null), fc.string(), fc.double(), fc.boolean(), fc.constant({}));
    const some = fc.dictionary(fc.constantFrom(...Object.keys(DEBTOR_FACTS)), value) as fc.Arbitrary<Facts>;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), some, (pieces, values) => {
        const compiled = compileRule(pieces.join(" "), DEBTOR_FACTS);
        const outcome = "rule" in compiled ? typeof compiled.rule.test(values) : compiled.mistake.offset >= 0;
        expect(["boolean", true]).toContain(outcome);
      }),
      { numRuns: 1500 },
    );
  });

  test("a comparison means what it says", () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(amount, amount, (balance, limit) => {
        const written = limit < 0 ? `(${limit})` : String(limit);
        expect(decide(`balance > ${written}`, { ...facts, balance })).toBe(balance > limit);
        expect(decide(`balance == ${written}`, { ...facts, balance })).toBe(balance === limit);
      }),
    );
  });
});
