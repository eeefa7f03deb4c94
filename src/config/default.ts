import { stringify } from "yaml";
import type { CompanyAnswers } from "./placeholders.ts";

export interface DefaultOptions extends CompanyAnswers {
  readonly language: "fr" | "en";
  readonly country: "FR" | "BE";
  readonly kind: "business" | "consumer" | "unknown";
  /** Where the JSON Schema lies, for editors; null: not mentioned. */
  readonly schema: string | null;
}

/** A value as YAML in one line, in quotes where it needs them. */
export const scalar = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();

const ZONES = { FR: "Europe/Paris", BE: "Europe/Brussels" } as const;

/**
 * The commented dunning.yaml that `init` writes: a scenario from a courtesy mail for larger items to a formal notice by
 * registered letter that a person approves. Comments and texts in French or English.
 */
export function defaultConfig(options: DefaultOptions): string {
  const { country, kind, language, schema } = options;
  const say = (french: string, english: string): string => (language === "fr" ? french : english);
  return `${schema === null ? "" : `# yaml-language-server: $schema=${schema}\n`}${say(
    `# Les relances de cette société. « dunning check » vérifie ce fichier, « dunning run --dry-run » montre ce qui partirait.
# Les durées s’écrivent 5d (jours).`,
    `# The reminders of this company. "dunning check" checks this file, "dunning run --dry-run" shows what would leave.
# Durations are written 5d (days).`,
  )}
version: 1

company:
  name: ${scalar(options.name)}
  address:
${options.address.map((each) => `    - ${scalar(each)}`).join("\n")}
  country: ${country}
  # vat: ${country}...
  # enterprise_number: "000 000 000"   ${say("# entre guillemets : les zéros de tête restent", "# in quotes: leading zeros stay")}
  language: ${language}          ${say("# langue des messages, si rien d’autre n’est connu : fr, en", "# of messages, where nothing else is known: fr, en")}
  currency: EUR
  timezone: ${ZONES[country]}
  default_kind: ${kind}   ${say("# vos clients : business, consumer ou unknown (traité comme consumer)", "# your customers: business, consumer or unknown (treated as consumer)")}
  accounts:             ${say("# où les clients paient, par devise", "# where debtors pay, per currency")}
    EUR:
      iban: ${scalar(options.iban)}
      # bic: ABCDFRPPXXX
  email: ${scalar(options.email)}
  # phone: "+33 4 00 00 00 00"
  signatory:
    name: ${scalar(options.signatory)}
    role: ${scalar(options.role)}
  # logo: logo.png      ${say("# PNG ou JPEG, à côté de ce fichier", "# PNG or JPEG, beside this file")}

import:
  profile: auto
  max_balance_age: 7d          ${say("# balance plus ancienne : rien ne part", "# older: nothing is sent")}
  max_balance_age_formal: 4d   ${say("# pour une mise en demeure", "# for a formal notice")}
  hold_if_missing: 30%         ${say("# plus de postes disparus en une semaine : l’import attend « import accept »", "# more items gone within a week: the import waits for `import accept`")}
  # terms: 30d                 ${say("# si l’export n’a pas d’échéance : 30d, 30d end-of-month, 45d end-of-month", "# where an export has no due date: 30d, 30d end-of-month, 45d end-of-month")}

calendar:
  country: ${country}          ${say("# jours fériés", "# public holidays")}
  closed: []           ${say("# fermetures : ['2026-12-24..2027-01-01']", "# closing days: ['2026-12-24..2027-01-01']")}

${say("# Le premier segment dont la règle est vraie l’emporte. Exemple d’une règle : 'balance > 50000 || strategic'", "# The first segment whose rule is true wins. Example of a rule: 'balance > 50000 || strategic'")}
segments:
  - { name: everybody, when: 'true', scenario: standard }

scenarios:
  standard:
    min_amount: 10         ${say("# en dessous, on ne relance pas", "# below this, no reminder")}
    gap: 7d                ${say("# entre deux étapes, si la précédente n’a pas fixé de délai", "# between two steps, where the one before set no deadline")}
    grace: 2d              ${say("# après un délai fixé par un message", "# after a deadline that a message set")}
    approve_above: 20000   ${say("# au-dessus, une personne approuve", "# above this, a person approves")}
    ${say("# « day » compte depuis l’échéance. Les niveaux restent internes : le client ne les voit jamais.", "# `day` counts from the due date. Levels are internal: a debtor never sees them.")}
    steps:
${steps(say)}
email:
  transport: drafts        ${say("# drafts : fichiers .eml à ouvrir et envoyer ; smtp : envoi par votre serveur", "# drafts: .eml files to open and send; smtp: sent through your server")}
  from: { name: ${quoted(options.signatory)}, address: ${quoted(options.email)} }
  reply_to: ${scalar(options.email)}
  # smtp: { host: smtp.example.com, port: 587, user: ${quoted(options.email)}, password_file: ~/.config/dunning/password }
  # redirect_to: ${scalar(options.email)}   ${say("# répétition : tout part à cette adresse, rien n’est enregistré", "# rehearsal: everything goes to this address, nothing is recorded")}

letters:
  layout: fr-window
  folder: letters

limits:
  contact_cap: 5d          ${say("# entre deux relances automatiques d’un même client", "# between two automatic reminders to one debtor")}
  max_messages: 50         ${say("# plus d’e-mails en une fois : rien ne part sans accord", "# more e-mails in one run: nothing is sent without approval")}
  per_minute: 20
  per_day: 500

seed: change-me            ${say("# décide quelle variante d’un texte reçoit un client", "# decides which variant of a text a debtor gets")}
`;
}

/** Inside braces a comma would end a plain value. */
const quoted = (value: string): string => JSON.stringify(value);

function steps(say: (french: string, english: string) => string): string {
  return `      ${say("# avant l’échéance, pour les montants importants seulement", "# before the due date, for larger amounts only")}
      - { id: courtesy, day: -7, channel: email, template: courtesy, when: 'open >= 1000' }
      ${say("# un simple rappel ; deux textes, pour ne pas écrire toujours la même chose", "# a friendly reminder; two texts, so as not to write the same thing each time")}
      - { id: reminder, level: 10, day: 3, channel: email, template: [reminder-a, reminder-b] }
      ${say("# un appel dans la liste de travail ; sans appel sous 5 jours, un e-mail", "# a call on the worklist; where nobody called within 5 days, an e-mail")}
      - { id: call, level: 20, day: 12, channel: call, timeout: 5d, fallback: email, template: call-follow-up }
      - { id: firm, level: 30, day: 20, channel: email, template: firm, deadline: 8d }
      ${say("# dernier avertissement, exigé avant une mise en demeure", "# the last warning, required before a formal notice")}
      - { id: last-warning, level: 40, day: 35, channel: letter, template: last-warning, final_warning: true, deadline: 8d }
      ${say("# mise en demeure, en recommandé ; une personne approuve chacune", "# formal notice by registered letter; a person approves each one")}
      - { id: formal-notice, level: 50, day: 50, channel: registered-letter, template: formal-notice, formal_notice: true, approve: true, deadline: 8d }
`;
}
