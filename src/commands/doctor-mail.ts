import { mailServerOf } from "../config/mail-providers.ts";
import type { Context } from "../context.ts";
import type { Check } from "../core/health.ts";
import { broken, ok, unknown, warn } from "../core/health.ts";
import { isReserved, mailPolicy } from "../core/mail-policy.ts";
import { type AskText, mailRecords } from "../delivery/name-service.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Company } from "./company.ts";
import { asCheck } from "./doctor-store.ts";
import { imapSettings, smtpTransport } from "./mail-server.ts";
import { refusePrograms, unstartable } from "./programs.ts";

/** Longer than this nobody waits for a check; a run does. */
const PATIENCE_MS = 10_000;

/** Connects, secures the line, logs in, leaves: no message and no address. */
async function handshake(
  context: Pick<Context, "env">,
  company: Pick<Company, "config" | "folder" | "company">,
): Promise<Check> {
  const id = "mail-server";
  const { smtp } = company.config.email;
  const server = mailServerOf(company.config);
  if (smtp === null || server === null) return unknown(id, "no mail server is configured");
  const timeouts = {
    connect: Math.min(smtp.timeouts.connect, PATIENCE_MS),
    greeting: Math.min(smtp.timeouts.greeting, PATIENCE_MS),
    reply: Math.min(smtp.timeouts.reply, PATIENCE_MS),
    total: smtp.timeouts.total,
  };
  const email = { ...company.config.email, smtp: { ...smtp, timeouts } };
  try {
    const transport = (await smtpTransport(context, { ...company, config: { ...company.config, email } }))
      .smtp;
    if (transport === undefined) return unknown(id, "no mail server is used");
    try {
      await transport.greet();
    } finally {
      await transport.close();
    }
    const login = smtp.user === null ? "" : `, and user ${smtp.user} is let in`;
    return ok(id, `${server.host}:${server.port} greets${login}; no message was sent`);
  } catch (error) {
    if (error instanceof Failure) {
      const { message, found, fix } = error.problems[0];
      const said = found === undefined ? message : `${message} (${found})`;
      return broken(id, EXIT.config, said, fix ?? "check email.smtp");
    }
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES")
      return broken(id, EXIT.config, message, "check email.smtp.authority_file");
    return broken(
      id,
      EXIT.mailServer,
      `${server.host}:${server.port} cannot be used: ${message}`,
      "check email.smtp and the network",
    );
  }
}

/** Of the mailbox that `bounces --imap` reads: connects, logs in, opens the folder; no mail is read. */
async function mailboxCheck(
  context: Pick<Context, "env">,
  company: Pick<Company, "config" | "folder" | "company">,
): Promise<Check> {
  const id = "mailbox";
  try {
    const { greetMailbox } = await import("../delivery/imap.ts");
    const settings = imapSettings(context, company);
    const { mails } = await greetMailbox(settings);
    const where = `${settings.folder} of ${settings.login.user} on ${settings.host}`;
    return ok(id, `${where}: ${mails} mail${mails === 1 ? "" : "s"}; none was read`);
  } catch (error) {
    const ours = error instanceof Failure && error.exit === EXIT.config;
    return asCheck(id, error, ours ? EXIT.config : EXIT.mailServer);
  }
}

/** What goes out to the network: the mail server, the mailbox, and the name service about the sender's domain. */
export async function mailChecks(
  context: Pick<Context, "env">,
  company: Pick<Company, "config" | "folder" | "company">,
  { offline, ask }: { readonly offline: boolean; readonly ask: AskText },
): Promise<readonly Check[]> {
  const { transport, imap } = company.config.email;
  const sending = transport === "smtp";
  if (offline)
    return [
      ...(sending ? [unknown("mail-server", "not asked: --offline")] : []),
      ...(imap === null ? [] : [unknown("mailbox", "not asked: --offline")]),
    ];
  return [
    ...(sending ? await sendingChecks(context, company, ask) : []),
    ...(imap === null ? [] : [await mailboxCheck(context, company)]),
  ];
}

async function sendingChecks(
  context: Pick<Context, "env">,
  company: Pick<Company, "config" | "folder" | "company">,
  ask: AskText,
): Promise<readonly Check[]> {
  const { address } = company.company.from;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const hints = isReserved(domain)
    ? [unknown("spf", `${domain} is no public domain: there is nothing to look up`)]
    : mailPolicy(domain, await mailRecords(domain, ask));
  return [await handshake(context, company), ...hints];
}

/** How e-mails leave. */
function transportCheck(company: Pick<Company, "config" | "folder">): Check {
  const id = "transport";
  try {
    refusePrograms(company);
  } catch (error) {
    return asCheck(id, error, EXIT.config);
  }
  const { transport, command } = company.config.email;
  switch (transport) {
    case "drafts":
      return ok(id, "drafts: e-mails are written as files, a person sends them");
    case "command":
      return ok(id, `command: e-mails are handed to ${command?.run[0] ?? "no program"}`);
    case "smtp":
      return ok(id, `smtp: e-mails leave through ${mailServerOf(company.config)?.host ?? "no server"}`);
  }
}

/** How messages leave, and what was set for a while and easily forgotten. */
export function transportChecks(
  company: Pick<Company, "config" | "folder">,
  env: Context["env"],
): readonly Check[] {
  const { transport, redirect_to: to, allow_domains: domains } = company.config.email;
  const programs = unstartable(company, env).map(({ key, program }) =>
    broken(
      key.replace(".", "-"),
      EXIT.config,
      `${program} cannot be started`,
      `correct ${key} in dunning.yaml, or chmod +x the program`,
    ),
  );
  const found: Check[] = [transportCheck(company), ...programs];
  if (transport === "smtp" && to !== null)
    found.push(
      warn("redirect-to", `a rehearsal: every e-mail goes to ${to}`, "take email.redirect_to out to go live"),
    );
  if (transport !== "drafts" && domains.length > 0)
    found.push(
      warn(
        "allow-domains",
        `e-mails leave to ${domains.join(", ")} only`,
        "empty email.allow_domains to let all leave",
      ),
    );
  return found;
}
