import { describe, expect, test } from "vitest";
import { currencyOf } from "../src/intake/currency.ts";
import { isFooter, kindOf, languageOf, sideOf, totalName, typeOf } from "../src/intake/words.ts";

describe("words", () => {
  test.each([
    ["Total", ""],
    ["TOTAL GÉNÉRAL", ""],
    ["Total général EUR", ""],
    ["Sous-total", ""],
    ["Grand Total", ""],
    ["Totaux", ""],
    ["Total clients", ""],
    ["Total 411000", ""],
    ["Total au 31/03/2026", ""],
    ["Totaal klanten", ""],
    ["Gesamtsumme", ""],
    ["Zwischensumme", ""],
    ["À reporter", ""],
    ["Report", ""],
    ["Übertrag", ""],
    ["Cumul", ""],
    ["Total Dupont", "dupont"],
    ["Total for Birch Example", "birch example"],
    ["DUPONT SARL Total", "dupont sarl"],
    ["Total client C001", "c001"],
    ["Total Ferronnerie Exemple", "ferronnerie exemple"],
    ["Totalgaz Exemple", null],
    ["Sommaire Exemple", null],
    ["Reporters Exemple", null],
    ["Dupont", null],
  ])("%j: %j", (text, name) => {
    expect(totalName(text)).toBe(name);
  });

  test.each([
    "Page 2/3",
    "page 12",
    "Imprimé le 02/04/2026",
    "Édition du 02/04/2026",
    "Printed on 2026-04-02",
    "Gedruckt am 02.04.2026",
    "Accrual basis",
    "-----",
    "2 / 3",
    "Fin de l'état",
  ])("%j is a foot line", (text) => {
    expect(isFooter(text)).toBe(true);
  });
  test.each([
    "Imprimerie Exemple",
    "Page Blanche",
    "Éditions Exemple",
    "Printemps Exemple",
    "Seiler Exemple",
    "Finistère Exemple",
    "12 rue",
  ])("%j is not", (text) => {
    expect(isFooter(text)).toBe(false);
  });

  test.each([
    ["Facture", "invoice"],
    ["FA", "invoice"],
    ["Rechnung", "invoice"],
    ["Avoir client", "credit-note"],
    ["Note de crédit", "credit-note"],
    ["Credit Memo", "credit-note"],
    ["Creditnota", "credit-note"],
    ["Gutschrift", "credit-note"],
    ["Règlement", "payment"],
    ["Acompte", "payment"],
    ["Payment", "payment"],
    ["Zahlung", "payment"],
    ["DZ", "payment"],
    ["Rejet de prélèvement", "debit"],
    ["", null],
    ["Divers", null],
    ["Avocat", null],
  ])("%j is a %j", (text, type) => {
    expect(typeOf(text)).toBe(type);
  });

  test("sides, languages, kinds", () => {
    expect(["D", "S", "Débit", "0", "DR"].map(sideOf)).toEqual(Array(5).fill("debit"));
    expect(["C", "H", "Crédit", "1", "CR"].map(sideOf)).toEqual(Array(5).fill("credit"));
    expect(["", "X", "DC"].map(sideOf)).toEqual([null, null, null]);
    expect(["FR", "français", "fr-BE", "F"].map(languageOf)).toEqual(Array(4).fill("fr"));
    expect(["NL", "Nederlands", "N", "nl_BE"].map(languageOf)).toEqual(Array(4).fill("nl"));
    expect(["", "pt", "Frisian"].map(languageOf)).toEqual([null, null, null]);
    expect(["B2B", "Société", "zakelijk"].map(kindOf)).toEqual(Array(3).fill("business"));
    expect(["Particulier", "consumer", "Privat"].map(kindOf)).toEqual(Array(3).fill("consumer"));
    expect(["", "Grand compte"].map(kindOf)).toEqual([null, null]);
  });

  test.each([
    ["EUR", "EUR", "EUR"],
    ["eur", "EUR", "EUR"],
    ["€", "CHF", "EUR"],
    ["$", "EUR", "USD"],
    ["$", "CAD", "CAD"],
    ["kr", "NOK", "NOK"],
    ["CHF", "EUR", "CHF"],
    ["TTC", "EUR", null],
    ["", "EUR", null],
  ])("%j of a company in %s is %j", (text, own, code) => {
    expect(currencyOf(text, own)).toBe(code);
  });
});
