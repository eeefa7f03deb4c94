import { spawn } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";

// What only a real process shows: signals, readers that go away, disks that are full.
const DAY = "2026-11-20";
const BIN = join(import.meta.dirname, "..", "bin", "dunning.js");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(folder: string, words: readonly string[], stdout: "pipe" | number = "pipe") {
  const child = spawn(process.execPath, [BIN, "--as-of", DAY, ...words], {
    cwd: folder,
    stdio: ["ignore", stdout, "pipe"],
  });
  let out = "";
  let talk = "";
  child.stdout?.on("data", (part: Buffer) => (out += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (talk += part.toString()));
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code) => done({ code, stdout: out, stderr: talk })),
  );
  return { child, ended };
}

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await sleep(5);
}

async function imported(): Promise<string> {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  return folder;
}

const drafts = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".eml")).length;

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 143],
] as const)("%s during an import: nothing of it is recorded, exit %i", async (signal, exit) => {
  const folder = demoCompany();
  const rows = Array.from(
    { length: 400_000 },
    (_, n) => `C${n % 5000};Nom;F-${n};01/10/2026;13/10/2026;12,50`,
  );
  const head = "Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Date;Échéance;Restant dû";
  writeFileSync(join(folder, "large.csv"), `${head}\n${rows.join("\n")}\n`);
  const { child, ended } = start(folder, ["import", "large.csv", "--json"]);
  await until(() => existsSync(join(folder, "dunning.lock.holder")) || child.exitCode !== null);
  child.kill(signal);
  const { code, stdout } = await ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([exit, { ok: false, error: { code: "interrupted" } }]);
  const { json } = await dunning(folder, DAY, "imports", "--json");
  expect(json["imports"]).toEqual([]);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 143],
] as const)("%s during a run: the message in hand is finished, the rest waits", async (signal, exit) => {
  let taken = 0;
  let kill = (): void => undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on("end", () => {
        taken += 1;
        if (taken === 2) kill();
        setTimeout(done, taken === 2 ? 300 : 0);
      });
    },
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  const { port } = server.server.address() as AddressInfo;
  const folder = demoCompany();
  const file = join(folder, "dunning.yaml");
  const rest = readFileSync(file, "utf8").replace(/^(email|limits):(.*\n)((?: .*\n|\n)*)/gm, "");
  const mail = `email: { transport: smtp, smtp: { host: 127.0.0.1, port: ${port} } }`;
  writeFileSync(file, `${rest}\n${mail}\nlimits: { max_messages: 1000, per_minute: 6000 }\n`);
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const { child, ended } = start(folder, ["run", "--only", "email", "--yes", "--json"]);
  kill = () => {
    child.kill(signal);
    child.kill(signal);
  };
  const { code, stdout, stderr } = await ended;
  const { counts, error } = JSON.parse(stdout) as { counts: Record<string, number>; error: { code: string } };
  // Several may be in hand, over a line each; all of them are finished.
  const inHand = taken;
  expect([code, error.code, counts["sent"]]).toEqual([exit, "interrupted", inHand]);
  expect(inHand).toBeGreaterThanOrEqual(2);
  expect([counts["skipped"], counts["queued"]]).toEqual([0, expect.toSatisfy((n: number) => n > 10)]);
  expect(stderr).toContain("finishing the message in hand");
  const next = await dunning(folder, DAY, "run", "--only", "email", "--yes", "--json");
  expect((next.json["counts"] as Record<string, number>)["sent"]).toBe(taken - inHand);
  expect(taken - inHand).toBe(counts["queued"]);
});

test("a reader that goes away ends nothing: everything is written, and the exit code is the run's own", async () => {
  const folder = await imported();
  const { child, ended } = start(folder, ["run", "--json"]);
  child.stdout?.destroy();
  expect((await ended).code).toBe(4);
  expect(drafts(folder)).toBeGreaterThan(20);
});

test.runIf(existsSync("/dev/full"))("a full disk under the output: the run is whole, exit 74", async () => {
  const folder = await imported();
  const { ended } = start(folder, ["run"], openSync("/dev/full", "w"));
  const { code, stderr } = await ended;
  expect(code).toBe(74);
  expect(stderr).toContain("its report could not be written");
  expect(drafts(folder)).toBeGreaterThan(20);
  expect((await dunning(folder, DAY, "run", "--json")).json["actions"]).toEqual([]);
});

test("a name cannot drive the terminal: no escape sequence of an export comes out raw", async () => {
  const folder = demoCompany();
  const name = "Nom\u001b]0;owned\u0007\u202eX\u001b[2J";
  const quoted = `Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû\nC1;${name};F-1;01/10/2026;500,00\n`;
  writeFileSync(join(folder, "hostile.csv"), quoted);
  await dunning(folder, DAY, "import", "hostile.csv");
  for (const words of [["debtors"], ["run", "--dry-run"], ["debtor", "show", "C1"], ["explain", "C1"]]) {
    const { stdout, stderr } = await dunning(folder, DAY, ...words);
    expect(stdout + stderr, words.join(" ")).not.toMatch(/(?![\n\t])[\p{Cc}\u202e]/u);
  }
});
