/** The words of a text about interest, fixed compensation and the notices that the law asks for. */

import { flag, maybe, text } from "./words-of-texts.ts";

export const chargeWords = {
  claimed: flag("interest or fixed compensation is claimed with this message: it is part of `total`"),
  shown: flag("interest or fixed compensation is told and stands in no total: what may be claimed later"),
  interest: maybe("the interest of all documents, up to the day of the message", "261,21 €"),
  compensation: maybe("the fixed compensation of all documents", "40,00 €"),
  total: maybe("both together", "301,21 €"),
  principal: maybe("what they are added to: the documents less the credits", "10 000,00 €"),
  with_principal: maybe("principal and charges together", "10 301,21 €"),
  rows: {
    kind: "list",
    about: "the documents with what each of them bears",
    each: {
      name: text("what the document is, with its number", "Facture FA-2026-0153"),
      number: text("its number", "FA-2026-0153"),
      principal: text("what bears interest", "10 000,00 €"),
      interest: maybe("its interest", "261,21 €"),
      compensation: maybe("its fixed compensation", "40,00 €"),
      total: text("both together", "301,21 €"),
    },
  },
  lines: {
    kind: "list",
    about:
      "the interest in detail: a line for each document and each period with one rate; they add up to `charges.interest`",
    each: {
      name: text("what the document is, with its number", "Facture FA-2026-0153"),
      number: text("its number", "FA-2026-0153"),
      principal: text("what bears interest", "10 000,00 €"),
      from: text("the first day", "01/06/2025"),
      to: text("the last day", "30/06/2025"),
      days: text("how many days", "30 jours"),
      rate: text("the yearly rate", "13,15 %"),
      amount: text("the interest of these days", "108,08 €"),
    },
  },
  interest_basis: maybe(
    "the legal basis of the interest, to follow a word such as: conformément à l’",
    "article L. 441-10, II du Code de commerce",
  ),
  compensation_basis: maybe(
    "the legal basis of the fixed compensation",
    "articles L. 441-10, II et D. 441-5 du Code de commerce",
  ),
  left_out: maybe(
    "the days of which no rate is known or confirmed, and for which no interest is claimed",
    "du 1er juillet 2026 au 15 août 2026",
  ),
  before: maybe("what earlier letters have claimed of this kind, in no total again", "150,00 €"),
  before_date: maybe("the day of the newest of them", "30 octobre 2026"),
} as const;

/** The free first reminder of a Belgian consumer (Code de droit économique, art. XIX.2). */
export const firstReminderWords = {
  given: flag(
    "the message is the free first reminder of a Belgian consumer: the four words below must stand in it",
  ),
  indemnity: maybe("the indemnity that will be claimed once the deadline has passed", "36,50 €"),
  deadline: maybe("the last day on which nothing but the balance is asked", "9 décembre 2026"),
  enterprise_number: maybe("the enterprise number of the creditor", "0123.456.789"),
  supplies: maybe("what was supplied (charges.supplies)", "mazout de chauffage"),
} as const;

/** Somebody writes for the creditor, under a mandate (FR: CPCE R124-1 to R124-7). */
export const mandateWords = {
  given: flag("somebody else writes for the creditor, under a mandate (on_behalf_of)"),
  collector: maybe("who writes", "Cabinet Exemple"),
  collector_address: maybe("its address in one line", "5 place des Modèles, 69001 Lyon"),
  creditor: maybe("for whom", "Atelier Exemple SARL"),
  creditor_address: maybe("the creditor's address in one line", "12 rue des Essais, 69003 Lyon"),
  date: maybe("the day of the mandate", "10 janvier 2026"),
  reference: maybe("its reference", "M-2026-01"),
  statement: maybe(
    "the sentence that the law asks for: who collects amicably, from where, for whom",
    "Cabinet Exemple, 5 place des Modèles, 69001 Lyon, exerce une activité de recouvrement amiable ...",
  ),
  costs_law: maybe(
    "France: the paragraphs of the law on collection costs that such a letter must reproduce",
    "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier ...",
  ),
  first_date: maybe(
    "the day of the first message in this matter, to be recalled by the later ones",
    "20 octobre 2026",
  ),
} as const;
