import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const FIRST = "2026-11-24";
const LATER = "2026-12-01";

async function company(): Promise<{
  folder: string;
  balance: (day: string, ...rows: string[]) => Promise<void>;
}> {
  const folder = folderWith({
    "dunning.yaml": SMALL.replace("template: reminder-a", "template: [reminder-a, reminder-b]"),
  });
  const balance = async (day: string, ...rows: readonly string[]): Promise<void> => {
    await takeBalance(folder, day, "Code client;Nom;N° pièce;Date pièce;Échéance;Restant dû", rows);
  };
  return { folder, balance };
}
const row = (code: string, open: string) => `${code};Client ${code};F-${code};20/09/2026;20/10/2026;${open}`;

test("what came of each text: sent, paid whole or in part, and the money", async () => {
  const { folder, balance } = await company();
  const codes = ["A", "B", "C", "D", "E", "F"];
  await balance(FIRST, ...codes.map((code) => row(code, "100,00")));
  for (const code of codes) await dunning(folder, FIRST, "debtor", "set", code, `email=${code}@x.example`);
  const run = await dunning(folder, FIRST, "run", "--json");
  const texts = new Map(
    (run.json["actions"] as { debtor: string; template: string }[]).map(({ debtor, template }) => [
      debtor,
      template,
    ]),
  );
  expect(new Set(texts.values())).toEqual(new Set(["reminder-a", "reminder-b"]));
  // A has paid, B a part of it, the others nothing.
  await balance(LATER, row("B", "40,00"), ...codes.slice(2).map((code) => row(code, "100,00")));
  const { json } = await dunning(folder, LATER, "report", "steps", "--json");
  const rows = json["results"] as Record<string, unknown>[];
  for (const template of ["reminder-a", "reminder-b"]) {
    const own = codes.filter((code) => texts.get(code) === template);
    expect(rows.find((each) => each["template"] === template)).toMatchObject({
      step: "reminder",
      channel: "email",
      currency: "EUR",
      sent: own.length,
      paid: own.includes("A") ? 1 : 0,
      part: own.includes("B") ? 1 : 0,
      claimed: `${100 * own.length}.00`,
      received: `${(own.includes("A") ? 100 : 0) + (own.includes("B") ? 60 : 0)}.00`,
    });
  }
  const { stdout } = await dunning(folder, LATER, "report", "steps");
  expect(stdout).toMatch(/reminder-a[^]*reminder-b|reminder-b[^]*reminder-a/);
});

test("a document that moved to another code of the customer was not paid", async () => {
  const { folder, balance } = await company();
  await balance(FIRST, row("A", "100,00"), row("Z", "10,00"));
  await dunning(folder, FIRST, "debtor", "set", "A", "email=a@x.example");
  await dunning(folder, FIRST, "run");
  await balance(LATER, row("A", "100,00").replace("A;", "A9;"), row("Z", "10,00"));
  await dunning(folder, LATER, "import", "accept", "2");
  await dunning(folder, LATER, "debtor", "merge", "A", "A9", "--yes");
  const { json } = await dunning(folder, LATER, "report", "steps", "--json");
  expect(json["results"]).toMatchObject([{ sent: 1, paid: 0, part: 0, received: "0.00" }]);
});
