import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context, Globals, Outcome, Output, Paint } from "./context.ts";
import type { OfCompany, RunIn } from "./each.ts";
import { asFailure, errorDocument, unfinished } from "./failing.ts";
import { EXIT, Failure, formatProblem, type Problem } from "./problem.ts";
import { type SafeStream, type Stream, safe, visible } from "./streams.ts";

/** The streams and facts of a process; tests give their own. */
export interface World {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: { isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  /** Called once, with a function to call on SIGINT, SIGTERM and SIGHUP. */
  readonly onSignal: (handle: (signal: "SIGINT" | "SIGTERM") => void) => void;
  /** Runs the same program in another folder, as a process of its own. */
  readonly runIn: RunIn;
  /** Ends the process at once: what was not committed has not happened. */
  readonly exit: (code: number) => void;
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

/** Set for the commands that `--each` runs: they end with one line that says it all. */
const ONE_OF_MANY = "DUNNING_ONE_OF_MANY";

function processWorld(): World {
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
      // The terminal was closed: as if somebody had asked to end.
      process.on("SIGHUP", () => handle("SIGTERM"));
    },
    exit: (code) => process.exit(code),
    runIn: async (folder, argv) => {
      const { execFile } = await import("node:child_process");
      return await new Promise((done) => {
        const words = [...process.execArgv, process.argv[1] ?? "", ...argv];
        const options = { cwd: folder, maxBuffer: 1 << 30, env: { ...process.env, [ONE_OF_MANY]: "1" } };
        execFile(process.execPath, words, options, (error, stdout, stderr) => {
          const exit = error === null ? EXIT.done : typeof error.code === "number" ? error.code : 143;
          done({ exit, stdout, stderr });
        });
      });
    },
  };
}

type Edge = Omit<World, "stdout" | "stderr"> & { readonly stdout: SafeStream; readonly stderr: SafeStream };
/** A second signal means it only after so long: shells and npm pass one Ctrl-C on twice. */
const PATIENCE_MS = 1000;

type Painter = (paint: Paint, text: string) => string;

async function painter(world: Edge, globals: { colour: boolean }): Promise<Painter> {
  const wanted =
    globals.colour && world.stdout.isTTY && !world.env["NO_COLOR"] && world.env["TERM"] !== "dumb";
  if (!wanted) return (_paint, text) => text;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  const styles = { bold: chalk.bold, dim: chalk.dim, good: chalk.green, warn: chalk.yellow, bad: chalk.red };
  return (paint, text) => styles[paint](text);
}

/** `held`: with `--quiet` nothing is printed before it is known that something went wrong. */
function output(world: Edge, globals: Globals, paint: Painter, held: string[] | null): Output {
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
      const shown = `${visible(text)}\n`;
      if (held === null) world.stdout.write(shown);
      else held.push(shown);
    },
    note: (text) => {
      clear();
      if (talkative) world.stderr.write(`${visible(text)}\n`);
    },
    paint,
    width: world.stdout.isTTY ? Math.max(60, world.stdout.columns ?? 80) : 100,
    terminal: world.stdout.isTTY,
    progress: (text) => {
      if (!world.stderr.isTTY || !talkative || globals.json) return;
      clear();
      if (text === "") return;
      world.stderr.write(visible(text).slice(0, (world.stderr.columns ?? 80) - 1));
      line = true;
    },
  };
}

/** What is typed is kept and shown to others later: it is text, like what an import brings. */
function refuseControls(argv: readonly string[]): void {
  const found = argv.find((word) => /(?![\t\n])\p{Cc}/u.test(word));
  if (found === undefined) return;
  throw new Failure(EXIT.usage, {
    code: "control-characters",
    message: "the command line holds characters that are no text",
    found: visible(found).slice(0, 80),
    expected: "letters, digits, signs",
    fix: "type the value by hand",
  });
}

/** What one company's command answered; null where it was no document. */
function companyDocument({ dir, exit, ended }: OfCompany): Record<string, unknown> {
  try {
    return { dir, exit, document: JSON.parse(ended.stdout) as unknown };
  } catch {
    return { dir, exit, document: null, said: ended.stderr.slice(0, 2000) };
  }
}

/** Runs one command line. Resolves to the exit code; never throws. What could not be shown is no success. */
export async function main(argv: readonly string[], given?: World): Promise<number> {
  const outside = given ?? processWorld();
  const world = { ...outside, stdout: safe(outside.stdout), stderr: safe(outside.stderr) };
  const exit = await runMain(argv, world);
  // A stream tells of what it could not write a moment later.
  await new Promise((later) => setImmediate(later));
  const unwritten = world.stdout.failure();
  if (unwritten === null || exit === EXIT.bug) return exit;
  const problem = {
    code: "disk",
    message: "the work is done as far as it came, but its report could not be written",
    found: unwritten.message,
    fix: "free some space, then look: dunning status, dunning outbox",
  };
  world.stderr.write(`dunning: ${formatProblem(problem)}\n`);
  return EXIT.io;
}

async function runMain(argv: readonly string[], world: Edge): Promise<number> {
  // The commonest question of an installer deserves the shortest way.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    world.stdout.write(`${version()}\n`);
    return EXIT.done;
  }
  const stop: { signal: "SIGINT" | "SIGTERM" | null } = { signal: null };
  let finishing = false;
  let asked: number | null = null;
  const json = argv.includes("--json");
  const verbose = argv.includes("--verbose") || argv.includes("-v");
  let name = "dunning";
  let asOf: string | null = null;
  const print = (exit: number, document: Record<string, unknown>): void => {
    const head = { schema: `dunning/${name}/1`, ok: exit === EXIT.done, exit };
    world.stdout.write(`${JSON.stringify({ ...head, ...document }, null, 2)}\n`);
  };
  const complain = (problems: readonly Problem[]): void => {
    world.stderr.write(
      `${visible(problems.map((problem) => `dunning: ${formatProblem(problem)}`).join("\n"))}\n`,
    );
  };
  const interrupt = (signal: "SIGINT" | "SIGTERM"): void => {
    if (world.stderr.isTTY) world.stderr.write("\r\u001b[2K");
    const exit = signal === "SIGINT" ? 130 : 143;
    if (finishing) {
      const now = world.now().getTime();
      stop.signal ??= signal;
      asked ??= now;
      if (now - asked < PATIENCE_MS) {
        world.stderr.write(
          "dunning: finishing the message in hand; the rest waits. Once more: leave at once\n",
        );
        return;
      }
      world.stderr.write("dunning: left at once; the next run finds out what had left\n");
      world.exit(exit);
      return;
    }
    const problem = {
      code: "interrupted",
      message: "stopped; nothing of this command was recorded",
      fix: "run it again",
    };
    if (json) print(exit, { company: null, asOf, warnings: [], ...errorDocument([problem]) });
    else complain([problem]);
    world.exit(exit);
  };
  try {
    refuseControls(argv);
    const { runCommandLine } = await import("./cli.ts");
    return await runCommandLine(argv, {
      cwd: world.cwd,
      version,
      write: (text) => world.stdout.write(text),
      writeError: (text) => {
        if (!json) world.stderr.write(visible(text));
      },
      canAsk: world.stdin.isTTY === true && world.stdout.isTTY,
      misused: (command, message) => {
        name = command;
        const fix =
          command === "usage"
            ? "dunning --help lists the commands"
            : `dunning ${command} --help shows what it takes`;
        const problem = { code: "usage", message, fix };
        if (json) print(EXIT.usage, { company: null, asOf: null, warnings: [], ...errorDocument([problem]) });
      },
      inEach: async (command, pattern, globals) => {
        name = command;
        const { inEach, worst } = await import("./each.ts");
        const ended = await inEach({ cwd: world.cwd, pattern, argv }, world.runIn, ({ dir, exit, said }) => {
          if (!globals.json && (!globals.quiet || exit !== EXIT.done))
            world.stdout.write(`${visible(`${dir}  exit ${exit}  ${said}`)}\n`);
        });
        const exit = worst(ended.map((each) => each.exit));
        if (globals.json)
          print(exit, { company: null, asOf: null, warnings: [], companies: ended.map(companyDocument) });
        return exit;
      },
      run: async (command, globals, colour, body) => {
        name = command;
        asOf = globals.asOf;
        world.onSignal(interrupt);
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
          finishing: async (work) => {
            finishing = true;
            try {
              return await work();
            } finally {
              finishing = false;
            }
          },
        };
        const outcome: Outcome = await body(context);
        context.out.progress("");
        if (held !== null && outcome.exit !== EXIT.done) world.stdout.write(held.join(""));
        if (outcome.summary !== undefined && world.env[ONE_OF_MANY] === "1" && !globals.json)
          world.stdout.write(`${visible(outcome.summary)}\n`);
        const { company = null, asOf: day = globals.asOf, warnings = [], document, failure } = outcome;
        const error = errorDocument(failure?.problems ?? outcome.because ?? unfinished(outcome.exit));
        if (globals.json) print(outcome.exit, { company, asOf: day, warnings, ...error, ...document });
        else if (failure !== undefined) complain(failure.problems);
        return outcome.exit;
      },
    });
  } catch (error) {
    const { exit, problems: found, stack } = asFailure(error);
    const fix = `dunning ${name} --help shows what it takes`;
    const problems = found.map((each) => (exit === EXIT.usage ? { fix, ...each } : each));
    if (world.stderr.isTTY) world.stderr.write("\r\u001b[2K");
    if (json) print(exit, { company: null, asOf, warnings: [], ...errorDocument(problems) });
    else complain(problems);
    if (verbose && stack !== null) world.stderr.write(`${stack}\n`);
    return exit;
  }
}
