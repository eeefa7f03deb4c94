import { type ChildProcess, spawn } from "node:child_process";
import { EXIT, Failure, type Problem } from "../problem.ts";
import type { QueuedMessage } from "../store/outbox.ts";
import type { Commit, MailOutcome, MailTransport } from "./transport.ts";

export interface CommandSettings {
  /** The program and its arguments; no shell reads them. */
  readonly run: readonly string[];
  /** The company folder: where the program works. */
  readonly folder: string;
  /** Milliseconds after which it is ended. */
  readonly timeout: number;
  /** Which key of dunning.yaml names it. */
  readonly key: string;
}

/** Exit codes of sysexits.h: try again later; no such user, no such host. */
const EX_TEMPFAIL = 75;
const BAD_ADDRESS: readonly number[] = [67, 68];
/** So much of what a program says is kept. */
const SAID_LIMIT = 4096;
const REPLY_LIMIT = 300;
const LAST_WORDS_MS = 1000;

/** What a program reads from its standard input, as one JSON document in UTF-8 (docs/how-to/own-program.md). */
function documentOf({ message, bytes }: { message: QueuedMessage; bytes: Uint8Array }): string {
  const { id, debtor, channel, step, recipient, messageId, sha256, attempts, run } = message;
  const email = channel === "email";
  return JSON.stringify({
    schema: "dunning/message/1",
    id,
    attempt: attempts + 1,
    run: run.name,
    day: run.asOf,
    debtor,
    step,
    channel,
    to: email ? recipient : null,
    messageId,
    contentType: email ? "message/rfc822" : "application/pdf",
    sha256,
    content: Buffer.from(bytes).toString("base64"),
  });
}

type Ended = { readonly code: number | null; readonly signal: string | null };

/**
 * Messages by a program of the user's: one start per message, the message as JSON on its standard input. It cannot read
 * the end of the document before the gate is passed. Exit code 0: accepted; 75: later; any other: refused (67 and 68: the
 * address is at fault); ended by a signal or its time: nobody can know. Throws a Failure (78) where it cannot be started.
 */
export function command(settings: CommandSettings): MailTransport<QueuedMessage> {
  return {
    lines: 1,
    send: async (outgoing, commit) => await sendOnce(settings, documentOf(outgoing), commit),
    close: () => Promise.resolve(),
  };
}

async function sendOnce(
  { run, folder, timeout, key }: CommandSettings,
  document: string,
  commit: Commit,
): Promise<MailOutcome> {
  const [program = "", ...words] = run;
  const child = spawn(program, words, { cwd: folder, stdio: "pipe", shell: false, windowsHide: true });
  const out = collected(child.stdout);
  const err = collected(child.stderr);
  // A program that does not read to the end breaks the pipe: its exit code says the rest.
  child.stdin.on("error", () => undefined);
  const ended = endOf(child);
  if (!(await started(child))) throw notStarted(key, program);
  let late = false;
  const clock = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeout);
  try {
    if (!(await written(child, document.slice(0, -1)))) {
      const reason = `${program} ended before it had been given the message: ${saidBy(err(), await ended)}`;
      return { kind: "not-reached", reason, ready: true };
    }
    try {
      await commit(() => true);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
    child.stdin.end(`${document.slice(-1)}\n`);
    const end = await ended;
    return outcomeOf(end, { program, late, timeout, out: out(), err: err() });
  } finally {
    clearTimeout(clock);
    child.stdin.destroy();
  }
}

function outcomeOf(
  end: Ended,
  said: {
    readonly program: string;
    readonly late: boolean;
    readonly timeout: number;
    readonly out: string;
    readonly err: string;
  },
): MailOutcome {
  const { program, late, timeout, out, err } = said;
  if (late)
    return { kind: "uncertain", reason: `${program} was ended after ${timeout} ms without an answer` };
  if (end.code === null)
    return { kind: "uncertain", reason: `${program} was ended by ${end.signal ?? "a signal"}` };
  if (end.code === 0) return { kind: "sent", reply: firstLine(out) || "exit 0" };
  const reply = saidBy(err || out, end);
  if (end.code === EX_TEMPFAIL) return { kind: "deferred", reply, closing: false, stop: null };
  return { kind: "refused", reply, address: BAD_ADDRESS.includes(end.code) };
}

const saidBy = (text: string, { code, signal }: Ended): string =>
  `exit ${code ?? signal ?? "?"}${firstLine(text) === "" ? "" : `: ${firstLine(text)}`}`;

/** The first line that says something, without control characters. */
const firstLine = (text: string): string =>
  (text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "")
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, REPLY_LIMIT);

function collected(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream.on("data", (part: Buffer) => {
    if (size < SAID_LIMIT) parts.push(part);
    size += part.length;
  });
  return () => Buffer.concat(parts).toString("utf8").slice(0, SAID_LIMIT);
}

/** False where there is no such program, or it must not be run. */
const started = (child: ChildProcess): Promise<boolean> =>
  new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });

/** Once it has ended and what it said has been read; what it started itself may keep its output open for ever. */
const endOf = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      const end = { code, signal };
      child.once("close", () => resolve(end));
      setTimeout(() => resolve(end), LAST_WORDS_MS).unref();
    });
  });

/** Once the pipe has taken it; false: the program has ended, or does not read. */
const written = (child: ChildProcess, text: string): Promise<boolean> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve(false));
    child.stdin?.write(text, (error) => resolve(error == null && child.exitCode === null));
  });

/** `key`: which one of dunning.yaml names it. */
export const cannotStart = (key: string, program: string): Problem => ({
  code: "command-not-started",
  message: "the program that sends messages cannot be started",
  found: program,
  expected: "a program that you may run: its full path, one beside dunning.yaml (./send), or one of PATH",
  fix: `see ${key} in dunning.yaml`,
});

function notStarted(key: string, program: string): Failure {
  const { message, ...problem } = cannotStart(key, program);
  return new Failure(EXIT.config, { ...problem, message: `${message}; what has not left stays queued` });
}
