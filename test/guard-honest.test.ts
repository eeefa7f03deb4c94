import { describe, expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-23";
const COLUMNS =
  "Code client;Raison sociale;E-mail;Adresse;Code postal;Ville;N° pièce;Date pièce;Échéance;Restant dû";
const ROW = "A1;Un;a@x.example;1 rue X;75001;Paris;F-1;25/09/2026;25/10/2026;100,00";
const LETTER = SMALL.replace("channel: email", "channel: letter");
const own = (body: string) => ({
  "templates/fr/reminder-a.md": `---\nsubject: Rappel\n---\n{{greeting}}\n\n${body}\n\n{{> closing}}\n`,
});
const CREDITS = Array.from({ length: 25 }, (_, n) => `A1;Un;;;;;AV-${n};01/11/2026;;-${n + 1},37`);
const INVOICES = Array.from({ length: 20 }, (_, n) =>
  ROW.replace("F-1", `F-${n}`).replace("100,00", `${1000 + n},11`),
);

/** A company whose messages are right, however odd what they say: the guard lets them go. */
describe("an honest run is not stopped", () => {
  test.each<[string, readonly string[], string, Readonly<Record<string, string>>]>([
    ["capitals in an address", [ROW.replace("a@x.example", "Compta@Client.Example")], SMALL, {}],
    ["a domain in punycode", [ROW.replace("x.example", "xn--mnchen-3ya.example")], SMALL, {}],
    ["the same in its own script", [ROW.replace("x.example", "münchen.example")], SMALL, {}],
    ["capitals in our own address", [ROW], SMALL.replace("compta@exemple.test", "Compta@Exemple.Test"), {}],
    [
      "a name that ends like a currency, a number on the next line",
      [ROW.replace("Un;", "TRANSPORTS LE PASSEUR;")],
      LETTER,
      {},
    ],
    ["a number before a word that begins like one", [ROW.replace("1 rue X", "ZAC 24 EUROPE")], LETTER, {}],
    ["an address that reads like an amount", [ROW.replace("1 rue X", "24 EUR")], LETTER, {}],
    ["a credit in the table of a long letter", [...INVOICES, ...CREDITS], LETTER, {}],
    [
      "a text with the amount of one of two invoices",
      [ROW, ROW.replace("F-1", "F-2")],
      SMALL,
      own("La facture {{oldest.number}} de {{oldest.amount}} est la plus ancienne."),
    ],
    ["a text with a fixed amount alone", [ROW], SMALL, own("Une indemnité de 40 € est prévue par la loi.")],
    [
      "a date before the sign, the amount after it",
      [ROW],
      SMALL,
      own("Facture du 25/09/2026 EUR {{oldest.amount}}"),
    ],
    [
      "a capital in the legal line",
      [ROW],
      SMALL.replace("  country: FR\n", "  country: FR\n  legal_line: SARL au capital de 10 000 €\n"),
      own("Merci de payer."),
    ],
    [
      "a payment link with the amount in it",
      [ROW],
      `${SMALL}payment: { reference: rf, link: "https://pay.exemple.test/{currency}{amount}?r={reference}" }\n`,
      {},
    ],
    [
      "a structured communication that looks like numbers of others",
      [ROW.replaceAll("A1;", "400123;")],
      `${SMALL}payment: { reference: ogm }\n`,
      {},
    ],
    [
      "a Swiss payment slip, its amounts with and without the currency beside them",
      [ROW.replace("100,00", "12345,60")],
      LETTER.replace("EUR: { iban: FR1420041010050500013M02606 }", "EUR: { iban: CH9300762011623852957 }"),
      {},
    ],
  ])("%s", async (_name, rows, config, files) => {
    const folder = folderWith({ "dunning.yaml": config, ...files });
    await takeBalance(folder, DAY, COLUMNS, rows);
    const { exit, json } = await dunning(folder, DAY, "run", "--json");
    const { drafted, printed } = json["counts"] as { drafted: number; printed: number };
    expect([exit, drafted + printed, json["error"]]).toEqual([0, 1, undefined]);
  });
});
