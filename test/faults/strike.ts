import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "..", "..", "bin", "dunning.js");
export const traces = process.platform === "linux" && spawnSync("strace", ["-V"]).status === 0;

/** Calls that change a disk or a line; "?": not every machine has them all. */
const CALLS =
  "write writev pwrite64 pwritev fsync fdatasync rename renameat renameat2 link linkat unlink unlinkat mkdir mkdirat rmdir ftruncate openat".split(
    " ",
  );

/** One system call of a command: the nth of its name in the main thread, from 1. */
export interface Call {
  readonly name: string;
  readonly nth: number;
  /** What it works on, for people. */
  readonly on: string;
}

export const isSync = (name: string): boolean => /^f(data)?sync$/.test(name);
/** Not a line to somebody, not a pipe, not what threads wake each other with. */
export const isFile = (on: string): boolean => !/^(socket|pipe|anon_inode|\/dev)/.test(on);
const wakes = (on: string): boolean => /^(pipe|anon_inode)/.test(on);

export interface Ended {
  /** Null: it was killed. */
  readonly exit: number | null;
  readonly said: string;
}

/** Starts the program in a folder, behind `before` where that is given. */
export function start(folder: string, words: readonly string[], before: readonly string[] = []) {
  const [command = "", ...rest] = [...before, process.execPath, BIN, ...words];
  const child = spawn(command, rest, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  let said = "";
  child.stdout.on("data", (part: Buffer) => (said += part.toString()));
  child.stderr.on("data", (part: Buffer) => (said += part.toString()));
  const ended = new Promise<Ended>((done) => child.on("close", (exit) => done({ exit, said })));
  return { child, ended };
}

/** So much of what is written stands in the log: lines of the sent journal, and the end of a message, whole. */
const WHOLE = "65536";

const LINE = /^(?:(?<thread>\d+) +)?(?<name>\w+)\((?<args>.*)/;
const PATHS = /<(?<path>[^>]*)>|"(?<text>[^"]*)"/;
/** Both threads of a call that another one interrupted would count it. */
const RESUMED = /<\.\.\. \w+ resumed>/;

export interface Traced extends Call {
  readonly line: string;
  readonly main: boolean;
}

/** The calls of a log that `strace -f -y -o` wrote. */
export function callsIn(log: string): Traced[] {
  const times = new Map<string, number>();
  let main: string | undefined;
  return log.split("\n").flatMap((line) => {
    const found = RESUMED.test(line) ? undefined : LINE.exec(line)?.groups;
    if (found === undefined) return [];
    const { thread = "", name = "", args = "" } = found;
    main ??= thread;
    const nth = (times.get(`${thread} ${name}`) ?? 0) + 1;
    times.set(`${thread} ${name}`, nth);
    const groups = PATHS.exec(args)?.groups;
    return [{ name, nth, on: groups?.["path"] ?? groups?.["text"] ?? "", line, main: thread === main }];
  });
}

/** Runs a command whole, and tells what it called in the order of the log; of files that it opens, those that it may make. */
export async function trace(folder: string, words: readonly string[]): Promise<Ended & { calls: Traced[] }> {
  const log = join(folder, "trace.log");
  const options = [
    "-f",
    "-qq",
    "-y",
    "-s",
    WHOLE,
    "-e",
    `trace=${CALLS.map((name) => `?${name}`).join(",")}`,
    "-o",
    log,
  ];
  const ended = await start(folder, words, ["strace", ...options]).ended;
  const calls = callsIn(readFileSync(log, "utf8"));
  rmSync(log);
  const counts = ({ name, on, line }: Traced): boolean =>
    !wakes(on) && (name !== "openat" || line.includes("O_CREAT"));
  return { ...ended, calls: calls.filter(counts) };
}

/** What is done at a call. `full`: from then on there is no room any more. */
export type Fault = "kill" | "ENOSPC" | "EIO" | "full";

/** The fault at a call of the main thread. The other threads only read and compute: `trace` would show it. */
export async function strike(
  folder: string,
  words: readonly string[],
  fault: Fault,
  { name, nth }: Call,
): Promise<Ended & { hit: string | null }> {
  const log = join(folder, "..", `${folder.split("/").at(-1)}.log`);
  const how =
    fault === "kill"
      ? `signal=SIGKILL:when=${nth}`
      : fault === "full"
        ? `error=ENOSPC:when=${nth}+`
        : `error=${fault}:when=${nth}`;
  const options = ["-qq", "-y", "-e", `trace=${name}`, "-e", `inject=${name}:${how}`, "-o", log];
  const ended = await start(folder, words, ["strace", ...options]).ended;
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  rmSync(log);
  const hit =
    fault === "kill"
      ? lines.at(-1)?.includes("killed by SIGKILL") === true
        ? (lines.at(-2) ?? "")
        : null
      : (lines.find((line) => line.includes("(INJECTED)")) ?? null);
  return { ...ended, hit };
}
