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

const TWO = (day: string, rows: readonly string[], total: string | null) =>
  [
    `Balance âgée clients au ${day}`,
    "",
    "Code client;Raison sociale;N° pièce;Échéance;Restant dû",
    ...rows,
    ...(total === null ? [] : [`Total;;;;${total}`]),
    "",
  ].join("\n");
const ROWS = [
  "00012;Boulangerie Exemple;F-101;25/09/2026;1 250,00",
  "00019;Garage Exemple;F-102;28/09/2026;480,50",
];

test.each([
  {
    why: "cut off before its total",
    next: TWO("21/11/2026", ROWS.slice(0, 1), null),
    more: [],
    hold: ["total-missing"],
  },
  { why: "whole", next: TWO("21/11/2026", ROWS.slice(0, 1), "1 250,00"), more: [], hold: [] },
  {
    why: "without a total, but the user knows it",
    next: TWO("21/11/2026", ROWS.slice(0, 1), null),
    more: ["--expect-total", "1250.00"],
    hold: [],
  },
  {
    why: "of another layout",
    next: TWO("21/11/2026", ROWS.slice(0, 1), null).replace("Raison sociale", "Nom du client"),
    more: ["--profile", "other"],
    hold: [],
  },
])("after a balance with a total, one that is $why: $hold", async ({ next, more, hold }) => {
  const first = TWO("20/11/2026", ROWS, "1 730,50");
  const folder = folderWith({
    "dunning.yaml": `${SMALL}profiles: { other: { format: csv } }\n`,
    "a.csv": first,
    "b.csv": next,
    "c.csv": `${next}\n`,
  });
  expect((await dunning(folder, DAY, "import", "a.csv", "--json")).json).toMatchObject({ hold: [] });
  const { json } = await dunning(folder, DAY, "import", "b.csv", ...more, "--json");
  expect(json).toMatchObject({ hold });
  if (hold.length === 0) return;
  await dunning(folder, DAY, "import", "accept", "2");
  const { json: after } = await dunning(folder, DAY, "import", "c.csv", "--json");
  expect(after, "what was accepted once is how this layout ends").toMatchObject({ hold: [] });
});
