import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { loadConfig } from "../src/config/config.ts";
import { runLine } from "./support/command-line.ts";
import { folderWith } from "./support/config.ts";

const replies: unknown[] = [];
const asked: string[] = [];
const CANCEL = Symbol("cancel");
/** As on a terminal: a question is asked again until its answer is taken. */
function reply(question: {
  message: string;
  validate?: (given: string) => string | undefined;
}): Promise<unknown> {
  asked.push(question.message);
  for (;;) {
    const given = replies.shift();
    const wrong = typeof given === "string" ? question.validate?.(given) : undefined;
    if (wrong === undefined) return Promise.resolve(given);
    asked.push(wrong);
  }
}
vi.mock("@clack/prompts", () => ({
  intro: () => undefined,
  isCancel: (value: unknown) => value === CANCEL,
  select: reply,
  text: reply,
}));

beforeEach(() => {
  replies.length = 0;
  asked.length = 0;
});

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("payment terms, where an export has no due dates", () => {
  const WITHOUT = `Balance au 22/11/2026
Code client;Nom;N° pièce;Date pièce;Restant dû
A1;Un;F-1;25/09/2026;100,00
B2;Deux;F-2;28/09/2026;50,00
`;
  const WITH = WITHOUT.replace("Restant dû", "Échéance;Restant dû")
    .replaceAll(";100", ";25/10/2026;100")
    .replaceAll(";50", ";28/10/2026;50");
  const ANSWERS = ["FR", "fr", "business", "Nom", "1 rue A", "", "", ""];

  test.each([
    [
      "asked, and asked again until they can be read",
      WITHOUT,
      ["yes", "soon", "45d end-of-month"],
      "45d end-of-month",
    ],
    ["left empty: the default", WITHOUT, ["yes", ""], null],
    ["not asked where the export has them", WITH, ["yes"], null],
  ])("%s", async (_name, balance, first, terms) => {
    replies.push(...first, ...ANSWERS);
    const folder = folderWith({ "balance.csv": balance });
    const { exit } = await runLine(folder, ["init", "--from", "balance.csv"], { terminal: true });
    expect(exit).toBe(0);
    expect(replies).toEqual([]);
    expect(loadConfig(folder).config.import.terms).toBe(terms);
    expect(asked.filter((each) => each.includes("payment terms"))).toHaveLength(balance === WITH ? 0 : 1);
  });

  test("as an option", async () => {
    const folder = folderWith({ "balance.csv": WITHOUT });
    await runLine(folder, ["init", "--from", "balance.csv", "--terms", "60d"]);
    expect(loadConfig(folder).config.import.terms).toBe("60d");
    expect((await runLine(folderWith({}), ["init", "--terms", "soon"])).exit).toBe(2);
  });
});

describe("without a terminal", () => {
  test("a complete folder, private, and the next command", async () => {
    const parent = folderWith({});
    const folder = join(parent, "durand");
    const { exit, results } = await runLine(folder, ["init"], { cwd: parent });
    expect(exit).toBe(0);
    expect(results).toContain("\n  dunning -C durand check\n");
    expect([mode(folder), mode(join(folder, "templates"))]).toEqual([0o700, 0o700]);
    expect(mode(join(folder, "dunning.yaml"))).toBe(0o600);
    expect(readFileSync(join(folder, "templates", "README.txt"), "utf8")).toContain(
      "dunning template preview",
    );
    const { company, rules, warnings } = loadConfig(folder);
    expect(company).toMatchObject({ country: "FR", language: "fr" });
    expect(rules.defaultKind).toBe("unknown");
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["placeholder"]));
    expect(asked).toEqual([]);
  });

  test("the options, and the JSON document", async () => {
    const folder = folderWith({});
    const words = ["init", "--country", "BE", "--language", "en", "--default-kind", "business", "--json"];
    const { exit, results } = await runLine(folder, words);
    expect(JSON.parse(results)).toMatchObject({
      schema: "dunning/init/1",
      ok: true,
      exit,
      files: ["templates/README.txt", "dunning.yaml"],
    });
    const { company, rules, config } = loadConfig(folder);
    expect(company).toMatchObject({ country: "BE", language: "en" });
    expect(company.accounts["EUR"]?.iban).toMatch(/^BE/);
    expect(rules.defaultKind).toBe("business");
    expect(config.company.timezone).toBe("Europe/Brussels");
  });

  test("nothing is ever overwritten", async () => {
    const folder = folderWith({ "dunning.yaml": "mine", "templates/README.txt": "mine too" });
    const { exit, printed } = await runLine(folder, ["init", "--yes"]);
    expect(exit).toBe(73);
    expect(printed).toContain("dunning.yaml: there is a dunning.yaml already");
    expect(readFileSync(join(folder, "dunning.yaml"), "utf8")).toBe("mine");
  });

  test("own texts that are there already stay", async () => {
    const folder = folderWith({ "templates/README.txt": "mine", "templates/fr/firm.md": "mine" });
    expect((await runLine(folder, ["init", "--json"])).exit).toBe(0);
    expect(readFileSync(join(folder, "templates", "README.txt"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "templates", "fr", "firm.md"), "utf8")).toBe("mine");
  });

  test("a folder that cannot be made", async () => {
    const parent = folderWith({ file: "not a folder" });
    const { exit, printed } = await runLine(join(parent, "file", "durand"), ["init"]);
    expect(exit).toBe(73);
    expect(printed).toContain("the company folder cannot be made");
  });

  test("an export that an import would refuse: shown, and no profile", async () => {
    const folder = folderWith({ "contacts.csv": "Code client;E-mail\r\nC1;a@exemple.test\r\n" });
    const { exit, results } = await runLine(folder, ["init", "--from", "contacts.csv"]);
    expect(exit).toBe(0);
    expect(results).toContain("Code client");
    expect(loadConfig(folder).config).toMatchObject({ import: { profile: "auto" }, profiles: {} });
  });

  test("an export that is not there: nothing is made", async () => {
    const folder = join(folderWith({}), "durand");
    const { exit } = await runLine(folder, ["init", "--from", "nowhere.csv"]);
    expect(exit).toBe(66);
    expect(existsSync(folder)).toBe(false);
  });
});

test("--from shows the export and keeps how it is read", async () => {
  const rows = ["Code client;Nom;N° pièce;Date;Échéance;Solde"];
  for (let at = 1; at <= 12; at++)
    rows.push(`C${at};Client ${at};FA-${at};${at + 12}/05/2026;${at + 12}/06/2026;${at}50,25`);
  const folder = folderWith({ "balance.csv": `${rows.join("\r\n")}\r\n` });
  mkdirSync(join(folder, "durand"));
  const { exit, results } = await runLine(join(folder, "durand"), [
    "init",
    "--from",
    join(folder, "balance.csv"),
  ]);
  expect(exit).toBe(0);
  expect(results).toContain("Code client");
  const { config } = loadConfig(join(folder, "durand"));
  expect(config.import.profile).toBe("export");
  expect(config.profiles["export"]).toMatchObject({ delimiter: ";", columns: { number: "N° pièce" } });
});

describe("on a terminal", () => {
  test("asks, in the language chosen, and writes the answers", async () => {
    const folder = folderWith({});
    replies.push("BE", "fr", "business", " Atelier: l'Exemple ", "1 rue de l'Essai, 1000 Bruxelles");
    replies.push("BE68 5390 0754 7035", "be71 0961 2345 6769", "compta", "compta@exemple.test", "Claire");
    const { exit, printed } = await runLine(folder, ["init"], { terminal: true });
    expect(exit).toBe(0);
    expect(printed).not.toContain("complete the company's data");
    expect(asked).toContain("Nom de la société");
    expect(asked.filter((message) => /^(Cet IBAN|Une seule)/.test(message))).toHaveLength(2);
    const { company, rules, warnings } = loadConfig(folder);
    expect(warnings).toEqual([]);
    expect(rules.defaultKind).toBe("business");
    expect(company).toMatchObject({
      name: "Atelier: l'Exemple",
      address: ["1 rue de l'Essai", "1000 Bruxelles"],
      accounts: { EUR: { iban: "BE71096123456769" } },
      email: "compta@exemple.test",
      signatory: { name: "Claire" },
    });
  });

  test("what was chosen is not asked; empty answers are completed later", async () => {
    const folder = folderWith({});
    replies.push("", "", "", "", "");
    const words = ["init", "--country", "FR", "--language", "en", "--default-kind", "consumer"];
    expect((await runLine(folder, words, { terminal: true })).exit).toBe(0);
    expect(asked).toHaveLength(5);
    expect(loadConfig(folder).warnings).toHaveLength(6);
  });

  test("going away writes nothing", async () => {
    const folder = join(folderWith({}), "durand");
    replies.push("FR", CANCEL);
    const { exit } = await runLine(folder, ["init"], { terminal: true });
    expect(exit).toBe(130);
    expect(existsSync(folder)).toBe(false);
  });
});

test("check: warnings only is 0, an error is 78, both are listed", async () => {
  const folder = folderWith({});
  await runLine(folder, ["init", "--json"]);
  const fine = await runLine(folder, ["check", "--json"]);
  expect(fine.exit).toBe(0);
  const config = join(folder, "dunning.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("when: 'open >= 1000'", "when: 'opn >= 1000'"));
  const { exit, results } = await runLine(folder, ["check", "--json"]);
  expect(exit).toBe(78);
  const { findings, ok } = JSON.parse(results) as { findings: Record<string, unknown>[]; ok: boolean };
  expect(ok).toBe(false);
  expect(findings.filter(({ severity }) => severity === "warning")).toHaveLength(6);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([
    {
      severity: "error",
      code: "rule-unknown-fact",
      message: 'there is no fact "opn"',
      where: { file: "dunning.yaml", line: expect.any(Number), column: expect.any(Number) },
      found: "opn",
      expected: expect.stringContaining("one of open, overdue"),
      suggestion: "write open",
    },
  ]);
});

test("check looks at the company's own texts too", async () => {
  const folder = folderWith({ "templates/fr/firm.md": "---\nsubject: x\n---\n{{compnay.name}}\n" });
  await runLine(folder, ["init", "--json"]);
  const { exit, results } = await runLine(folder, ["check"]);
  expect(exit).toBe(78);
  expect(results).toMatch(/error: templates\/fr\/firm\.md:4:\d+: .*\n(.*\n)*.*company/);
});

test("--from a layout that is built in keeps what its profile says", async () => {
  const file = join(import.meta.dirname, "..", "fixtures", "layouts", "odoo-13", "aged_receivable.csv");
  const folder = folderWith({ "odoo.csv": readFileSync(file) });
  expect((await runLine(folder, ["init", "--from", "odoo.csv"])).exit).toBe(0);
  expect(loadConfig(folder).config.profiles["export"]).toMatchObject({
    columns: { number: 1, ignored: "Account", open: "Total" },
    groups: { columns: [1], split: false, amounts: true },
  });
});
