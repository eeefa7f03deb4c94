import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const OWN = `---
subject: Votre facture {{oldest.number}}
---
{{greeting}}

Merci de régler **{{total}}**.

{{#if last_promise.date}}
Le {{last_promise.given}}, vous nous aviez annoncé {{last_promise.amount}} pour le {{last_promise.date}}.
{{/if}}

{{> closing}}
`;

test.each([
  ["nothing was promised", [], null],
  [
    "not kept",
    ["2026-11-20=60.00"],
    "Le 18 novembre 2026, vous nous aviez annoncé 60,00 € pour le 20 novembre 2026.",
  ],
  [
    "the newest of two",
    ["2026-11-19=40.00", "2026-11-20=60.00"],
    "Le 18 novembre 2026, vous nous aviez annoncé 60,00 € pour le 20 novembre 2026.",
  ],
])("a text may remind of a promise: %s", async (_name, promises, expected) => {
  const balance = (day: string) =>
    `Balance au ${day}\nCode client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû\nA1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00\n`;
  const folder = folderWith({
    "dunning.yaml": SMALL.replace(
      "template: reminder-a }",
      "template: reminder-a, on_broken_promise: email }",
    ),
    "templates/fr/reminder-a.md": OWN,
    "balance.csv": balance("18/11/2026"),
  });
  await dunning(folder, "2026-11-18", "import", "balance.csv");
  for (const each of promises) {
    const [date = "", amount = ""] = each.split("=");
    await dunning(folder, "2026-11-18", "promise", "add", "A1", "--date", date, "--amount", amount);
  }
  writeFileSync(join(folder, "balance.csv"), balance("25/11/2026"));
  await dunning(folder, "2026-11-25", "import", "balance.csv");
  const ran = await dunning(folder, "2026-11-25", "run", "--json");
  expect([ran.exit, (ran.json["counts"] as { drafted: number }).drafted]).toEqual([0, 1]);
  const [batch = ""] = readdirSync(join(folder, "drafts"));
  const [file = ""] = readdirSync(join(folder, "drafts", batch)).filter((name) => name.endsWith(".eml"));
  const { simpleParser } = await import("mailparser");
  const { text = "" } = await simpleParser(readFileSync(join(folder, "drafts", batch, file)));
  const said = text.replace(/\s+/g, " ");
  if (expected === null) expect(said).not.toContain("annoncé");
  else expect(said).toContain(expected);
});

test("a promise of a matter that is over is not brought up again", async () => {
  const columns = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
  const A = "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00";
  const B = "B2;Deux;b@x.example;F-9;25/09/2026;25/12/2028;10,00";
  const folder = folderWith({ "dunning.yaml": SMALL, "templates/fr/reminder-a.md": OWN });
  await takeBalance(folder, "2026-11-18", columns, [A, B]);
  await dunning(folder, "2026-11-18", "promise", "add", "A1", "--date", "2026-11-20", "--amount", "100.00");
  await takeBalance(folder, "2026-11-25", columns, [A, B]);
  await dunning(folder, "2026-11-25", "run");
  await takeBalance(folder, "2026-12-15", columns, [B]);
  await takeBalance(folder, "2027-03-15", columns, [
    A.replace("F-1;25/09/2026;25/10/2026;100", "F-2;25/01/2027;25/02/2027;70"),
    B,
  ]);
  await dunning(folder, "2027-03-15", "run");
  const drafts = readdirSync(join(folder, "drafts"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".eml"),
  );
  const texts = drafts.map((name) => readFileSync(join(folder, "drafts", name), "utf8"));
  expect(texts.some((text) => text.includes("F-2"))).toBe(true);
  expect(texts.filter((text) => text.includes("F-2") && text.includes("annonc"))).toEqual([]);
});
