import { EXIT, Failure } from "../problem.ts";
import { mailbox } from "./address.ts";
import { type Credentials, credentialsOf, type Login, PASSWORD, TOKEN } from "./secret.ts";
import { Unreachable } from "./smtp-outcome.ts";
import { type Encryption, openSession, type Session } from "./smtp-session.ts";
import type { Commit, MailOutcome, MailTransport } from "./transport.ts";

export type { Encryption } from "./smtp-session.ts";

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** Null: TLS is required, but not on this very machine. */
  readonly encryption: Encryption | null;
  /** PEM of an own certificate authority; null: only the well-known ones are trusted. */
  readonly authority: string | null;
  readonly login: Login | null;
  /** Sender of the envelope: where bounces go. */
  readonly from: string;
  /** How many lines may be open at one time. */
  readonly connections: number;
  /** Milliseconds. */
  readonly timeouts: { readonly connect: number; readonly greeting: number; readonly reply: number };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** What protects the line where the configuration does not say it. Ports 465 and 993 (IMAP) speak TLS from the first byte. */
export function encryptionFor(host: string, port: number): Encryption {
  if (port === 465 || port === 993) return "tls";
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

/** E-mail over SMTP: lines are opened when a message needs one, and kept for the next. */
export function smtp(settings: SmtpSettings): MailTransport & Greeting {
  const { host, port, authority, timeouts } = settings;
  const encryption = settings.encryption ?? encryptionFor(host, port);
  const from = senderOf(settings);
  const idle: Session[] = [];

  const open = async (): Promise<Session> => {
    const { login } = settings;
    const credentials: Credentials | null =
      login === null ? null : await credentialsOf(login, { password: PASSWORD, token: TOKEN });
    return await openSession({ host, port, encryption, authority, credentials, timeouts });
  };

  const kept = (): Session | null => {
    for (let session = idle.pop(); session !== undefined; session = idle.pop())
      if (session.usable()) return session;
    return null;
  };

  const sendOnce = async (
    line: Session | null,
    to: string,
    bytes: Uint8Array,
    commit: Commit,
  ): Promise<MailOutcome> => {
    const server = `${host}:${port}`;
    let session: Session;
    try {
      session = line ?? (await open());
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return { kind: "not-reached", reason: `${server}: ${error.message}`, ready: false };
    }
    try {
      const outcome = await session.send({ from, to }, bytes, commit);
      return "reason" in outcome ? { ...outcome, reason: `${server}: ${outcome.reason}` } : outcome;
    } finally {
      if (session.usable()) idle.push(session);
    }
  };

  return {
    greet: async () => {
      idle.push(kept() ?? (await open()));
    },
    lines: settings.connections,
    send: async ({ message, bytes }, commit) => {
      const to = mailbox(message.recipient);
      if (to === null) return { kind: "refused", reply: "not one plain e-mail address", address: true };
      let passed = false;
      const gate: Commit = async (stands) => {
        passed = await commit(stands);
        return passed;
      };
      const line = kept();
      const outcome = await sendOnce(line, to, bytes, gate);
      // Servers end a line that was idle, or had enough messages: that says nothing about this one.
      const ended = outcome.kind === "not-reached" || (outcome.kind === "deferred" && outcome.closing);
      return line !== null && ended && !passed ? await sendOnce(null, to, bytes, gate) : outcome;
    },
    close: async () => {
      await Promise.all(idle.splice(0).map((session) => session.close()));
    },
  };
}
