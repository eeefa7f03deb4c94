import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû;Devise";
const row = (debtor: string, number: string, due: string, open: string, currency = "EUR"): string =>
  `${debtor};Client ${debtor};${debtor.toLowerCase()}@x.example;${number};25/09/2026;${due};${open};${currency}`;
const LATE = row("A1", "F-1", "25/10/2026", "1000,00");
const TOO = row("A1", "F-2", "28/10/2026", "500,00");
const CREDIT = "A1;Client A1;a1@x.example;AV-1;25/09/2026;;-200,00;EUR";
const SOON = row("A1", "F-3", "20/12/2026", "300,00");
/** A customer who always owes something, so that no balance is empty. */
const OTHER = row("B2", "F-9", "25/12/2026", "100,00");
const THANKING = `${SMALL}confirmations: { thanks: thanks }\n`;

const steps = async (folder: string, day: string): Promise<string[]> => {
  const { json } = await dunning(folder, day, "run", "--dry-run", "--json");
  return (json["actions"] as { step: string; debtor: string }[]).map((each) => `${each.debtor} ${each.step}`);
};

/** The reminder claims the fixed compensation: what is paid is not all that was asked for. */
const CLAIMING = THANKING.replace("country: FR", "country: FR\n  default_kind: business").replace(
  "template: reminder-a }",
  "template: reminder-a, charges: claimed }",
);

/** Reminded on 18 November of what the first balance shows; then a second balance. */
async function paid(
  second: readonly string[],
  {
    first = [LATE, TOO],
    yaml = THANKING,
    day = "2026-11-24",
  }: { readonly first?: readonly string[]; readonly yaml?: string; readonly day?: string } = {},
): Promise<string> {
  const folder = folderWith({ "dunning.yaml": yaml });
  await takeBalance(folder, "2026-11-18", COLUMNS, [...first, OTHER]);
  const { exit } = await dunning(folder, "2026-11-18", "run");
  expect(exit).toBe(0);
  await takeBalance(folder, day, COLUMNS, [...second, OTHER]);
  return folder;
}

test("who has paid all that was asked for is thanked once, and the reason is said", async () => {
  const folder = await paid([]);
  expect(await steps(folder, "2026-11-24")).toEqual(["A1 thanks"]);
  const { json } = await dunning(folder, "2026-11-24", "explain", "A1", "--json");
  const [dossier] = json["dossiers"] as { actions: { reason: string; total: string }[] }[];
  expect(dossier?.actions).toMatchObject([
    {
      reason: "all that was asked for is paid, as the balance of 2026-11-24 shows",
      total: "0.00",
    },
  ]);
  const ran = await dunning(folder, "2026-11-24", "run", "--json");
  expect([ran.exit, (ran.json["counts"] as { drafted: number }).drafted]).toEqual([0, 1]);
  const names = readdirSync(join(folder, "drafts"), { recursive: true, encoding: "utf8" });
  const mails = await Promise.all(
    names
      .filter((name) => name.endsWith(".eml"))
      .map((name) => simpleParser(readFileSync(join(folder, "drafts", name)))),
  );
  const mail = mails.find(({ subject = "" }) => subject.includes("merci"));
  expect(mail?.text?.replace(/\s+/g, " ")).toContain("Les 2 factures concernées sont soldées.");
  expect(mail?.attachments).toEqual([]);
  for (const day of ["2026-11-24", "2026-11-25"]) expect(await steps(folder, day)).toEqual([]);
});

test.each([
  ["not configured", [], { yaml: SMALL }, "2026-11-24", []],
  ["five days after the balance", [], { day: "2026-11-25" }, "2026-11-30", ["A1 thanks"]],
  ["six days after it: news of the past", [], { day: "2026-11-25" }, "2026-12-01", []],
  ["one of two invoices is still open", [TOO], {}, "2026-11-24", []],
  ["what is open is not due yet", [SOON], {}, "2026-11-24", ["A1 thanks"]],
  ["something else is overdue by now", [row("A1", "F-4", "20/11/2026", "50,00")], {}, "2026-11-24", []],
  [
    "something is overdue in another currency",
    [row("A1", "F-5", "20/11/2026", "50,00", "CHF")],
    {},
    "2026-11-24",
    [],
  ],
  ["a credit note went with it", [], { first: [LATE, TOO, CREDIT] }, "2026-11-24", []],
  ["letters have claimed charges beside it", [], { yaml: CLAIMING }, "2026-11-24", []],
  ["what was never asked for", [], { first: [SOON] }, "2026-11-24", []],
] as const)("%s", async (_, second, changes, day, expected) => {
  const folder = await paid(second, changes);
  const found = (await steps(folder, day)).filter((each) => each.endsWith("thanks"));
  expect(found).toEqual(expected);
});

test.each([
  ["held", ["hold", "set", "A1", "--reason", "appel en cours", "--until", "2026-12-25"], []],
  ["nothing said", ["status"], ["A1 thanks"]],
  ["insolvent", ["debtor", "set", "A1", "insolvent=yes"], []],
  ["no e-mail address: a letter is not worth it", ["debtor", "set", "A1", "email="], []],
])("%s", async (_, command, expected) => {
  const folder = await paid([]);
  const { exit } = await dunning(folder, "2026-11-24", ...command);
  expect(exit).toBe(0);
  expect(await steps(folder, "2026-11-24")).toEqual(expected);
});

const OPEN = ["open", "A1", "--invoice", "F-1", "--reason", "quality"];
test.each([
  ["was disputed: a credit note may have settled it", [OPEN], []],
  ["was disputed in part", [[...OPEN, "--amount", "50"]], []],
  ["the debtor was right", [OPEN, ["close", "D1", "--outcome", "accepted"]], []],
  ["the dispute was rejected", [OPEN, ["close", "D1", "--outcome", "rejected"]], ["A1 thanks"]],
])("what is gone %s", async (_, disputes, expected) => {
  const folder = await paid([LATE, TOO], { day: "2026-11-23" });
  for (const dispute of disputes)
    expect((await dunning(folder, "2026-11-23", "dispute", ...dispute)).exit).toBe(0);
  await takeBalance(folder, "2026-11-24", COLUMNS, [OTHER]);
  expect(await steps(folder, "2026-11-24")).toEqual(expected);
});

test.each([
  ["oui", []],
  ["", ["A1 thanks"]],
])("what is gone was marked %j as disputed in the books", async (mark, expected) => {
  const folder = folderWith({ "dunning.yaml": THANKING });
  const take = async (day: string, ...rows: string[]) =>
    await takeBalance(folder, day, `${COLUMNS};Litige`, [...rows, `${OTHER};`]);
  await take("2026-11-18", `${LATE};`);
  await dunning(folder, "2026-11-18", "run");
  await take("2026-11-23", `${LATE};${mark}`, `${SOON};`);
  await take("2026-11-24", `${SOON};`);
  expect(await steps(folder, "2026-11-24")).toEqual(expected);
});

test("a balance that is taken back takes the thanks back; what was sent is not sent again", async () => {
  const folder = await paid([]);
  await dunning(folder, "2026-11-24", "import", "undo", "2", "--yes");
  expect((await steps(folder, "2026-11-24")).filter((each) => each.endsWith("thanks"))).toEqual([]);
  await takeBalance(folder, "2026-11-24", COLUMNS, [SOON, OTHER]);
  expect(await steps(folder, "2026-11-24")).toEqual(["A1 thanks"]);
  await dunning(folder, "2026-11-24", "run");
  await dunning(folder, "2026-11-24", "import", "undo", "2", "--yes");
  await takeBalance(folder, "2026-11-25", COLUMNS, [OTHER]);
  expect(await steps(folder, "2026-11-25")).toEqual([]);
});
