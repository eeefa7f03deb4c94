import type { Language } from "./types.ts";
import { WORDS, type Written } from "./wording.ts";

/** How a person is addressed whose title is known; `{name}` stands for the rest of the name. */
interface Forms {
  readonly title: string;
  readonly email: string;
  readonly letter: string;
}

type Gender = "female" | "male";

const TITLES: Readonly<Record<Gender, RegExp>> = {
  female: /^(?:madame|mademoiselle|mme|mlle|mevrouw|mevr|mw|frau|mrs|ms|miss)\.?\s+/i,
  male: /^(?:monsieur|de heer|dhr|herrn?|mr)\.?\s+/i,
};
/** In other languages a lone M is the initial of a first name. */
const FRENCH_MALE = /^m\.?\s+/i;

const FORMS: Readonly<Record<Language, Readonly<Record<Gender, Forms>>>> = {
  fr: {
    female: { title: "Madame", email: "Bonjour Madame {name},", letter: "Madame," },
    male: { title: "Monsieur", email: "Bonjour Monsieur {name},", letter: "Monsieur," },
  },
  nl: {
    female: { title: "mevrouw", email: "Beste mevrouw {name},", letter: "Geachte mevrouw {name}," },
    male: { title: "de heer", email: "Beste meneer {name},", letter: "Geachte heer {name}," },
  },
  de: {
    female: { title: "Frau", email: "Guten Tag Frau {name},", letter: "Sehr geehrte Frau {name}," },
    male: { title: "Herrn", email: "Guten Tag Herr {name},", letter: "Sehr geehrter Herr {name}," },
  },
  en: {
    female: { title: "Ms", email: "Dear Ms {name},", letter: "Dear Ms {name}," },
    male: { title: "Mr", email: "Dear Mr {name},", letter: "Dear Mr {name}," },
  },
};

/** Titles as the language itself writes them. */
const OWN: Readonly<Record<Language, RegExp>> = {
  fr: /^(?:madame|monsieur|mademoiselle|mme|mlle|mr?)\b/i,
  nl: /^(?:mevrouw|mevr|mw|de heer|dhr)\b/i,
  de: /^(?:frau|herrn)\b/i,
  en: /^(?:mrs|ms|miss|mr)\b/i,
};

interface Titled {
  readonly forms: Forms;
  readonly name: string;
}

function titled(contact: string, language: Language): Titled | null {
  for (const gender of ["female", "male"] as const) {
    const pattern =
      TITLES[gender].exec(contact) ??
      (gender === "male" && language === "fr" ? FRENCH_MALE.exec(contact) : null);
    if (pattern !== null) return { forms: FORMS[language][gender], name: contact.slice(pattern[0].length) };
  }
  return null;
}

/** How a message opens, and how a letter addresses its reader; `contact` may be empty. */
export function opening(
  contact: string,
  language: Language,
  channel: Written,
): { readonly greeting: string; readonly civility: string } {
  const words = WORDS[language].greeting;
  const byEmail = channel === "email";
  const anybody = words.letter.replace(/,$/, "");
  // English says Mrs, Ms and Miss: as the customer writes it.
  const known = language === "en" && OWN.en.test(contact) ? null : titled(contact, language);
  if (known !== null) {
    const { forms, name } = known;
    return {
      greeting: forms[byEmail ? "email" : "letter"].replace("{name}", () => name),
      civility: language === "fr" ? forms.title : anybody,
    };
  }
  // English addresses a letter by name whatever the title; the others need a title that we do not know.
  const named = contact !== "" && (byEmail || language === "en");
  const nobody = byEmail ? words.email : words.letter;
  return { greeting: named ? `${words.emailTo} ${contact},` : nobody, civility: anybody };
}

/** The line of an address that names the person, the title in the letter's language. */
export function attentionLine(contact: string, language: Language): string {
  const known = titled(contact, language);
  // Abbreviations of a language (Mme, Mrs, Dhr.) stay as the customer writes them.
  const own = OWN[language].test(contact);
  const name = known === null || own ? contact : `${known.forms.title} ${known.name}`;
  return WORDS[language].letter.attention(name);
}
