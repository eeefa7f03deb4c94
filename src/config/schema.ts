import { z } from "zod";
import {
  amount,
  bic,
  closing,
  country,
  currency,
  days,
  domain,
  email,
  flag,
  iban,
  line,
  name,
  patience,
  region,
  share,
  terms,
  timeZone,
  whole,
} from "./scalars.ts";

/**
 * The keys of dunning.yaml: a contract. Each has a description, from which editors and the reference page are fed.
 * What a rule that spans several keys demands stands in checks.ts.
 */

// Compiling checks into code pays off for thousands of values; a configuration is one.
z.config({ jitless: true });

/** A key that may be left out or empty; its value is null then. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const section = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, { error: "keys with their values" });
const list = <T extends z.ZodType>(of: T, min: number, max: number, expected: string) =>
  z.array(of, { error: expected }).min(min, { error: expected }).max(max, { error: expected });
const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const named = <T extends z.ZodType>(what: string, of: T) =>
  z.record(name(what), of, { error: `names of ${what}s, each with its keys` });

export const CHANNELS = ["email", "letter", "registered-letter", "call", "visit", "agency"] as const;
export const WRITTEN = ["email", "letter", "registered-letter"] as const;
export const DEFAULT_GAP = 7;

const person = () =>
  section({
    name: line("a name").describe("Name that the recipient sees"),
    address: email().describe("E-mail address"),
  });

const company = section({
  name: line("the company's name").describe("Name of the creditor, as on its invoices"),
  address: list(
    line("a line of the address"),
    1,
    5,
    "the lines of the address, as a list of 1 to 5",
  ).describe("Postal address, line by line, without the name"),
  country: country().describe("Country of the company (ISO 3166: FR, BE ...)"),
  vat: maybe(line("a VAT number", 40)).describe("VAT number, shown in messages"),
  enterprise_number: maybe(line("an enterprise number in quotes", 40)).describe(
    "SIREN or enterprise number, shown in messages; in quotes, so that leading zeros stay",
  ),
  language: choice("fr", "nl", "de", "en").describe("Language of messages, where nothing else is known"),
  currency: currency().default("EUR").describe("Currency of the books (ISO 4217)"),
  timezone: timeZone().default("Europe/Paris").describe("Time zone that decides what today is"),
  default_kind: choice("business", "consumer", "unknown")
    .default("unknown")
    .describe("What a debtor is where nothing says it; unknown is treated as consumer"),
  accounts: z
    .record(
      currency(),
      section({
        iban: iban().describe("IBAN of the account"),
        bic: maybe(bic()).describe("BIC of the bank"),
      }),
      { error: "an account per currency, such as EUR: { iban: ... }" },
    )
    .describe("Where debtors pay, per currency"),
  email: email().describe("E-mail address of the company"),
  phone: maybe(line("a telephone number in quotes", 40)).describe("Telephone number, shown in messages"),
  signatory: section({
    name: line("a name").describe("Who signs"),
    role: maybe(line("a role")).describe("Role of the person who signs"),
  }).describe("The person who signs messages and letters"),
  logo: maybe(line("a file name")).describe("PNG or JPEG file for the head of letters, beside this file"),
});

const imports = section({
  profile: name("a profile").default("auto").describe("How exports are read: auto, or one of `profiles`"),
  max_balance_age: days(0, 90).prefault("7d").describe("A balance older than this: nothing is sent"),
  max_balance_age_formal: days(0, 90).prefault("4d").describe("The same for a formal notice"),
  hold_if_missing: share()
    .prefault("30%")
    .describe(
      "A balance from which more than this share of the open items (or of the amount) vanished in a week waits for `import accept`",
    ),
  terms: maybe(terms()).describe("Payment terms, where an export has no due date: 30d, 45d end-of-month"),
});

/** What a profile says is judged by the importer; here only its form. */
const profile = section({
  format: choice("csv").default("csv").describe("Kind of file"),
  encoding: maybe(line("an encoding", 40)).describe("Encoding, such as utf-8 or windows-1252"),
  delimiter: maybe(z.string({ error: "the character between two columns" }).min(1).max(3)).describe(
    "Character between two columns",
  ),
  dates: maybe(line("a form of dates such as dd/MM/yyyy", 20)).describe("Form of dates, such as dd/MM/yyyy"),
  decimal: maybe(choice(",", ".")).describe("Decimal mark"),
  header: maybe(
    z.union([whole(1, 1000), line("a fingerprint")], { error: "a row number or a fingerprint" }),
  ).describe("Row of the column names, or their fingerprint"),
  control: choice("check", "warn")
    .default("check")
    .describe("What happens when the file's own total differs: check holds the balance back, warn goes on"),
  columns: z
    .record(name("a role"), line("the header of a column"), {
      error: "a header for each role, such as number: N° pièce",
    })
    .default({})
    .describe("Which column holds what: role and header"),
});

const calendar = section({
  country: maybe(country()).describe("Country of the public holidays; where left out, the company's"),
  region: maybe(region()).describe("Region with holidays of its own (ISO 3166-2), such as FR-57"),
  closed: list(closing(), 0, 100, "a list of dates or periods")
    .default([])
    .describe("Days on which the company is closed: 2026-12-24, or 2026-12-24..2027-01-01"),
});

/** `true` without quotes is what people write for "everybody". */
const rule = () =>
  z
    .union([z.string().min(1).max(2000), z.boolean()], {
      error: "a rule in quotes, such as 'balance > 1000'",
    })
    .transform(String);

const segment = section({
  name: name("a segment").describe("Name, shown in plans and explanations"),
  when: rule().describe("Rule (CEL) over facts of the debtor; the first segment whose rule is true wins"),
  scenario: name("a scenario").describe("The scenario that these debtors follow"),
});

const templateName = () => name("a template");
const step = section({
  id: name("a step").describe("Name of the step, unique in its scenario; keep it once messages were sent"),
  level: whole(1, 1000)
    .optional()
    .describe("Rank among the steps; where left out 10, 20, 30 ... by position. Never shown to debtors"),
  day: whole(-180, 3650).describe("Days after the due date; negative: before it"),
  channel: choice(...CHANNELS).describe("How the step is carried out"),
  template: z
    .union([templateName(), list(templateName(), 1, 10, "templates")], {
      error: "the name of a template, or a list of them",
    })
    .transform((names): readonly string[] => (typeof names === "string" ? [names] : names))
    .prefault([])
    .describe("Text of the message; several: variants. For a call: the text of its fallback"),
  when: maybe(rule()).describe(
    "Rule (CEL) over facts of the dossier; where it is false the step is passed over",
  ),
  gap: maybe(days(0, 365)).describe("Days since the last contact; where left out, the scenario's"),
  deadline: maybe(days(1, 90)).describe("Days that the message gives to the debtor"),
  timeout: maybe(days(1, 90)).describe(
    "Calls: after so many days the scenario goes on with `fallback` (default 5d)",
  ),
  fallback: maybe(choice(...WRITTEN)).describe(
    "Channel to take where this one cannot be used (calls: where nobody called in time; default email)",
  ),
  final_warning: flag.default(false).describe("The last warning before a formal notice"),
  formal_notice: flag
    .default(false)
    .describe("A formal notice (mise en demeure); needs a final warning before it"),
  approve: flag.default(false).describe("A person approves each one before it leaves"),
  skip_after: maybe(days(1, 3650)).describe("Passed over once the oldest item is older than this"),
  sender: maybe(name("a sender")).describe("One of `email.senders`; where left out, `email.from`"),
});

const scenario = section({
  follow: choice("debtor", "invoice")
    .default("debtor")
    .describe("debtor: one message lists all that is overdue; invoice: each invoice walks alone"),
  min_amount: amount().default(0).describe("Below this claim nothing is done"),
  min_item: amount().default(0).describe("Items below this amount are left out"),
  grace: days(0, 90).prefault("2d").describe("Days after a deadline that a message set"),
  gap: days(0, 365)
    .prefault(`${DEFAULT_GAP}d`)
    .describe("Days between two steps, where the one before set no deadline"),
  approve_above: maybe(amount()).describe("Claims above this amount wait for a person's approval"),
  entry: choice("first", "by-age")
    .default("first")
    .describe("Where an old debt enters: at the first step, or at the last one whose day has passed"),
  steps: list(step, 1, 50, "a list of steps").describe("The steps, in the order in which they are taken"),
});

const smtp = section({
  host: line("the name of the mail server").describe("Mail server"),
  port: whole(1, 65535).default(587).describe("Port; 465 speaks TLS from the first byte"),
  encryption: maybe(choice("tls", "starttls", "none")).describe(
    "Where left out: TLS is required, but not on this very machine",
  ),
  authority_file: maybe(line("a file name")).describe("Certificate (PEM) of an own authority"),
  user: maybe(line("a user name")).describe("User name at the mail server"),
  password_file: maybe(line("a file name")).describe(
    "File that holds the password alone, readable by you only",
  ),
  password_command: maybe(line("a command", 1000)).describe(
    "Command that prints the password, such as `pass show mail`",
  ),
  timeouts: section({
    connect: patience().prefault("30s").describe("To connect"),
    greeting: patience().prefault("5m").describe("For the server's greeting"),
    reply: patience().prefault("10m").describe("For a reply"),
  })
    .prefault({})
    .describe("How long to wait for the mail server"),
});

const mail = section({
  transport: choice("drafts", "smtp")
    .default("drafts")
    .describe("drafts: .eml files; smtp: sent through a mail server"),
  from: maybe(person()).describe("Sender; where left out, the signatory at the company's address"),
  reply_to: maybe(email()).describe("Where answers go; where left out, the sender"),
  senders: named("sender", person()).default({}).describe("Other senders, for the `sender` of a step"),
  smtp: maybe(smtp).describe("The mail server"),
  redirect_to: maybe(email()).describe("Rehearsal: every message goes to this address, nothing is recorded"),
  allow_domains: list(domain(), 0, 100, "a list of domains")
    .default([])
    .describe("Only addresses of these domains are written to; empty: all"),
});

const letters = section({
  layout: choice("fr-window").default("fr-window").describe("Where the address stands on the page"),
  folder: line("a folder").default("letters").describe("Folder for the letters, beside this file"),
});

const limits = section({
  contact_cap: days(0, 90).prefault("5d").describe("Days between two automatic reminders to one debtor"),
  max_messages: whole(1, 100_000)
    .default(50)
    .describe("More e-mails in one run: nothing is sent, a person approves"),
  per_minute: whole(1, 6000).default(20).describe("E-mails per minute"),
  per_day: whole(1, 100_000).default(500).describe("E-mails per day; the rest waits for tomorrow"),
});

export const schema = section({
  version: z.literal(1, { error: "1" }).describe("Version of this file's layout"),
  company: company.describe("Who writes"),
  import: imports.prefault({}).describe("How balances are taken in"),
  profiles: named("profile", profile)
    .default({})
    .describe("Layouts of exports, as `inspect --save-profile` writes them"),
  calendar: calendar.prefault({}).describe("Working days"),
  segments: list(segment, 1, 200, "a list of segments").describe(
    "Which debtor follows which scenario; first match wins",
  ),
  scenarios: named("scenario", scenario).describe("The scenarios and their steps"),
  email: mail.prefault({}).describe("E-mail"),
  letters: letters.prefault({}).describe("Letters"),
  limits: limits.prefault({}).describe("Brakes"),
  seed: z
    .string({ error: "a text" })
    .max(200)
    .default("")
    .describe("Any text; decides which variant of a template a debtor gets"),
});

/** dunning.yaml with its defaults filled in; durations are days (timeouts milliseconds), shares fractions. */
export type Config = z.output<typeof schema>;
export type StepConfig = Config["scenarios"][string]["steps"][number];
export type ProfileConfig = Config["profiles"][string];

/** Keys that are part of the contract, of which this version can do nothing yet; `*` stands for a name or a number. */
export const LATER_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": ["payer_classes", "campaigns", "invoices", "charges", "cleanup", "outside_help"],
  "scenarios.*": ["cadence", "jitter"],
  "scenarios.*.steps.*": ["attach", "charges", "on_broken_promise"],
  letters: ["confirm_posted"],
};
export const LATER_VALUES: Readonly<Record<string, readonly string[]>> = {
  "email.transport": ["command"],
  "letters.layout": ["be-left", "be-right", "din-5008-a", "din-5008-b", "ch-left", "ch-right", "own"],
};
