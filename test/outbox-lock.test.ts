import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Failure } from "../src/problem.ts";
import { type Holder, lockStore } from "../src/store/lock.ts";

const root = join(import.meta.dirname, "..");
const SINCE = "2026-11-23T08:00:00.000Z";
const holder = (command: string): Holder => ({ pid: 4711, host: "poste-3", command, since: SINCE });

let built: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  // Locks are the operating system's business between processes; Node 20 cannot run TypeScript by itself.
  built = mkdtempSync(join(tmpdir(), "dunning-lock-built-"));
  const options =
    "--ignoreConfig --module nodenext --target es2023 --rewriteRelativeImportExtensions --noCheck --types node";
  execFileSync(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    ...options.split(" "),
    "--typeRoots",
    join(root, "node_modules/@types"),
    "--rootDir",
    join(root, "src"),
    "--outDir",
    built,
    join(root, "src/store/lock.ts"),
  ]);
  symlinkSync(join(root, "node_modules"), join(built, "node_modules"));
  writeFileSync(join(built, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(built, "hold.js"),
    `import { lockStore } from "./store/lock.js";
     const [file, command, wait] = process.argv.slice(2);
     try {
       const lock = lockStore(file, { pid: process.pid, host: "poste-3", command, since: "${SINCE}" }, Number(wait));
       process.on("message", () => { lock.release(); process.exit(0); });
       process.send("held");
     } catch (error) {
       process.send({ exit: error.exit, text: error.message });
       process.exit(0);
     }`,
  );
});
afterAll(() => rmSync(built, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, "dunning.lock");

async function start(command: string, wait = 0): Promise<{ child: ChildProcess; said: unknown }> {
  const child = spawn(process.execPath, [join(built, "hold.js"), file(), command, String(wait)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(child);
  const [said] = (await once(child, "message")) as [unknown];
  return { child, said };
}

function refusal(command = "dunning import"): Failure {
  try {
    lockStore(file(), holder(command)).release();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the lock was given twice");
}

test("a second process is told who holds the lock and since when, with exit 75", async () => {
  const first = await start("dunning run");
  expect(first.said).toBe("held");
  const second = await start("dunning import");
  expect(second.said).toEqual({
    exit: 75,
    text: [
      "another run works on this company",
      `  found     dunning run, process ${first.child.pid} on poste-3, since ${SINCE}`,
      "  next      wait until it has ended, then run the command again",
    ].join("\n"),
  });
  expect(refusal().exit).toBe(75);
});

test("kill -9 frees it at once; what the killed process left behind misleads nobody", async () => {
  const { child } = await start("dunning run");
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  expect(existsSync(`${file()}.holder`), "the note outlives its writer").toBe(true);
  const next = await start("dunning run again");
  expect(next.said).toBe("held");
  expect(refusal().problems[0].found).toContain(`dunning run again, process ${next.child.pid}`);
});

test("released, it is free for the next one, and the note is gone", async () => {
  const { child } = await start("dunning run");
  const gone = once(child, "exit");
  child.send("release");
  await gone;
  expect(existsSync(`${file()}.holder`)).toBe(false);
  const lock = lockStore(file(), holder("dunning run"));
  lock.release();
  lock.release();
  expect((await start("dunning run")).said).toBe("held");
});

test("who may wait gets it as soon as it is free", async () => {
  const { child } = await start("dunning run");
  const waiting = start("dunning import", 10_000);
  setTimeout(() => child.kill("SIGKILL"), 150);
  expect((await waiting).said).toBe("held");
});

test("within one process too, and a refused attempt does not free it for others", async () => {
  const lock = lockStore(file(), holder("dunning run"));
  expect(refusal().problems[0].found).toBe(`dunning run, process 4711 on poste-3, since ${SINCE}`);
  expect((await start("dunning import")).said).toMatchObject({ exit: 75 });
  lock.release();
});

test("files are private; without a readable note the message still stands", () => {
  const lock = lockStore(file(), holder("dunning run"));
  for (const path of [file(), `${file()}.holder`]) expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(`${file()}.holder`, "{");
  expect(refusal().problems[0].found).toBe("another dunning process");
  lock.release();
});

test("a link or a folder in the place of the lock is refused", () => {
  const victim = join(folder, "victim");
  writeFileSync(victim, "mine");
  symlinkSync(victim, file());
  expect(refusal().exit).toBe(73);
  expect(readFileSync(victim, "utf8")).toBe("mine");
});
