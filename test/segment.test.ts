import { describe, expect, test } from "vitest";
import { languageOf } from "../src/core/language.ts";
import { factsOf, mainDossier, major, segmentOf } from "../src/core/segment.ts";
import type { Debtor, Language, Rules } from "../src/core/types.ts";
import {
  aged,
  credit,
  day,
  debtor,
  dossier,
  euros,
  inCurrency,
  ledger,
  rule,
  rules,
  scenario,
} from "./support/ledger.ts";

const TODAY = day("2026-11-24");

describe("facts of a debtor", () => {
  const items = [
    aged(TODAY, 45, { open: euros(1000.5) }),
    aged(TODAY, 10, { open: euros(200) }),
    aged(TODAY, 0, { open: euros(50) }),
    credit(100),
  ];

  test("amounts in major units, counts and ages", () => {
    expect(factsOf(ledger([dossier(items)]), rules(), TODAY)).toEqual({
      balance: 1150.5,
      overdue: 1200.5,
      oldest_days: 45,
      items: 3,
      average_days_late: null,
      broken_promises: 0,
      payer_class: "",
      score: null,
      insured: false,
      strategic: false,
      kind: "business",
      country: "FR",
      language: "fr",
      region: "",
      sector: "",
      salesperson: "",
      insolvent: false,
      new_customer: false,
      attr: {},
    });
  });

  test("nothing overdue is 0 days, nothing open is 0", () => {
    expect(factsOf(ledger([dossier([aged(TODAY, 0)])]), rules(), TODAY)).toMatchObject({
      oldest_days: 0,
      overdue: 0,
    });
    expect(factsOf(ledger([]), rules(), TODAY)).toMatchObject({ balance: 0, items: 0, oldest_days: 0 });
  });

  test.each([
    { kind: "business", defaultKind: "consumer", expected: "business" },
    { kind: "consumer", defaultKind: "business", expected: "consumer" },
    { kind: "unknown", defaultKind: "business", expected: "business" },
    { kind: "unknown", defaultKind: "consumer", expected: "consumer" },
    { kind: "unknown", defaultKind: "unknown", expected: "consumer" },
  ] as const)("kind $kind, default $defaultKind: $expected", ({ kind, defaultKind, expected }) => {
    expect(factsOf(ledger([], { kind }), rules({ defaultKind }), TODAY)["kind"]).toBe(expected);
  });

  test("what an import kept is there under attr", () => {
    const attrs = { "Code tarif": "B" };
    const facts = factsOf(ledger([], { attrs, sector: "public", country: null }), rules(), TODAY);
    expect(facts).toMatchObject({ attr: attrs, sector: "public", country: "FR" });
  });
});

describe("the dossier that speaks for a debtor", () => {
  const chf = inCurrency("CHF", aged(TODAY, 10, { open: euros(900) }));
  const eur = inCurrency("EUR", aged(TODAY, 10, { open: euros(1) }));
  const xof = inCurrency("XOF", aged(TODAY, 10, { open: 800 as never }));

  test.each([
    { dossiers: [chf, eur], expected: "EUR", why: "the company's currency" },
    { dossiers: [xof, chf], expected: "CHF", why: "the larger amount, in major units" },
    { dossiers: [chf, inCurrency("EUR")], expected: "CHF", why: "one without items does not speak" },
    { dossiers: [], expected: undefined, why: "there is none" },
  ])("$expected: $why", ({ dossiers, expected }) => {
    expect(mainDossier(ledger(dossiers), rules())?.currency).toBe(expected);
  });

  test.each([
    [12345, "EUR", 123.45],
    [12345, "XOF", 12345],
    [12345, "TND", 12.345],
  ])("%d minor units of %s are %d", (amount, currency, expected) => {
    expect(major(amount, currency)).toBe(expected);
  });
});

describe("segments: the first that matches wins", () => {
  const quick = scenario({ name: "quick" });
  const standard = scenario();
  const using: Rules = rules({
    segments: [
      {
        name: "public",
        when: rule('sector == "public"', ({ sector }) => sector === "public"),
        scenario: "standard",
      },
      {
        name: "large",
        when: rule("balance > 1000", ({ balance }) => Number(balance) > 1000),
        scenario: "quick",
      },
      {
        name: "new",
        when: rule("new_customer", ({ new_customer: fresh }) => fresh === true),
        scenario: "standard",
      },
    ],
    scenarios: new Map([
      ["quick", quick],
      ["standard", standard],
    ]),
  });

  test.each([
    { over: { sector: "public" }, open: 5000, segment: "public", scenario: "standard", tried: ["public"] },
    { over: {}, open: 1000.01, segment: "large", scenario: "quick", tried: ["public", "large"] },
    {
      over: { newCustomer: true },
      open: 1000,
      segment: "new",
      scenario: "standard",
      tried: ["public", "large", "new"],
    },
    { over: {}, open: 1000, segment: undefined, scenario: undefined, tried: ["public", "large", "new"] },
  ])("$open open: $segment", ({ over, open, segment, scenario: expected, tried }) => {
    const found = segmentOf(ledger([dossier([aged(TODAY, 5, { open: euros(open) })])], over), using, TODAY);
    expect([found.segment?.name, found.scenario?.name]).toEqual([segment, expected]);
    expect(found.tried).toEqual(tried.map((name) => ({ name, matched: name === segment })));
  });
});

describe("the language of a debtor", () => {
  const all: readonly Language[] = ["fr", "nl", "de", "en"];
  const choose = (over: Partial<Debtor>, using: Partial<Rules> = {}) =>
    languageOf(debtor({ country: null, ...over }), rules({ languages: all, ...using }));

  test.each([
    { over: { language: "en" }, expected: ["en", "debtor"], why: "its own" },
    { over: { country: "DE" }, expected: ["de", "country"], why: "its country's" },
    { over: { country: "AT" }, expected: ["de", "country"], why: "its country's" },
    { over: { country: "NL" }, expected: ["nl", "country"], why: "its country's" },
    { over: { country: "GB" }, expected: ["en", "country"], why: "its country's" },
    { over: { country: "US" }, expected: ["en", "country"], why: "its country's" },
    { over: {}, expected: ["fr", "country"], why: "the company's country" },
    { over: { country: "BE", region: "BE-VLG" }, expected: ["nl", "country"], why: "Flanders" },
    {
      over: { country: "BE", region: "Vlaams-Brabant" },
      expected: ["nl", "country"],
      why: "Flemish Brabant",
    },
    { over: { country: "BE", region: "Wallonie" }, expected: ["fr", "country"], why: "Wallonia" },
    {
      over: { country: "BE", region: "Brabant wallon" },
      expected: ["fr", "country"],
      why: "Walloon Brabant",
    },
    { over: { country: "BE", postcode: "1299" }, expected: ["fr", "country"], why: "Brussels" },
    { over: { country: "BE", postcode: "1300" }, expected: ["fr", "country"], why: "Wavre" },
    { over: { country: "BE", postcode: "1500" }, expected: ["nl", "country"], why: "Halle" },
    { over: { country: "BE", postcode: "3999" }, expected: ["nl", "country"], why: "Limburg" },
    { over: { country: "BE", postcode: "4000" }, expected: ["fr", "country"], why: "Liège" },
    { over: { country: "BE", postcode: "4699" }, expected: ["fr", "country"], why: "before Eupen" },
    { over: { country: "BE", postcode: "4700" }, expected: ["de", "country"], why: "Eupen" },
    { over: { country: "BE", postcode: "B-4791" }, expected: ["de", "country"], why: "Burg-Reuland" },
    { over: { country: "BE", postcode: "4800" }, expected: ["fr", "country"], why: "Verviers" },
    { over: { country: "BE", region: "Ostbelgien" }, expected: ["de", "country"], why: "East Belgium" },
    { over: { country: "CH", postcode: "1201" }, expected: ["fr", "country"], why: "Geneva" },
    { over: { country: "CH", postcode: "2000" }, expected: ["fr", "country"], why: "Neuchâtel" },
    { over: { country: "CH", postcode: "8001" }, expected: ["de", "country"], why: "Zurich" },
    { over: { country: "CH", postcode: "6003" }, expected: ["de", "country"], why: "Lucerne" },
    {
      over: { country: "CH", postcode: "1700" },
      expected: ["fr", "country"],
      why: "Fribourg, both: the company's",
    },
    { over: { country: "BE", postcode: "8000" }, expected: ["nl", "country"], why: "Bruges" },
    { over: { country: "BE" }, expected: ["fr", "country"], why: "nothing known: the company's" },
    {
      over: { country: "CH" },
      expected: ["fr", "country"],
      why: "the company's, where Switzerland speaks it",
    },
  ] as const)("$over: $expected ($why)", ({ over, expected }) => {
    const { language, from, warning } = choose(over);
    expect([language, from]).toEqual(expected);
    expect(warning).toBeNull();
  });

  test.each([
    [{ language: "nl" }, "of the debtor's master data"],
    [{ country: "BE", postcode: "9000" }, "postcode 9000 of BE"],
    [{ country: "BE", region: "Wallonie", postcode: "9000" }, "region Wallonie"],
    [{ country: "DE" }, "country DE"],
    [{ country: "PL" }, "none is known for PL"],
  ] as const)("%j: %s", (over, because) => {
    expect(choose(over).because).toBe(because);
  });

  test("Brussels follows a Dutch-speaking company", () => {
    expect(choose({ country: "BE", postcode: "1000" }, { language: "nl" }).language).toBe("nl");
  });

  test("where a language has no templates, the company's is taken and said so", () => {
    expect(choose({ language: "nl" }, { languages: ["fr", "en"] })).toEqual({
      language: "fr",
      from: "company",
      because: "there are no templates in nl (of the debtor's master data)",
      warning: "no templates in nl: written in fr",
    });
    expect(choose({ country: "DE" }, { languages: ["fr", "en"] }).warning).toBe(
      "no templates in de: written in fr",
    );
  });

  test("a country whose language nobody knows", () => {
    expect(choose({ country: "PT" })).toEqual({
      language: "fr",
      from: "company",
      because: "none is known for PT",
      warning: "no language is known for PT: written in fr",
    });
    expect(
      choose({ country: "PT" }, { country: "PT", language: "en" }).warning,
      "the company's own",
    ).toBeNull();
  });
});
