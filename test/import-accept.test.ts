import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-22";

/** No due dates, no currency: terms and the currency of the company's books decide. */
const BALANCE = `Balance âgée clients au 22/11/2026

Code client;Raison sociale;N° pièce;Date pièce;Restant dû
00012;Boulangerie Exemple;F-101;25/09/2026;1 250,00
00019;Garage Exemple;F-102;28/09/2026;480,50
00027;Pharmacie Exemple;F-103;30/09/2026;96,20
`;

test("a balance on hold is released as it was read, whatever the configuration says by now", async () => {
  const terms = (days: number) => `${SMALL}import: { terms: ${days}d }\n`;
  const folder = folderWith({ "dunning.yaml": terms(30), "balance.csv": BALANCE });
  const held = await dunning(folder, DAY, "import", "balance.csv", "--expect-total", "1.00", "--json");
  expect(held.exit).toBe(4);
  const config = readFileSync(join(folder, "dunning.yaml"), "utf8");
  const later = terms(60)
    .replace("country: FR", "country: FR\n  currency: CHF")
    .replace("accounts: {", "accounts: { CHF: { iban: CH9300762011623852957 },");
  expect(later).not.toBe(config);
  writeFileSync(join(folder, "dunning.yaml"), later);
  expect((await dunning(folder, DAY, "import", "accept", "1")).exit).toBe(0);
  const { json } = await dunning(folder, DAY, "debtor", "show", "00012", "--json");
  expect(json["items"]).toMatchObject([{ number: "F-101", due: "2026-10-25", currency: "EUR" }]);
});
