import type { Context } from "../context.ts";
import type { Finished } from "../core/types.ts";
import { pause } from "../delivery/deliver-mail.ts";
import { EXIT, type Exit, Failure } from "../problem.ts";
import type { Company } from "./company.ts";
import { dkimOf, paceOf, smtpTransport } from "./mail-server.ts";
import { stopOf } from "./run-delivery.ts";
import { type Counts, NO_COUNTS } from "./run-report.ts";

/** Whether e-mails go to `email.redirect_to` instead of the debtors. */
export const isRehearsal = ({ config: { email } }: Company): boolean =>
  email.transport === "smtp" && email.redirect_to !== null;

export interface Rehearsal {
  readonly exit: Exit;
  readonly counts: Counts;
  readonly warnings: readonly string[];
  readonly failure: Failure | null;
}

/**
 * The e-mails of a run, all of them to `email.redirect_to`, the real recipient in subject and header. No message is recorded:
 * the next run makes the same ones. Letters, tasks and what waits in the outbox stay where they are.
 */
export async function rehearseBySmtp(
  context: Context,
  company: Company,
  finished: readonly Finished[],
): Promise<Rehearsal> {
  const to = company.config.email.redirect_to ?? "";
  const { smtp } = await smtpTransport(context, company);
  if (smtp === undefined) throw new Error("a rehearsal needs a mail server");
  const { redirected } = await import("../render/render.ts");
  const mails = finished.filter(({ action }) => action.channel === "email");
  const pace = 60_000 / paceOf(company).perMinute;
  const stop = stopOf(context, company);
  const at = context.now().toISOString();
  const dkim = dkimOf(company);
  let sent = 0;
  let failure: Failure | null = null;
  try {
    for (const mail of mails) {
      if (sent > 0) await pause(pace, stop);
      if (stop.signal !== null || failure !== null) break;
      const bytes = await redirected(mail, company.company, { to, at, dkim });
      const outcome = await smtp.send({ message: { recipient: to }, bytes }, () => Promise.resolve(true));
      if (outcome.kind === "sent") sent += 1;
      else failure = notTaken(to, "reply" in outcome ? outcome.reply : outcome.reason);
      context.out.progress(`rehearsing ${sent} of ${mails.length}`);
    }
  } finally {
    await smtp.close();
  }
  context.out.progress("");
  const said = `a rehearsal: ${sent} of ${mails.length} e-mails went to ${to} (email.redirect_to), and no message is recorded`;
  context.out.say(`This was ${said}.`);
  return {
    exit: failure === null ? EXIT.done : EXIT.mailServer,
    counts: { ...NO_COUNTS, due: mails.length, sent, skipped: mails.length - sent },
    warnings: [said],
    failure,
  };
}

function notTaken(to: string, found: string): Failure {
  return new Failure(EXIT.mailServer, {
    code: "rehearsal-refused",
    message: `the mail server did not take an e-mail to ${to} (email.redirect_to)`,
    found,
    fix: "check email.smtp and email.redirect_to, then: dunning run",
  });
}
