import type { Action, Debtor, Language, Rules } from "./types.ts";

export interface LanguageChoice {
  readonly language: Language;
  readonly from: Action["languageFrom"];
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

/**
 * The language of a message: the addressee's, where one is known, else the debtor's own, else its country's, else the company's. Only languages with templates
 * are used; where the right one has none, the company's is taken with a warning.
 */
export function languageOf(debtor: Debtor, rules: Rules, contact: Language | null = null): LanguageChoice {
  const country = debtor.country ?? rules.country;
  const known = contact ?? debtor.language ?? languageOfCountry(country, debtor, rules);
  if (known === null) {
    const warning = `no language is known for ${country}: written in ${rules.language}`;
    return { language: rules.language, from: "company", warning: country === rules.country ? null : warning };
  }
  if (!rules.languages.includes(known)) {
    const warning = `no templates in ${known}: written in ${rules.language}`;
    return { language: rules.language, from: "company", warning: known === rules.language ? null : warning };
  }
  const own = debtor.language === null ? "country" : "debtor";
  return { language: known, from: contact === null ? own : "contact", warning: null };
}

function languageOfCountry(country: string, debtor: Debtor, rules: Rules): Language | null {
  if (country === "BE") return languageInBelgium(debtor, rules.language);
  if (country === "CH") return rules.language === "fr" ? "fr" : "de";
  return OF_COUNTRY[country] ?? null;
}

/** By region, else by postcode; Brussels and the unknown follow the company where it speaks one of both. */
function languageInBelgium({ region, postcode }: Debtor, company: Language): Language {
  const area = (region ?? "").toLowerCase();
  if (/vlg|vla|fland/.test(area)) return "nl";
  if (area.includes("wal")) return "fr";
  const code = Number(postcode ?? Number.NaN);
  const dutch = (code >= 1500 && code <= 3999) || (code >= 8000 && code <= 9999);
  const french = (code >= 1300 && code <= 1499) || (code >= 4000 && code <= 7999);
  if (dutch) return "nl";
  if (french) return "fr";
  return company === "nl" ? "nl" : "fr";
}
