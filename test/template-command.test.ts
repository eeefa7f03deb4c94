import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { templateEditCopy, templateList, templateShow } from "../src/commands/template.ts";
import { type PreviewOptions, templatePreview } from "../src/commands/template-preview.ts";
import type { Context } from "../src/context.ts";
import { wordLines } from "../src/core/vocabulary.ts";
import { business, COLUMNS, company, DAY, row } from "./support/charging.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith } from "./support/config.ts";
import { HOME, shipped, TODAY } from "./support/rendering.ts";

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-template-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function context(verbose = false): Context {
  return {
    globals: { dir: folder, asOf: TODAY, json: false, quiet: false, verbose, yes: false, noInput: true },
    cwd: folder,
    now: () => new Date("2026-11-22T09:00:00Z"),
    env: {},
    out: {
      say: (text) => said.push(text),
      note: () => {},
      paint: (_, text) => text,
      width: 100,
      terminal: false,
      progress: () => {},
    },
    home: HOME,
    version: "0.0.0",
    stop: { signal: null },
    finishing: async (work) => await work(),
  };
}

function own(path: string, text: string): void {
  mkdirSync(join(folder, "templates", "fr"), { recursive: true });
  writeFileSync(join(folder, "templates", path), text);
}

test("list: every text with its language, origin and subject; the company's own ones among them", async () => {
  own("fr/firm.md", "---\nsubject: Le nôtre\n---\n{{greeting}}\n");
  const { document } = await templateList(context());
  const templates = document["templates"] as {
    name: string;
    language: string;
    own: boolean;
    subject: string;
  }[];
  expect(templates).toHaveLength(shipped.sources.length);
  expect(templates.find(({ name, language }) => name === "firm" && language === "fr")).toMatchObject({
    own: true,
    file: "templates/fr/firm.md",
    subject: "Le nôtre",
  });
  expect(said.join("\n")).toMatch(/firm +fr nl de en +fr +Le nôtre/);
  expect(said.join("\n")).not.toContain("bank.iban");
});

test("list --verbose names every word that a text may use", async () => {
  await templateList(context(true));
  for (const { path } of wordLines()) expect(said.join("\n")).toContain(path);
});

test("show prints the source as it stands in the file, parts too", async () => {
  await templateShow(context(), "firm", { language: "en" });
  expect(`${said.join("\n")}\n`).toBe(readFileSync(join(HOME, "templates", "en", "firm.md"), "utf8"));
  const { document } = await templateShow(context(), "_items", {});
  expect(document).toMatchObject({ name: "_items", language: "fr", own: false });
});

test("edit-copy: the shipped text in the company folder, used from then on, never written over", async () => {
  const { document } = await templateEditCopy(context(), "firm", { language: "nl" });
  expect(document).toMatchObject({ name: "firm", language: "nl", file: "templates/nl/firm.md" });
  const copy = join(folder, "templates", "nl", "firm.md");
  expect(readFileSync(copy, "utf8")).toBe(readFileSync(join(HOME, "templates", "nl", "firm.md"), "utf8"));
  writeFileSync(copy, "---\nsubject: Van ons\n---\n{{greeting}}\n");
  expect((await templatePreview(context(), "firm", { language: "nl" })).document["subject"]).toBe("Van ons");
  await expect(templateEditCopy(context(), "firm", { language: "nl" })).rejects.toMatchObject({
    exit: 73,
    problems: [{ code: "template-own" }],
  });
  expect(readFileSync(copy, "utf8")).toContain("Van ons");
});

test("edit-copy of a shared part changes every text that uses it", async () => {
  await templateEditCopy(context(), "_signature", {});
  writeFileSync(
    join(folder, "templates", "fr", "_signature.md"),
    "---\n\n**{{sender.name}}**, toujours là\n",
  );
  expect((await templatePreview(context(), "reminder-a", {})).document["text"]).toContain("toujours là");
});

test("a shared part is looked at alone", async () => {
  const { document } = await templatePreview(context(), "_payment", { language: "de" });
  expect(document["text"]).toMatch(/^Kontoinhaber +Atelier Exemple SARL\n/);
});

test("--open hands the file to the desktop; without one, its path is said", async () => {
  const notes: string[] = [];
  const quiet = context();
  const alone = {
    ...quiet,
    env: { PATH: folder },
    out: { ...quiet.out, note: (text: string) => notes.push(text) },
  };
  const { document } = await templatePreview(alone, "firm", { open: true, channel: "letter" });
  expect(
    readFileSync(document["file"] as string)
      .subarray(0, 5)
      .toString(),
  ).toBe("%PDF-");
  expect(notes.join()).toContain(document["file"]);
});

test.each<[string, PreviewOptions, RegExp]>([
  [
    "firm",
    {},
    /^Atelier Exemple SARL\u00a0: règlement attendu pour le 30\u00a0novembre\u00a02026[^]*Bonjour Madame Durand,/,
  ],
  ["firm", { language: "en" }, /^Atelier Exemple SARL: payment expected by 30\u00a0November\u00a02026/],
  ["courtesy", {}, /FA-2026-0201/],
  ["statement", {}, /Solde de votre compte/],
  ["formal-notice", {}, /Lettre recommandée avec avis de réception/],
  ["last-warning", { channel: "email" }, /Subject|dernier avis amiable/],
])("preview of %s %j with made-up data, without a configuration", async (name, options, shows) => {
  const { exit, document } = await templatePreview(context(), name, options);
  expect(exit).toBe(0);
  expect(said.join("\n")).toMatch(shows);
  expect(document).toMatchObject({ name, file: null });
});

test.each([
  // The step of the scenario that has the text: its charges; what a last warning may not claim yet is listed only.
  [["last-warning", "--channel", "email"], /10\s000,00\s€[^]*349,52\s€[^]*40,00\s€[^]*Total\D+10\s389,52\s€/],
  // A text that no step has: what is late, the principal alone.
  [["firm", "--channel", "email"], /10\s100,00\s€/],
])("preview of %j for a debtor is what a run would send", async ([name = "", ...options], shows) => {
  const home = await company(business, [
    row("C1", "FA-1", "31/12/2025", "10000,00"),
    row("C1", "FA-2", "14/04/2026", "100,00"),
  ]);
  const { stdout, exit } = await dunning(
    home,
    DAY,
    "template",
    "preview",
    name,
    "--debtor",
    "C1",
    ...options,
  );
  expect(exit).toBe(0);
  expect(stdout).toMatch(shows);
});

test("preview for a debtor names the messages that were sent, as the step does", async () => {
  const home = await company(business, [row("C1", "FA-1", "31/12/2025", "10000,00")]);
  const preview = ["template", "preview", "last-warning", "--debtor", "C1"];
  expect((await dunning(home, DAY, ...preview)).stdout).not.toContain("notre message du");
  await dunning(home, DAY, "run");
  expect((await dunning(home, DAY, ...preview)).stdout).toMatch(/Malgré notre message du \d/);
});

test.each([
  ["31/12/2027", /CHF\s931\.46/],
  ["31/12/2025", /10\s389,52\s€/],
])(
  "preview for a debtor is in a currency in which something is late, that of the books first: euros due %s",
  async (due, shows) => {
    const home = folderWith({ "dunning.yaml": business });
    await takeBalance(home, DAY, `${COLUMNS};Devise`, [
      `${row("C1", "FA-CHF", "31/12/2025", "900,00")};CHF`,
      `${row("C1", "FA-EUR", due, "10000,00")};EUR`,
    ]);
    const { stdout } = await dunning(home, DAY, "template", "preview", "last-warning", "--debtor", "C1");
    expect(stdout).toMatch(shows);
  },
);

test("preview for a debtor speaks its language; another one where asked", async () => {
  const home = await company(business, [row("C1", "FA-1", "31/12/2025", "10000,00")]);
  await dunning(home, DAY, "debtor", "set", "C1", "language=nl");
  const preview = ["template", "preview", "firm", "--debtor", "C1", "--json"];
  expect((await dunning(home, DAY, ...preview)).json["language"]).toBe("nl");
  expect((await dunning(home, DAY, ...preview, "--language", "de")).json["language"]).toBe("de");
});

test.each([
  ["mail.eml", { channel: "email" as const }, /^Auto-Submitted: auto-generated\r\n/],
  ["mail.html", { channel: "email" as const }, /^<!doctype html>/],
  ["mail.txt", { channel: "email" as const }, /^Bonjour Madame Durand,\n/],
  ["letter.pdf", { channel: "letter" as const }, /^%PDF-/],
  ["letter.txt", { channel: "letter" as const }, /^Atelier Exemple SARL\n12 rue/],
])("preview -o %s writes it over what stood there", async (output, options, starts) => {
  writeFileSync(join(folder, output), "what stood there before");
  const { document } = await templatePreview(context(), "firm", { ...options, output });
  expect(document["file"]).toBe(join(folder, output));
  const written = readFileSync(join(folder, output), "utf8");
  expect(written).toMatch(starts);
  // A page that a browser opens has no parts of a mail beside it.
  if (output.endsWith(".html")) expect(written).toMatch(/^(?![^]*cid:)[^]*src="data:image\/png;base64,/);
});

test.each<[string, PreviewOptions, number, string]>([
  ["firm", { output: "x.pdf" }, 2, "output-kind"],
  ["firm", { channel: "letter", output: "x.eml" }, 2, "output-kind"],
  ["firm", { output: "x" }, 2, "output-kind"],
  ["firm", { output: "nowhere/x.eml" }, 73, "cannot-write"],
  ["firmm", {}, 66, "template-missing"],
  ["../../etc/passwd", {}, 66, "template-missing"],
  ["own", { language: "de" }, 66, "template-missing"],
])("preview of %s %j is refused with %d %s", async (name, options, exit, code) => {
  await expect(templatePreview(context(), name, options)).rejects.toMatchObject({
    exit,
    problems: [{ code }],
  });
  expect(existsSync(join(folder, "x"))).toBe(false);
});

test("a misspelt text names the nearest one; a mistake inside one names its place", async () => {
  await expect(templateShow(context(), "firmm", {})).rejects.toMatchObject({
    problems: [{ fix: "did you mean firm?" }],
  });
  own("fr/firm.md", "---\nsubject: A\n---\n{{greting}}\n");
  await expect(templatePreview(context(), "firm", {})).rejects.toMatchObject({
    exit: 78,
    problems: [
      { code: "template-unknown-name", where: { file: "templates/fr/firm.md", line: 4, column: 3 } },
    ],
  });
});
