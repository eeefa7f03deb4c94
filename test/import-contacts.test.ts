import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-22";
const BALANCE = `Balance âgée clients au 22/11/2026
Code client;Raison sociale;N° pièce;Échéance;Restant dû
00012;Boulangerie Exemple;F-101;25/09/2026;1 250,00
DUPONT;Garage Exemple;F-102;28/09/2026;480,50
`;

test("a new code that differs from a known one by case or leading zeros alone is said", async () => {
  const contacts = `Code client;E-mail
12;a@boulangerie.example
Dupont;b@garage.example
DUPONT;c@garage.example
120;d@autre.example
`;
  const folder = folderWith({ "dunning.yaml": SMALL, "balance.csv": BALANCE, "contacts.csv": contacts });
  await dunning(folder, DAY, "import", "balance.csv");
  const { json } = await dunning(folder, DAY, "import", "contacts", "contacts.csv", "--json");
  expect(json["near"]).toEqual([
    { line: 2, debtor: "12", known: "00012" },
    { line: 3, debtor: "Dupont", known: "DUPONT" },
  ]);
  expect(json["warnings"]).toEqual([
    "line 2: 12 is a new debtor, although 00012 is known: if they are one customer, write 00012 here",
    "line 3: Dupont is a new debtor, although DUPONT is known: if they are one customer, write DUPONT here",
  ]);
});

test("persons are shown in the order in which they are written to, and a newer file says who is left", async () => {
  const contacts = `Code client;Contact;Fonction;E-mail
DUPONT;M. Chef;Direction;chef@garage.example
DUPONT;Mme Compte;Comptabilité;compta@garage.example
`;
  const folder = folderWith({ "dunning.yaml": SMALL, "balance.csv": BALANCE, "contacts.csv": contacts });
  await dunning(folder, DAY, "import", "balance.csv");
  const shown = async () =>
    (await dunning(folder, DAY, "debtor", "show", "DUPONT", "--json")).json["debtor"] as {
      email: string;
      persons: { name: string }[];
    };
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  expect(await shown()).toMatchObject({
    contact: "Mme Compte",
    email: "compta@garage.example",
    persons: [
      { name: "Mme Compte", role: "accounting" },
      { name: "M. Chef", role: "management" },
    ],
  });
  expect((await dunning(folder, DAY, "debtor", "show", "DUPONT")).stdout).toContain(
    "person       M. Chef, management, chef@garage.example",
  );
  writeFileSync(join(folder, "contacts.csv"), "Code client;Ville\nDUPONT;Lyon\n");
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  expect((await shown()).persons).toHaveLength(2);
  writeFileSync(
    join(folder, "contacts.csv"),
    "Code client;Contact;E-mail\nDUPONT;M. Chef;chef@garage.example\n",
  );
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  expect(await shown()).toMatchObject({ email: "chef@garage.example", persons: [] });
});

test("a column of a balance that is not ours puts debtors into segments; a misspelt one is said", async () => {
  const balance = `Balance au 22/11/2026
Code client;Tournée;N° pièce;Échéance;Restant dû
A1;Nord;F-101;25/09/2026;100,00
B2;Sud;F-102;25/09/2026;50,00
`;
  const rule = (name: string): string =>
    SMALL.replace(
      "segments:\n",
      `segments:\n  - { name: north, when: 'attr.${name} == "Nord"', scenario: standard }\n`,
    );
  const folder = folderWith({ "dunning.yaml": rule("tournee"), "balance.csv": balance });
  await dunning(folder, DAY, "import", "balance.csv");
  const segments = async () =>
    ((await dunning(folder, DAY, "debtors", "--json")).json["debtors"] as { segment: string }[]).map(
      ({ segment }) => segment,
    );
  expect(await segments()).toEqual(["north", "everybody"]);
  expect((await dunning(folder, DAY, "run", "--dry-run", "--json")).json["warnings"]).toEqual([]);
  writeFileSync(join(folder, "dunning.yaml"), rule("tourne"));
  expect(await segments()).toEqual(["everybody", "everybody"]);
  const { json } = await dunning(folder, DAY, "run", "--dry-run", "--json");
  expect(json["warnings"]).toEqual([
    "dunning.yaml:11: no debtor has an attr.tourne: this rule is never true because of it",
  ]);
  // What a contacts file or a person adds is an attr like the others.
  await dunning(folder, DAY, "debtor", "set", "B2", "attr.tourne=Nord");
  expect(await segments()).toEqual(["everybody", "north"]);
});
