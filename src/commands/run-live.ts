import { mailServerOf } from "../config/mail-providers.ts";
import type { Context } from "../context.ts";
import { type Company, dayIn } from "./company.ts";
import { type Mails, saidMails } from "./run-delivery.ts";
import { commandOf, type PlanOptions } from "./run-plan.ts";

const CONFIRMED = "live-since";

/**
 * Before e-mails leave for real: the first run over SMTP, and a run for another day than today, ask first.
 * Null: go on; else why nothing was sent. `--yes` answers the question.
 */
export async function confirmLive(
  context: Context,
  company: Company,
  mails: Mails,
  options: PlanOptions,
): Promise<{ code: string; message: string } | null> {
  if (mails.planned + mails.queued === 0) return null;
  const wall = dayIn(company.config.company.timezone, context.now());
  const { email, letters } = company.config;
  const bySmtp = email.transport === "smtp";
  const over = bySmtp ? "over SMTP" : "by a program";
  const through = bySmtp
    ? (mailServerOf(company.config)?.host ?? "?")
    : ((email.transport === "command" ? email.command : letters.command)?.run[0] ?? "?");
  const confirmed = bySmtp ? CONFIRMED : `${CONFIRMED}-command`;
  const first = company.store.settings.get(confirmed) === null;
  if (!first && company.today === wall) return null;
  const why = first
    ? `this is the first run ${over}: ${saidMails(mails)}; they would leave through ${through}`
    : `--as-of ${company.today} is not today (${wall}): ${saidMails(mails)}`;
  if (!context.globals.yes) {
    if (context.globals.noInput) {
      return {
        code: "not-confirmed",
        message: `${why}; nothing was sent. To go on: ${commandOf(options)} --yes`,
      };
    }
    const { confirm, isCancel } = await import("@clack/prompts");
    const answer = await confirm({
      message: `${why[0]?.toUpperCase()}${why.slice(1)}. Send them?`,
      initialValue: false,
    });
    if (isCancel(answer) || !answer) return { code: "not-confirmed", message: "Nothing was sent." };
  }
  if (first) company.store.settings.set(confirmed, context.now().toISOString());
  return null;
}
