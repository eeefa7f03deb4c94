import { EXIT, Failure } from "../problem.ts";
import { isPasswordEnd, isThrottle, refusesRecipient } from "./replies.ts";
import type { MailOutcome } from "./transport.ts";

/** The server cannot be reached or does not let anybody in; not the message's fault. */
export class Unreachable extends Error {}

/** What nodemailer tells of a failure; `response` is the server's reply, where it gave one. */
export interface SmtpError extends Error {
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
}

function setUp(code: string, message: string, found: string, fix: string): Failure {
  return new Failure(EXIT.config, { code, message, found, fix });
}

const passwordEnd = (at: string, found: string): Failure =>
  setUp(
    "smtp-password-end",
    `${at} no longer takes passwords (basic authentication)`,
    found,
    "set up email.smtp.oauth2 (docs/how-to/send-by-smtp.md), or have the administrator allow authenticated SMTP for this mailbox as long as Microsoft does",
  );

/** The server asks for less: nothing more is tried in this run. */
const throttled = (found: string): Failure =>
  new Failure(EXIT.mailServer, {
    code: "mail-throttled",
    message: "the mail server takes no more for now; what has not left stays queued",
    found,
    fix: "in an hour or more: dunning run; if it happens again, lower limits.per_minute or per_hour",
  });

/** What went wrong before any message: the user's set-up (Failure 78), or a server that is not there. */
export function beforeMail(error: SmtpError, at: string, user: string | null): Error {
  const reason = error.originalCode ?? "";
  if (isPasswordEnd(error.response ?? "")) return passwordEnd(at, error.response ?? "");
  if (error.code === "EAUTH" && (error.response ?? "5").startsWith("5")) {
    const fix =
      "check email.smtp.user and its password or token, then run the command again; providers that no longer take passwords need email.smtp.oauth2";
    return setUp("smtp-login", `${at} does not accept user ${user ?? ""}`, error.message, fix);
  }
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL|SIGNATURE/.test(reason);
  if (certificate || (error.code === "ETLS" && error.response?.startsWith("4") !== true)) {
    const fix = "check email.smtp: host, port and tls; without TLS nothing is sent";
    return setUp("smtp-tls", `no secure connection to ${at}`, error.message, fix);
  }
  return new Unreachable(error.message);
}

/** How far the message had come: the body has begun to leave, or its last byte may have left. */
export type Stage = "envelope" | "body" | "committed";
export type Answer = { readonly reply: string } | { readonly error: SmtpError };

/** Throws a Failure (78) where the server refuses the set-up before the end of the message. */
export function outcomeOf(
  answer: Answer,
  stage: Stage,
  { at, from, lastReply }: { readonly at: string; readonly from: string; readonly lastReply: string },
): MailOutcome {
  if ("reply" in answer) {
    const { reply } = answer;
    if (stage !== "committed") {
      return {
        kind: "not-reached",
        reason: `an answer before the end of the message: ${reply}`,
        ready: true,
      };
    }
    if (/^2\d\d(?:[ -]|$)/.test(reply)) return { kind: "sent", reply };
    return { kind: "uncertain", reason: `an answer that means nothing: ${reply}` };
  }
  const { error } = answer;
  const reply = error.response ?? "";
  // A reply that was cut off is none: only what came with its line end was handled as an answer.
  const answered = error.code === "EENVELOPE" || error.code === "EMESSAGE";
  const clear = answered && /^[45]\d\d(?:[ -]|$)/.test(reply);
  if (clear && isPasswordEnd(reply)) {
    const stop = passwordEnd(at, reply);
    if (stage === "committed") return { kind: "deferred", reply, closing: false, stop };
    throw stop;
  }
  if (clear && isThrottle(reply)) {
    return { kind: "deferred", reply, closing: reply.startsWith("421"), stop: throttled(reply) };
  }
  if (clear && reply.startsWith("4")) return { kind: "deferred", reply, closing: false, stop: null };
  if (clear) {
    if (error.command === "MAIL FROM" && !/^552|^5\d\d[ -]5\.3\.4/.test(reply)) {
      const fix = "check email.from and email.smtp.user: the server must allow this sender";
      throw setUp("smtp-sender", `the mail server takes no mail from ${from}`, reply, fix);
    }
    return { kind: "refused", reply, address: refusesRecipient(reply, error.command === "RCPT TO") };
  }
  if (stage === "committed")
    return { kind: "uncertain", reason: `${error.message}; last reply: ${lastReply}` };
  if (error.code === "EMESSAGE" && reply === "")
    return { kind: "refused", reply: error.message, address: false };
  return { kind: "not-reached", reason: error.message, ready: true };
}
