import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mailLimitsOf, mailServerOf } from "../config/mail-providers.ts";
import type { Config } from "../config/schema.ts";
import { pathOf } from "../config/surroundings.ts";
import type { Context } from "../context.ts";
import type { Pace } from "../delivery/allowance.ts";
import type { ImapSettings } from "../delivery/imap.ts";
import { type Login, readPrivateFile, type SecretSource } from "../delivery/secret.ts";
import type { Greeting, SmtpSettings } from "../delivery/smtp.ts";
import type { MailTransport } from "../delivery/transport.ts";
import { EXIT, Failure } from "../problem.ts";
import type { DkimKey } from "../render/dkim.ts";
import type { Company } from "./company.ts";

const missingServer = {
  code: "smtp-missing",
  where: { file: "dunning.yaml" },
  message: "email.transport is smtp, but there is no mail server",
  expected: "email.smtp with preset or host, user and password_file",
  fix: "add email.smtp to dunning.yaml, or set email.transport to drafts",
};

/** What of a company the way to its mail server depends on. */
type Sender = Pick<Company, "config" | "folder" | "company">;
type Surroundings = Pick<Context, "env">;

interface Asked {
  readonly file: string | null;
  readonly command: string | null;
  readonly credential: string | null;
}

/** The first that is named; null: none is. systemd says in CREDENTIALS_DIRECTORY where a service finds its own. */
function sourceOf(
  { env }: Surroundings,
  { folder }: Sender,
  { file, command, credential }: Asked,
): SecretSource | null {
  if (file !== null) return { file: pathOf(folder, file) };
  if (command !== null) return { command };
  if (credential === null) return null;
  const directory = env["CREDENTIALS_DIRECTORY"];
  if (directory !== undefined && directory !== "") return { credential: join(directory, credential) };
  throw new Failure(EXIT.config, {
    code: "no-credentials",
    message: `systemd gives this process no credential ${credential}`,
    expected: "CREDENTIALS_DIRECTORY, which systemd sets for a service with LoadCredential=",
    fix: "start the run by its service, or name a password_file or password_command in dunning.yaml",
  });
}

type Named = Pick<
  NonNullable<Config["email"]["imap"]>,
  "user" | "oauth2" | "password_file" | "password_command" | "password_credential"
>;

/** Null: neither a password nor a token is named. */
function loginOf(context: Surroundings, company: Sender, named: Named): Login | null {
  const { user, oauth2 } = named;
  const token =
    oauth2 === null
      ? null
      : sourceOf(context, company, {
          file: oauth2.token_file,
          command: oauth2.token_command,
          credential: oauth2.token_credential,
        });
  if (token !== null) return { user, token };
  const password = sourceOf(context, company, {
    file: named.password_file,
    command: named.password_command,
    credential: named.password_credential,
  });
  return password === null ? null : { user, password };
}

const authorityOf = ({ folder }: Sender, file: string | null): string | null =>
  file === null ? null : readFileSync(pathOf(folder, file), "utf8");

/** The mailbox of the configuration. Throws a Failure (78) where none is named, or no password. */
export function imapSettings(context: Surroundings, company: Sender): ImapSettings {
  const { imap } = company.config.email;
  const login = imap === null ? null : loginOf(context, company, imap);
  if (imap === null || login === null)
    throw new Failure(EXIT.config, {
      code: "imap-missing",
      where: { file: "dunning.yaml" },
      message: imap === null ? "no mailbox is named" : "no password of the mailbox is named",
      expected: "email.imap with host, user and password_file",
      fix: "add it to dunning.yaml, or save the mails and name their files: dunning bounces FILE...",
    });
  const { host, port, encryption, folder } = imap;
  return { host, port, encryption, folder, login, authority: authorityOf(company, imap.authority_file) };
}

/** The mail server of the configuration, as one logs in. Throws a Failure (78) where none is named. */
function smtpSettings(context: Surroundings, company: Sender): SmtpSettings {
  const { smtp } = company.config.email;
  const server = mailServerOf(company.config);
  if (smtp === null || server === null) throw new Failure(EXIT.config, missingServer);
  const { authority_file: authority, user, connections, timeouts } = smtp;
  return {
    ...server,
    authority: authorityOf(company, authority),
    login: user === null ? null : loginOf(context, company, { ...smtp, user }),
    from: company.company.from.address,
    connections,
    timeouts,
  };
}

/** Nothing where e-mails do not leave over SMTP. */
export async function smtpTransport(
  context: Surroundings,
  company: Sender,
): Promise<{ readonly smtp?: MailTransport & Greeting }> {
  if (company.config.email.transport !== "smtp") return {};
  const { smtp } = await import("../delivery/smtp.ts");
  return { smtp: smtp(smtpSettings(context, company)) };
}

export const paceOf = ({ config }: Company): Pace => ({
  ...mailLimitsOf(config),
  total: config.email.smtp?.timeouts.total ?? Number.POSITIVE_INFINITY,
});

const DKIM = { what: "key", code: "dkim-key", key: "email.smtp.dkim.key" } as const;

/** With what e-mails are signed; null: not by us. */
export function dkimOf({ config: { email }, folder }: Company): DkimKey | null {
  const dkim = email.transport === "smtp" ? (email.smtp?.dkim ?? null) : null;
  if (dkim === null) return null;
  const file = pathOf(folder, dkim.key_file);
  return { domain: dkim.domain, selector: dkim.selector, file, pem: readPrivateFile(file, DKIM) };
}
