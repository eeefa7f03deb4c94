/** The parts of dunning.yaml that say how messages leave. */

import { choice, key, list, maybe, named, otherwise, section } from "./keys.ts";
import { days, email, host, line, patience, whole } from "./scalars.ts";

const person = () =>
  section({
    name: key("Name that the recipient sees", line("a name")),
    address: key("E-mail address", email()),
  });

const smtp = section({
  host: key("Mail server", host()),
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
    otherwise(
      section({
        connect: key("To connect", otherwise(patience(), "30s")),
        greeting: key("For the server's greeting", otherwise(patience(), "5m")),
        reply: key("For a reply", otherwise(patience(), "10m")),
      }),
      {},
    ),
  ),
});

export const mail = section({
  transport: key(
    "drafts: .eml files; smtp: sent through a mail server",
    otherwise(choice("drafts", "smtp"), "drafts"),
  ),
  from: key("Sender; where left out, the signatory at the company's address", maybe(person())),
  reply_to: key("Where answers go; where left out, the sender", maybe(email())),
  senders: key("Other senders, for the `sender` of a step", otherwise(named("sender", person()), {})),
  smtp: key("The mail server", maybe(smtp)),
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
  layout: key("Where the address stands on the page", otherwise(choice("fr-window"), "fr-window")),
  folder: key("Folder for the letters, beside this file", otherwise(line("a folder"), "letters")),
});

export const limits = section({
  contact_cap: key("Days between two automatic reminders to one debtor", otherwise(days(0, 90), "5d")),
  max_messages: key(
    "More e-mails in one run: nothing is sent, a person approves",
    otherwise(whole(1, 100_000), 50),
  ),
  per_minute: key("E-mails per minute", otherwise(whole(1, 6000), 20)),
  per_day: key("E-mails per day; the rest waits for tomorrow", otherwise(whole(1, 100_000), 500)),
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
