import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Threat, TONE } from "../src/core/tone/rules.ts";
import { faultsIn, type Phase, type Use } from "../src/core/tone.ts";
import { missingFrom } from "../src/core/tone-needs.ts";
import { unusedText, usesOf } from "../src/core/tone-uses.ts";
import type { Language } from "../src/core/types.ts";
import { toneFindings } from "../src/render/tone-check.ts";
import { rules, scenario, step } from "./support/ledger.ts";
import { HOME, shipped } from "./support/rendering.ts";
import { corpus } from "./support/tone-corpus.ts";

const LANGUAGES: readonly Language[] = ["fr", "nl", "de", "en"];
const use = (phase: Phase, ...can: Threat[]): Use => ({ phase, can: new Set(can), by: "step x of y" });

describe.each(LANGUAGES)("phrases of %s", (language) => {
  const samples = corpus(HOME, language);

  test.each(samples.filter(({ code }) => code !== "-"))("$phase: $phrase is $code", (sample) => {
    const { code, phase, can, phrase } = sample;
    const faults = faultsIn(phrase, language, use(phase, ...can));
    expect(faults.map((fault) => fault.code)).toContain(code);
    for (const fault of faults) {
      expect(phrase.slice(fault.column - 1)).toMatch(new RegExp(`^${fault.phrase.slice(0, 1)}`));
      expect(fault.better).not.toBe("");
    }
  });

  test.each(samples.filter(({ code }) => code === "-"))(
    "$phase: $phrase is good",
    ({ phase, can, phrase }) => {
      expect(faultsIn(phrase, language, use(phase, ...can))).toEqual([]);
    },
  );

  test("has bad phrases for every code", () => {
    const codes = new Set(samples.map(({ code }) => code));
    for (const code of ["level", "duty", "why", "blame", "threat", "court", "insult", "cannot"])
      expect([...codes]).toContain(`tone-${code}`);
  });

  test("says at every rule what to write in its place", () => {
    const { threats, says, ...own } = TONE[language];
    for (const { words, better } of [
      ...Object.values(own),
      ...Object.values(threats),
      ...Object.values(says),
    ]) {
      expect(words.length).toBeGreaterThan(0);
      expect(better).not.toBe("");
      // What is proposed is not what is forbidden.
      for (const phase of ["reminder"] as const)
        expect(
          faultsIn(better, language, use(phase, "formal", "court", "agency", "charges")).filter(
            ({ code }) => code === "tone-duty",
          ),
        ).toEqual([]);
    }
  });
});

describe("the shipped texts", () => {
  const names = [...new Set(shipped.sources.map(({ name }) => name))].filter((name) => !name.startsWith("_"));

  test("pass, each at its own time", () => {
    const uses = new Map(names.map((name) => [name, [unusedText(name)]]));
    const found = toneFindings(HOME, null, uses);
    expect(found.map(({ where, message }) => `${where?.file}:${where?.line} ${message}`)).toEqual([]);
  });

  test("are judged by what the scenario carries out: a last warning with nothing behind it", () => {
    const alone = scenario({
      steps: [step("last", 10, 35, { templates: ["last-warning"], finalWarning: true, deadline: 8 })],
    });
    const found = toneFindings(HOME, null, usesOf(rules({}, alone)));
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["tone-cannot"]));
    // Both phrases, in each language.
    expect(found).toHaveLength(8);
    const french = toneFindings(HOME, null, usesOf(rules({}, alone)), { languages: ["fr"] });
    expect(french.map(({ where }) => where?.file)).toEqual(
      ["/fr/last-warning.md", "/fr/last-warning.md"].map((each) => expect.stringContaining(each)),
    );
    expect(french[0]?.fix).toMatch(/^a step that carries it out, or dunning template edit-copy last-warning/);
  });

  test("a courtesy text as a reminder after the due date accuses ourselves", () => {
    const wrong = scenario({ steps: [step("one", 10, 3, { templates: ["courtesy"] })] });
    const codes = toneFindings(HOME, null, usesOf(rules({}, wrong))).map(({ code }) => code);
    expect(codes).toContain("tone-blame");
  });
});

test.each<[string, Phase, string]>([
  ["{{> items}} {{total}} {{bank.iban}} {{sender.name}} {{#each items}}", "reminder", ""],
  ["{{total}} {{bank.iban}} {{sender.name}}", "reminder", "names no document"],
  ["{{#each items}} {{bank.iban}} {{sender.name}}", "reminder", "does not say how much"],
  ["{{#each items}} {{total}} {{sender.name}}", "reminder", "does not say where to pay"],
  ["{{#each items}} {{total}} {{bank.iban}}", "reminder", "signed by nobody"],
  ["dernier {{#each items}} {{total}} {{bank.iban}} {{sender.name}}", "last", "no day up to which"],
  ["{{deadline}} {{#each items}} {{total}} {{bank.iban}} {{sender.name}}", "last", "that it is the last one"],
  [
    "à défaut {{deadline}} {{#each items}} {{total}} {{bank.iban}} {{sender.name}}",
    "formal",
    "says that it is one",
  ],
  [
    "mise en demeure {{deadline}} {{#each items}} {{total}} {{bank.iban}} {{sender.name}}",
    "formal",
    "what follows",
  ],
  [
    "mise en demeure, à défaut {{deadline}} {{oldest.number}} {{total}} {{bank.iban}} {{sender.name}}",
    "formal",
    "document by document",
  ],
  ["{{sender.name}}", "answer", ""],
])("%s at the time %s lacks: %s", (text, phase, lacks) => {
  const found = missingFrom(text, "fr", use(phase, "formal", "court")).map(({ reason }) => reason);
  if (lacks === "") expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(lacks)]);
});

describe("a company's own texts", () => {
  const company = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(tmpdir(), "dunning-tone-"));
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, "templates", path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text);
    }
    return folder;
  };
  const BODY = "{{greeting}}\n\n{{> items}}\n\n{{> payment}}\n\n{{> closing}}\n";
  const text = (line: string, subject = "Votre compte"): string =>
    `---\nsubject: ${subject}\n---\n${line}\n\n${BODY}`;
  const found = (files: Readonly<Record<string, string>>, allowed: readonly string[] = []) =>
    toneFindings(HOME, company(files), new Map([["own", [use("reminder")]]]), { allowed });

  test("the place, the phrase, the reason and a better wording", () => {
    expect(found({ "fr/own.md": text("Bonjour, vous\u00a0**devez** payer.") })).toEqual([
      {
        code: "tone-duty",
        where: { file: "templates/fr/own.md", line: 4, column: 17 },
        message: "“devez” presses with a verb of duty",
        found: "devez",
        fix: expect.stringContaining("nous vous demandons de régler"),
      },
    ]);
  });

  test("a fault in a shared part is found there, once", () => {
    const files = { "fr/own.md": text("Bonjour."), "fr/_closing.md": "Pourquoi ?\n\n{{> signature}}\n" };
    expect(found(files).map(({ code, where }) => `${code} ${where?.file}:${where?.line}`)).toEqual([
      "tone-why templates/fr/_closing.md:1",
    ]);
  });

  test("allowed phrases are not looked at, whatever their spaces and case", () => {
    const files = { "fr/own.md": text("Ce que vous devez est peu. Vous devez payer.") };
    expect(found(files).map(({ where }) => where?.column)).toEqual([13, 33]);
    expect(found(files, ["ce que  VOUS devez"]).map(({ where }) => where?.column)).toEqual([33]);
  });

  test.each([
    ["an amount in the subject", text("x", "{{total}} à régler"), "tone-subject"],
    ["a document in the subject", text("x", "Facture {{oldest.number}}"), "tone-subject"],
    ["a number in the subject", text("x", "2e relance"), "tone-level"],
  ])("%s", (_, content, code) => {
    expect(found({ "fr/own.md": content }).map((each) => each.code)).toEqual([code]);
  });

  test("names of files travel", () => {
    const codes = found({ "fr/relance-2.md": text("x") }).map(({ code, where }) => [code, where?.file]);
    expect(codes).toEqual([["tone-level", "templates/fr/relance-2.md"]]);
  });
});

test.each<[string, string[]]>([
  ["{{#if charges.claimed}}Intérêts de retard{{/if}}", []],
  ["{{#if charges.claimed}}{{#if charges.interest}}Intérêts{{/if}} de retard{{/if}} à régler", []],
  ["{{#if single}}Intérêts{{/if}}", ["tone-cannot"]],
  ["{{#if charges.claimed}}x{{/if}} Intérêts", ["tone-cannot"]],
  ["{{#if charges.claimed}}Vous devez payer{{/if}}", ["tone-duty"]],
])("%s: charges stand where they are asked for: %j", (text, codes) => {
  expect(faultsIn(text, "fr", use("reminder")).map(({ code }) => code)).toEqual(codes);
});

test("the first reminder of a Belgian consumer: each of its elements", () => {
  const whole = shipped.sources
    .filter(
      ({ language, name }) =>
        language === "fr" && (name === "first-reminder-be-consumer" || name.startsWith("_")),
    )
    .map(({ text }) => text)
    .join("\n");
  expect(missingFrom(whole, "fr", use("notice"))).toEqual([]);
  for (const [word, lacks] of [
    ["first_reminder.indemnity", "what indemnity"],
    ["first_reminder.enterprise_number", "enterprise number"],
    ["first_reminder.supplies", "what was supplied"],
    ["first_reminder.deadline", "14 days"],
    ["company.name", "names the creditor"],
  ] as const) {
    const found = missingFrom(whole.replaceAll(`{{${word}}}`, ""), "fr", use("notice"));
    expect(found.map(({ reason }) => reason)).toEqual([expect.stringContaining(lacks)]);
  }
});

test("all that is wrong on one line is found", () => {
  const line = "Ceci est la 2e relance, votre mauvaise foi est un scandale : 15 euros de frais.";
  const found = faultsIn(line, "fr", use("reminder")).map(({ phrase }) => phrase);
  expect(found.sort()).toEqual(["2e relance", "frais", "mauvaise foi", "scandale"]);
});

test.each([
  ["claimed", "{{> charges}}", false, false],
  ["claimed", "{{charges.interest_basis}}", true, false],
  ["claimed", "", true, true],
  ["shown", "", true, false],
  ["none", "", true, false],
] as const)("a step with charges %s and a text with %j", (charges, words, alone, lacks) => {
  const steps = [step("firm", 30, 20, { templates: ["own"], charges })];
  const [its] = usesOf(rules({}, scenario({ steps }))).get("own") ?? [];
  const text = `{{#each items}} {{total}} {{bank.iban}} {{sender.name}} ${words}`;
  // Parts are read with the text that names them.
  const whole = alone ? text : `${text} ${shipped.find("fr", "_charges")?.text}`;
  const found = missingFrom(whole, "fr", its ?? use("reminder")).map(({ better }) => better);
  expect(found).toEqual(lacks ? ["{{> charges}}"] : []);
});

test("French spaces between words: non-breaking ones, line ends and marks hide nothing", () => {
  for (const phrase of [
    "mise\u00a0en\u00a0demeure",
    "mise\nen demeure",
    "**mise en** demeure",
    "MISE EN DEMEURE",
  ])
    expect(faultsIn(phrase, "fr", use("reminder")).map(({ code }) => code)).toEqual(["tone-threat"]);
});
