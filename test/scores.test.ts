import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoCompany, dunning, type Ran } from "./support/company.ts";

const DAY = "2026-11-20";

async function scores(folder: string, rows: readonly string[], ...more: readonly string[]): Promise<Ran> {
  writeFileSync(join(folder, "s.csv"), `Code client;Date;Score;Insolvabilité\n${rows.join("\n")}\n`);
  return await dunning(folder, DAY, "import", "scores", "s.csv", "--json", ...more);
}

/** The demo company with one more rule in front. */
async function company(): Promise<string> {
  const folder = demoCompany();
  const config = join(folder, "dunning.yaml");
  const risky = '  - { name: risky, when: "score < 40", scenario: standard }';
  writeFileSync(config, readFileSync(config, "utf8").replace(/^segments:.*$/m, `$&\n${risky}`));
  const items = ["C1", "C2"].map((id) => `${id};Exemple ${id};F-${id};31/10/2026;500,00;${id}@example.test`);
  writeFileSync(
    join(folder, "b.csv"),
    `Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû;E-mail\n${items.join("\n")}\n`,
  );
  expect((await dunning(folder, DAY, "import", "b.csv")).exit).toBe(0);
  return folder;
}

async function segmentOf(folder: string, id: string): Promise<string> {
  const { json } = await dunning(folder, DAY, "explain", id, "--json");
  return (json["segment"] as { name: string }).name;
}

test.each([
  ["39.9", "risky"],
  ["39,9", "risky"],
  ["40", "everybody"],
])("a score of %s: segment %s; one without a score is in no rule about it", async (score, segment) => {
  const folder = await company();
  expect(await segmentOf(folder, "C1")).toBe("everybody");
  expect((await scores(folder, [`C1;13/11/2026;${score};`])).exit).toBe(0);
  expect([await segmentOf(folder, "C1"), await segmentOf(folder, "C2")]).toEqual([segment, "everybody"]);
});

test("the newest date counts, in the list and against what is known; a dry run keeps nothing", async () => {
  const folder = await company();
  const rows = ["C1;13/11/2026;30;", "C1;31/10/2026;80;"];
  expect((await scores(folder, rows, "--dry-run")).json).toMatchObject({ debtors: { changed: 1 }, older: 1 });
  expect(await segmentOf(folder, "C1")).toBe("everybody");
  await scores(folder, rows);
  expect(await segmentOf(folder, "C1")).toBe("risky");
  expect((await scores(folder, ["C1;31/10/2026;80;"])).json).toMatchObject({
    debtors: { changed: 0 },
    older: 1,
  });
  expect(await segmentOf(folder, "C1")).toBe("risky");
  await scores(folder, ["C1;14/11/2026;80;"]);
  expect(await segmentOf(folder, "C1")).toBe("everybody");
});

test.each(["oui", "1", "ja", "Liquidation judiciaire", "LJ", "insolvent"])(
  "insolvency %j: nothing is sent any more, the reason says what to do",
  async (word) => {
    const folder = await company();
    expect((await scores(folder, [`C1;13/11/2026;;${word}`, "C2;13/11/2026;50;non"])).json).toMatchObject({
      insolvent: ["C1"],
    });
    const { json } = await dunning(folder, DAY, "run", "--dry-run", "--json");
    expect(json["actions"]).toMatchObject([
      { debtor: "C1", step: "declare-claim", state: "listed" },
      { debtor: "C2" },
    ]);
    await dunning(folder, DAY, "run");
    const after = await dunning(folder, DAY, "run", "--dry-run", "--json");
    expect(after.json["notActed"]).toMatchObject([
      { debtor: "C1", code: "insolvent", reason: "the debtor is insolvent: declare the claim" },
      { debtor: "C2" },
    ]);
  },
);

test("every cell that cannot be used is listed; a list that is none is refused", async () => {
  const folder = await company();
  const { exit, json } = await scores(folder, [
    "C1;13/11/2026;AA;",
    "C1;13/11/2026;50;peut-être",
    "C1;;50;",
    "C1;13/11/2026;;",
    ";13/11/2026;50;",
    "C1;31/11/2026;50;",
    "C2;13/11/2026;50;",
  ]);
  expect(exit).toBe(3);
  expect(json["rejected"]).toMatchObject([
    { line: 2, column: "Score", reason: "is no number" },
    { line: 3, column: "Insolvabilité", reason: "is neither yes nor no" },
    { line: 4, column: "Date", reason: "says no date" },
    { line: 5, column: "Score", reason: "says nothing" },
    { line: 6, column: "Code client", reason: "names no customer" },
    { line: 7, column: "Date", reason: "is no date" },
  ]);
  writeFileSync(join(folder, "s.csv"), "Nom;Ville\nExemple;Lyon\n");
  const none = await dunning(folder, DAY, "import", "scores", "s.csv", "--json");
  expect([none.exit, none.json["error"]]).toMatchObject([65, { code: "no-scores" }]);
});
