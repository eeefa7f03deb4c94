import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { checkConfig } from "../src/config/config.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
const LATE = "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;1000,00";
const TOO = "A1;Un;a@x.example;F-2;25/09/2026;28/10/2026;500,00";
const CONFIRMING = `${SMALL}confirmations: { promise: promise-confirmation, instalments: instalments, broken_promise: broken-promise }\n`;

interface Sent {
  readonly step: string;
  readonly items: readonly { readonly role: string }[];
  readonly claimed: string;
  readonly total: string;
}
const planned = async (folder: string, day: string): Promise<Sent[]> =>
  (await dunning(folder, day, "run", "--dry-run", "--json")).json["actions"] as Sent[];
const steps = async (folder: string, day: string): Promise<string[]> =>
  (await planned(folder, day)).map(({ step }) => step);

async function drafts(folder: string): Promise<string[]> {
  const names = readdirSync(join(folder, "drafts"), { recursive: true, encoding: "utf8" });
  const mails = names
    .filter((name) => name.endsWith(".eml"))
    .map((name) => readFileSync(join(folder, "drafts", name)));
  const parsed = await Promise.all(mails.map((mail) => simpleParser(mail)));
  return parsed.map(({ text = "" }) => text.replace(/\s+/g, " "));
}

const ALL = ["promise", "add", "A1", "--date", "2026-12-01", "--amount", "1500.00"];

test("a draft opens in a mail program as a message that is still to be sent", async () => {
  const folder = await promised(CONFIRMING, ...ALL);
  await dunning(folder, "2026-11-20", "run");
  const [name = ""] = readdirSync(join(folder, "drafts"), { recursive: true, encoding: "utf8" }).filter(
    (each) => each.endsWith(".eml"),
  );
  expect(readFileSync(join(folder, "drafts", name), "utf8")).toMatch(/^X-Unsent: 1\r$/m);
});

async function promised(yaml: string, ...promise: readonly string[]): Promise<string> {
  const folder = folderWith({ "dunning.yaml": yaml });
  await takeBalance(folder, "2026-11-18", COLUMNS, [LATE, TOO]);
  const { exit } = await dunning(folder, "2026-11-18", ...promise);
  expect(exit).toBe(0);
  return folder;
}

test("a promise is confirmed once, in writing, with its day and amount; nothing is claimed", async () => {
  const folder = await promised(CONFIRMING, ...ALL);
  const [action, ...more] = await planned(folder, "2026-11-18");
  expect(more).toEqual([]);
  expect(action).toMatchObject({
    step: "promise-confirmation",
    level: null,
    template: "promise-confirmation",
    claimed: "0.00",
    total: "0.00",
  });
  expect(new Set(action?.items.map(({ role }) => role))).toEqual(new Set(["information"]));
  const ran = await dunning(folder, "2026-11-18", "run", "--json");
  expect([ran.exit, (ran.json["counts"] as { drafted: number }).drafted]).toEqual([0, 1]);
  const [text = ""] = await drafts(folder);
  expect(text).toContain("J’ai noté que nous recevrons 1 500,00 € le 1er décembre 2026 au plus tard.");
  expect(text).toContain("F-1");
  expect(await steps(folder, "2026-11-18")).toEqual([]);
  expect(await steps(folder, "2026-11-19")).toEqual([]);
});

test("a plan of instalments is confirmed with each of them", async () => {
  const folder = await promised(
    CONFIRMING,
    "instalments",
    "add",
    "A1",
    "--instalment",
    "2026-12-31=700.00",
    "--instalment",
    "2026-12-01=800.00",
  );
  expect(await steps(folder, "2026-11-18")).toEqual(["instalments"]);
  await dunning(folder, "2026-11-18", "run");
  const [text = ""] = await drafts(folder);
  expect(text).toContain("1er décembre 2026 800,00 € 31 décembre 2026 700,00 €");
  expect(await steps(folder, "2026-11-19")).toEqual([]);
});

test.each([
  ["none is configured", SMALL, ALL, "2026-11-18", []],
  ["five days later", CONFIRMING, ALL, "2026-11-23", ["promise-confirmation"]],
  ["six days later it would be news of the past", CONFIRMING, ALL, "2026-11-24", []],
])("%s", async (_, yaml, promise, day, expected) => {
  const folder = await promised(yaml, ...promise);
  expect(await steps(folder, day)).toEqual(expected);
});

test("the contact cap does not keep it back, and does not count it", async () => {
  const folder = folderWith({ "dunning.yaml": CONFIRMING });
  await takeBalance(folder, "2026-11-18", COLUMNS, [LATE, TOO]);
  await dunning(folder, "2026-11-18", "run");
  await dunning(
    folder,
    "2026-11-19",
    "promise",
    "add",
    "A1",
    "--date",
    "2026-12-01",
    "--amount",
    "1000.00",
    "--invoice",
    "F-1",
  );
  // The reminder of yesterday is no obstacle.
  expect(await steps(folder, "2026-11-19")).toEqual(["promise-confirmation"]);

  const other = await promised(
    CONFIRMING,
    "promise",
    "add",
    "A1",
    "--date",
    "2026-12-01",
    "--amount",
    "1000.00",
    "--invoice",
    "F-1",
  );
  // What is not promised is asked for on the same day, and the next day nothing is left.
  expect((await steps(other, "2026-11-18")).sort()).toEqual(["promise-confirmation", "reminder"]);
  await dunning(other, "2026-11-18", "run", "--only", "letter");
  expect((await steps(other, "2026-11-18")).sort()).toEqual(["promise-confirmation", "reminder"]);
});

test("cancelled or held: nothing is confirmed", async () => {
  const folder = await promised(CONFIRMING, ...ALL);
  await dunning(
    folder,
    "2026-11-18",
    "hold",
    "set",
    "A1",
    "--reason",
    "appel en cours",
    "--until",
    "2026-11-25",
  );
  expect(await steps(folder, "2026-11-18")).toEqual([]);
});

test("a broken promise is answered in its own words where a step answers it in writing", async () => {
  const yaml = CONFIRMING.replace(
    "template: reminder-a }",
    "template: reminder-a, on_broken_promise: email }",
  );
  const folder = await promised(yaml, "promise", "add", "A1", "--date", "2026-11-20", "--amount", "1500.00");
  await takeBalance(folder, "2026-11-25", COLUMNS, [LATE, TOO]);
  await dunning(folder, "2026-11-25", "run");
  const [text = ""] = await drafts(folder);
  expect(text).toContain(
    "Le 18 novembre 2026, vous nous aviez annoncé un règlement de 1 500,00 € pour le 20 novembre 2026.",
  );
});

test("a text that does not exist is an error of the configuration", () => {
  const folder = folderWith({ "dunning.yaml": `${SMALL}confirmations: { promise: promis-confirmation }\n` });
  expect(checkConfig(folder).findings).toMatchObject([
    { code: "unknown-template", fix: "write promise-confirmation" },
  ]);
});
