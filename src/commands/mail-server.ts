import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mailLimitsOf, mailServerOf } from "../config/mail-providers.ts";
import { pathOf } from "../config/surroundings.ts";
import type { Context } from "../context.ts";
import type { Pace } from "../delivery/allowance.ts";
import { readPrivateFile, type SecretSource } from "../delivery/secret.ts";
import type { Greeting, Login, SmtpSettings } from "../delivery/smtp.ts";
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

function loginOf(context: Surroundings, company: Sender): Login | null {
  const { smtp } = company.config.email;
  if (smtp === null || smtp.user === null) return null;
  const { user, oauth2 } = smtp;
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
    file: smtp.password_file,
    command: smtp.password_command,
    credential: smtp.password_credential,
  });
  return password === null ? null : { user, password };
}

/** The mail server of the configuration, as one logs in. Throws a Failure (78) where none is named. */
function smtpSettings(context: Surroundings, company: Sender): SmtpSettings {
  const { smtp } = company.config.email;
  const server = mailServerOf(company.config);
  if (smtp === null || server === null) throw new Failure(EXIT.config, missingServer);
  const { authority_file: authority, connections, timeouts } = smtp;
  return {
    ...server,
    authority: authority === null ? null : readFileSync(pathOf(company.folder, authority), "utf8"),
    login: loginOf(context, company),
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
