import type { DefaultOptions } from "../config/default.ts";
import { type CompanyAnswers, placeholders } from "../config/placeholders.ts";
import { isAddress, isIban } from "../config/scalars.ts";

export type Choices = Pick<DefaultOptions, "country" | "language" | "kind">;
export type Answers = Choices & CompanyAnswers;

/** Without a terminal: what was chosen, France and French where nothing was, and made-up company data. */
export function withoutQuestions(chosen: Partial<Choices>): Answers {
  const all: Choices = { country: "FR", language: "fr", kind: "unknown", ...chosen };
  return { ...all, ...placeholders(all.language, all.country) };
}

class Cancelled extends Error {}

export interface Prompts {
  /** One of a few values. */
  readonly choose: <const T extends string>(
    message: string,
    labels: Readonly<Record<T, string>>,
  ) => Promise<T>;
  /** One line, trimmed; "" where the user wants to complete it later. `error`: why an answer is not taken. */
  readonly ask: (
    message: string,
    hint: string,
    error?: (given: string) => string | undefined,
  ) => Promise<string>;
}

/** The prompts on a terminal; both throw Cancelled when the user goes away. */
async function openPrompts(): Promise<Prompts> {
  const { intro, isCancel, select, text } = await import("@clack/prompts");
  intro("dunning init");
  return {
    choose: async (message, labels) => {
      const options = Object.entries<string>(labels).map(([value, label]) => ({ value, label }));
      const given = await select({ message, options });
      if (isCancel(given)) throw new Cancelled();
      return given as keyof typeof labels;
    },
    ask: async (message, hint, error = () => undefined) => {
      const validate = (given = ""): string | undefined =>
        given.trim() === "" ? undefined : error(given.trim());
      const given = await text({ message, placeholder: hint, validate, defaultValue: "" });
      if (isCancel(given)) throw new Cancelled();
      return given.trim();
    },
  };
}

async function askChoices({ choose }: Prompts, given: Partial<Choices>): Promise<Choices> {
  const country =
    given.country ?? (await choose("Pays · Country", { FR: "France", BE: "Belgique · België" }));
  const language = given.language ?? (await choose("Langue · Language", { fr: "français", en: "English" }));
  if (given.kind !== undefined) return { country, language, kind: given.kind };
  const kinds =
    language === "fr"
      ? { business: "des entreprises", consumer: "des particuliers", unknown: "les deux, ou je ne sais pas" }
      : { business: "businesses", consumer: "consumers", unknown: "both, or I do not know" };
  return {
    country,
    language,
    kind: await choose(language === "fr" ? "Vos clients sont" : "Your customers are", kinds),
  };
}

const WORDS = {
  fr: {
    later: "vide : à compléter plus tard",
    name: "Nom de la société",
    address: "Adresse, lignes séparées par des virgules",
    iban: "IBAN où vos clients paient",
    wrongIban: "Cet IBAN est faux.",
    email: "E-mail de la société",
    wrongEmail: "Une seule adresse, comme compta@example.com.",
    signatory: "Qui signe les messages",
  },
  en: {
    later: "empty: to be completed later",
    name: "Name of the company",
    address: "Address, lines separated by commas",
    iban: "IBAN to which your customers pay",
    wrongIban: "This IBAN is wrong.",
    email: "E-mail address of the company",
    wrongEmail: "One address, such as compta@example.com.",
    signatory: "Who signs the messages",
  },
} as const;

/** Asks on a terminal for what was not chosen yet, after what comes `first`. Null: the user went away. */
export async function askQuestions(
  chosen: Partial<Choices>,
  first: (prompts: Prompts) => Promise<void>,
): Promise<Answers | null> {
  try {
    const prompts = await openPrompts();
    await first(prompts);
    const chosenNow = await askChoices(prompts, chosen);
    const words = WORDS[chosenNow.language];
    const made = placeholders(chosenNow.language, chosenNow.country);
    const ask = (message: string, error?: (given: string) => string | undefined): Promise<string> =>
      prompts.ask(message, words.later, error);

    const name = await ask(words.name);
    const address = (await ask(words.address)).split(",").flatMap((line) => line.trim() || []);
    const iban = await ask(words.iban, (given) => (isIban(given) ? undefined : words.wrongIban));
    const email = await ask(words.email, (given) => (isAddress(given) ? undefined : words.wrongEmail));
    const signatory = await ask(words.signatory);
    return {
      ...chosenNow,
      name: name || made.name,
      address: address.length > 0 ? address.slice(0, 5) : made.address,
      iban: iban || made.iban,
      email: email || made.email,
      signatory: signatory || made.signatory,
      role: made.role,
    };
  } catch (error) {
    if (error instanceof Cancelled) return null;
    throw error;
  }
}
