import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { standingOf } from "../src/core/candidates.ts";
import { addDays } from "../src/core/day.ts";
import { ownSideDoubts } from "../src/core/matters.ts";
import { plan } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import type { Cents, OpenItem } from "../src/core/types.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
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
  step,
} from "./support/ledger.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const using = rules({}, scenario({ minAmount: 0, steps: [step("reminder", 10, 3), step("firm", 30, 20)] }));
const says = (of: ReturnType<typeof ledger>): string[] => {
  const { actions, notActed } = plan([of], using, at(TODAY));
  return [
    ...actions.map(({ step: id, task, state, claimed }) => `${id} ${task ?? "message"} ${state} ${claimed}`),
    ...notActed.map(({ code, nextPossible, facts }) => `${code} ${nextPossible} ${facts["task"] ?? "-"}`),
  ];
};
const task = (
  kind: "own-side" | "declare-claim",
  state: "open" | "done" | "granted" | "rejected",
  listed = TODAY,
) =>
  ({
    id: "t1",
    kind,
    step: kind,
    cycle: 1,
    listed,
    state,
    maximum: null,
    decided: null,
    reason: null,
  }) as const;

describe("an insolvent debtor", () => {
  const items = [aged(TODAY, 30), aged(TODAY, -20, { open: euros(50) }), credit(10)];
  const insolvent = (over = {}) => ledger([dossier(items, over)], { insolvent: true });
  test.each([
    ["the claim is to be declared, all of it", insolvent(), ["declare-claim declare-claim listed 14000"]],
    ["on the list", insolvent({ tasks: [task("declare-claim", "open")] }), ["insolvent null t1"]],
    ["declared", insolvent({ tasks: [task("declare-claim", "done")] }), ["insolvent null -"]],
    ["nothing is owed", ledger([dossier([credit(10)])], { insolvent: true }), ["nothing-owed null -"]],
    [
      "nothing is due yet",
      ledger([dossier([aged(TODAY, -20)])], { insolvent: true }),
      ["declare-claim declare-claim listed 10000"],
    ],
    ["solvent", ledger([dossier(items)]), ["reminder message due 9000"]],
  ])("%s", (_name, of, expected) => {
    expect(says(of)).toEqual(expected);
  });
});

describe("our own side, before the first contact", () => {
  const invoice = aged(TODAY, 30, { number: "F-1", issued: day("2026-09-25") });
  const other = aged(TODAY, 10, { number: "F-2", issued: day("2026-10-15"), open: euros(60) });
  const payment = (amount: number): OpenItem => credit(amount, { type: "payment", number: "P-1" });
  const doubts = (items: readonly OpenItem[], terms: string | null = null): string[] => {
    const of = ledger([dossier(items)], { terms });
    return ownSideDoubts({
      ledger: of,
      standing: standingOf(planningDay(using, at(TODAY)), of.dossiers[0]!, 0 as Cents),
    });
  };

  test.each<[string, readonly OpenItem[], string | null, string[]]>([
    ["nothing is known", [invoice, other], null, []],
    [
      "a payment that equals an invoice",
      [invoice, other, payment(60)],
      null,
      ["payment P-1 of 60.00 EUR equals invoice F-2: allocate it first"],
    ],
    [
      "a payment that equals the whole",
      [invoice, other, payment(160)],
      null,
      ["payment P-1 of 160.00 EUR equals all that is overdue: allocate it first"],
    ],
    ["another amount", [invoice, other, payment(61)], null, []],
    ["a credit note says nothing", [invoice, other, credit(60)], null, []],
    [
      "longer terms were agreed",
      [invoice],
      "45d",
      ["terms differ: F-1 is due on 2026-10-25 in the books, on 2026-11-09 as agreed (45d)"],
    ],
    ["the same terms", [invoice], "30d", []],
    ["shorter ones", [invoice], "15d", []],
    ["a due date that was worked out from them", [{ ...invoice, dueDerived: true }], "45d", []],
    ["terms that nobody can read", [invoice], "soon", []],
    [
      "the books say which were sent",
      [{ ...invoice, sent: false }, other],
      null,
      ["invoice F-1 was not sent to the customer, as the books say"],
    ],
  ])("%s", (_name, items, terms, expected) => {
    expect(doubts(items, terms)).toEqual(expected);
  });

  const items = [invoice, other, payment(60)];
  test.each([
    ["asked about", dossier(items), ["own-side own-side listed 10000"]],
    ["waits", dossier(items, { tasks: [task("own-side", "open")] }), ["own-side 2026-11-30 t1"]],
    [
      "lapsed after five days",
      dossier(items, { tasks: [task("own-side", "open", addDays(TODAY, -5))] }),
      ["reminder message due 10000"],
    ],
    [
      "four days ago",
      dossier(items, { tasks: [task("own-side", "open", addDays(TODAY, -4))] }),
      ["own-side 2026-11-25 t1"],
    ],
    ["let go", dossier(items, { tasks: [task("own-side", "granted")] }), ["reminder message due 10000"]],
    [
      "kept back",
      dossier(items, { tasks: [task("own-side", "rejected", addDays(TODAY, -50))] }),
      ["own-side null t1"],
    ],
    [
      "of an earlier cycle",
      dossier(items, { cycle: 2, tasks: [task("own-side", "rejected")] }),
      ["own-side own-side listed 10000"],
    ],
    [
      "after the first contact nobody asks",
      dossier(items, { contacts: [contact("reminder", "2026-11-10", { level: 10 })] }),
      ["reminder message due 10000"],
    ],
    [
      "told by an older tool",
      dossier([{ ...invoice, level: 10 }, other, payment(60)]),
      ["firm message due 10000"],
    ],
  ])("%s", (_name, of, expected) => {
    expect(says(ledger([of]))).toEqual(expected);
  });
});

test.each([
  ["sent on a day", "03/11/2026", []],
  ["sent by some way", "e-mail", []],
  ["no", "non", ["own-side A1"]],
  ["empty, where others are filled", "", ["own-side A1"]],
])("a column of what was sent: %s", async (_name, cell, expected) => {
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "balance.csv":
      "Balance au 24/11/2026\nCode client;Raison sociale;Type;N° pièce;Date pièce;Échéance;Restant dû;Envoyée le\n" +
      `A1;Un;Facture;F-1;25/09/2026;25/10/2026;100,00;${cell}\nB2;Deux;Facture;F-3;25/09/2026;25/10/2026;80,00;25/09/2026\n`,
  });
  const said = await dunning(folder, TODAY, "import", "balance.csv");
  expect((said.stdout + said.stderr).includes("was not sent, as the books say")).toBe(expected.length > 0);
  for (const code of ["A1", "B2"])
    await dunning(folder, TODAY, "debtor", "set", code, `email=${code.toLowerCase()}@x.example`);
  await dunning(folder, TODAY, "run");
  const { json } = await dunning(folder, TODAY, "worklist", "--json");
  expect((json["tasks"] as { kind: string; debtor: string }[]).map((t) => `${t.kind} ${t.debtor}`)).toEqual(
    expected,
  );
});

test("through the commands: listed by the run that finds it, ended by one word", async () => {
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "balance.csv":
      "Balance au 24/11/2026\nCode client;Raison sociale;Type;N° pièce;Date pièce;Échéance;Restant dû\n" +
      "A1;Un;Facture;F-1;25/09/2026;25/10/2026;100,00\nA1;Un;Facture;F-2;25/09/2026;25/10/2026;60,00\nA1;Un;Règlement;P-1;20/10/2026;;-60,00\n" +
      "B2;Deux;Facture;F-3;25/09/2026;25/10/2026;80,00\n",
  });
  await dunning(folder, TODAY, "import", "balance.csv");
  for (const code of ["A1", "B2"])
    await dunning(folder, TODAY, "debtor", "set", code, `email=${code.toLowerCase()}@x.example`);
  writeFileSync(
    join(folder, "scores.csv"),
    "Code client;Date;Score;Procédure collective\nB2;20/11/2026;10;oui\n",
  );
  await dunning(folder, TODAY, "import", "scores", "scores.csv");
  const first = await dunning(folder, TODAY, "run", "--json");
  const listed = (first.json["actions"] as { id: string; debtor: string; step: string; state: string }[]).map(
    ({ id, ...rest }) => ({ id, what: `${rest.debtor} ${rest.step} ${rest.state}` }),
  );
  expect([first.exit, listed.map(({ what }) => what)]).toEqual([
    4,
    ["A1 own-side listed", "B2 declare-claim listed"],
  ]);
  const work = async () =>
    ((await dunning(folder, TODAY, "worklist", "--json")).json["tasks"] as { kind: string; debtor: string }[])
      .map(({ kind, debtor }) => `${kind} ${debtor}`)
      .sort();
  expect(await work()).toEqual(["declare-claim B2", "own-side A1"]);
  const [own, claim] = listed.map(({ id }) => id);
  expect((await dunning(folder, TODAY, "worklist", "done", own ?? "")).exit).toBe(2);
  expect((await dunning(folder, TODAY, "worklist", "done", claim ?? "")).exit).toBe(0);
  expect((await dunning(folder, TODAY, "approve", own ?? "")).exit).toBe(0);
  expect(await work()).toEqual([]);
  const second = await dunning(folder, TODAY, "run", "--json");
  expect(
    (second.json["actions"] as { debtor: string; step: string }[]).map(
      ({ debtor, step: id }) => `${debtor} ${id}`,
    ),
  ).toEqual(["A1 reminder"]);
  expect((await dunning(folder, TODAY, "explain", "B2", "--json")).json["dossiers"]).toMatchObject([
    { notActed: [{ code: "insolvent" }] },
  ]);
});
