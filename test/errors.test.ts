import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { main } from "../src/main.ts";
import { type Ran, runLine } from "./support/command-line.ts";

/**
 * The error catalogue: each folder of fixtures/errors is called after a problem's code and holds the files that cause it,
 * the command to type (`command.txt`; several lines: the last one is meant) and exactly what it prints (`expected.txt`).
 */
const catalogue = join(import.meta.dirname, "..", "fixtures", "errors");
const home = join(import.meta.dirname, "..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs the commands of a folder of the catalogue in a copy of it. */
async function runCase(code: string, more: readonly string[] = []): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "dunning-error-"));
  folders.push(folder);
  cpSync(join(catalogue, code), folder, { recursive: true });
  rmSync(join(folder, "expected.txt"), { force: true });
  rmSync(join(folder, "command.txt"));
  const commands = readFileSync(join(catalogue, code, "command.txt"), "utf8")
    .trim()
    .split("\n");
  const last = commands.pop() ?? "";
  for (const command of commands) await runLine(folder, command.split(" "));
  return await runLine(folder, [...last.split(" "), ...more]);
}

/** Every `code` of a document, however deep. */
function codesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "code" in value && typeof value.code === "string" ? [value.code] : [];
  return [...own, ...Object.values(value).flatMap(codesIn)];
}

describe.each(readdirSync(catalogue).sort())("%s", (code) => {
  test("prints exactly what the catalogue says", async () => {
    const { printed } = await runCase(code);
    await expect(printed).toMatchFileSnapshot(join(catalogue, code, "expected.txt"));
  });

  test("carries its code in the JSON document", async () => {
    const { results, exit } = await runCase(code, ["--json"]);
    const document = JSON.parse(results) as { ok: boolean; exit: number };
    expect(document).toMatchObject({ ok: exit === 0, exit });
    expect(codesIn(document)).toContain(code);
  });
});

/** Those that no small file or command can cause, by what covers them instead. */
const ELSEWHERE = [
  // halt.test.ts: a store that somebody has changed by hand, or that the disk has damaged
  "backup-unsound",
  // backups.test.ts, doctor.test.ts, replay.test.ts: a disk that is full, what a machine is like, a store put back
  "backup-failed",
  "doctor-found",
  "replay-refused",
  "chain-broken",
  // mailbox.test.ts: a mailbox that is not as the configuration says
  "imap-folder",
  "imap-login",
  "imap-password",
  "imap-token",
  "imap-unreachable",
  // command.test.ts: a program that never answers
  "mail-program",
  // letters.test.ts: a letter that somebody has moved or written over
  "letter-changed",
  "letter-gone",
  // guard.test.ts, guard-run.test.ts: mistakes of the program itself
  "guard",
  // config.test.ts
  "config-too-large",
  "folder-refused",
  // encoding.test.ts: files beyond a limit, or written to while they are read
  "cell-too-long",
  "file-changed",
  "file-too-large",
  "line-too-long",
  // store-open.test.ts: other processes, other versions, what the system reports
  "busy",
  "disk",
  "folder-missing",
  "permission",
  "store-newer",
  "store-older",
  // none: a file of thousands of rows whose notation only its end shows
  "files-together-ambiguous",
  // none: an installation without its SQLite driver, a file system without shared memory
  "sqlite-missing",
  "store-no-wal",
  // store-balances.test.ts: the day on which a file was written
  "refresh-too-early",
  // email.test.ts: a run lists such debtors as address searches before it writes to them
  "bad-email-address",
  "no-email-address",
  // template.test.ts
  "template-count",
  "template-size",
  // delivery-secure.test.ts; the configuration refuses it first as bad-email
  "smtp-sender",
  // none: the configuration refuses it first as no-mail-server
  "smtp-missing",
  // dkim.test.ts: a key file that is private and no key
  "dkim-key",
  // delivery-pace.test.ts: what a server answers
  "mail-slow",
  "mail-throttled",
  // run-smtp.test.ts: told as the run's warning
  "not-confirmed",
  "over-the-cap",
  "plan-changed",
  // json-contract.test.ts: a document whose list says the rest
  "partly-done",
  "person-needed",
  "interrupted",
  // below
  "installation",
  "internal-error",
];

/** What is written in the rooms: `code: "..."`, one of two after `code:`, or the first words of a call that throws. */
function codesOfRooms(): string[] {
  const source = join(home, "src");
  const rooms = readdirSync(source, { recursive: true, encoding: "utf8" });
  const text = rooms
    .filter((file) => file.endsWith(".ts") && !file.startsWith("core"))
    .map((file) => readFileSync(join(source, file), "utf8"))
    .join("\n");
  const places = text.matchAll(
    /\bcode: ([^,\n]*"[^,\n]*)|\b(?:fail|refused)\(\s*(?:action,\s*)?("[a-z-]+")/g,
  );
  return [...places].flatMap(([, code = "", called = ""]) =>
    [...`${code}${called}`.matchAll(/"([a-z-]+)"/g)].map((match) => match[1] ?? ""),
  );
}

test("every problem has its folder, or another test", () => {
  const codes = new Set(codesOfRooms());
  const covered = readdirSync(catalogue);
  const known = new Set([...covered, ...ELSEWHERE]);
  expect([...codes].filter((code) => !known.has(code))).toEqual([]);
  expect(ELSEWHERE.filter((code) => !codes.has(code) || covered.includes(code))).toEqual([]);
});

test.each([
  ["ENOSPC", 74, "disk"],
  ["EACCES", 73, "permission"],
  ["ERR_MODULE_NOT_FOUND", 74, "installation"],
  ["EBADF", 1, "internal-error"],
])("what the system reports as %s ends with %i, %s", async (reported, exit, code) => {
  const printed: string[] = [];
  const ran = await main(["--json", "template", "list"], {
    stdout: { write: (text) => printed.push(text) },
    stderr: { write: () => undefined },
    stdin: {},
    env: {},
    cwd: home,
    now: () => {
      throw new Error("no clock");
    },
    onSignal: () => {
      throw Object.assign(new Error("no such luck"), { code: reported });
    },
    exit: () => undefined,
    runIn: () => Promise.reject(new Error("no other processes here")),
  });
  expect(ran).toBe(exit);
  expect(codesIn(JSON.parse(printed.join("")))).toEqual([code]);
});
