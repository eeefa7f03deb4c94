import { connect as dialTcp, type Socket } from "node:net";
import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { EXIT, Failure } from "../problem.ts";
import type { MailOutcome } from "./transport.ts";

/** How the line is protected: TLS from the first byte, TLS after STARTTLS and nothing before, or not at all. */
export type Encryption = "tls" | "starttls" | "none";

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly encryption: Encryption;
  /** PEM of an own certificate authority, beside those that Node knows; null: none. */
  readonly authority: string | null;
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** Milliseconds. `reply` bounds the envelope, the body and the wait after it, each. */
  readonly timeouts: { readonly connect: number; readonly greeting: number; readonly reply: number };
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

export interface Session {
  readonly send: (envelope: Envelope, bytes: Uint8Array, commit: () => void) => Promise<MailOutcome>;
  /** False once the line is gone or no longer trusted: open another session. */
  readonly usable: () => boolean;
  readonly close: () => Promise<void>;
}

/** The server cannot be reached or does not let anybody in; not the message's fault. */
export class Unreachable extends Error {}

interface SmtpError extends Error {
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
}

/** Between two steps of closing a line; nothing hangs on it. */
const CLOSE_MS = 1_000;
const CHUNK = 16 * 1024;

function dial({ host, port, timeouts }: Server): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Without TCP_NODELAY the end of each message waits some 40 ms for the server's delayed ACK.
    const socket = dialTcp({ host, port, noDelay: true });
    const fail = (reason: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Unreachable(reason));
    };
    const timer = setTimeout(
      () => fail(`no connection within ${timeouts.connect / 1000} s`),
      timeouts.connect,
    );
    const onError = (error: Error): void => fail(error.message);
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", onError);
      resolve(socket);
    });
  });
}

/** Settles with `late()` where `begin` did not settle in time. The timer can be started afresh for the next stage. */
function bounded<T>(
  ms: number,
  begin: (settle: {
    done: (value: T) => void;
    fail: (error: unknown) => void;
    nextStage: () => void;
  }) => void,
  late: () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => resolve(late()), ms);
    begin({
      done: (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      fail: (error) => {
        clearTimeout(timer);
        reject(error);
      },
      nextStage: () => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve(late()), ms);
      },
    });
  });
}

function setUp(code: string, message: string, found: string, fix: string): Failure {
  return new Failure(EXIT.config, { code, message, found, fix });
}

/** What went wrong before any message: the user's set-up (Failure 78), or a server that is not there. */
function beforeMail(error: SmtpError, { host, port, credentials }: Server): Error {
  const at = `${host}:${port}`;
  const reason = error.originalCode ?? "";
  if (error.code === "EAUTH" && (error.response ?? "5").startsWith("5")) {
    const fix = "check email.smtp.user and its password, then run the command again";
    return setUp("smtp-login", `${at} does not accept user ${credentials?.user ?? ""}`, error.message, fix);
  }
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL|SIGNATURE/.test(reason);
  if (certificate || (error.code === "ETLS" && error.response?.startsWith("4") !== true)) {
    const fix = "check email.smtp: host, port and tls; without TLS nothing is sent";
    return setUp("smtp-tls", `no secure connection to ${at}`, error.message, fix);
  }
  return new Unreachable(error.message);
}

/** The body, whose last byte is released only after `commit` returned. */
function gated(bytes: Uint8Array, onStart: () => void, commit: () => void): Readable {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = body.length - 1;
  let at = 0;
  const release = (stream: Readable): void => {
    if (stream.destroyed) return;
    try {
      commit();
    } catch {
      stream.destroy(new Error("not committed"));
      return;
    }
    stream.push(body.subarray(last));
    stream.push(null);
  };
  return new Readable({
    // Nothing is read ahead: when the gate is reached, all before it has been taken by the line.
    highWaterMark: 0,
    read() {
      if (at === 0) onStart();
      if (at < last) {
        const from = at;
        at = Math.min(last, at + CHUNK);
        this.push(body.subarray(from, at));
      } else if (at === last) {
        at += 1;
        // A line that is lost already says so first.
        setImmediate(() => release(this));
      }
    },
  });
}

/** Opens a line, protects it and logs in. Throws Unreachable, or a Failure (78). */
export async function openSession(server: Server): Promise<Session> {
  const { host, port, encryption, authority, credentials, timeouts } = server;
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const { rootCertificates } = await import("node:tls");
  const connection = new Connection({
    host,
    port,
    connection: await dial(server),
    secure: encryption === "tls",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    connectionTimeout: timeouts.greeting,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.reply,
    socketCloseTimeout: CLOSE_MS,
    tls: {
      minVersion: "TLSv1.2",
      ...(authority === null ? {} : { ca: [...rootCertificates, authority] }),
    },
  });
  // An 'error' event that nobody hears would end the process.
  connection.on("error", () => undefined);
  const step = async (
    what: string,
    run: (settle: (error?: SmtpError | null) => void) => void,
  ): Promise<void> => {
    const error = await bounded<SmtpError | null>(
      timeouts.greeting + timeouts.reply,
      ({ done }) => {
        connection.once("error", done);
        run((failed) => done(failed ?? null));
      },
      () => new Error(`${what} took too long`),
    );
    if (error === null) return;
    connection.close();
    throw beforeMail(error, server);
  };
  await step("the greeting", (settle) => connection.connect((error) => settle(error)));
  if (credentials !== null) {
    const { user, password } = credentials;
    await step("the login", (settle) => connection.login({ user, pass: password }, (error) => settle(error)));
  }
  return session(connection, server);
}

function session(connection: SMTPConnection, { timeouts }: Server): Session {
  const usable = (): boolean => !connection.destroyed;

  /** Ends the transaction that the server refused, so that the line serves the next message. */
  const reset = (): Promise<void> =>
    bounded<void>(
      timeouts.reply,
      ({ done }) =>
        connection.reset((error) => {
          if (error !== null) connection.close();
          done();
        }),
      () => connection.close(),
    );

  const handOver = (envelope: Envelope, bytes: Uint8Array, way: Way, commit: () => void): Promise<Answer> =>
    bounded<Answer>(
      timeouts.reply,
      ({ done, nextStage }) => {
        const reached = (stage: Stage): void => {
          way.stage = stage;
          nextStage();
        };
        const gate = (): void => {
          commit();
          reached("committed");
        };
        const body = gated(bytes, () => reached("body"), gate);
        const use8BitMime = bytes.some((byte) => byte > 0x7f);
        way.onEnd = () => setImmediate(() => done({ error: new Error("the connection ended") }));
        connection.once("end", way.onEnd);
        connection.send({ ...envelope, size: bytes.length, use8BitMime }, body, (error, info) =>
          done(error === null ? { reply: info?.response ?? "" } : { error }),
        );
      },
      () => ({ error: new Error(`no answer within ${timeouts.reply / 1000} s`) }),
    );

  const send = async (envelope: Envelope, bytes: Uint8Array, commit: () => void): Promise<MailOutcome> => {
    const way: Way = { stage: "envelope", uncommitted: null, onEnd: () => undefined };
    const answer = await handOver(envelope, bytes, way, () => {
      try {
        commit();
      } catch (error) {
        way.uncommitted = { error };
        throw error;
      }
    });
    connection.removeListener("end", way.onEnd);
    if (way.uncommitted !== null) {
      connection.close();
      throw way.uncommitted.error;
    }
    const outcome = outcomeOf(answer, way.stage, envelope, connection.lastServerResponse || "none");
    // An answer before the end of the body puts both sides out of step; so does a missing one after it.
    const answered = outcome.kind === "sent" || outcome.kind === "deferred" || outcome.kind === "refused";
    if (!answered || way.stage === "body") connection.close();
    else if (outcome.kind !== "sent" && usable()) await reset();
    return outcome;
  };

  return {
    send,
    usable,
    close: () =>
      bounded<void>(
        CLOSE_MS,
        ({ done }) => {
          if (!usable()) return done();
          connection.once("end", () => done());
          connection.quit();
        },
        () => connection.close(),
      ),
  };
}

/** How far the message had come: the body has begun to leave, or its last byte may have left. */
type Stage = "envelope" | "body" | "committed";
interface Way {
  stage: Stage;
  /** What `commit` threw. */
  uncommitted: { readonly error: unknown } | null;
  onEnd: () => void;
}
type Answer = { readonly reply: string } | { readonly error: SmtpError };

/** Enhanced status codes (RFC 3463): X.1 addressing, X.2 mailbox; the rest is about the system, content or policy. */
function blamesAddress(reply: string, atRecipient: boolean): boolean {
  const subject = /^5\d\d[ -]5\.(\d{1,3})\./.exec(reply)?.[1];
  return subject === undefined ? atRecipient : subject === "1" || (atRecipient && subject === "2");
}

function outcomeOf(answer: Answer, stage: Stage, envelope: Envelope, lastReply: string): MailOutcome {
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
  if (answered && /^4\d\d(?:[ -]|$)/.test(reply)) {
    return { kind: "deferred", reply, closing: reply.startsWith("421") };
  }
  if (answered && /^5\d\d(?:[ -]|$)/.test(reply)) {
    if (error.command === "MAIL FROM" && !/^552|^5\d\d[ -]5\.3\.4/.test(reply)) {
      const fix = "check email.from and email.smtp.user: the server must allow this sender";
      throw setUp("smtp-sender", `the mail server takes no mail from ${envelope.from}`, reply, fix);
    }
    return { kind: "refused", reply, address: blamesAddress(reply, error.command === "RCPT TO") };
  }
  if (stage === "committed")
    return { kind: "uncertain", reason: `${error.message}; last reply: ${lastReply}` };
  if (error.code === "EMESSAGE" && reply === "")
    return { kind: "refused", reply: error.message, address: false };
  return { kind: "not-reached", reason: error.message, ready: true };
}
