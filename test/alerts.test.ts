import { describe, expect, test } from "vitest";
import { alertsOf } from "../src/core/alerts.ts";
import type { Debtor } from "../src/core/types.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { aged, credit, day, dossier, euros, ledger, rules } from "./support/ledger.ts";

const TODAY = day("2026-11-24");
const said = (over: Partial<Debtor>, ages: readonly number[], insurerDays: number | null = 60): string[] =>
  alertsOf(
    ledger([dossier(ages.map((age) => aged(TODAY, age, { number: `F${age}` })))], over),
    rules({ insurerDays }),
    TODAY,
  ).map(({ kind, until }) => `${kind} ${until}`);

describe("insured debts", () => {
  test.each<[string, Partial<Debtor>, number[], number | null, string[]]>([
    ["in good time", { insured: true }, [45], 60, []],
    ["two weeks ahead", { insured: true }, [46], 60, ["insurer 2026-12-08"]],
    ["the last day", { insured: true }, [60], 60, ["insurer 2026-11-24"]],
    ["too late", { insured: true }, [61, 3], 60, ["insurer 2026-11-23"]],
    ["not insured", { insured: false }, [60], 60, []],
    ["nobody has said within how many days", { insured: true }, [60], null, []],
    ["nothing is due", { insured: true }, [-1], 60, []],
  ])("%s", (_name, over, ages, days, expected) => {
    expect(said(over, ages, days)).toEqual(expected);
  });
});

test.each([
  [100, []],
  [99.99, ["100.00 EUR is open, the credit limit is 99.99 EUR"]],
  [null, []],
])("a limit of %s with 100 open", (creditLimit, expected) => {
  const of = ledger([dossier([aged(TODAY, 5, { open: euros(130) }), credit(30)])], { creditLimit });
  expect(alertsOf(of, rules(), TODAY).map(({ reason }) => reason)).toEqual(expected);
});

test.each([
  [{ newCustomer: true, score: null }, ["credit-check null"]],
  [{ newCustomer: true, score: 12 }, []],
  [{ newCustomer: false, score: null }, []],
])("%j", (over, expected) => {
  expect(said(over, [5])).toEqual(expected);
});

test("status tells of them, the most urgent first", async () => {
  const folder = folderWith({
    "dunning.yaml": `${SMALL}insurance: { notify_within: 60d }\n`,
    "balance.csv":
      "Balance au 24/11/2026\nCode client;N° pièce;Échéance;Restant dû\nA1;F-1;25/09/2026;100,00\nB2;F-2;25/09/2026;80,00\n",
  });
  await dunning(folder, TODAY, "import", "balance.csv");
  await dunning(folder, TODAY, "debtor", "set", "A1", "credit_limit=50");
  await dunning(folder, TODAY, "debtor", "set", "B2", "insured=true");
  const { json } = await dunning(folder, TODAY, "status", "--json");
  expect(json["alerts"]).toMatchObject([
    { kind: "insurer", debtor: "B2", until: "2026-11-24" },
    { kind: "credit-limit", debtor: "A1" },
  ]);
  expect((await dunning(folder, TODAY, "status")).stdout).toContain(
    "B2 B2: the insurer must be told by 2026-11-24: F-2 fell due on 2026-09-25",
  );
});
