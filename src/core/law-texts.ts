import type { Language } from "./types.ts";

/** The legal basis of a charge, as a message or a screen names it. Numbers do not break apart (U+00A0). */
const TEXTS = {
  "fr-business-interest": {
    fr: "article L. 441-10, II du Code de commerce",
    nl: "artikel L. 441-10, II van het Franse Wetboek van Koophandel (Code de commerce)",
    de: "Artikel L. 441-10, II des französischen Handelsgesetzbuchs (Code de commerce)",
    en: "article L. 441-10, II of the French Commercial Code",
  },
  "fr-business-compensation": {
    fr: "articles L. 441-10, II et D. 441-5 du Code de commerce",
    nl: "artikelen L. 441-10, II en D. 441-5 van het Franse Wetboek van Koophandel (Code de commerce)",
    de: "Artikel L. 441-10, II und D. 441-5 des französischen Handelsgesetzbuchs (Code de commerce)",
    en: "articles L. 441-10, II and D. 441-5 of the French Commercial Code",
  },
  "fr-consumer-interest": {
    fr: "articles 1231-6 et 1344-1 du Code civil",
    nl: "artikelen 1231-6 en 1344-1 van het Franse Burgerlijk Wetboek (Code civil)",
    de: "Artikel 1231-6 und 1344-1 des französischen Zivilgesetzbuchs (Code civil)",
    en: "articles 1231-6 and 1344-1 of the French Civil Code",
  },
  "be-business-interest": {
    fr: "article 5 de la loi du 2 août 2002 concernant la lutte contre le retard de paiement dans les transactions commerciales",
    nl: "artikel 5 van de wet van 2 augustus 2002 betreffende de bestrijding van de betalingsachterstand bij handelstransacties",
    de: "Artikel 5 des belgischen Gesetzes vom 2. August 2002 zur Bekämpfung des Zahlungsverzugs im Geschäftsverkehr",
    en: "article 5 of the Belgian law of 2 August 2002 on late payment in commercial transactions",
  },
  "be-business-compensation": {
    fr: "article 6 de la loi du 2 août 2002 concernant la lutte contre le retard de paiement dans les transactions commerciales",
    nl: "artikel 6 van de wet van 2 augustus 2002 betreffende de bestrijding van de betalingsachterstand bij handelstransacties",
    de: "Artikel 6 des belgischen Gesetzes vom 2. August 2002 zur Bekämpfung des Zahlungsverzugs im Geschäftsverkehr",
    en: "article 6 of the Belgian law of 2 August 2002 on late payment in commercial transactions",
  },
  "be-consumer-interest": {
    fr: "article XIX.4 du Code de droit économique",
    nl: "artikel XIX.4 van het Wetboek van economisch recht",
    de: "Artikel XIX.4 des belgischen Wirtschaftsgesetzbuches",
    en: "article XIX.4 of the Belgian Code of Economic Law",
  },
  "be-consumer-compensation": {
    fr: "article XIX.4 du Code de droit économique",
    nl: "artikel XIX.4 van het Wetboek van economisch recht",
    de: "Artikel XIX.4 des belgischen Wirtschaftsgesetzbuches",
    en: "article XIX.4 of the Belgian Code of Economic Law",
  },
  "lu-business-interest": {
    fr: "loi modifiée du 18 avril 2004 relative aux délais de paiement et aux intérêts de retard",
    nl: "gewijzigde Luxemburgse wet van 18 april 2004 betreffende betalingstermijnen en verwijlinteresten",
    de: "geändertes luxemburgisches Gesetz vom 18. April 2004 über Zahlungsfristen und Verzugszinsen",
    en: "amended Luxembourg law of 18 April 2004 on payment periods and late payment interest",
  },
  "lu-business-compensation": {
    fr: "loi modifiée du 18 avril 2004 relative aux délais de paiement et aux intérêts de retard",
    nl: "gewijzigde Luxemburgse wet van 18 april 2004 betreffende betalingstermijnen en verwijlinteresten",
    de: "geändertes luxemburgisches Gesetz vom 18. April 2004 über Zahlungsfristen und Verzugszinsen",
    en: "amended Luxembourg law of 18 April 2004 on payment periods and late payment interest",
  },
  "nl-business-interest": {
    fr: "article 6:119a du Code civil néerlandais",
    nl: "artikel 6:119a van het Burgerlijk Wetboek",
    de: "Artikel 6:119a des niederländischen Bürgerlichen Gesetzbuchs",
    en: "article 6:119a of the Dutch Civil Code",
  },
  "nl-consumer-interest": {
    fr: "article 6:119 du Code civil néerlandais",
    nl: "artikel 6:119 van het Burgerlijk Wetboek",
    de: "Artikel 6:119 des niederländischen Bürgerlichen Gesetzbuchs",
    en: "article 6:119 of the Dutch Civil Code",
  },
  "nl-compensation": {
    fr: "article 6:96 du Code civil néerlandais et décret sur les frais de recouvrement extrajudiciaire",
    nl: "artikel 6:96 van het Burgerlijk Wetboek en het Besluit vergoeding voor buitengerechtelijke incassokosten",
    de: "Artikel 6:96 des niederländischen Bürgerlichen Gesetzbuchs und Verordnung über außergerichtliche Inkassokosten",
    en: "article 6:96 of the Dutch Civil Code and the decree on extrajudicial collection costs",
  },
  "de-business-interest": {
    fr: "§ 288, alinéa 2 du Code civil allemand (BGB)",
    nl: "§ 288 lid 2 van het Duitse Burgerlijk Wetboek (BGB)",
    de: "§ 288 Abs. 2 BGB",
    en: "section 288 (2) of the German Civil Code (BGB)",
  },
  "de-business-compensation": {
    fr: "§ 288, alinéa 5 du Code civil allemand (BGB)",
    nl: "§ 288 lid 5 van het Duitse Burgerlijk Wetboek (BGB)",
    de: "§ 288 Abs. 5 BGB",
    en: "section 288 (5) of the German Civil Code (BGB)",
  },
  "de-consumer-interest": {
    fr: "§ 288, alinéa 1 du Code civil allemand (BGB)",
    nl: "§ 288 lid 1 van het Duitse Burgerlijk Wetboek (BGB)",
    de: "§ 288 Abs. 1 BGB",
    en: "section 288 (1) of the German Civil Code (BGB)",
  },
  "gb-business-interest": {
    fr: "loi britannique de 1998 sur les retards de paiement commerciaux (Late Payment of Commercial Debts (Interest) Act 1998)",
    nl: "Britse wet van 1998 over betalingsachterstand (Late Payment of Commercial Debts (Interest) Act 1998)",
    de: "britisches Gesetz von 1998 über Zahlungsverzug (Late Payment of Commercial Debts (Interest) Act 1998)",
    en: "the Late Payment of Commercial Debts (Interest) Act 1998",
  },
  "gb-business-compensation": {
    fr: "section 5A de la loi britannique de 1998 sur les retards de paiement commerciaux (Late Payment of Commercial Debts (Interest) Act 1998)",
    nl: "section 5A van de Britse wet van 1998 over betalingsachterstand (Late Payment of Commercial Debts (Interest) Act 1998)",
    de: "Section 5A des britischen Gesetzes von 1998 über Zahlungsverzug (Late Payment of Commercial Debts (Interest) Act 1998)",
    en: "section 5A of the Late Payment of Commercial Debts (Interest) Act 1998",
  },
  "ch-interest": {
    fr: "article 104 du Code suisse des obligations",
    nl: "artikel 104 van het Zwitserse Wetboek van Verbintenissen (OR)",
    de: "Art. 104 Abs. 1 OR",
    en: "article 104 of the Swiss Code of Obligations",
  },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

/** What is said of a rate that is not the statutory one. */
const AGREED = {
  contract: {
    fr: "taux prévu par le contrat",
    nl: "contractuele rentevoet",
    de: "vertraglich vereinbarter Zinssatz",
    en: "at the rate of the contract",
  },
  "contract-floor": {
    fr: "taux minimal de trois fois le taux de l’intérêt légal",
    nl: "minimumtarief van driemaal de wettelijke rentevoet",
    de: "Mindestsatz des dreifachen gesetzlichen Zinssatzes",
    en: "at the minimum of three times the legal rate",
  },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

export type LegalText = keyof typeof TEXTS;

/** "article L. 441-10, II du Code de commerce": no-break spaces keep signs and numbers together. */
export const legalText = (text: LegalText, language: Language): string =>
  TEXTS[text][language].replace(
    /(?<=§|Art\.|article|artikel|artikelen|articles|Artikel|section|Abs\.|lid|L\.|D\.) (?=[\dLD§])/g,
    "\u00a0",
  );

/** The legal basis of interest; a rate that the contract gave, and no law, is said to be so. */
export const interestBasis = (
  text: LegalText,
  because: readonly ("statutory" | "contract" | "contract-floor" | "legal")[],
  language: Language,
): string =>
  [
    legalText(text, language),
    ...(["contract", "contract-floor"] as const)
      .filter((each) => because.includes(each))
      .map((each) => AGREED[each][language]),
  ].join(", ");
