/** The parts of dunning.yaml that say how messages leave. */

import * as z from "zod/mini";
import { LETTER_LAYOUTS } from "../core/writer.ts";
import { choice, key, list, maybe, named, otherwise, section } from "./keys.ts";
import { PROVIDER_NAMES } from "./mail-providers.ts";
import {
  amount,
  credential,
  days,
  email,
  flag,
  folder,
  host,
  line,
  millimetres,
  patience,
  paymentLink,
  share,
  whole,
} from "./scalars.ts";

const person = () =>
  section({
    name: key("Name that the recipient sees", line("a name")),
    address: key("E-mail address", email()),
  });

const oauth2 = section({
  token_file: key("File that holds the access token alone, readable by you only", maybe(line("a file name"))),
  token_command: key("Command that prints an access token", maybe(line("a command", 1000))),
  token_credential: key("Name of a systemd credential that holds it", maybe(credential())),
});

const secrets = {
  password_file: key("File that holds the password alone, readable by you only", maybe(line("a file name"))),
  password_command: key(
    "Command that prints the password, such as `pass show mail`",
    maybe(line("a command", 1000)),
  ),
  password_credential: key("Name of a systemd credential that holds the password", maybe(credential())),
  oauth2: key("Log in with an access token (XOAUTH2) instead of a password", maybe(oauth2)),
};

const imap = section({
  host: key("Server of the mailbox", host()),
  port: key("Port; 993 speaks TLS from the first byte", otherwise(whole(1, 65535), 993)),
  encryption: key(
    "Where left out: TLS is required, but not on this very machine",
    maybe(choice("tls", "starttls", "none")),
  ),
  authority_file: key("Certificate (PEM) of an own authority", maybe(line("a file name"))),
  user: key("User name of the mailbox", line("a user name")),
  ...secrets,
  folder: key("Folder of the mailbox", otherwise(line("a folder"), "INBOX")),
});

const dkim = section({
  domain: key("Where left out, the sender's domain", maybe(host())),
  selector: key("The selector under which the public key stands in the DNS", host()),
  key_file: key("Private key (PEM), readable by you only", line("a file name")),
});

const smtp = section({
  preset: key("Server and limits of a provider", maybe(choice(...PROVIDER_NAMES))),
  host: key("Mail server; where left out, the provider's", maybe(host())),
  port: key(
    "Port; 465 speaks TLS from the first byte. Where left out, the provider's, else 587",
    maybe(whole(1, 65535)),
  ),
  encryption: key(
    "Where left out: TLS is required, but not on this very machine",
    maybe(choice("tls", "starttls", "none")),
  ),
  authority_file: key("Certificate (PEM) of an own authority", maybe(line("a file name"))),
  user: key("User name at the mail server", maybe(line("a user name"))),
  ...secrets,
  dkim: key("Sign e-mails ourselves; most providers sign for you", maybe(dkim)),
  connections: key(
    "Lines at one time, where a slow server would not let the pace be kept",
    otherwise(whole(1, 10), 3),
  ),
  timeouts: key(
    "How long to wait for the mail server",
    otherwise(
      section({
        connect: key("To connect", otherwise(patience(), "30s")),
        greeting: key("For the server's greeting", otherwise(patience(), "5m")),
        reply: key("For a reply", otherwise(patience(), "10m")),
        total: key("For all e-mails of one run, its own pace aside", otherwise(patience(), "120m")),
      }),
      {},
    ),
  ),
});

/** A program of the user's that sends, started once per message. */
const program = (what: string) =>
  key(
    `The program that ${what}, with transport: command`,
    maybe(
      section({
        run: key(
          "The program and its arguments, as a list; no shell reads them",
          list(line("a program or an argument", 1000), 1, 50, "a list such as [./send-mail, --live]"),
        ),
        timeout: key("After which it is ended, and the message uncertain", otherwise(patience(), "60s")),
      }),
    ),
  );

export const mail = section({
  transport: key(
    "drafts: .eml files; smtp: sent through a mail server; command: handed to a program",
    otherwise(choice("drafts", "smtp", "command"), "drafts"),
  ),
  command: program("sends e-mails"),
  from: key("Sender; where left out, the signatory at the company's address", maybe(person())),
  reply_to: key("Where answers go; where left out, the sender", maybe(email())),
  senders: key("Other senders, for the `sender` of a step", otherwise(named("sender", person()), {})),
  smtp: key("The mail server", maybe(smtp)),
  imap: key("The mailbox that `dunning bounces --imap` reads; nothing in it is changed", maybe(imap)),
  redirect_to: key(
    "A rehearsal: over smtp every e-mail goes to this address alone, and nothing is recorded",
    maybe(email()),
  ),
  allow_domains: key(
    "E-mails over smtp leave to these domains only, the others wait; empty: to all",
    otherwise(list(host(), 0, 1000, "domains"), []),
  ),
});

export const letters = section({
  layout: key(
    "Where the address stands on the page, as the envelope's window asks; own: as `own` says",
    otherwise(choice(...LETTER_LAYOUTS, "own"), "fr-window"),
  ),
  own: key(
    "A layout of one's own",
    maybe(
      section({
        like: key("The layout from which everything else is taken", choice(...LETTER_LAYOUTS)),
        address: key(
          "Where the address stands, in millimetres from the left and the top edge",
          section({
            x: key("Left edge", millimetres(5, 195)),
            y: key("Top edge", millimetres(5, 120)),
            width: key("Width", millimetres(40, 120)),
            height: key("Height", millimetres(15, 60)),
          }),
        ),
        subject: key("Top of the subject line, where it is not the layout's", maybe(millimetres(60, 150))),
      }),
    ),
  ),
  letterhead: key(
    "A PDF under the pages, beside this file: its first page under the first one, its second under the others; sender, logo and registration are then its own",
    maybe(line("a file name")),
  ),
  postage: key(
    "What letters cost, to weigh it against the claim",
    maybe(
      section({
        prices: key(
          "Postage by country of the address (ISO 3166), and `other` for all that are not named",
          z.record(
            z.string().check(z.regex(/^(?:[A-Z]{2}|other)$/, { error: "a country such as FR, or other" })),
            section({
              letter: key("Of a letter", maybe(amount())),
              "registered-letter": key("Of a registered letter", maybe(amount())),
            }),
            { error: "prices by country, such as FR: { letter: 1.50, registered-letter: 6 }" },
          ),
        ),
        printing: key("Paper, print and envelope of one letter", otherwise(amount(), 0)),
        share: key("The most of a claim that its letter may cost", otherwise(share(), "10%")),
        too_dear: key(
          "Above it: warn, or an e-mail in its place (never for last warnings, formal notices and registered letters)",
          otherwise(choice("warn", "email"), "warn"),
        ),
      }),
    ),
  ),
  folder: key("Folder for the letters, beside this file", otherwise(folder(), "letters")),
  transport: key(
    "files: PDF files to print; command: handed to a program, such as that of a postal service",
    otherwise(choice("files", "command"), "files"),
  ),
  command: program("posts letters"),
  confirm_posted: key(
    "true: a letter counts from the day on which `letters confirm-posted` says that it was posted, not from the day of its file",
    otherwise(flag(), false),
  ),
});

export const invoices = section({
  folder: key("Folder with the copies (PDF), beside this file", line("a folder")),
  pattern: key(
    "Name of a copy: {number} of the document (/ as -), {debtor} its customer, * anything",
    otherwise(line("a file name such as {number}.pdf"), "{number}.pdf"),
  ),
  manifest: key(
    "A list in place of the pattern, beside this file: number;file or debtor;number;file, a line each",
    maybe(line("a file name")),
  ),
  max_size: key("Megabytes of one copy; what is larger stays away", otherwise(whole(1, 20), 5)),
});

export const payment = section({
  reference: key(
    "What debtors quote: their account; ogm: a Belgian structured communication; rf: a creditor reference (ISO 11649); qrr: a Swiss QR reference. Made of the account where it can be, else taken from attr.payment_reference",
    otherwise(choice("account", "ogm", "rf", "qrr"), "account"),
  ),
  code: key(
    "A code to scan beside the bank details: EPC for euro, QR-bill for Swiss accounts",
    otherwise(flag(), true),
  ),
  link: key(
    "Where it can be paid online: https, with {amount}, {currency}, {reference}, {debtor} and {language} behind the host",
    maybe(paymentLink()),
  ),
  unchanged: key(
    "Whether messages say that the bank details have not changed; false for a while after they have",
    otherwise(flag(), true),
  ),
});

export const confirmations = section({
  promise: key(
    "Text that confirms a promise, such as promise-confirmation",
    maybe(line("the name of a template")),
  ),
  instalments: key(
    "Text that confirms an instalment plan, such as instalments",
    maybe(line("the name of a template")),
  ),
  broken_promise: key(
    "Text of a step that answers a broken promise in writing (on_broken_promise), such as broken-promise",
    maybe(line("the name of a template")),
  ),
  thanks: key(
    "Text that thanks by e-mail, once, when a balance shows that all is paid that reminders have asked for, such as thanks",
    maybe(line("the name of a template")),
  ),
});

export const tone = section({
  allow: key(
    "Phrases of your texts that `check` does not look at",
    otherwise(list(line("a phrase", 200), 0, 200, "phrases in quotes"), []),
  ),
});

export const limits = section({
  contact_cap: key("Days between two automatic reminders to one debtor", otherwise(days(0, 90), "5d")),
  max_messages: key(
    "More e-mails in one run: nothing is sent, a person approves",
    otherwise(whole(1, 100_000), 50),
  ),
  per_minute: key("E-mails per minute", otherwise(whole(1, 6000), 20)),
  per_hour: key("E-mails in any hour; the rest waits for a later run", maybe(whole(1, 100_000))),
  per_domain: key(
    "E-mails per day to addresses of one domain; the rest waits for tomorrow",
    maybe(whole(1, 100_000)),
  ),
  per_day: key("E-mails per day; the rest waits for tomorrow", otherwise(whole(1, 100_000), 500)),
  answer_pause: key(
    "Working days for which automatic messages wait after a debtor has written back; 0: they do not wait",
    otherwise(whole(0, 60), 5),
  ),
});

export const backups = section({
  keep: key(
    "How many copies of the store stay in backups/, one made before each import; 0: none are made",
    otherwise(whole(0, 1000), 14),
  ),
});

export const log = section({
  file: key(
    "File for one JSON line per thing done, ids and codes only, beside this file; where left out, none is written",
    maybe(line("a file name")),
  ),
  max_size: key("Megabytes after which it is put aside as .1, .2 ...", otherwise(whole(1, 1000), 5)),
  keep: key("How many of those stay", otherwise(whole(0, 100), 5)),
});
