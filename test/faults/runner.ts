import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dunning } from "../support/company.ts";
import { type Script, type Sink, type Stage, sink } from "../support/smtp-sink.ts";
import { type Books, booksOf, journalOf, litter, wrongFiles } from "./books.ts";
import { HANDED, PORT } from "./company.ts";
import { type Call, type Ended, type Fault, start, strike, type Traced, trace } from "./strike.ts";
import type { Trip } from "./trips.ts";

/** Where a command is struck: at a system call, or killed when the mail server comes to a stage the nth time. */
export type Point = { readonly trip: Trip } & (
  | { readonly fault: Fault; readonly call: Call }
  | { readonly fault: "wire"; readonly stage: Stage; readonly nth: number }
);

export const nameOf = (point: Point): string =>
  point.fault === "wire"
    ? `${point.trip.name}: killed at ${point.stage} ${point.nth}`
    : `${point.trip.name}: ${point.fault} at ${point.call.name} ${point.call.nth} (${point.call.on})`;

export interface Struck {
  readonly point: Point;
  /** Whether the command came to the point. */
  readonly reached: boolean;
  readonly exit: number | null;
  readonly uncertain: number;
  /** What must hold and did not. */
  readonly wrong: readonly string[];
}

/** A trip, made ready: its folder before the command, and what an undisturbed command makes of it. */
export interface Ready {
  readonly trip: Trip;
  readonly folder: string;
  readonly before: Books;
  readonly after: Books;
  readonly exit: number | null;
  /** In the order in which they were made; paths relative to the folder. */
  readonly calls: readonly Traced[];
}

const MESSAGE_ID = /^message-id:\s*<([^>]+)>/im;
const idsOf = (texts: readonly string[]): string[] =>
  texts.map((text) => MESSAGE_ID.exec(text)?.[1] ?? `no Message-ID: ${text.slice(0, 40)}`);

/** A copy of a prepared folder; its configuration names this mail server. */
function copyOf(folder: string, name: string, port: number): string {
  const copy = join(folder, "..", name);
  cpSync(folder, copy, { recursive: true });
  const config = join(copy, "dunning.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace(PORT, String(port)));
  return copy;
}

async function drained(server: Sink): Promise<void> {
  for (let wait = 0; server.open() > 0 && wait < 400; wait++) await sleep(5);
}

/** The Message-IDs of what has left, `whole`, and of what the other side has seen some of. */
function heldOf({ transport }: Trip, folder: string, server: Sink): { whole: string[]; torn: string[] } {
  if (transport !== "command") return { whole: idsOf(server.messages), torn: idsOf(server.torn) };
  const log = join(folder, HANDED);
  const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  const ids = (how: string) =>
    lines.filter((line) => line.startsWith(how)).map((line) => line.slice(how.length).trim());
  return { whole: ids("whole "), torn: ids("torn ") };
}

/** Prepares a trip and lets its command run undisturbed under strace. */
export async function ready(trip: Trip, traced: boolean): Promise<Ready> {
  const root = mkdtempSync(join(tmpdir(), "dunning-faults-"));
  const folder = join(root, "before");
  mkdirSync(folder);
  await trip.prepare(folder);
  const before = booksOf(join(folder, "dunning.db"));
  const server = await sink(() => null);
  try {
    const copy = copyOf(folder, "after", server.port);
    const ended = traced
      ? await trace(copy, trip.words)
      : { ...(await start(copy, trip.words).ended), calls: [] };
    const after = booksOf(join(copy, "dunning.db"));
    const wrong = [...after.wrong, ...wrongFiles(copy, after), ...litter(copy), ...(trip.look?.(copy) ?? [])];
    if (!trip.done.includes(ended.exit ?? -1) || wrong.length > 0)
      throw new Error(`${trip.name}, undisturbed: exit ${ended.exit} ${ended.said} ${wrong.join("; ")}`);
    const ours = ended.calls.filter(({ main, line }) => main || !line.includes(HANDED));
    const elsewhere = ours.filter(({ main }) => !main);
    if (elsewhere.length > 0)
      throw new Error(`not in the main thread: ${elsewhere.map(({ line }) => line).join("\n")}`);
    return {
      trip,
      folder,
      before,
      after,
      exit: ended.exit,
      calls: ours.map((call) => ({
        ...call,
        on: call.on.replace(`${copy}/`, ""),
        line: call.line.replaceAll(`${copy}/`, ""),
      })),
    };
  } finally {
    await server.close();
  }
}

export const putAway = ({ folder }: Ready): void =>
  rmSync(join(folder, ".."), { recursive: true, force: true });

async function hurt(
  folder: string,
  point: Point,
  server: { kill: () => void },
): Promise<Ended & { hit: string | null }> {
  if (point.fault !== "wire") return await strike(folder, point.trip.words, point.fault, point.call);
  const { child, ended } = start(folder, point.trip.words);
  server.kill = () => void child.kill("SIGKILL");
  const { exit, said } = await ended;
  return { exit, said, hit: exit === null ? "killed" : null };
}

/**
 * Errors that are survived: SQLite copies its log into the store later, makes its index of the log anew, and does not ask
 * how the flush of the folder went in which it made them, nor whether it could be opened for that (its log is copied into
 * the store before the command ends); what cannot be linked is copied.
 */
const SURVIVED =
  /dunning\.(db|lock)|-journal|^fsync\(\d+<[^>]*\/point-\d+>\)|^openat\(AT_FDCWD<[^>]*>, "[^"]*\/point-\d+", O_RDONLY\|O_CLOEXEC\)|^link/;
/** SQLite says of a file that it cannot make only that: 73, "check the mode, and that the disk has room". */
const UNMADE = /^openat.*(dunning\.(db|lock)|\.part)/;
const NO_FILE = /<(pipe|socket|anon_inode)/;

/** How a command may end at an error of the disk: with 74, or as always where the error did no harm. */
function wrongEnding(
  { fault }: Point,
  { exit, said, hit }: Ended & { hit: string | null },
  usual: number | null,
): string[] {
  if (fault === "kill" || fault === "wire" || hit === null || NO_FILE.test(hit) || exit === 74) return [];
  if ((exit === usual && SURVIVED.test(hit)) || (exit === 73 && UNMADE.test(hit))) return [];
  return [`exit ${exit} at ${hit.replaceAll(/\s+/g, " ")}: ${said.slice(0, 600)}`];
}

/** What is wrong between the store and what the mail server holds now. */
function wrongMail(trip: Trip, folder: string, books: Books, server: Sink): string[] {
  const held = heldOf(trip, folder, server).whole;
  const gates = new Set(
    journalOf(folder)
      .filter(({ what }) => what === "gate")
      .map(({ message }) => message),
  );
  return books.messages
    .filter(({ transport }) => transport === trip.transport)
    .flatMap(({ id, state, messageId }) => {
      const times = held.filter((each) => each === messageId).length;
      const wrong: string[] = [];
      if (times > 1) wrong.push(`${id} was sent ${times} times`);
      if (state === "sent" && times === 0)
        wrong.push(`${id} is recorded as sent, and the server has not got it`);
      if (times > 0 && !["sent", "committing", "uncertain"].includes(state))
        wrong.push(`${id} is ${state}, and the server has got it`);
      if (times > 0 && !gates.has(id)) wrong.push(`${id} left before its line in the sent journal`);
      return wrong;
    });
}

const inState = ({ messages }: Books, state: string): string[] =>
  messages.filter((message) => message.state === state).map(({ id }) => id);

/** Strikes once; then lets the command end by itself, a person resolves what is uncertain, and all is compared. */
export async function strikeAt(at: Ready, point: Point, name: string): Promise<Struck> {
  const kill = { kill: () => undefined as void };
  const script: Script = (stage, nth) => {
    if (point.fault === "wire" && stage === point.stage && nth === point.nth) kill.kill();
    return null;
  };
  const server = await sink(script);
  const folder = copyOf(at.folder, name, server.port);
  const then = `${folder}-then`;
  const file = join(folder, "dunning.db");
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || wrong.push(what));
  try {
    const first = await hurt(folder, point, kill);
    await drained(server);
    const lines = at.trip.transport === "command" ? 1 : server.connections();
    wrong.push(...wrongEnding(point, first, at.exit));

    // As it was left, looked at in a copy: the next start must find it as it is.
    cpSync(folder, then, { recursive: true });
    const left = booksOf(join(then, "dunning.db"));
    wrong.push(
      ...[...left.wrong, ...wrongFiles(then, left), ...wrongMail(at.trip, then, left, server)].map(
        (each) => `left: ${each}`,
      ),
    );
    must([at.before.content, at.after.content].includes(left.content), "left: the balance is half taken in");

    let again: Ended = first;
    for (let times = 0; times === 0 || (times < 3 && !at.trip.done.includes(again.exit ?? -1)); times++)
      again = await start(folder, at.trip.words).ended;
    await drained(server);
    must(
      at.trip.done.includes(again.exit ?? -1),
      `the next start ended with ${again.exit}: ${again.said.slice(0, 600)}`,
    );

    const found = booksOf(file);
    const uncertain = inState(found, "uncertain");
    // Only what stood between the gate and its outcome; and the server has seen it coming.
    const between = inState(left, "committing").concat(inState(left, "uncertain"));
    must(
      uncertain.every((id) => between.includes(id)),
      `uncertain outside the window: ${uncertain.join(", ")}`,
    );
    must(uncertain.length <= lines, `${uncertain.length} are uncertain after one kill on ${lines} lines`);
    const held = heldOf(at.trip, folder, server);
    const coming = new Set([...held.whole, ...held.torn]);
    for (const { id, state, messageId } of found.messages)
      must(
        state !== "uncertain" || coming.has(messageId ?? ""),
        `${id} is uncertain, and the server has seen nothing of it`,
      );
    wrong.push(...wrongMail(at.trip, folder, found, server));

    for (const { id, messageId } of found.messages.filter(({ state }) => state === "uncertain")) {
      const day = at.trip.words[1] ?? "";
      const known = held.whole.includes(messageId ?? "");
      await dunning(folder, day, "outbox", "resolve", id, known ? "--sent" : "--resend");
    }
    if (uncertain.length > 0) await start(folder, at.trip.words).ended;
    await drained(server);
    const after = booksOf(file);
    must(
      after.summary === at.after.summary,
      `it ends otherwise than undisturbed: ${difference(at.after.summary, after.summary)}`,
    );
    wrong.push(
      ...after.wrong,
      ...wrongFiles(folder, after),
      ...wrongMail(at.trip, folder, after, server),
      ...litter(folder),
    );
    wrong.push(...(at.trip.look?.(folder) ?? []));
    return { point, reached: first.hit !== null, exit: first.exit, uncertain: uncertain.length, wrong };
  } catch (error) {
    return {
      point,
      reached: true,
      exit: null,
      uncertain: 0,
      wrong: [...wrong, `${error instanceof Error ? error.stack : String(error)}`],
    };
  } finally {
    await server.close();
    if (process.env.FAULT_KEEP !== "1" || wrong.length === 0)
      for (const each of [folder, then]) rmSync(each, { recursive: true, force: true });
  }
}

function difference(wanted: string, found: string): string {
  const [a, b] = [wanted.split("\n"), found.split("\n")];
  const at = a.findIndex((line, n) => line !== b[n]);
  return `line ${at}: ${JSON.stringify(a.slice(at, at + 3))} became ${JSON.stringify(b.slice(at, at + 3))}`;
}
