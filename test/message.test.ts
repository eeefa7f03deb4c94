import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cleanLine, type MessageExtra, messageView } from "../src/core/message.ts";
import { cents } from "../src/core/money.ts";
import type { Action, Cents, Company, Currency, Day, Debtor, DebtorId, Language } from "../src/core/types.ts";
import { wordLines } from "../src/core/vocabulary.ts";
import { amountText, dateList, longDate, shortDate, type Written } from "../src/core/wording.ts";
import { SAMPLE_COMPANY, sampleFor } from "../src/render/sample.ts";
import { someCharges } from "./support/action-charges.ts";
import { claims, TODAY } from "./support/rendering.ts";

const day = (text: string): Day => text as Day;
/** In the tables below a space is a non-breaking one. */
const fixed = (text: string): string => text.replaceAll(" ", "\u00a0");

test.each<[Language, number, Currency, string]>([
  ["fr", 125000, "EUR", "1 250,00 €"],
  ["fr", 99999, "EUR", "999,99 €"],
  ["fr", 100000, "EUR", "1 000,00 €"],
  ["fr", 123456789, "EUR", "1 234 567,89 €"],
  ["fr", 5, "EUR", "0,05 €"],
  ["fr", 0, "EUR", "0,00 €"],
  ["fr", -15000, "EUR", "-150,00 €"],
  ["fr", 125000, "XOF", "125 000 XOF"],
  ["fr", 1250, "TND", "1,250 TND"],
  ["nl", 125000, "EUR", "€ 1.250,00"],
  ["nl", -125000, "EUR", "€ -1.250,00"],
  ["de", 125000, "EUR", "1.250,00 €"],
  ["en", 125000, "EUR", "€1,250.00"],
  ["en", -125000, "GBP", "-£1,250.00"],
  ["en", 125000, "CHF", "CHF 1,250.00"],
  ["de", 125000, "CHF", "CHF 1’250.00"],
  ["fr", 123456789, "CHF", "CHF 1’234’567.89"],
  ["de", -125000, "CHF", "CHF -1’250.00"],
  ["nl", 125000, "CHF", "CHF 1.250,00"],
  ["en", 1250, "JPY", "JPY 1,250"],
])("%s: %d minor units of %s are written", (language, amount, currency, text) => {
  expect(amountText(cents(amount), currency, language)).toBe(fixed(text));
});

test("what is no whole number of minor units is refused, never written", () => {
  for (const wrong of [Number.NaN, 0.5, Number.POSITIVE_INFINITY])
    expect(() => amountText(wrong as Cents, "EUR", "fr")).toThrow(RangeError);
});

test("an amount reads back as the number it was", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom<Language>("fr", "nl", "de", "en"), (amount, language) => {
      const text = amountText(cents(amount), "EUR", language);
      expect(Number(text.replace(/[^\d-]/g, ""))).toBe(amount);
      expect(text).not.toContain(" ");
    }),
  );
});

test.each<[Language, string, string, string]>([
  ["fr", "2026-07-01", "1er juillet 2026", "01/07/2026"],
  ["fr", "2026-02-28", "28 février 2026", "28/02/2026"],
  ["nl", "2026-03-09", "9 maart 2026", "09-03-2026"],
  ["de", "2026-05-04", "4. Mai 2026", "04.05.2026"],
  ["en", "2026-12-31", "31 December 2026", "31 Dec 2026"],
])("%s: %s in words and in tables", (language, date, words, table) => {
  expect(longDate(day(date), language)).toBe(fixed(words));
  expect(shortDate(day(date), language)).toBe(fixed(table));
});

test("a list of days names the year once where it is the same", () => {
  const days = [day("2026-10-06"), day("2026-10-20"), day("2026-11-04")];
  expect(dateList(days, "fr")).toBe("6\u00a0octobre, 20\u00a0octobre et 4\u00a0novembre\u00a02026");
  expect(dateList([day("2025-12-30"), day("2026-01-14")], "en")).toBe(
    "30\u00a0December\u00a02025 and 14\u00a0January\u00a02026",
  );
  expect(dateList([day("2026-11-01")], "fr")).toBe("1er\u00a0novembre\u00a02026");
});

test.each([
  ["Dupont\r\nBcc: x@example.com", "Dupont Bcc: x@example.com"],
  ["a\u0000b\u001bc", "a b c"],
  ["1\u202f250", "1\u00a0250"],
  ["\u202eevil\u2066", "evil"],
  ["e\u0301te\u0301", "été"],
  ["  two   spaces\t ", "two spaces"],
  ["line\u2028line\u2029line", "line line line"],
  ["\ud83d lone", "\ufffd lone"],
])("data becomes one clean line: %j", (text, line) => {
  expect(cleanLine(text)).toBe(line);
});

test("a value is at most 300 characters long", () => {
  expect(cleanLine("x".repeat(300))).toHaveLength(300);
  expect(cleanLine("x".repeat(301))).toBe(`${"x".repeat(299)}…`);
});

interface Case {
  readonly template?: string;
  readonly language?: Language;
  readonly channel?: Written;
  readonly action?: Partial<Action>;
  readonly debtor?: Partial<Debtor>;
  readonly company?: Partial<Company>;
  readonly extra?: Partial<MessageExtra>;
}

function viewOf({ template = "firm", language = "fr", channel = "email", ...changes }: Case = {}) {
  const sample = sampleFor({ template, language, channel, today: TODAY });
  const extra = { today: TODAY, reference: "411DUPONT", ...sample.history, ...changes.extra };
  const debtor = { ...sample.debtor, ...changes.debtor };
  return messageView(
    { ...sample.action, contact: debtor.contact, ...changes.action },
    debtor,
    { ...SAMPLE_COMPANY, ...changes.company },
    extra,
  );
}

test.each<[Language, Written, string | null, string]>([
  ["fr", "email", null, "Bonjour,"],
  ["fr", "email", "Marie Durand", "Bonjour Marie Durand,"],
  ["fr", "email", "Mme Durand", "Bonjour Madame Durand,"],
  ["fr", "email", "M. Durand", "Bonjour Monsieur Durand,"],
  ["fr", "letter", null, "Madame, Monsieur,"],
  ["fr", "letter", "Marie Durand", "Madame, Monsieur,"],
  ["fr", "letter", "Madame Durand", "Madame,"],
  ["fr", "registered-letter", "Monsieur Durand", "Monsieur,"],
  ["fr", "letter", "Mohamed Durand", "Madame, Monsieur,"],
  ["en", "email", null, "Hello,"],
  ["en", "email", "Marie Durand", "Dear Marie Durand,"],
  ["en", "letter", null, "Dear Sir or Madam,"],
  ["en", "letter", "Marie Durand", "Dear Marie Durand,"],
  ["nl", "email", null, "Goedendag,"],
  ["nl", "email", "Marie Durand", "Beste Marie Durand,"],
  ["nl", "email", "Dhr. Peeters", "Beste meneer Peeters,"],
  ["nl", "letter", "de heer Peeters", "Geachte heer Peeters,"],
  ["nl", "letter", "Mevr. Peeters", "Geachte mevrouw Peeters,"],
  ["nl", "letter", "Jan Peeters", "Geachte mevrouw, geachte heer,"],
  ["de", "email", "Herr Weber", "Guten Tag Herr Weber,"],
  ["de", "email", "M. Weber", "Guten Tag M. Weber,"],
  ["de", "letter", "Marie Durand", "Sehr geehrte Damen und Herren,"],
  ["de", "letter", "Frau Weber", "Sehr geehrte Frau Weber,"],
  ["de", "letter", "Mme Durand", "Sehr geehrte Frau Durand,"],
  ["de", "letter", "Frauke Weber", "Sehr geehrte Damen und Herren,"],
  ["en", "letter", "Mr Smith", "Dear Mr Smith,"],
  ["en", "email", "Mrs. Smith", "Dear Mrs. Smith,"],
  ["en", "email", "Mrinal Smith", "Dear Mrinal Smith,"],
])("%s %s to %s opens with %s", (language, channel, contact, greeting) => {
  expect(viewOf({ language, channel, debtor: { contact } }).greeting).toBe(greeting);
});

test.each<[Language, string, string]>([
  ["fr", "Mme Durand", "À l’attention de Mme Durand"],
  ["fr", "Herr Weber", "À l’attention de Monsieur Weber"],
  ["nl", "Dhr. Peeters", "Ter attentie van Dhr. Peeters"],
  ["nl", "Mme Durand", "Ter attentie van mevrouw Durand"],
  ["de", "Herr Weber", "Zu Händen von Herrn Weber"],
  ["de", "Marie Durand", "Zu Händen von Marie Durand"],
  ["en", "Frau Weber", "For the attention of Ms Weber"],
])("%s: the address names %s as %s", (language, contact, line) => {
  expect(viewOf({ language, channel: "letter", debtor: { contact } }).debtor.lines[1]).toBe(line);
});

test.each([
  ["CH", true],
  ["LI", true],
  ["DE", false],
  [null, false],
])("to %s: Swiss %s", (country, swiss) => {
  expect(viewOf({ debtor: { country } }).swiss).toBe(swiss);
});

test.each<[string, Partial<Debtor>, string[]]>([
  [
    "a firm with a contact",
    { contact: "Marie Durand" },
    ["Dupont Menuiserie", "À l’attention de Marie Durand", "4 impasse des Modèles", "38000 GRENOBLE"],
  ],
  [
    "a person who is the contact",
    { name: "Marie Durand", contact: "Marie Durand" },
    ["Marie Durand", "4 impasse des Modèles", "38000 GRENOBLE"],
  ],
  [
    "abroad: the country in the sender's language, last",
    { contact: null, postcode: "90-001", city: "Łódź", country: "PL" },
    ["Dupont Menuiserie", "4 impasse des Modèles", "90-001 ŁÓDŹ", "POLOGNE"],
  ],
  [
    "a British one: the postcode has a line of its own",
    { contact: null, address: ["10 Sample Street"], postcode: "sw1a 1aa", city: "London", country: "GB" },
    ["Dupont Menuiserie", "10 Sample Street", "LONDON", "SW1A 1AA", "ROYAUME-UNI"],
  ],
  [
    "two lines that hold everything",
    { contact: null, address: ["4 impasse des Modèles", "38000 Grenoble"], postcode: null, city: null },
    ["Dupont Menuiserie", "4 impasse des Modèles", "38000 Grenoble"],
  ],
])("the envelope of %s", (_, debtor, lines) => {
  expect(viewOf({ channel: "letter", debtor }).debtor.lines).toEqual(lines);
});

test.each<[Language, string[], string]>([
  ["fr", ["12 rue des Essais", "69003 Lyon Cedex 03"], "Lyon, le 22 novembre 2026"],
  ["fr", ["Bâtiment B"], "Le 22 novembre 2026"],
  ["en", ["12 rue des Essais", "B-1000 Bruxelles"], "Bruxelles, 22 November 2026"],
  ["en", [], "22 November 2026"],
])("%s: place and date from %j", (language, address, text) => {
  const { placeAndDate } = viewOf({ language, channel: "letter", company: { address } }).letter;
  expect(placeAndDate.replaceAll("\u00a0", " ")).toBe(text);
});

test("rows, sums and carried sums add up", () => {
  const view = viewOf();
  const amounts = [...view.items, ...view.credits].map(({ amount }) => amount.replace(/[^\d-]/g, ""));
  const carried = [...view.items, ...view.credits].map((row) => row.carried.replace(/[^\d-]/g, ""));
  let sum = 0;
  expect(carried).toEqual(amounts.map((amount) => String((sum += Number(amount)))));
  expect(view.total.replace(/\D/g, "")).toBe(String(sum));
});

test("a total that is not the sum of the rows never becomes a message", () => {
  const wrong = { ...claims([10_000, 5_000]), total: cents(15_001), claimed: cents(15_001) };
  expect(() => viewOf({ action: wrong })).toThrow(/the items give 15000, the total is 15001/);
  expect(() => viewOf({ action: { items: [] } })).toThrow(/lists nothing/);
});

test("nothing of the machinery reaches a text: no level, step, scenario, segment or id", () => {
  const machinery = {
    id: "canary-id",
    step: "canary-step",
    scenario: "canary-scenario",
    segment: "canary-segment",
    reason: "canary-reason",
    level: 424_242,
    template: "canary-template",
  };
  const view = JSON.stringify(viewOf({ action: machinery, channel: "letter" }));
  expect(view).not.toMatch(/canary|424.?242/);
});

test("the days of at most four earlier messages are named, the last one by its kind", () => {
  const previous = ["2026-08-01", "2026-09-01", "2026-09-15", "2026-10-01", "2026-10-20"].map((each, at) => ({
    day: day(each),
    channel: at === 4 ? ("letter" as const) : ("email" as const),
    messageId: null,
  }));
  const { last, dates, many } = viewOf({ extra: { previous } }).previous;
  expect(last.replaceAll("\u00a0", " ")).toBe("notre courrier du 20 octobre 2026");
  expect(dates.replaceAll("\u00a0", " ")).toBe("1er septembre, 15 septembre, 1er octobre et 20 octobre 2026");
  expect(many).toBe(true);
  expect(viewOf({ extra: { previous: [] } }).previous).toEqual({ last: "", dates: "", many: false });
});

test("an account number without a bank, and a currency without an account", () => {
  const accounts = { EUR: { iban: "BE68539007547034", bic: null } };
  expect(viewOf({ company: { accounts } }).bank).toMatchObject({ iban: "BE68 5390 0754 7034", bic: "" });
  expect(viewOf({ company: { accounts: {} } }).bank.iban).toBe("");
});

test("a claim on the balance names no document", () => {
  const [row] = viewOf({ template: "statement" }).items;
  expect(row).toMatchObject({ name: "Solde de votre compte", number: "Solde de votre compte", issued: "" });
});

/** Paths of a view as the vocabulary writes them; lists are entered by their first element. */
function pathsOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return [prefix, ...(typeof first === "object" ? pathsOf(first, `${prefix}[]`) : [`${prefix}[]`])];
  }
  if (typeof value !== "object" || value === null) return [prefix];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, prefix === "" ? name : `${prefix}.${name}`),
  );
}

test("the view holds exactly the names of the vocabulary", () => {
  const items = viewOf().items;
  const { instalments } = viewOf({ template: "instalments" });
  const { charges } = viewOf({ action: { charges: someCharges } });
  const withOthers = {
    ...viewOf({ debtor: { id: "411X" as DebtorId } }),
    others: items,
    instalments,
    charges,
  };
  expect(pathsOf(withOthers).sort()).toEqual(
    wordLines()
      .map(({ path }) => path)
      .sort(),
  );
});
