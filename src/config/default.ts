import { stringify } from "yaml";
import { NBSP } from "../core/wording.ts";
import type { CompanyAnswers } from "./placeholders.ts";

export interface DefaultOptions extends CompanyAnswers {
  readonly language: "fr" | "en";
  readonly country: "FR" | "BE";
  readonly kind: "business" | "consumer" | "unknown";
  /** How exports are read: auto, or a profile that is added to this text. */
  readonly profile: string;
  /** Payment terms where exports have no due dates; null: only mentioned. */
  readonly terms?: string | null;
  /** Where the JSON Schema lies, for editors; null: not mentioned. */
  readonly schema: string | null;
}

/** A value as YAML in one line, in quotes where it needs them. */
const scalar = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();
/** Inside braces a comma would end a plain value. */
const quoted = (value: string): string => JSON.stringify(value);

const ZONES = { FR: "Europe/Paris", BE: "Europe/Brussels" } as const;
const COMMENT_COLUMN = 30;

/** A line with a comment behind it; without a key, a comment on its own line. */
type Note = (yaml: string, french: string, english: string) => string;

function notes(language: "fr" | "en"): Note {
  return (yaml, french, english) => {
    const text = language === "en" ? english : french.replace(/ (?=[:;!?»])|(?<=«) /g, NBSP);
    return `${yaml.trim() === "" ? yaml : `${yaml.padEnd(COMMENT_COLUMN)}  `}# ${text}`;
  };
}

/**
 * The commented dunning.yaml that `init` writes: from a courtesy mail for larger items to a formal notice by
 * registered letter that a person approves. Comments in French or English.
 */
export function defaultConfig(options: DefaultOptions): string {
  const note = notes(options.language);
  return `${options.schema === null ? "" : `# yaml-language-server: $schema=${options.schema}\n`}${note(
    "",
    "Les relances de cette société. « dunning check » vérifie ce fichier, « dunning run --dry-run » montre ce qui partirait.",
    'The reminders of this company. "dunning check" checks this file, "dunning run --dry-run" shows what would leave.',
  )}
${note("", "Les durées s’écrivent 5d (cinq jours).", "Durations are written 5d (five days).")}
version: 1

${company(options, note)}
${intake(options, note)}
${scenarios(note)}
${delivery(options, note)}
${note("seed: change-me", "décide quelle variante d’un texte reçoit un client", "decides which variant of a text a debtor gets")}
`;
}

function company({ country, kind, language, ...answers }: DefaultOptions, note: Note): string {
  return `company:
  name: ${scalar(answers.name)}
  address:
${answers.address.map((each) => `    - ${scalar(each)}`).join("\n")}
  country: ${country}
  # vat: ${country}...
${note('  # enterprise_number: "..."', "entre guillemets : les zéros de tête restent", "in quotes: leading zeros stay")}
${note(`  # legal_line: "${country === "FR" ? "SARL au capital de 8 000 € · RCS Lyon ..." : "SRL · RPM Liège"}"`, "forme, capital, registre : la loi les veut sur vos lettres", "legal form, capital, register: the law wants them on letters")}
${note(`  language: ${language}`, "langue des messages, si rien d’autre n’est connu", "language of messages, where nothing else is known")}
  currency: EUR
  timezone: ${ZONES[country]}
${note(
  `  default_kind: ${kind}`,
  "vos clients : business, consumer, ou unknown (traité comme consumer)",
  "your customers: business, consumer, or unknown (treated as consumer)",
)}
${note("  accounts:", "où les clients paient, par devise", "where debtors pay, per currency")}
    EUR:
      iban: ${scalar(answers.iban)}
      # bic: ABCDFRPPXXX
  email: ${scalar(answers.email)}
  # phone: "+33 4 00 00 00 00"
  signatory:
    name: ${scalar(answers.signatory)}
    role: ${scalar(answers.role)}
${note("  # logo: logo.png", "PNG ou JPEG, à côté de ce fichier", "PNG or JPEG, beside this file")}
`;
}

function intake({ country, profile, terms }: DefaultOptions, note: Note): string {
  return `import:
  profile: ${scalar(profile)}
${note("  max_balance_age: 7d", "balance plus ancienne : rien ne part", "older balance: nothing is sent")}
${note("  max_balance_age_formal: 4d", "pour une mise en demeure", "for a formal notice")}
${note(
  "  hold_if_missing: 30%",
  "plus de postes disparus en une semaine : l’import attend « dunning import accept »",
  'more items gone within a week: the import waits for "dunning import accept"',
)}
${note(
  terms == null ? "  # terms: 30d" : `  terms: ${scalar(terms)}`,
  "si l’export n’a pas d’échéances : 30d, 45d end-of-month, end-of-month 45d",
  "where an export has no due dates: 30d, 45d end-of-month, end-of-month 45d",
)}

calendar:
${note(`  country: ${country}`, "jours fériés", "public holidays")}
${note("  closed: []", "fermetures : ['2026-12-24..2027-01-01']", "closing days: ['2026-12-24..2027-01-01']")}
`;
}

function scenarios(note: Note): string {
  return `${note(
    "",
    "Le premier segment dont la règle est vraie l’emporte. Exemple de règle : 'balance > 50000 || strategic'",
    "The first segment whose rule is true wins. Example of a rule: 'balance > 50000 || strategic'",
  )}
segments:
  - { name: everybody, when: 'true', scenario: standard }

scenarios:
  standard:
${note("    min_amount: 10", "en dessous, pas de relance", "below this, no reminder")}
${note("    gap: 7d", "entre deux étapes, si la première n’a pas fixé de délai", "between two steps, where the first set no deadline")}
${note("    grace: 2d", "après un délai fixé par un message", "after a deadline that a message set")}
${note("    approve_above: 20000", "au-dessus, une personne approuve", "above this, a person approves")}
${note(
  "    ",
  "« day » compte depuis l’échéance. Les niveaux restent internes : le client ne les voit jamais.",
  '"day" counts from the due date. Levels are internal: a debtor never sees them.',
)}
    steps:
${note("      ", "avant l’échéance, pour les montants importants seulement", "before the due date, for larger amounts only")}
      - { id: courtesy, day: -7, channel: email, template: courtesy, when: 'open >= 1000' }
${note(
  "      ",
  "un simple rappel ; deux textes, pour ne pas écrire toujours la même chose",
  "a friendly reminder; two texts, so as not to write the same thing each time",
)}
      - { id: reminder, level: 10, day: 3, channel: email, template: [reminder-a, reminder-b] }
${note(
  "      ",
  "un appel dans la liste de travail ; sans appel sous 5 jours, un e-mail",
  "a call on the worklist; where nobody called within 5 days, an e-mail",
)}
      - { id: call, level: 20, day: 12, channel: call, timeout: 5d, fallback: email, template: [follow-up-a, follow-up-b] }
      - { id: firm, level: 30, day: 20, channel: email, template: firm, deadline: 8d }
${note("      ", "dernier avertissement, exigé avant une mise en demeure", "the last warning, required before a formal notice")}
      - { id: last-warning, level: 40, day: 35, channel: letter, template: last-warning, deadline: 8d, final_warning: true }
${note(
  "      ",
  "mise en demeure en recommandé ; une personne approuve chacune",
  "formal notice by registered letter; a person approves each one",
)}
      - { id: formal-notice, level: 50, day: 50, channel: registered-letter, template: formal-notice, deadline: 8d,
          formal_notice: true, approve: true }
`;
}

function delivery({ email, signatory, country }: DefaultOptions, note: Note): string {
  return `email:
${note(
  "  transport: drafts",
  "drafts : fichiers .eml à ouvrir et envoyer ; smtp : envoi par votre serveur",
  "drafts: .eml files to open and send; smtp: sent through your server",
)}
${note("  ", "L’expéditeur et l’adresse de réponse, si ce ne sont pas le signataire et l’adresse de la société :", "Sender and address for answers, where they are not the signatory and the company's address:")}
  # from: { name: ${quoted(signatory)}, address: ${quoted(email)} }
  # reply_to: ${scalar(email)}
  # smtp: { host: smtp.example.com, port: 587, user: ${quoted(email)}, password_file: ~/.config/dunning/password }

letters:
  layout: ${country === "BE" ? "be-right" : "fr-window"}
  folder: letters

limits:
${note("  contact_cap: 5d", "entre deux relances automatiques d’un client", "between two automatic reminders to one debtor")}
${note("  max_messages: 50", "plus d’e-mails en une fois : rien ne part sans accord", "more e-mails in one run: nothing leaves without approval")}
  per_minute: 20
  per_day: 500
`;
}
