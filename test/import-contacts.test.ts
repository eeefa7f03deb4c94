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
