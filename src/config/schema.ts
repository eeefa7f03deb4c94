import * as z from "zod/mini";
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
  turned,
  whole,
} from "./scalars.ts";

/**
 * The keys of dunning.yaml: a contract. Each has a description, from which editors and the reference page are fed.
 * What a rule that spans several keys demands stands in checks.ts.
 */

// Compiling checks into code pays off for thousands of values; a configuration is one.
z.config({ jitless: true });

/** Says what a key is for. Registered here and not by `.describe`, which would copy each schema once more at start. */
function key<T extends z.ZodMiniType>(description: string, of: T): T {
  z.globalRegistry.add(of, { ...z.globalRegistry.get(of), description });
  return of;
}
/** A key that may be left out or empty; its value is null then. */
const maybe = <T extends z.ZodMiniType>(of: T) => z._default(z.nullable(of), null);
/** What stands for a key that was left out: as a value, or as it would be written. */
const otherwise = <T extends z.ZodMiniType>(of: T, value: z.core.util.NoUndefined<z.output<T>>) =>
  z._default(of, value);
const filled = <T extends z.ZodMiniType>(of: T, written: z.input<T>) => z.prefault(of, written);
const section = <T extends z.core.$ZodShape>(shape: T) =>
  z.strictObject(shape, { error: "keys with their values" });
const list = <T extends z.ZodMiniType>(of: T, min: number, max: number, expected: string) =>
  z
    .array(of, { error: expected })
    .check(z.minLength(min, { error: expected }), z.maxLength(max, { error: expected }));
const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
const named = <T extends z.ZodMiniType>(what: string, of: T) =>
  z.record(name(what), of, { error: `names of ${what}s, each with its keys` });

export const CHANNELS = ["email", "letter", "registered-letter", "call", "visit", "agency"] as const;
export const WRITTEN = ["email", "letter", "registered-letter"] as const;
export const DEFAULT_GAP = 7;

const person = () =>
  section({
    name: key("Name that the recipient sees", line("a name")),
    address: key("E-mail address", email()),
  });

const company = section({
  name: key("Name of the creditor, as on its invoices", line("the company's name")),
  address: key(
    "Postal address, line by line, without the name",
    list(line("a line of the address"), 1, 5, "the lines of the address, as a list of 1 to 5"),
  ),
  country: key("Country of the company (ISO 3166: FR, BE ...)", country()),
  vat: key("VAT number, shown in messages", maybe(line("a VAT number", 40))),
  enterprise_number: key(
    "SIREN or enterprise number, shown in messages; in quotes, so that leading zeros stay",
    maybe(line("an enterprise number in quotes", 40)),
  ),
  language: key("Language of messages, where nothing else is known", choice("fr", "nl", "de", "en")),
  currency: key("Currency of the books (ISO 4217)", otherwise(currency(), "EUR")),
  timezone: key("Time zone that decides what today is", otherwise(timeZone(), "Europe/Paris")),
  default_kind: key(
    "What a debtor is where nothing says it; unknown is treated as consumer",
    otherwise(choice("business", "consumer", "unknown"), "unknown"),
  ),
  accounts: key(
    "Where debtors pay, per currency",
    z.record(
      currency(),
      section({
        iban: key("IBAN of the account", iban()),
        bic: key("BIC of the bank", maybe(bic())),
      }),
      { error: "an account per currency, such as EUR: { iban: ... }" },
    ),
  ),
  email: key("E-mail address of the company", email()),
  phone: key("Telephone number, shown in messages", maybe(line("a telephone number in quotes", 40))),
  signatory: key(
    "The person who signs messages and letters",
    section({
      name: key("Who signs", line("a name")),
      role: key("Role of the person who signs", maybe(line("a role"))),
    }),
  ),
  logo: key("PNG or JPEG file for the head of letters, beside this file", maybe(line("a file name"))),
});

const imports = section({
  profile: key("How exports are read: auto, or one of `profiles`", otherwise(name("a profile"), "auto")),
  max_balance_age: key("A balance older than this: nothing is sent", filled(days(0, 90), "7d")),
  max_balance_age_formal: key("The same for a formal notice", filled(days(0, 90), "4d")),
  hold_if_missing: key(
    "A balance from which more than this share of the open items (or of the amount) vanished in a week waits for `import accept`",
    filled(share(), "30%"),
  ),
  terms: key("Payment terms, where an export has no due date: 30d, 45d end-of-month", maybe(terms())),
});

/** What a profile says is judged by the importer; here only its form. */
const profile = section({
  format: key("Kind of file", otherwise(choice("csv"), "csv")),
  encoding: key("Encoding, such as utf-8 or windows-1252", maybe(line("an encoding", 40))),
  delimiter: key("Character between two columns", maybe(line("the character between two columns", 3))),
  dates: key("Form of dates, such as dd/MM/yyyy", maybe(line("a form of dates such as dd/MM/yyyy", 20))),
  decimal: key("Decimal mark", maybe(choice(",", "."))),
  header: key(
    "Row of the column names, or their fingerprint",
    maybe(z.union([whole(1, 1000), line("a fingerprint")], { error: "a row number or a fingerprint" })),
  ),
  control: key(
    "What happens when the file's own total differs: check holds the balance back, warn goes on",
    otherwise(choice("check", "warn"), "check"),
  ),
  columns: key(
    "Which column holds what: role and header",
    otherwise(
      z.record(name("a role"), line("the header of a column"), {
        error: "a header for each role, such as number: N° pièce",
      }),
      {},
    ),
  ),
});

const calendar = section({
  country: key("Country of the public holidays; where left out, the company's", maybe(country())),
  region: key("Region with holidays of its own (ISO 3166-2), such as FR-57", maybe(region())),
  closed: key(
    "Days on which the company is closed: 2026-12-24, or 2026-12-24..2027-01-01",
    otherwise(list(closing(), 0, 100, "a list of dates or periods"), []),
  ),
});

/** `true` without quotes is what people write for "everybody". */
const rule = () =>
  turned(
    z.union([z.string().check(z.minLength(1), z.maxLength(2000)), z.boolean()], {
      error: "a rule in quotes, such as 'balance > 1000'",
    }),
    String,
  );

const segment = section({
  name: key("Name, shown in plans and explanations", name("a segment")),
  when: key("Rule (CEL) over facts of the debtor; the first segment whose rule is true wins", rule()),
  scenario: key("The scenario that these debtors follow", name("a scenario")),
});

const templateName = () => name("a template");
const step = section({
  id: key("Name of the step, unique in its scenario; keep it once messages were sent", name("a step")),
  level: key(
    "Rank among the steps; where left out 10, 20, 30 ... by position. Never shown to debtors",
    z.optional(whole(1, 1000)),
  ),
  day: key("Days after the due date; negative: before it", whole(-180, 3650)),
  channel: key("How the step is carried out", choice(...CHANNELS)),
  template: key(
    "Text of the message; several: variants. For a call: the text of its fallback",
    filled(
      turned(
        z.union([templateName(), list(templateName(), 1, 10, "templates")], {
          error: "the name of a template, or a list of them",
        }),
        (names): readonly string[] => (typeof names === "string" ? [names] : names),
      ),
      [],
    ),
  ),
  when: key("Rule (CEL) over facts of the dossier; where it is false the step is passed over", maybe(rule())),
  gap: key("Days since the last contact; where left out, the scenario's", maybe(days(0, 365))),
  deadline: key("Days that the message gives to the debtor", maybe(days(1, 90))),
  timeout: key(
    "Calls and visits: after so many days the scenario goes on with `fallback` (calls: default 5d)",
    maybe(days(1, 90)),
  ),
  fallback: key(
    "Channel to take where this one cannot be used (calls: where nobody called in time; default email)",
    maybe(choice(...WRITTEN)),
  ),
  final_warning: key("The last warning before a formal notice", otherwise(flag, false)),
  formal_notice: key(
    "A formal notice (mise en demeure); needs a final warning before it",
    otherwise(flag, false),
  ),
  approve: key("A person approves each one before it leaves", otherwise(flag, false)),
  skip_after: key("Passed over once the oldest item is older than this", maybe(days(1, 3650))),
  sender: key("One of `email.senders`; where left out, `email.from`", maybe(name("a sender"))),
});

const scenario = section({
  follow: key(
    "debtor: one message lists all that is overdue; invoice: each invoice walks alone",
    otherwise(choice("debtor", "invoice"), "debtor"),
  ),
  min_amount: key("Below this claim nothing is done", otherwise(amount(), 0)),
  min_item: key("Items below this amount are left out", otherwise(amount(), 0)),
  grace: key("Days after a deadline that a message set", filled(days(0, 90), "2d")),
  gap: key(
    "Days between two steps, where the one before set no deadline",
    filled(days(0, 365), `${DEFAULT_GAP}d`),
  ),
  approve_above: key("Claims above this amount wait for a person's approval", maybe(amount())),
  entry: key(
    "Where an old debt enters: at the first step, or at the last one whose day has passed",
    otherwise(choice("first", "by-age"), "first"),
  ),
  steps: key("The steps, in the order in which they are taken", list(step, 1, 50, "a list of steps")),
});

const smtp = section({
  host: key("Mail server", line("the name of the mail server")),
  port: key("Port; 465 speaks TLS from the first byte", otherwise(whole(1, 65535), 587)),
  encryption: key(
    "Where left out: TLS is required, but not on this very machine",
    maybe(choice("tls", "starttls", "none")),
  ),
  authority_file: key("Certificate (PEM) of an own authority", maybe(line("a file name"))),
  user: key("User name at the mail server", maybe(line("a user name"))),
  password_file: key("File that holds the password alone, readable by you only", maybe(line("a file name"))),
  password_command: key(
    "Command that prints the password, such as `pass show mail`",
    maybe(line("a command", 1000)),
  ),
  timeouts: key(
    "How long to wait for the mail server",
    filled(
      section({
        connect: key("To connect", filled(patience(), "30s")),
        greeting: key("For the server's greeting", filled(patience(), "5m")),
        reply: key("For a reply", filled(patience(), "10m")),
      }),
      {},
    ),
  ),
});

const mail = section({
  transport: key(
    "drafts: .eml files; smtp: sent through a mail server",
    otherwise(choice("drafts", "smtp"), "drafts"),
  ),
  from: key("Sender; where left out, the signatory at the company's address", maybe(person())),
  reply_to: key("Where answers go; where left out, the sender", maybe(email())),
  senders: key("Other senders, for the `sender` of a step", otherwise(named("sender", person()), {})),
  smtp: key("The mail server", maybe(smtp)),
  redirect_to: key("Rehearsal: every message goes to this address, nothing is recorded", maybe(email())),
  allow_domains: key(
    "Only addresses of these domains are written to; empty: all",
    otherwise(list(domain(), 0, 100, "a list of domains"), []),
  ),
});

const letters = section({
  layout: key("Where the address stands on the page", otherwise(choice("fr-window"), "fr-window")),
  folder: key("Folder for the letters, beside this file", otherwise(line("a folder"), "letters")),
});

const limits = section({
  contact_cap: key("Days between two automatic reminders to one debtor", filled(days(0, 90), "5d")),
  max_messages: key(
    "More e-mails in one run: nothing is sent, a person approves",
    otherwise(whole(1, 100_000), 50),
  ),
  per_minute: key("E-mails per minute", otherwise(whole(1, 6000), 20)),
  per_day: key("E-mails per day; the rest waits for tomorrow", otherwise(whole(1, 100_000), 500)),
});

export const schema = section({
  version: key("Version of this file's layout", z.literal(1, { error: "1" })),
  company: key("Who writes", company),
  import: key("How balances are taken in", filled(imports, {})),
  profiles: key(
    "Layouts of exports, as `inspect --save-profile` writes them",
    otherwise(named("profile", profile), {}),
  ),
  calendar: key("Working days", filled(calendar, {})),
  segments: key(
    "Which debtor follows which scenario; first match wins",
    list(segment, 1, 200, "a list of segments"),
  ),
  scenarios: key("The scenarios and their steps", named("scenario", scenario)),
  email: key("E-mail", filled(mail, {})),
  letters: key("Letters", filled(letters, {})),
  limits: key("Brakes", filled(limits, {})),
  seed: key("Any text; decides which variant of a template a debtor gets", otherwise(line("a text"), "")),
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
