import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context, Globals, Outcome, Output, Paint } from "./context.ts";
import { EXIT, Failure, formatProblem, type Problem } from "./problem.ts";

/** The streams and facts of a process; tests give their own. */
export interface World {
  readonly stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  readonly stdin: { isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  /** Called once, with a function to call on SIGINT and SIGTERM. */
  readonly onSignal: (handle: (signal: "SIGINT" | "SIGTERM") => void) => void;
}

const HOME = resolve(dirname(fileURLToPath(import.meta.url)), "..");

function version(): string {
  const text = readFileSync(resolve(HOME, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** A folder that was deleted under our feet is no reason to fall over: relative paths will not be found in it. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

function processWorld(): World {
  // A reader that closes early (`dunning status | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: currentFolder(),
    now: () => new Date(),
    onSignal: (handle) => {
      process.on("SIGINT", () => handle("SIGINT"));
      process.on("SIGTERM", () => handle("SIGTERM"));
    },
  };
}

type Painter = (paint: Paint, text: string) => string;

async function painter(world: World, globals: { colour: boolean }): Promise<Painter> {
  const wanted =
    globals.colour && world.stdout.isTTY === true && !world.env["NO_COLOR"] && world.env["TERM"] !== "dumb";
  if (!wanted) return (_paint, text) => text;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  const styles = { bold: chalk.bold, dim: chalk.dim, good: chalk.green, warn: chalk.yellow, bad: chalk.red };
  return (paint, text) => styles[paint](text);
}

/** `held`: with `--quiet` nothing is printed before it is known that something went wrong. */
function output(world: World, globals: Globals, paint: Painter, held: string[] | null): Output {
  const talkative = !globals.quiet;
  let line = false;
  const clear = (): void => {
    if (line) world.stderr.write("\r\u001b[2K");
    line = false;
  };
  return {
    say: (text) => {
      clear();
      if (globals.json) return;
      if (held === null) world.stdout.write(`${text}\n`);
      else held.push(`${text}\n`);
    },
    note: (text) => {
      clear();
      if (talkative) world.stderr.write(`${text}\n`);
    },
    paint,
    width: world.stdout.isTTY === true ? Math.max(60, world.stdout.columns ?? 80) : 100,
    terminal: world.stdout.isTTY === true,
    progress: (text) => {
      if (world.stderr.isTTY !== true || !talkative || globals.json) return;
      clear();
      if (text === "") return;
      world.stderr.write(text.slice(0, (world.stderr.columns ?? 80) - 1));
      line = true;
    },
  };
}

/** A failure, a usage error or a bug, as Problems with their exit code. */
function asFailure(error: unknown): { exit: number; problems: readonly Problem[]; stack: string | null } {
  if (error instanceof Failure) return { exit: error.exit, problems: error.problems, stack: null };
  const code = (error as NodeJS.ErrnoException)?.code;
  const text = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EIO" || code === "EDQUOT") {
    return {
      exit: EXIT.io,
      problems: [
        { code: "disk", message: text, fix: "check the disk and its free space, then run it again" },
      ],
      stack: null,
    };
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM") {
    const fix = "check the owner and mode of that file and of its folder, then run it again";
    return { exit: EXIT.cannotCreate, problems: [{ code: "permission", message: text, fix }], stack: null };
  }
  const problem = {
    code: "internal-error",
    message: `internal error: ${text}`,
    fix: "this is a bug of dunning; run the command again with --verbose and report what it prints",
  };
  return {
    exit: EXIT.bug,
    problems: [problem],
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** What a document says where work came to an end and the list of what was done says the rest. */
function unfinished(exit: number): Problem[] {
  if (exit === EXIT.partial)
    return [
      { code: "partly-done", message: "part of the work was refused, deferred or rejected, as listed" },
    ];
  if (exit === EXIT.person)
    return [{ code: "person-needed", message: "a person is needed, as listed", fix: "dunning status" }];
  if (exit === 130 || exit === 143)
    return [{ code: "interrupted", message: "stopped after the work in hand", fix: "run it again" }];
  return [];
}

function errorDocument(problems: readonly Problem[]): Record<string, unknown> {
  if (problems.length === 0) return {};
  const one = (problem: Problem): Record<string, unknown> => ({
    code: problem.code,
    message: problem.message,
    found: problem.found,
    expected: problem.expected,
    hint: problem.fix ?? null,
    where: problem.where ?? null,
  });
  const [first, ...rest] = problems.map(one);
  return rest.length > 0 ? { error: first, errors: [first, ...rest] } : { error: first };
}

/** Runs one command line. Resolves to the exit code; never throws, never ends the process. */
export async function main(argv: readonly string[], given?: World): Promise<number> {
  const world = given ?? processWorld();
  // The commonest question of an installer deserves the shortest way.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    world.stdout.write(`${version()}\n`);
    return EXIT.done;
  }
  const stop: { signal: "SIGINT" | "SIGTERM" | null } = { signal: null };
  const json = argv.includes("--json");
  const verbose = argv.includes("--verbose") || argv.includes("-v");
  let name = "dunning";
  let asOf: string | null = null;
  const print = (exit: number, document: Record<string, unknown>): void => {
    const head = { schema: `dunning/${name}/1`, ok: exit === EXIT.done, exit };
    world.stdout.write(`${JSON.stringify({ ...head, ...document }, null, 2)}\n`);
  };
  const complain = (problems: readonly Problem[]): void => {
    world.stderr.write(`${problems.map((problem) => `dunning: ${formatProblem(problem)}`).join("\n")}\n`);
  };
  try {
    const { runCommandLine } = await import("./cli.ts");
    return await runCommandLine(argv, {
      cwd: world.cwd,
      version,
      write: (text) => world.stdout.write(text),
      writeError: (text) => {
        if (!json) world.stderr.write(text);
      },
      canAsk: world.stdin.isTTY === true && world.stdout.isTTY === true,
      misused: (command, message) => {
        name = command;
        const problem = { code: "usage", message, fix: "dunning --help lists the commands" };
        if (json) print(EXIT.usage, { company: null, asOf: null, warnings: [], ...errorDocument([problem]) });
      },
      run: async (command, globals, colour, body) => {
        name = command;
        asOf = globals.asOf;
        world.onSignal((signal) => {
          stop.signal = signal;
        });
        const held: string[] | null = globals.quiet ? [] : null;
        const context: Context = {
          globals,
          cwd: world.cwd,
          now: world.now,
          env: world.env,
          out: output(world, globals, await painter(world, { colour }), held),
          home: HOME,
          version: version(),
          stop,
        };
        const outcome: Outcome = await body(context);
        context.out.progress("");
        if (held !== null && outcome.exit !== EXIT.done) world.stdout.write(held.join(""));
        const { company = null, asOf: day = globals.asOf, warnings = [], document, failure } = outcome;
        const error = errorDocument(failure?.problems ?? outcome.because ?? unfinished(outcome.exit));
        if (globals.json) print(outcome.exit, { company, asOf: day, warnings, ...error, ...document });
        else if (failure !== undefined) complain(failure.problems);
        return outcome.exit;
      },
    });
  } catch (error) {
    const { exit, problems, stack } = asFailure(error);
    if (world.stderr.isTTY === true) world.stderr.write("\r\u001b[2K");
    if (json) print(exit, { company: null, asOf, warnings: [], ...errorDocument(problems) });
    else
      world.stderr.write(`${problems.map((problem) => `dunning: ${formatProblem(problem)}`).join("\n")}\n`);
    if (verbose && stack !== null) world.stderr.write(`${stack}\n`);
    return exit;
  }
}
