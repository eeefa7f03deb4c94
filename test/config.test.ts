import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConfig, type Loaded, loadConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/default.ts";
import { placeholders } from "../src/config/placeholders.ts";
import type { Day } from "../src/core/types.ts";
import { formatProblem } from "../src/problem.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "config");

function load(text: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Loaded {
  return loadConfig(folderWith({ "dunning.yaml": text, ...files }));
}

describe.each(readdirSync(fixtures))("%s", (name) => {
  test("every mistake, once, at its place", async () => {
    const folder = folderWith({});
    copyFileSync(join(fixtures, name, "dunning.yaml"), join(folder, "dunning.yaml"));
    const { findings, loaded } = checkConfig(folder);
    expect(loaded).toBeNull();
    expect(findings).toHaveLength(10);
    const text = findings.map((each) => `${each.code}\n${formatProblem(each)}\n`).join("\n");
    await expect(text).toMatchFileSnapshot(join(fixtures, name, "expected.txt"));
  });

  test("loading refuses with all of them and 78", () => {
    const folder = folderWith({ "dunning.yaml": readFileSync(join(fixtures, name, "dunning.yaml")) });
    const failure = { exit: 78, problems: Array(10).fill(expect.anything()) };
    expect(() => loadConfig(folder)).toThrow(expect.objectContaining(failure) as Error);
  });
});

describe("the default configuration", () => {
  const all = (["FR", "BE"] as const).flatMap((country) =>
    (["fr", "en"] as const).map((language) => ({ country, language })),
  );

  test.each(all)("$country, $language: nothing but placeholders to complete", ({ country, language }) => {
    const made = placeholders(language, country);
    const text = defaultConfig({
      ...made,
      country,
      language,
      kind: "unknown",
      profile: "auto",
      schema: null,
    });
    const { findings, loaded } = checkConfig(folderWith({ "dunning.yaml": text }));
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      Array(6).fill("warning placeholder"),
    );
    expect(loaded?.rules).toMatchObject({ country, language, defaultKind: "unknown", currency: "EUR" });
  });

  test("complete: no finding, and the steps that an accountant would sign", () => {
    const text = defaultConfig({
      name: "Atelier: l'Exemple #1",
      address: ["12, rue des Essais", "69003 Lyon"],
      email: "compta@exemple.test",
      iban: "FR1420041010050500013M02606",
      signatory: "Claire d'Exemple",
      role: "Comptable",
      country: "FR",
      language: "fr",
      kind: "business",
      profile: "auto",
      schema: "file:///somewhere/dunning.schema.json",
    });
    const { rules, company, warnings } = load(text);
    expect(warnings).toEqual([]);
    expect(company).toMatchObject({ name: "Atelier: l'Exemple #1", replyTo: null });
    expect(company.address).toEqual(["12, rue des Essais", "69003 Lyon"]);
    expect(rules.languages).toEqual(["fr", "nl", "de", "en"]);
    const rows = rules.scenarios
      .get("standard")
      ?.steps.map((step) => [
        step.id,
        step.level,
        step.day,
        step.channel,
        step.templates.join("|"),
        step.when?.text ?? "",
        step.deadline,
        [step.timeout, step.fallback].join(" "),
        [step.finalWarning && "final", step.formalNotice && "formal", step.approve && "approve"]
          .filter(Boolean)
          .join(" "),
      ]);
    expect(rows).toEqual([
      ["courtesy", null, -7, "email", "courtesy", "open >= 1000", null, " ", ""],
      ["reminder", 10, 3, "email", "reminder-a|reminder-b", "", null, " ", ""],
      ["call", 20, 12, "call", "follow-up-a|follow-up-b", "", null, "5 email", ""],
      ["firm", 30, 20, "email", "firm", "", 8, " ", ""],
      ["last-warning", 40, 35, "letter", "last-warning", "", 8, " ", "final"],
      ["formal-notice", 50, 50, "registered-letter", "formal-notice", "", 8, " ", "formal approve"],
    ]);
  });

  test("French comments: no plain space before a mark that must not stand alone", () => {
    const made = placeholders("fr", "FR");
    const text = defaultConfig({
      ...made,
      country: "FR",
      language: "fr",
      kind: "unknown",
      profile: "auto",
      schema: null,
    });
    const comments = text.split("\n").flatMap((line) => / ?# (.*[é»].*)$/.exec(line)?.[1] ?? []);
    expect(comments.length).toBeGreaterThan(10);
    expect(comments.filter((comment) => / [:;!?»]|« /.test(comment))).toEqual([]);
  });
});

describe("defaults", () => {
  test("a small configuration", () => {
    const { config, rules, company } = load(SMALL);
    expect(config.email).toMatchObject({ transport: "drafts" });
    expect(config.limits).toEqual({
      contact_cap: 5,
      max_messages: 50,
      per_minute: 20,
      per_hour: null,
      per_domain: null,
      per_day: 500,
      answer_pause: 5,
    });
    expect(config.import).toEqual({
      profile: "auto",
      max_balance_age: 7,
      max_balance_age_formal: 4,
      hold_if_missing: 0.3,
      terms: null,
      accounts: ["411"],
      terms_by_account: {},
    });
    expect(rules).toMatchObject({ contactCap: 5, maxBalanceAge: 7, maxBalanceAgeFormal: 4 });
    expect(rules.scenarios.get("standard")).toMatchObject({
      grace: 2,
      gap: 7,
      follow: "debtor",
      entry: "first",
    });
    expect(company).toMatchObject({
      from: { name: "Claire Exemple", address: "compta@exemple.test" },
      replyTo: null,
      logo: null,
    });
  });

  test.each([
    { steps: ["day: -5", "day: 3", "day: 9"], levels: [null, 10, 20], why: "by position after the due date" },
    { steps: ["day: 0", "level: 25, day: 3"], levels: [10, 25], why: "written ones stay" },
    { steps: ["level: 5, day: 0", "day: 3"], levels: [5, 20], why: "a position counts every step" },
  ])("levels $levels: $why", ({ steps, levels }) => {
    const lines = steps.map(
      (step, at) => `      - { id: s${at}, ${step}, channel: email, template: reminder-a }\n`,
    );
    const text = SMALL.replace(/ {6}- \{ id: reminder.*\n/, lines.join(""));
    const found = load(text)
      .rules.scenarios.get("standard")
      ?.steps.map(({ level }) => level);
    expect(found).toEqual(levels);
  });

  test("a call waits 5 days and then writes; other channels have no timeout", () => {
    const call = changed("channel: email", "channel: call");
    expect(load(call).rules.scenarios.get("standard")?.steps[0]).toMatchObject({
      timeout: 5,
      fallback: "email",
    });
    expect(load(SMALL).rules.scenarios.get("standard")?.steps[0]).toMatchObject({
      timeout: null,
      fallback: null,
    });
  });

  test("the company's closing days, and a calendar per country", () => {
    const { rules } = load(`${SMALL}calendar: { closed: ['2026-12-24..2026-12-31'] }\n`);
    expect(rules.calendar.closed("2026-12-24" as Day)).toContain("closed");
    expect(rules.calendarOf("BE").closed("2026-07-21" as Day)).not.toBeNull();
    expect(rules.calendarOf("FR").closed("2026-07-21" as Day)).toBeNull();
    expect(rules.calendarOf(null)).toBe(rules.calendar);
    expect(rules.calendarOf("BE")).toBe(rules.calendarOf("BE"));
  });

  test("true without quotes is a rule", () => {
    const { rules } = load(changed("when: 'true'", "when: true"));
    expect(rules.segments[0]?.when.test({})).toBe(true);
  });

  test("a language without one of the texts is not offered", () => {
    const own = { "templates/fr/own.md": "text" };
    expect(load(changed("template: reminder-a", "template: own"), own).rules.languages).toEqual(["fr"]);
  });
});
