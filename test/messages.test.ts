import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Day, Finished, Language } from "../src/core/types.ts";
import type { Written } from "../src/core/wording.ts";
import { templateNames } from "../src/render/template.ts";
import { claims, HOME, rendered, shipped } from "./support/rendering.ts";

/** Every shipped text as a debtor reads it: fixtures/messages/<language>-<name>/. Read them in the diff. */
const golden = join(HOME, "fixtures", "messages");
const languages: readonly Language[] = ["fr", "nl", "de", "en"];
const cases = languages.flatMap((language) => templateNames(shipped).map((name) => ({ language, name })));

describe.each(cases)("$language $name", ({ language, name }) => {
  const folder = join(golden, `${language}-${name}`);

  test("as an e-mail", async () => {
    const { subject, text, html } = await rendered(name, language, "email");
    await expect(`Subject: ${subject}\n\n${text}`).toMatchFileSnapshot(join(folder, "email.txt"));
    await expect(html).toMatchFileSnapshot(join(folder, "email.html"));
  });

  test("as a letter", async () => {
    const channel: Written = name === "formal-notice" ? "registered-letter" : "letter";
    const { text } = await rendered(name, language, channel);
    await expect(text).toMatchFileSnapshot(join(folder, "letter.txt"));
  });

  test("about one document, without contact, without earlier messages, without a deadline", async () => {
    const bare = {
      action: { ...claims([45_000]), deadline: null },
      debtor: { contact: null },
      extra: { previous: [] },
      company: { phone: null },
    };
    const { subject, text } = await rendered(name, language, "email", bare);
    await expect(`Subject: ${subject}\n\n${text}`).toMatchFileSnapshot(join(folder, "email-bare.txt"));
  });
});

const channels: readonly Written[] = ["email", "letter", "registered-letter"];
const everything = cases.flatMap((each) => channels.map((channel) => ({ ...each, channel })));

test.each(everything)(
  "$language $name by $channel: nothing is left open, nothing is doubled",
  async (wish) => {
    const finished: Finished = await rendered(wish.name, wish.language, wish.channel);
    // An e-mail says first who writes; a letter has its head for that.
    expect(finished.subject).toMatch(
      wish.channel === "email" ? /^Atelier Exemple SARL/ : /^(?!.*Atelier Exemple)\p{Lu}/u,
    );
    const all = [finished.subject, finished.text, finished.html ?? ""].join("\n");
    expect(all).not.toMatch(/undefined|NaN|null|\{\{|\}\}|\[object|&#\d+;(?<!&#39;)|\*\*/);
    expect(finished.text).not.toMatch(/[^\S\n\u00a0]{2,}[.,]|,,|\.\.|\n{3}/);
    expect(finished.text).not.toMatch(/ (?:\n|$)(?<!-- \n)/);
  },
);

/** What the made-up account looks like: the first due date, the first amount, the total, the deadline. */
const FACTS: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  fr: ["06/10/2026", "1 250,00 €", "5 044,50 €", "30 novembre 2026"],
  nl: ["06-10-2026", "€ 1.250,00", "€ 5.044,50", "30 november 2026"],
  de: ["06.10.2026", "1.250,00 €", "5.044,50 €", "30. November 2026"],
  en: ["6 Oct 2026", "€1,250.00", "€5,044.50", "30 November 2026"],
};
const factsOf = (language: Language): string[] =>
  FACTS[language].map((fact) => fact.replaceAll(" ", "\u00a0"));

describe("what a good message holds (each in every language)", () => {
  const ofReminders = everything.filter(({ name }) => !["courtesy", "statement", "thanks"].includes(name));

  test.each(ofReminders)(
    "$language $name by $channel: numbers, dates, amounts, total, bank, reference, person",
    async (wish) => {
      const { text, subject } = await rendered(wish.name, wish.language, wish.channel);
      const [due = "", amount = "", total = ""] = factsOf(wish.language);
      for (const fact of ["FA-2026-0153", "FA-2026-0171", "FA-2026-0188", "AV-2026-0012"])
        expect(text).toContain(fact);
      for (const fact of [due, amount, total]) expect(text).toContain(fact);
      expect(text).toContain("FR76 3000 6000 0112 3456 7890 189");
      expect(text).toContain("411DUPONT");
      expect(text).toContain("Claire Exemple");
      expect(subject).toContain(wish.channel === "email" ? "Atelier Exemple SARL" : "");
      expect(subject).toContain("411DUPONT");
      expect(subject).not.toMatch(/FA-2026|€/);
    },
  );

  test.each(languages)(
    "%s: two debtors' messages differ beyond their figures when their histories do",
    async (language) => {
      const first = await rendered("reminder-b", language, "email", { extra: { previous: [] } });
      const previous = [{ day: "2026-11-02" as never, channel: "email" as const, messageId: null }];
      const second = await rendered("reminder-b", language, "email", { extra: { previous } });
      expect(second.text.replace(/[\d\W]/g, "")).not.toBe(first.text.replace(/[\d\W]/g, ""));
    },
  );
});

/** Who collects for others says so, for whom, and in France what the law says of its costs (CPCE R124-4, L111-8). */
test.each(languages)("%s: on behalf of the creditor", async (language) => {
  const mandate = {
    collector: "Cabinet Exemple",
    address: ["5 place des Modèles", "69001 Lyon"],
    date: "2026-01-10" as Day,
    reference: "M-1",
  };
  for (const name of ["reminder-a", "formal-notice"]) {
    const { text } = await rendered(name, language, "letter", { company: { mandate } });
    const flat = text.replaceAll("\n", " ");
    expect(flat).toContain("Cabinet Exemple");
    expect(flat).toContain("12 rue des Essais, 69003 Lyon.");
    expect(flat).toContain("Les frais de recouvrement entrepris sans titre exécutoire");
  }
  const { text } = await rendered("reminder-a", language, "letter");
  expect(text).not.toContain("Cabinet");
});

describe("the tone", () => {
  const never: readonly [RegExp, string][] = [
    [/\bpourquoi\b|\bwhy\b/i, "asks for reasons"],
    [/\bdev(?:ez|iez|riez|rez|ons|oir|ra|ront)\b|\bdoi(?:t|s|vent)\b|\bmust\b|\bought\b|you owe/i, "presses"],
    [
      /\bhuissiers?\b|commissaire de justice|\bsaisies?\b|\bsommation\b|pro justitia|poursuites|bailiff|seizure|prosecut/i,
      "borrows the court's words",
    ],
    [
      /\b(?:1re|1ère|2e|2ème|3e|3ème|première|deuxième|seconde|troisième) (?:relance|rappel|lettre)|\b(?:first|second|third) (?:reminder|notice|letter)/i,
      "reveals the level",
    ],
    [/\bniveau\b|\blevel\b|\brelance\b|\bstep\b|\bscenario\b/i, "shows the machinery"],
    [
      /sauf erreur|n’avez[- ]vous pas reçu|avez-vous bien reçu|bien reçu (?:notre|la|ma) facture|(?:did|have) you (?:not )?receive|satisfait|satisfied/i,
      "accuses ourselves",
    ],
    [
      /pénalit|indemnité|intérêts? de retard|frais de recouvrement|\b40\s€|late fee|interest|penalt|compensation/i,
      "claims charges",
    ],
    [
      /honte|malhonnête|mauvaise foi|inadmissible|scandal|inacceptable|bad faith|dishonest|shame|unacceptable/i,
      "insults",
    ],
  ];
  // No measure is announced before the last warning, no word of trouble before the due date.
  const early = /mise en demeure|judiciaire|formal notice|court|mesures|measures/i;
  const threats =
    /mise en demeure|mesures|judiciaire|tribunal|justice|impayé|retard|dernier|formal notice|court|measures|overdue|unpaid|final/i;

  test.each(everything)("$language $name by $channel", async (wish) => {
    const { subject, text } = await rendered(wish.name, wish.language, wish.channel);
    const all = `${subject}\n${text}`;
    // Belgian law wants the indemnity to be named in it.
    const named = wish.name === "first-reminder-be-consumer" ? ["claims charges"] : [];
    const faults = never.flatMap(([pattern, fault]) =>
      (named.includes(fault) ? [] : (pattern.exec(all) ?? [])).map((word) => `${fault}: ${word}`),
    );
    expect(faults).toEqual([]);
    const threat =
      wish.name === "courtesy" ? threats : /^(?:reminder|call|statement)/.test(wish.name) ? early : /$^/;
    expect(threat.exec(all)?.[0]).toBeUndefined();
  });

  test.each([
    [
      "fr",
      /dernière démarche amiable avant d’autres mesures/,
      /vous mettons en demeure/,
      /vaut mise en demeure/,
    ],
    [
      "en",
      /our last amicable request before further measures/,
      /hereby give you formal notice/,
      /is a formal notice/,
    ],
  ] as const)(
    "%s: the last warning announces itself, the formal notice says what it is",
    async (language, last, gives, is) => {
      expect((await rendered("last-warning", language, "letter")).text.replaceAll("\n", " ")).toMatch(last);
      const notice = (await rendered("formal-notice", language, "registered-letter")).text.replaceAll(
        "\n",
        " ",
      );
      expect(notice).toMatch(gives);
      expect(notice).toMatch(is);
      expect(notice).toContain(
        language === "fr" ? "30\u00a0novembre\u00a02026" : "30\u00a0November\u00a02026",
      );
    },
  );

  test("French spaces: a non-breaking one before : ; ! ? € and inside « »", () => {
    for (const { file, text, language } of shipped.sources) {
      if (language !== "fr") continue;
      const prose = text.replace(/^subject:|^\|[:|-]+\|$|=> /gm, "");
      const wrong = /.{0,20}(?:[^\u00a0\s{}|/"](?=[:;!?»€])| (?=[:;!?»€])|«(?!\u00a0))/.exec(prose)?.[0];
      expect([file, wrong]).toEqual([file, undefined]);
    }
  });
});
