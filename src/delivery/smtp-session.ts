import { isAscii } from "node:buffer";
import { connect as dialTcp, type Socket } from "node:net";
import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Credentials } from "./secret.ts";
import { authOf, BY_TOKEN, byToken, without } from "./smtp-login.ts";
import {
  type Answer,
  beforeMail,
  outcomeOf,
  type SmtpError,
  type Stage,
  Unreachable,
} from "./smtp-outcome.ts";
import type { Commit, MailOutcome } from "./transport.ts";

/** How the line is protected: TLS from the first byte, TLS after STARTTLS and nothing before, or not at all. */
export type Encryption = "tls" | "starttls" | "none";

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly encryption: Encryption;
  /** PEM of an own certificate authority, beside those that Node knows; null: none. */
  readonly authority: string | null;
  readonly credentials: Credentials | null;
  /** Milliseconds. `reply` bounds the envelope, the body and the wait after it, each. */
  readonly timeouts: { readonly connect: number; readonly greeting: number; readonly reply: number };
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
}

export interface Session {
  readonly send: (envelope: Envelope, bytes: Uint8Array, commit: Commit) => Promise<MailOutcome>;
  /** False once the line is gone or no longer trusted: open another session. */
  readonly usable: () => boolean;
  readonly close: () => Promise<void>;
}

/** Between two steps of closing a line; nothing hangs on it. */
const CLOSE_MS = 1_000;
const CHUNK = 16 * 1024;

/** Settles with `late()` where nothing was `done` in time; `nextStage` gives the next stage as much time again. */
function bounded<T>(
  ms: number,
  begin: (settle: { done: (value: T) => void; nextStage: () => void }) => void,
  late: () => T,
): Promise<T> {
  return new Promise((resolve) => {
    let settled = false;
    const done = (value: T): void => {
      settled = true;
      clearTimeout(timer);
      resolve(value);
    };
    const timer = setTimeout(() => done(late()), ms);
    const nextStage = (): void => {
      if (!settled) timer.refresh();
    };
    begin({ done, nextStage });
  });
}

async function dial({ host, port, timeouts }: Server): Promise<Socket> {
  // Without TCP_NODELAY the end of each message waits some 40 ms for the server's delayed ACK.
  const socket = dialTcp({ host, port, noDelay: true });
  const error = await bounded<Error | null>(
    timeouts.connect,
    ({ done }) => socket.once("error", done).once("connect", () => done(null)),
    () => new Error(`no connection within ${timeouts.connect / 1000} s`),
  );
  if (error === null) return socket;
  socket.destroy();
  throw new Unreachable(error.message);
}

/** The body, whose last byte is released only after `commit` said so. `onStart` throws where nothing may leave. */
function gated(bytes: Uint8Array, socket: Socket, onStart: () => void, commit: Commit): Readable {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = body.length - 1;
  let at = 0;
  const release = async (stream: Readable): Promise<void> => {
    try {
      if (stream.destroyed || !(await commit(() => !stream.destroyed))) return;
    } catch {
      stream.destroy(new Error("not committed"));
      return;
    }
    // The last byte and the dot behind it in one piece.
    socket.cork();
    setImmediate(() => socket.uncork());
    stream.push(body.subarray(last));
    stream.push(null);
  };
  return new Readable({
    // Nothing is read ahead: when the gate is reached, all before it has been taken by the line.
    highWaterMark: 0,
    read() {
      if (at === 0) {
        try {
          onStart();
        } catch (error) {
          this.destroy(error as Error);
          return;
        }
      }
      if (at < last) {
        const from = at;
        at = Math.min(last, at + CHUNK);
        this.push(body.subarray(from, at));
      } else if (at === last) {
        at += 1;
        // A line that is lost already says so first.
        setImmediate(() => void release(this));
      }
    },
  });
}

/** Opens a line, protects it and logs in. Throws Unreachable, or a Failure (78). */
export async function openSession(server: Server): Promise<Session> {
  const { host, port, encryption, authority, credentials, timeouts } = server;
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const { rootCertificates } = await import("node:tls");
  const socket = await dial(server);
  const connection = new Connection({
    host,
    port,
    connection: socket,
    secure: encryption === "tls",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    connectionTimeout: timeouts.greeting,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.reply,
    socketCloseTimeout: CLOSE_MS,
    ...(credentials !== null && "token" in credentials ? { customAuth: { [BY_TOKEN]: byToken } } : {}),
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
    throw beforeMail(without(credentials, error), `${host}:${port}`, credentials?.user ?? null);
  };
  await step("the greeting", (settle) => connection.connect((error) => settle(error)));
  if (credentials !== null) {
    await step("the login", (settle) => connection.login(authOf(credentials), (error) => settle(error)));
  }
  return session(connection, socket, server);
}

interface Way {
  stage: Stage;
  /** What `commit` threw. */
  uncommitted: { readonly error: unknown } | null;
  onEnd: () => void;
  stop: () => void;
}

function session(connection: SMTPConnection, socket: Socket, { host, port, timeouts }: Server): Session {
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

  const handOver = (envelope: Envelope, bytes: Uint8Array, way: Way, commit: Commit): Promise<Answer> =>
    bounded<Answer>(
      timeouts.reply,
      ({ done, nextStage }) => {
        const reached = (stage: Stage): void => {
          way.stage = stage;
          nextStage();
        };
        const gate: Commit = async (stands) => {
          const passed = await commit(stands);
          if (passed) reached("committed");
          return passed;
        };
        const start = (): void => {
          // nodemailer takes any 2xx too. A server that is one answer ahead would then have "accepted" what it never saw.
          const go = connection.lastServerResponse;
          if (go === false || !go.startsWith("354"))
            throw new Error(`DATA was answered by ${go || "nothing"}`);
          reached("body");
        };
        const body = gated(bytes, socket, start, gate);
        // Once there is an outcome nothing more may pass the gate: nodemailer forgets the stream, and does not end it.
        way.stop = () => body.destroy();
        const use8BitMime = !isAscii(bytes);
        way.onEnd = () => setImmediate(() => done({ error: new Error("the connection ended") }));
        connection.once("end", way.onEnd);
        connection.send({ ...envelope, size: bytes.length, use8BitMime }, body, (error, info) =>
          done(error === null ? { reply: info?.response ?? "" } : { error }),
        );
      },
      () => ({ error: new Error(`no answer within ${timeouts.reply / 1000} s`) }),
    );

  const send = async (envelope: Envelope, bytes: Uint8Array, commit: Commit): Promise<MailOutcome> => {
    const way: Way = { stage: "envelope", uncommitted: null, onEnd: () => undefined, stop: () => undefined };
    const answer = await handOver(envelope, bytes, way, async (stands) => {
      try {
        return await commit(stands);
      } catch (error) {
        way.uncommitted = { error };
        throw error;
      }
    });
    connection.removeListener("end", way.onEnd);
    way.stop();
    if (way.uncommitted !== null) {
      connection.close();
      throw way.uncommitted.error;
    }
    const lastReply = connection.lastServerResponse || "none";
    const outcome = outcomeOf(answer, way.stage, { at: `${host}:${port}`, from: envelope.from, lastReply });
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
