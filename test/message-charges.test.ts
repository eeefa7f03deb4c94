import { describe, expect, test } from "vitest";
import { messageView } from "../src/core/message.ts";
import type { Action, Company, Day, Language } from "../src/core/types.ts";
import { SAMPLE_COMPANY, sampleFor } from "../src/render/sample.ts";
import { claiming, someCharges } from "./support/action-charges.ts";
import { rendered, TODAY } from "./support/rendering.ts";

const fixed = (text: string): string => text.replaceAll(" ", "\u00a0");
const CLAIMED = 504_450;

function viewOf(language: Language, action: Partial<Action>, company: Partial<Company> = {}) {
  const sample = sampleFor({ template: "formal-notice", language, channel: "letter", today: TODAY });
  const extra = { today: TODAY, reference: "411DUPONT", ...sample.history };
  return messageView(
    { ...sample.action, ...action },
    sample.debtor,
    { ...SAMPLE_COMPANY, ...company },
    extra,
  );
}

test.each<[Language, string, string, string, string, string]>([
  ["fr", "261,21 €", "13,15 %", "30 jours", "01/06/2025", "du 16 août 2025 au 20 août 2025"],
  ["nl", "€ 261,21", "13,15%", "30 dagen", "01-06-2025", "van 16 augustus 2025 tot en met 20 augustus 2025"],
  ["de", "261,21 €", "13,15 %", "30 Tage", "01.06.2025", "vom 16. August 2025 bis zum 20. August 2025"],
  ["en", "€261.21", "13.15%", "30 days", "1 Jun 2025", "from 16 August 2025 to 20 August 2025"],
])("%s: charges in words", (language, interest, rate, days, from, leftOut) => {
  const { charges, total } = viewOf(language, claiming(CLAIMED));
  expect([charges.claimed, charges.shown]).toEqual([true, false]);
  expect([charges.interest, charges.lines[0]?.rate, charges.lines[0]?.days, charges.lines[0]?.from]).toEqual(
    [interest, rate, days, from].map(fixed),
  );
  expect(charges.left_out.replaceAll("\u00a0", " ")).toBe(leftOut);
  expect(charges.with_principal).toBe(total);
  expect(charges.rows).toHaveLength(1);
  expect(charges.interest_basis).toMatch(/441-10/);
  expect(charges.compensation_basis).toMatch(/441-5/);
});

test.each<[Language, RegExp, RegExp]>([
  [
    "fr",
    /Code de commerce, taux prévu par le contrat$/,
    /, taux minimal de trois fois le taux de l’intérêt légal$/,
  ],
  ["nl", /, contractuele rentevoet$/, /, minimumtarief van driemaal de wettelijke rentevoet$/],
  ["de", /, vertraglich vereinbarter Zinssatz$/, /, Mindestsatz des dreifachen gesetzlichen Zinssatzes$/],
  ["en", /Commercial Code, at the rate of the contract$/, /, at the minimum of three times the legal rate$/],
])("%s: a rate that the contract gave is not said to be the law's", (language, agreed, least) => {
  const basis = (because: "statutory" | "contract" | "contract-floor") => {
    const items = someCharges.items.map((each) => ({
      ...each,
      segments: each.segments.map((segment) => ({ ...segment, because })),
    }));
    return viewOf(language, { ...claiming(CLAIMED), charges: { ...someCharges, items } }).charges
      .interest_basis;
  };
  expect(basis("contract")).toMatch(agreed);
  expect(basis("contract-floor")).toMatch(least);
  expect(basis("statutory")).not.toMatch(/contr|vertrag|minim|Mindest/);
});

test("shown charges stand in no total; what is refused leaves nothing behind", () => {
  const shown = viewOf("fr", { charges: { ...someCharges, mode: "shown" } });
  expect([shown.charges.claimed, shown.charges.shown]).toEqual([false, true]);
  expect(shown.total).toBe(fixed("5 044,50 €"));
  expect(shown.charges.with_principal).toBe(fixed("5 345,71 €"));
  const none = viewOf("fr", {
    charges: { ...someCharges, items: [], interest: 0 as never, compensation: 0 as never, before: null },
  });
  expect(none.charges).toMatchObject({
    claimed: false,
    shown: false,
    interest: "",
    total: "",
    interest_basis: "",
  });
});

test("charges that do not give the action's total never leave", () => {
  expect(() => viewOf("fr", { ...claiming(CLAIMED), total: CLAIMED as never })).toThrow(/the total is/);
});

describe.each<Language>(["fr", "nl", "de", "en"])("texts in %s", (language) => {
  const words = async (template: string, action: Partial<Action>): Promise<string> =>
    (await rendered(template, language, "letter", { action })).text.replace(/\s+/g, " ");

  test("the formal notice itemises what it claims: rate, days, period, legal basis", async () => {
    const text = await words("formal-notice", claiming(CLAIMED));
    for (const part of ["261", "13", "30", "46", "441-10", "441-5", "40", "153", "150"])
      expect(text).toContain(part);
    expect(text).toMatch(/5[\s.,]345[.,]71/);
    expect(text).not.toMatch(/undefined|\{\{|\*\*/);
  });

  test.each([
    "firm",
    "hand-over",
    "follow-up-a",
    "follow-up-b",
    "reminder-a",
    "reminder-b",
    "call-follow-up",
    "broken-promise",
  ])(
    "what a step claims with %s is itemised too, and what is still due from before is named",
    async (template) => {
      const text = await words(template, claiming(CLAIMED));
      for (const part of ["13", "30", "46", "441-10", "441-5", "153", "150"]) expect(text).toContain(part);
      expect(await words(template, {})).not.toMatch(/441|interest|intérêt|Zinsen/);
    },
  );

  test("days left out are named, and nobody is told that their rate is unpublished", async () => {
    const text = await words("formal-notice", claiming(CLAIMED));
    expect(text).toMatch(/16\.? (août|augustus|August) 2025/);
    expect(text).not.toMatch(/publié|bekendgemaakt|veröffentlicht|published/);
  });

  test("shown, they are told and not claimed", async () => {
    const text = await words("last-warning", { charges: { ...someCharges, mode: "shown" } });
    expect(text).toMatch(/5[\s.,]044[.,]50/);
    expect(text).toContain("441-10");
    expect(text).not.toMatch(/5[\s.,]345[.,]71/);
  });

  test("the first reminder to a Belgian consumer: balance, indemnity, creditor and number, due date, deadline", async () => {
    const action = { firstReminder: { indemnity: 3650 as never, freeUntil: "2026-12-09" as Day } };
    const company = { enterpriseNumber: "0123.456.789", supplies: { [language]: "mazout de chauffage" } };
    const { text } = await rendered("first-reminder-be-consumer", language, "letter", { action, company });
    for (const part of ["0123.456.789", "mazout de chauffage", "Atelier Exemple SARL"])
      expect(text).toContain(part);
    expect(text).toMatch(/0?6[\s./-](?:10|Oct)/);
    expect(text).toMatch(/36[.,]50/);
    expect(text.replace(/\s+/g, " ")).toMatch(/9\.? (?:décembre|december|Dezember|December) 2026/);
    expect(text).toMatch(/5[\s.,]044[.,]50/);
  });
});

test("on behalf of: who collects, for whom, under which mandate, and the law on costs word for word", () => {
  const mandate = {
    collector: "Cabinet Exemple",
    address: ["5 place des Modèles", "69001 Lyon"],
    date: "2026-01-10" as Day,
    reference: "M-1",
  };
  const { mandate: view } = viewOf("fr", {}, { mandate });
  expect(view).toMatchObject({
    given: true,
    collector: "Cabinet Exemple",
    creditor: "Atelier Exemple SARL",
    reference: "M-1",
  });
  expect(view.date).toBe(fixed("10 janvier 2026"));
  expect(view.statement).toMatch(
    /^Cabinet Exemple, 5 place des Modèles, 69001 Lyon, exerce une activité de recouvrement amiable .* pour le compte de son mandant, Atelier Exemple SARL,/,
  );
  expect(view.costs_law).toMatch(
    /^Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier/,
  );
  expect(view.first_date).not.toBe("");
  expect(viewOf("fr", {}, { mandate, country: "BE" }).mandate.costs_law).toBe("");
  expect(viewOf("fr", {}).mandate).toMatchObject({
    given: false,
    collector: "",
    statement: "",
    costs_law: "",
    first_date: "",
  });
});

test.each<Language>(["fr", "nl", "de", "en"])(
  "%s: a message for a client gives names and addresses of both",
  async (language) => {
    const mandate = {
      collector: "Cabinet Exemple",
      address: ["5 place des Modèles", "69001 Lyon"],
      date: "2026-01-10" as Day,
      reference: null,
    };
    const { text } = await rendered("reminder-a", language, "letter", { company: { mandate } });
    const words = text.replace(/\s+/g, " ");
    expect(words).toContain("Cabinet Exemple, 5 place des Modèles, 69001 Lyon, ");
    expect(words).toMatch(/Atelier Exemple SARL, \d/);
  },
);
