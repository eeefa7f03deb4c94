import { EXIT, Failure } from "../problem.ts";
import { mailbox } from "./address.ts";
import { type PasswordSource, readPassword } from "./password.ts";
import { Unreachable } from "./smtp-outcome.ts";
import { type Encryption, openSession, type Session } from "./smtp-session.ts";
import type { MailOutcome, MailTransport } from "./transport.ts";

export type { PasswordSource } from "./password.ts";
export type { Encryption } from "./smtp-session.ts";

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** Null: TLS is required, but not on this very machine. */
  readonly encryption: Encryption | null;
  /** PEM of an own certificate authority; null: only the well-known ones are trusted. */
  readonly authority: string | null;
  readonly user: string | null;
  readonly password: PasswordSource | null;
  /** Sender of the envelope: where bounces go. */
  readonly from: string;
  /** Milliseconds. */
  readonly timeouts: { readonly connect: number; readonly greeting: number; readonly reply: number };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** What protects the line where the configuration does not say it. Port 465 speaks TLS from the first byte. */
export function encryptionFor(host: string, port: number): Encryption {
  if (port === 465) return "tls";
  return LOOPBACK.test(host) ? "none" : "starttls";
}

function senderOf(settings: SmtpSettings): string {
  const from = mailbox(settings.from);
  if (from !== null) return from;
  throw new Failure(EXIT.config, {
    code: "smtp-sender",
    message: "the sender is not one plain e-mail address",
    found: settings.from,
    expected: "an address such as compta@example.com",
    fix: "see email.from in dunning.yaml",
  });
}

export interface Greeting {
  /** Connects, secures the line and logs in; no message. Throws Unreachable, or a Failure (78). */
  readonly greet: () => Promise<void>;
}

/** E-mail over SMTP: one line, kept for all messages; opened when the first one leaves. */
export function smtp(settings: SmtpSettings): MailTransport & Greeting {
  const { host, port, authority, user, timeouts } = settings;
  const encryption = settings.encryption ?? encryptionFor(host, port);
  const from = senderOf(settings);
  let session: Session | null = null;

  const open = async (): Promise<Session> => {
    const password = settings.password === null ? null : await readPassword(settings.password);
    const credentials = user === null || password === null ? null : { user, password };
    return openSession({ host, port, encryption, authority, credentials, timeouts });
  };

  const sendOnce = async (to: string, bytes: Uint8Array, commit: () => void): Promise<MailOutcome> => {
    const server = `${host}:${port}`;
    try {
      session ??= await open();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return { kind: "not-reached", reason: `${server}: ${error.message}`, ready: false };
    }
    try {
      const outcome = await session.send({ from, to }, bytes, commit);
      return "reason" in outcome ? { ...outcome, reason: `${server}: ${outcome.reason}` } : outcome;
    } finally {
      if (!session.usable()) session = null;
    }
  };

  return {
    greet: async () => {
      session ??= await open();
    },
    send: async ({ message, bytes }, commit) => {
      const to = mailbox(message.recipient);
      if (to === null) return { kind: "refused", reply: "not one plain e-mail address", address: true };
      let passed = false;
      const gate = (): void => {
        commit();
        passed = true;
      };
      const kept = session !== null;
      const outcome = await sendOnce(to, bytes, gate);
      // Servers end a line that was idle, or had enough messages: that says nothing about this one.
      const ended = outcome.kind === "not-reached" || (outcome.kind === "deferred" && outcome.closing);
      return kept && ended && !passed ? sendOnce(to, bytes, gate) : outcome;
    },
    close: async () => {
      await session?.close();
      session = null;
    },
  };
}
