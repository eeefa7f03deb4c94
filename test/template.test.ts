import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure, formatProblem, type Problem } from "../src/problem.ts";
import { literal, readDocument } from "../src/render/document.ts";
import { languagesWith, loadTemplates, templateNames } from "../src/render/template.ts";
import { checkTemplate, checkTemplates, partsOf } from "../src/render/template-check.ts";
import { subjectLine, templateFor } from "../src/render/template-fill.ts";
import { isPart, parseTemplate } from "../src/render/template-parse.ts";
import { HOME, rendered, shipped } from "./support/rendering.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-templates-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let companies = 0;
/** A company folder with these texts, by `<language>/<name>.md`. */
function company(files: Readonly<Record<string, string>>): string {
  const root = join(folder, `company-${companies++}`);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "templates", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

const head = "---\nsubject: Test\n---\n";
const place = ({ where }: Problem): string => `${where?.file}:${where?.line}:${where?.column}`;

test("the shipped texts are in order, in every language", () => {
  expect(checkTemplates(HOME, null).map(formatProblem)).toEqual([]);
  const names =
    "broken-promise call-follow-up courtesy firm first-reminder-be-consumer follow-up-a follow-up-b formal-notice hand-over instalments last-warning promise-confirmation reminder-a reminder-b small-balance statement thanks";
  expect(templateNames(shipped)).toEqual(names.split(" "));
  for (const name of templateNames(shipped))
    expect(languagesWith(shipped, name)).toEqual(["fr", "nl", "de", "en"]);
});

test.each<[body: string, at: string, code: string, fix: string | undefined]>([
  ["{{totall}}", "4:3", "template-unknown-name", "did you mean {{total}}?"],
  ["a\n  {{iban}}", "5:5", "template-unknown-name", "did you mean {{bank.iban}}?"],
  ["{{bank.ibn}}", "4:3", "template-unknown-name", "did you mean {{bank.iban}}?"],
  ["{{#if deadlin}}x{{/if}}", "4:7", "template-unknown-name", "did you mean {{deadline}}?"],
  ["{{#unless deadlin}}x{{/unless}}", "4:11", "template-unknown-name", "did you mean {{deadline}}?"],
  ["{{#each item}}x{{/each}}", "4:9", "template-unknown-name", "did you mean {{items}}?"],
  ["{{#each items}}{{amonut}}{{/each}}", "4:18", "template-unknown-name", "did you mean {{amount}}?"],
  ["{{#each items}}{{total}}{{/each}}", "4:18", "template-unknown-name", "did you mean {{../total}}?"],
  ["{{#each items}}{{../totl}}{{/each}}", "4:18", "template-unknown-name", "did you mean {{../total}}?"],
  ["{{#if single}}{{else}}{{nmae}}{{/if}}", "4:25", "template-unknown-name", undefined],
  ["{{../total}}", "4:3", "template-unknown-name", "did you mean {{total}}?"],
  ["{{constructor}}", "4:3", "template-unknown-name", undefined],
  ["{{__proto__.x}}", "4:3", "template-unknown-name", undefined],
  ["{{total.constructor}}", "4:3", "template-unknown-name", undefined],
  ["{{@root.total}}", "4:3", "template-unknown-name", "did you mean {{total}}?"],
  ["{{#each items}}{{@index}}{{/each}}", "4:18", "template-unknown-name", undefined],
  ["{{items}}", "4:1", "template-not-a-text", undefined],
  ["{{single}}", "4:1", "template-not-a-text", undefined],
  ["{{bank}}", "4:1", "template-not-a-text", undefined],
  ["{{this}}", "4:1", "template-not-a-text", undefined],
  ["{{{total}}}", "4:1", "template-not-allowed", undefined],
  ["{{&total}}", "4:1", "template-not-allowed", undefined],
  ["{{total 1}}", "4:1", "template-not-allowed", undefined],
  ['{{lookup bank "iban"}}', "4:1", "template-not-allowed", undefined],
  ['{{"total"}}', "4:1", "template-not-allowed", undefined],
  ["{{log total}}", "4:1", "template-not-allowed", undefined],
  ["{{#with bank}}{{iban}}{{/with}}", "4:1", "template-not-allowed", undefined],
  ["{{#items}}{{amount}}{{/items}}", "4:1", "template-not-allowed", undefined],
  ["{{^items}}none{{/items}}", "4:1", "template-not-allowed", undefined],
  ["{{#each items as |i|}}{{i.amount}}{{/each}}", "4:1", "template-not-allowed", undefined],
  ["{{#each bank}}x{{/each}}", "4:9", "template-not-allowed", undefined],
  ["{{#each total}}x{{/each}}", "4:9", "template-not-allowed", undefined],
  ["{{#if bank}}x{{/if}}", "4:7", "template-not-allowed", undefined],
  ["{{#if single includeZero=true}}x{{/if}}", "4:1", "template-not-allowed", undefined],
  ["{{#if (lookup . 'x')}}x{{/if}}", "4:1", "template-not-allowed", undefined],
  ["{{{{raw}}}} {{x}} {{{{/raw}}}}", "4:1", "template-not-allowed", undefined],
  ["{{{{if single}}}}{{x}}{{{{/if}}}}", "4:1", "template-not-allowed", undefined],
  ["a \\{{total}}", "4:4", "template-not-allowed", undefined],
  ['{{#*inline "x"}}y{{/inline}}', "4:1", "template-not-allowed", undefined],
  ["{{#> items}}x{{/items}}", "4:1", "template-not-allowed", undefined],
  ["{{> (lookup . 'x')}}", "4:1", "template-not-allowed", undefined],
  ['{{> "../../etc/passwd"}}', "4:1", "template-not-allowed", undefined],
  ["{{> ../items}}", "4:1", "template-unknown-part", undefined],
  ["{{> itemz}}", "4:1", "template-unknown-part", "did you mean {{> items}}?"],
  ["{{> items total=1}}", "4:1", "template-not-allowed", undefined],
  ["{{#if single}}never closed", "4:undefined", "template-syntax", undefined],
  ["{{#if single}}x{{/if}}\n{{#if single}}\n\nnever", "5:undefined", "template-syntax", undefined],
  ["{{#if single}}x{{/each}}", "4:4", "template-syntax", undefined],
  ["{{total", "4:undefined", "template-syntax", undefined],
])("%j is found at %s", (body, at, code, fix) => {
  const root = company({ "fr/own.md": `${head}${body}` });
  const problems = checkTemplates(HOME, root).filter(({ where }) => where?.file?.endsWith("own.md"));
  expect(problems.map((problem) => [place(problem), problem.code])).toEqual([
    [`templates/fr/own.md:${at}`, code],
  ]);
  expect(problems[0]).toMatchObject(fix === undefined ? {} : { fix });
  expect(() => templateFor(loadTemplates(HOME, root), "fr", "own")).toThrow(Failure);
});

test("a mistake in the subject and one in a shared part are found where they stand", () => {
  const root = company({
    "fr/own.md": "---\nsubject: Pour {{debtr.name}}\n---\n{{> pay}}\n",
    "fr/_pay.md": "IBAN\n{{#if bank.iban}}{{bank.ibam}}{{/if}}\n",
  });
  const problems = checkTemplates(HOME, root);
  expect(problems.map(place)).toEqual(["templates/fr/_pay.md:2:20", "templates/fr/own.md:2:17"]);
});

test("a part may not contain itself", () => {
  const root = company({ "fr/own.md": `${head}{{> a}}`, "fr/_a.md": "{{> b}}", "fr/_b.md": "{{> a}}" });
  expect(checkTemplates(HOME, root).map(place)).toEqual(["templates/fr/_b.md:1:1"]);
});

test.each([
  ["no front matter", "Bonjour", "template-subject", 1],
  ["front matter without subject", "---\n---\nBonjour", "template-subject", 1],
  ["an empty subject", "---\nsubject:\n---\nBonjour", "template-front-matter", 2],
  ["an unknown key", "---\nsubject: A\nsubjet: B\n---\nBonjour", "template-front-matter", 3],
  ["two subjects", "---\nsubject: A\nsubject: B\n---\nBonjour", "template-front-matter", 3],
])("front matter: %s", (_, text, code, line) => {
  const problems = checkTemplates(HOME, company({ "fr/own.md": text }));
  expect(problems).toMatchObject([{ code, where: { file: "templates/fr/own.md", line } }]);
});

test("500 texts are enough", () => {
  const texts = (count: number) =>
    company(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`fr/own-${index}.md`, `${head}x`])),
    );
  expect(checkTemplates(HOME, texts(500))).toEqual([]);
  expect(checkTemplates(HOME, texts(501))).toMatchObject([{ code: "template-count" }]);
});

test.each([
  ["fr/Own Text.md", "x", "template-name"],
  ["fr/..md", "x", "template-name"],
  ["es/own.md", "x", "template-language"],
  ["fr/own.md", "x".repeat(64 * 1024 + 1), "template-size"],
])("the file %s is refused", (path, text, code) => {
  const root = company({ [path]: text });
  expect(checkTemplates(HOME, root)).toMatchObject([{ code }]);
  expect(() => loadTemplates(HOME, root)).toThrow(Failure);
});

test("a text of exactly 64 KiB is still a text; other files are left alone", () => {
  const text = `${head}${"x".repeat(64 * 1024 - head.length)}`;
  const root = company({
    "fr/own.md": text,
    "fr/README.md": "{{anything}}",
    "fr/notes.txt": "{{x}}",
    ".git/x.md": "",
  });
  expect(checkTemplates(HOME, root)).toEqual([]);
});

test("a company's own text goes before the shipped one, its parts too, and others stay", async () => {
  const root = company({
    "fr/firm.md": "---\nsubject: 'À nous'\n---\n{{greeting}}\n\n{{> signature}}\n",
    "fr/_signature.md": "**{{sender.name}}**, à votre écoute\n",
    "nl/firm.md": "---\nsubject: Herinnering\n---\n{{greeting}}\n",
  });
  const templates = loadTemplates(HOME, root);
  const own = await rendered("firm", "fr", "email", {}, templates);
  expect(own.subject).toBe("À nous");
  expect(own.text).toContain("Claire Exemple, à votre écoute");
  expect((await rendered("reminder-a", "fr", "email", {}, templates)).text).toContain("à votre écoute");
  expect((await rendered("firm", "nl", "email", {}, templates)).text).toContain("Beste Marie Durand");
  const more = loadTemplates(HOME, company({ "nl/own.md": `${head}x`, "en/own.md": `${head}x` }));
  expect(languagesWith(more, "own")).toEqual(["nl", "en"]);
  expect(loadTemplates(HOME, join(folder, "nowhere")).sources).toHaveLength(shipped.sources.length);
});

test("a text that does not exist is a configuration error that says what exists", () => {
  const templates = loadTemplates(HOME, company({ "fr/own.md": `${head}x`, "en/own.md": `${head}x` }));
  expect(() => templateFor(templates, "de", "own")).toThrow(
    /no text "own" in the language de[^]*it exists in fr, en/,
  );
  expect(() => templateFor(shipped, "fr", "firn")).toThrow(/texts: broken-promise, call-follow-up, courtesy/);
});

test("subjects are one short line", () => {
  expect(subjectLine("a\r\nBcc: b@example.com\u0000\u2028c")).toBe("a Bcc: b@example.com c");
  expect(subjectLine("x".repeat(150))).toHaveLength(150);
  expect(subjectLine("x".repeat(151))).toBe(`${"x".repeat(149)}…`);
});

test("no mark of a value means anything in Markdown", () => {
  const marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  expect(literal(marks)).not.toMatch(/[!-~]/);
  expect(literal("Été 12 €\u00a0’")).toBe("Été 12 €\u00a0’");
  for (const value of [
    marks,
    "# x",
    "- x",
    "+ x",
    "1. x",
    "1) x",
    "---",
    "**x**",
    "&amp;",
    "| x | y |",
    "=> a / b",
  ])
    expect(readDocument(literal(value))).toEqual([
      { kind: "paragraph", lines: [[{ text: value, bold: false }]] },
    ]);
});

/** What a tired hand makes of a name. */
const broken = (name: string): string[] => {
  const dotted = name.includes(".")
    ? [name.slice(name.indexOf(".") + 1), name.slice(0, name.lastIndexOf("."))]
    : [];
  return [`${name}x`, `x${name}`, name.slice(0, -1), name.toUpperCase(), `${name}.${name}`, ...dotted];
};

describe("every name of the vocabulary, misspelt or shortened in turn, in every text", () => {
  /** Where a name stands: `{{name}}`, `{{#if name}}`, `{{#unless name}}`, `{{#each name}}`. */
  const NAME = /\{\{(?:#(?:if|unless|each) )?([a-zA-Z][a-zA-Z./]*)\}\}/g;

  test.each(shipped.sources.map((source) => [`${source.language}/${source.name}`, source] as const))(
    "%s",
    (_, source) => {
      const partsOfLanguage = partsOf(shipped, source.language);
      const readers = shipped.sources
        .filter((each) => each.language === source.language && !isPart(each))
        .map(parseTemplate);
      let tried = 0;
      for (const match of source.text.matchAll(NAME)) {
        const name = match[1] ?? "";
        if (name === "else") continue;
        const from = match.index + match[0].indexOf(name);
        for (const wrong of broken(name)) {
          const text = source.text.slice(0, from) + wrong + source.text.slice(from + name.length);
          const changed = parseTemplate({ ...source, text });
          const parts = new Map(partsOfLanguage);
          if (isPart(source)) parts.set(source.name.slice(1), changed);
          const problems = (isPart(source) ? readers : [changed]).flatMap((reader) =>
            checkTemplate(reader, parts),
          );
          const line = source.text.slice(0, from).split("\n").length;
          const found = problems.some(({ where }) => where?.file === source.file && where.line === line);
          expect(`${source.file}:${line} ${name} -> ${wrong} found: ${found}`).toMatch(/found: true$/);
          tried++;
        }
      }
      expect(tried).toBeGreaterThan(4);
    },
  );
});
