import * as z from "zod/mini";
import { PERSON_ROLES } from "../core/person.ts";
import { choice, key, list, maybe, named, noneOrMore, oneOrMore, otherwise, section } from "./keys.ts";
import { profile } from "./profile-schema.ts";
import {
  accountPrefix,
  amount,
  bic,
  closing,
  country,
  currency,
  date,
  days,
  email,
  flag,
  iban,
  line,
  name,
  region,
  share,
  terms,
  timeZone,
  turned,
  url,
  whole,
} from "./scalars.ts";
import { charges, onBehalfOf } from "./schema-charges.ts";
import {
  backups,
  confirmations,
  invoices,
  letters,
  limits,
  log,
  mail,
  payment,
  tone,
} from "./schema-delivery.ts";

/**
 * The keys of dunning.yaml: a contract. Each has a description, from which editors and the reference page are fed.
 * What a rule that spans several keys demands stands in checks.ts.
 */

const CHANNELS = ["email", "letter", "registered-letter", "call", "visit", "agency"] as const;
export const WRITTEN = ["email", "letter", "registered-letter"] as const;
const DEFAULT_GAP = 7;

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
  legal_line: key(
    "What the law wants on letters: legal form, capital, register (RCS Lyon 000 000 000); printed in the footer as it stands",
    maybe(line("a line such as SARL au capital de 8 000 € · RCS Lyon 000 000 000", 200)),
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
  profile: key(
    "How exports are read: auto, or one of `profiles`",
    otherwise(line("the name of a profile"), "auto"),
  ),
  max_balance_age: key("A balance older than this: nothing is sent", otherwise(days(0, 90), "7d")),
  max_balance_age_formal: key("The same for a formal notice", otherwise(days(0, 90), "4d")),
  hold_if_missing: key(
    "A balance from which more than this share of the open items (or of the amount) vanished in a week waits for `import accept`",
    otherwise(share(), "30%"),
  ),
  terms: key(
    "Payment terms, where an export has no due date: 30d, 45d end-of-month (45 days, then the month's end), end-of-month 45d (the month's end, then 45 days)",
    maybe(terms()),
  ),
  accounts: key(
    "Of a journal (FEC): the customers' accounts, by their first digits, in quotes",
    otherwise(list(accountPrefix(), 1, 20, 'prefixes in quotes, such as ["411", "416"]'), ["411"]),
  ),
  terms_by_account: key(
    "Of a journal (FEC): payment terms of a group of accounts, by its first digits; `terms` of a debtor goes before",
    otherwise(z.record(accountPrefix(), terms(), { error: 'terms by prefix, such as { "4112": 60d }' }), {}),
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
    z.union([z.string().check(z.minLength(1)), z.boolean()], {
      error: "a rule in quotes, such as 'balance > 1000'",
    }),
    String,
  );

const segment = section({
  name: key("Name, shown in plans and explanations", name("a segment")),
  when: key("Rule (CEL) over facts of the debtor; the first segment whose rule is true wins", rule()),
  scenario: key("The scenario that these debtors follow", line("the name of a scenario")),
});

const templateName = () => line("the name of a template");
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
    noneOrMore(templateName(), 10, "the name of a template, or a list of them"),
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
  final_warning: key("The last warning before a formal notice", otherwise(flag(), false)),
  formal_notice: key(
    "A formal notice (mise en demeure); needs a final warning before it",
    otherwise(flag(), false),
  ),
  approve: key("A person approves each one before it leaves", otherwise(flag(), false)),
  skip_after: key("Passed over once the oldest item is older than this", maybe(days(1, 3650))),
  sender: key(
    "One of `email.senders`, or a list of them that take turns; where left out, `email.from`",
    noneOrMore(line("the name of a sender"), 10, "the name of a sender, or a list of them"),
  ),
  addressee: key(
    "What the person at the customer does to whom it is written, or a list of such roles that take turns; where left out or where nobody is known to do that, whoever is written to first",
    noneOrMore(choice(...PERSON_ROLES), 4, `${PERSON_ROLES.join(", ")}, or a list of them`),
  ),
  charges: key(
    "Interest and fixed compensation: none, shown (told, in no total) or claimed; where left out, a formal notice claims them and the others say nothing",
    maybe(choice("none", "shown", "claimed")),
  ),
  attach: key(
    "What goes with it: invoices (copies from `invoices.folder`), statement (of the account); behind a letter they are printed",
    noneOrMore(choice("invoices", "statement"), 2, "invoices, statement, or a list of them"),
  ),
  on_broken_promise: key(
    "What comes first after a broken promise, where this step is the next one: a call (where left out), a visit, or this step itself by this channel",
    maybe(choice("call", "visit", ...WRITTEN)),
  ),
});

const pace = (payer: string) =>
  key(
    `What days and gaps are multiplied by in class ${payer}`,
    z.optional(z.number({ error: "a factor such as 0.6" }).check(z.gte(0.2), z.lte(3))),
  );
const latest = (payer: string, usual: number) =>
  key(`The most days late of class ${payer}`, otherwise(whole(0, 365), usual));

const scenario = section({
  follow: key(
    "debtor: one message lists all that is overdue; invoice: each invoice walks alone",
    otherwise(choice("debtor", "invoice"), "debtor"),
  ),
  min_amount: key("Below this claim nothing is done", otherwise(amount(), 0)),
  min_item: key("Items below this amount are left out", otherwise(amount(), 0)),
  grace: key("Days after a deadline that a message set", otherwise(days(0, 90), "2d")),
  gap: key(
    "Days between two steps, where the one before set no deadline",
    otherwise(days(0, 365), `${DEFAULT_GAP}d`),
  ),
  approve_above: key("Claims above this amount wait for a person's approval", maybe(amount())),
  entry: key(
    "Where an old debt enters: at the first step, or at the last one whose day has passed",
    otherwise(choice("first", "by-age"), "first"),
  ),
  cadence: key(
    "By payer class: what days and gaps are multiplied by, such as { D: 0.6 }",
    otherwise(section({ A: pace("A"), B: pace("B"), C: pace("C"), D: pace("D") }), {}),
  ),
  jitter: key(
    "A step moves by up to so many days, the same for a debtor every time; last warnings and formal notices do not",
    otherwise(whole(0, 10), 0),
  ),
  steps: key("The steps, in the order in which they are taken", list(step, 1, 50, "a list of steps")),
});

const campaign = section({
  when: key("Rule (CEL) over facts of the debtor: who is meant", rule()),
  channel: key("How it goes out", choice(...WRITTEN)),
  template: key(
    "Text of the message; several: variants",
    oneOrMore(templateName(), 10, "the name of a template, or a list of them"),
  ),
  from: key("Its first day; nobody gets it twice since then", maybe(date())),
  until: key("Its last day", maybe(date())),
  approve: key("A person approves each message before it leaves", otherwise(flag(), false)),
  counts_as_step: key(
    "Whether it counts as the scenario's step whose day the oldest document has reached (never a last warning)",
    otherwise(flag(), false),
  ),
});

export const schema = section({
  version: key("Version of this file's layout", z.literal(1, { error: "1" })),
  company: key("Who writes", company),
  import: key("How balances are taken in", otherwise(imports, {})),
  profiles: key(
    "Layouts of exports, as `inspect --save-profile` writes them",
    otherwise(named("profile", profile), {}),
  ),
  calendar: key("Working days", otherwise(calendar, {})),
  segments: key(
    "Which debtor follows which scenario; first match wins",
    list(segment, 1, 200, "a list of segments"),
  ),
  scenarios: key("The scenarios and their steps", named("scenario", scenario)),
  campaigns: key(
    "Messages to some debtors beside the scenarios: `campaign run NAME`",
    otherwise(named("campaign", campaign), {}),
  ),
  email: key("E-mail", otherwise(mail, {})),
  letters: key("Letters", otherwise(letters, {})),
  tone: key("How your texts speak: `check` reads them", otherwise(tone, {})),
  invoices: key("Copies of invoices on this machine", maybe(invoices)),
  limits: key("Brakes", otherwise(limits, {})),
  backups: key("Copies of the store", otherwise(backups, {})),
  log: key("A log for machines", otherwise(log, {})),
  healthcheck_url: key(
    "A URL that is called when a run begins (/start) and ends (/ and its exit code), so that a run that never came is noticed; nothing is sent along",
    maybe(url()),
  ),
  payment: key("How debtors pay", otherwise(payment, {})),
  promises: key(
    "Promises to pay",
    otherwise(
      section({
        grace: key(
          "Working days after its date for which a promise is still waited for",
          otherwise(days(0, 30), "2d"),
        ),
      }),
      {},
    ),
  ),
  confirmations: key(
    "Messages about what was agreed, outside the contact cap; where left out, none is sent",
    otherwise(confirmations, {}),
  ),
  insurance: key(
    "Credit insurance",
    otherwise(
      section({
        notify_within: key(
          "Days after the due date within which the insurer must hear of an insured debt: `status` tells of it in time",
          maybe(days(1, 365)),
        ),
      }),
      {},
    ),
  ),
  charges: key("Interest and fixed compensation for late payment", otherwise(charges, {})),
  on_behalf_of: key(
    "You write for `company`, which is your client, under a mandate; letters name both and money goes to the client's account",
    maybe(onBehalfOf),
  ),
  payer_classes: key(
    "Up to so many days late on the weighted mean: class A, B, C; above: D",
    otherwise(
      section({
        A: latest("A", 30),
        B: latest("B", 60),
        C: latest("C", 90),
      }),
      {},
    ),
  ),
  seed: key(
    "Any text; decides which variant of a template a debtor gets",
    otherwise(line("a text"), "dunning"),
  ),
});

/** dunning.yaml with its defaults filled in; durations are days (timeouts milliseconds), shares fractions. */
export type Config = z.output<typeof schema>;
export type StepConfig = Config["scenarios"][string]["steps"][number];
