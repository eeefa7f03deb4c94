import type { Action, Debtor, Language, Rules } from "./types.ts";

export interface LanguageChoice {
  readonly language: Language;
  readonly from: Action["languageFrom"];
  /** What decided, in words: `postcode 9000 of BE`. */
  readonly because: string;
  readonly warning: string | null;
}

const OF_COUNTRY: Readonly<Record<string, Language>> = {
  FR: "fr",
  LU: "fr",
  MC: "fr",
  NL: "nl",
  DE: "de",
  AT: "de",
  LI: "de",
  GB: "en",
  IE: "en",
  US: "en",
  CA: "en",
  AU: "en",
  NZ: "en",
};

interface Spoken {
  readonly language: Language;
  readonly because: string;
}

/** From the first to the last postcode, both included. */
type Area = readonly [first: number, last: number, language: Language];

/** Belgium by its language areas. Brussels (1000-1299) has two languages and stands in none. */
const BELGIUM: readonly Area[] = [
  [1300, 1499, "fr"],
  [1500, 3999, "nl"],
  // The German-speaking Community: Eupen to Burg-Reuland.
  [4700, 4799, "de"],
  [4000, 7999, "fr"],
  [8000, 9999, "nl"],
];
/** Switzerland where a range has one language; Fribourg, Biel, Valais, Ticino and Grisons are left out. */
const SWITZERLAND: readonly Area[] = [
  [1000, 1699, "fr"],
  [1800, 1999, "fr"],
  [2000, 2499, "fr"],
  [2800, 2999, "fr"],
  [3000, 3899, "de"],
  [4000, 6499, "de"],
  [8000, 9999, "de"],
];

/**
 * The language of a message: the addressee's, where one is known, else the debtor's own, else its country's (of Belgium and
 * Switzerland: its region's or postcode's), else the company's. Only languages with templates are used; where the right
 * one has none, the company's is taken with a warning.
 */
export function languageOf(debtor: Debtor, rules: Rules, contact: Language | null = null): LanguageChoice {
  const country = debtor.country ?? rules.country;
  const found = chain(debtor, country, rules, contact);
  const company = { language: rules.language, from: "company" } as const;
  if (found === null) {
    const warning = `no language is known for ${country}: written in ${rules.language}`;
    const because = `none is known for ${country}`;
    return { ...company, because, warning: country === rules.country ? null : warning };
  }
  const { language } = found;
  if (rules.languages.includes(language)) return { ...found, warning: null };
  const warning = `no templates in ${language}: written in ${rules.language}`;
  const because = `there are no templates in ${language} (${found.because})`;
  return { ...company, because, warning: language === rules.language ? null : warning };
}

function chain(
  debtor: Debtor,
  country: string,
  rules: Rules,
  contact: Language | null,
): Omit<LanguageChoice, "warning"> | null {
  if (contact !== null) return { language: contact, from: "contact", because: "of whoever is written to" };
  if (debtor.language !== null)
    return { language: debtor.language, from: "debtor", because: "of the debtor's master data" };
  const spoken = spokenIn(country, debtor, rules.language);
  return spoken === null ? null : { ...spoken, from: "country" };
}

function spokenIn(country: string, debtor: Debtor, company: Language): Spoken | null {
  if (country === "BE")
    return (
      byRegion(debtor.region) ??
      byPostcode(country, debtor.postcode, BELGIUM) ?? {
        language: company === "nl" ? "nl" : "fr",
        because: "Belgium, region and postcode decide nothing: the company's, where it is one of the two",
      }
    );
  if (country === "CH")
    return (
      byPostcode(country, debtor.postcode, SWITZERLAND) ?? {
        language: company === "fr" ? "fr" : "de",
        because: "Switzerland, the postcode decides nothing: the company's, where it is one of the two",
      }
    );
  const language = OF_COUNTRY[country];
  return language === undefined ? null : { language, because: `country ${country}` };
}

const REGIONS: readonly (readonly [RegExp, Language])[] = [
  [/ostbelg|deutschspr|germanophone|eupen/, "de"],
  [/vlg|vla|fland/, "nl"],
  [/wal/, "fr"],
];

function byRegion(region: string | null): Spoken | null {
  const name = (region ?? "").toLowerCase();
  const language = REGIONS.find(([pattern]) => pattern.test(name))?.[1];
  return language === undefined ? null : { language, because: `region ${region}` };
}

function byPostcode(country: string, postcode: string | null, areas: readonly Area[]): Spoken | null {
  const digits = /^(?:[A-Z]{1,2}[- ]?)?(\d{4})$/.exec((postcode ?? "").trim())?.[1];
  const code = Number(digits ?? Number.NaN);
  const language = areas.find(([first, last]) => code >= first && code <= last)?.[2];
  return language === undefined ? null : { language, because: `postcode ${digits} of ${country}` };
}
