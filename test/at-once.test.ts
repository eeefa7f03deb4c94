import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { loadSqlite } from "../src/store/sqlite.ts";
import { booksOf } from "./faults/books.ts";
import { DAY, FIRST, NEXT_DAY, PORT, SECOND, succeed, writeCompany } from "./faults/company.ts";
import { start } from "./faults/strike.ts";
import { inFolder } from "./support/company.ts";
import { scripted } from "./support/scripted-smtp.ts";
import type { Script, Sink } from "./support/smtp-sink.ts";

// Real processes beside each other, on one company that sends to a mail server on this machine.
const RUN = ["--as-of", DAY, "--yes", "run", "--only", "email"];
const MESSAGES = 5;

/** A company whose balance is taken in, and its mail server. */
async function company(script: Script): Promise<{ folder: string; server: Sink }> {
  const server = await scripted(script);
  const folder = mkdtempSync(join(tmpdir(), "dunning-at-once-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeCompany(folder, "smtp");
  const config = join(folder, "dunning.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace(PORT, String(server.port)));
  await succeed(folder, DAY, "import", "contacts", "contacts.csv");
  await succeed(folder, DAY, "import", FIRST);
  return { folder, server };
}

const good: Script = () => null;

function states(folder: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of booksOf(join(folder, "dunning.db")).messages)
    counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

const recipients = ({ envelopes }: Sink): string[] =>
  envelopes.map((envelope) => /RCPT TO:<([^>]*)>/.exec(envelope)?.[1] ?? "").toSorted();
const EVERYBODY = ["m1", "m2", "m3", "m4", "m5"].map((name) => `${name}@client.example`);

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(5);
}

/** A run that stands still in the middle of its second message, until `goOn`. */
async function standing() {
  let begun = false;
  let freeze = (): void => undefined;
  const { folder, server } = await company((stage, nth) => {
    if (stage === "MAIL" && nth === 2) {
      freeze();
      begun = true;
    }
    return null;
  });
  const { child, ended } = start(folder, RUN);
  freeze = () => void child.kill("SIGSTOP");
  onTestFinished(() => void child.kill("SIGKILL"));
  await until(() => begun || child.exitCode !== null);
  return {
    folder,
    server,
    goOn: async () => {
      child.kill("SIGCONT");
      return await ended;
    },
  };
}

async function timed(folder: string, words: readonly string[]) {
  const began = performance.now();
  const { exit, said } = await start(folder, words).ended;
  return { exit, said, ms: performance.now() - began };
}

test("while a run is at work, nine others and an import end with 75 within a second; who only looks is not kept", async () => {
  const { folder, server, goOn } = await standing();
  const others = await Promise.all(Array.from({ length: 9 }, () => start(folder, RUN).ended));
  expect(others.map(({ exit }) => exit)).toEqual(Array.from({ length: 9 }, () => 75));
  // A slow machine starts slowly: what a command takes that only looks is not counted.
  let waited = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 5 && waited > 1000; times++) {
    const looks = await timed(folder, ["--as-of", DAY, "imports"]);
    const loses = await timed(folder, RUN);
    expect([looks.exit, loses.exit]).toEqual([0, 75]);
    waited = loses.ms - looks.ms;
  }
  expect(waited).toBeLessThan(1000);
  const imported = await timed(folder, ["--as-of", NEXT_DAY, "import", SECOND]);
  expect([imported.exit, imported.said]).toEqual([75, expect.stringContaining("dunning run, process")]);
  expect((await start(folder, ["--as-of", DAY, "status"]).ended).exit).toBe(0);
  expect([0, 4]).toContain((await goOn()).exit);
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES });
  expect((await start(folder, ["--as-of", NEXT_DAY, "import", SECOND]).ended).exit).toBe(3);
});

test.each([2, 10])("%i runs started at once: each message once, nothing is left under way", async (count) => {
  const { folder, server } = await company(good);
  const ended = await Promise.all(Array.from({ length: count }, () => start(folder, RUN).ended));
  const exits = ended.map(({ exit }) => exit);
  expect(exits.filter((exit) => exit !== 75 && exit !== 4 && exit !== 0)).toEqual([]);
  expect(exits.some((exit) => exit !== 75)).toBe(true);
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES });
});

test("a second signal leaves at once, and the next start finds out what had left", async () => {
  let dot = (): void => undefined;
  const reached = new Promise<void>((done) => (dot = done));
  let silent = true;
  const { folder, server } = await company((stage, nth) => {
    if (stage !== "dot" || nth !== 2 || !silent) return null;
    dot();
    return "hang";
  });
  const { child, ended } = start(folder, RUN);
  onTestFinished(() => void child.kill("SIGKILL"));
  await reached;
  child.kill("SIGTERM");
  await sleep(1200);
  expect(child.exitCode, "the message in hand is waited for").toBeNull();
  child.kill("SIGTERM");
  const { exit, said } = await ended;
  expect([exit, said]).toEqual([143, expect.stringContaining("left at once")]);
  silent = false;
  expect((await start(folder, RUN).ended).exit).toBe(4);
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES - 1, uncertain: 1 });
});

/** Another program's hands on the store, in this process. */
function holding(folder: string, sql: string): { let_go: () => void } {
  const db = new (loadSqlite())(join(folder, "dunning.db"));
  onTestFinished(() => void db.close());
  db.exec(sql);
  return { let_go: () => void db.exec("ROLLBACK") };
}

test("somebody who reads all the while keeps nobody back", async () => {
  const { folder, server } = await company(good);
  const { let_go } = holding(folder, "BEGIN; SELECT count(*) FROM item");
  expect([0, 4]).toContain((await start(folder, RUN).ended).exit);
  let_go();
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES });
});

test.each([
  ["at the start", "greeting", 1],
  ["at the gate of a message", "DATA", 2],
  ["while the answer is awaited", "dot", 2],
] as const)("the store locked by somebody else for two seconds, %s: it is waited for", async (_, at, nth) => {
  let hold = (): void => undefined;
  const { folder, server } = await company((stage, n) => {
    if (stage === at && n === nth) hold();
    return null;
  });
  hold = () => {
    const { let_go } = holding(folder, "BEGIN IMMEDIATE");
    setTimeout(let_go, 2000);
  };
  expect([0, 4]).toContain((await start(folder, RUN).ended).exit);
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES });
});

test.each([
  // Nothing of the second message had left; what became of the first may not have been written down yet.
  ["DATA", 0, 1],
  // Of the second nobody can write down any more what became of it: a person decides.
  ["dot", 1, 2],
] as const)(
  "the store locked by somebody else for long, from %s on: exit 75, then all is there once, %i or %i uncertain",
  async (at, least, most) => {
    let hold = (): void => undefined;
    const { folder, server } = await company((stage, nth) => {
      if (stage === at && nth === 2) hold();
      return null;
    });
    let let_go = (): void => undefined;
    hold = () => {
      hold = () => undefined;
      ({ let_go } = holding(folder, "BEGIN IMMEDIATE"));
    };
    const { exit, said } = await start(folder, RUN).ended;
    expect([exit, said]).toEqual([75, expect.stringContaining("writing to the store")]);
    let_go();
    expect([0, 4]).toContain((await start(folder, RUN).ended).exit);
    expect(recipients(server)).toEqual(EVERYBODY);
    const { sent = 0, uncertain = 0, ...others } = states(folder);
    expect([sent + uncertain, others]).toEqual([MESSAGES, {}]);
    expect(uncertain).toBeGreaterThanOrEqual(least);
    expect(uncertain).toBeLessThanOrEqual(most);
  },
);

test("1,440 runs in one day: each message once", async () => {
  const { folder, server } = await company(good);
  const began = Date.parse(`${DAY}T00:00:00+01:00`);
  const exits = new Set<number>();
  for (let minute = 0; minute < 1440; minute++) {
    const moment = new Date(began + minute * 60_000).toISOString();
    const { exit } = await inFolder(folder, moment, ["--yes", "--quiet", "run"]);
    exits.add(exit);
  }
  expect([...exits]).toEqual([0]);
  expect(recipients(server)).toEqual(EVERYBODY);
  expect(states(folder)).toEqual({ sent: MESSAGES + 3 });
  expect(existsSync(join(folder, "dunning.lock.holder"))).toBe(false);
});
