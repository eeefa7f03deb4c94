import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { day, importing, looking, reminding, settingUp } from "./command-list.ts";
import type { Context, Globals, Outcome } from "./context.ts";
import type { Day } from "./core/types.ts";
import { EXIT } from "./problem.ts";

type Body = (context: Context) => Promise<Outcome>;

export interface Edge {
  readonly cwd: string;
  readonly version: () => string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Both ends are terminals. */
  readonly canAsk: boolean;
  readonly run: (command: string, globals: Globals, colour: boolean, body: Body) => Promise<number>;
}

interface RawGlobals {
  readonly dir: string;
  readonly asOf?: Day;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly yes?: true;
  readonly input: boolean;
  readonly color: boolean;
}

/** The commands; each one's code is loaded only when it is called. */
export function createProgram(edge: Edge): { program: Command; exit: () => number } {
  let exit: number = EXIT.done;
  const program = new Command("dunning");
  program
    .description(
      "Reminders for unpaid invoices, from the aged balance of any accounting software.\nA company is a folder with dunning.yaml, templates/ and dunning.db.",
    )
    .version(edge.version(), "--version", "print the version")
    .helpOption("-h, --help", "show this help")
    .option("-C, --dir <dir>", "company folder", ".")
    .option("--as-of <date>", "plan and record for this day (YYYY-MM-DD) instead of today", day)
    .option("--json", "one JSON document on standard output, also on errors")
    .option("-q, --quiet", "nothing on standard error when all went well")
    .option("-v, --verbose", "say more; show stack traces of internal errors")
    .option("-y, --yes", "answer yes to questions")
    .option("--no-input", "never ask anything")
    .option("--no-color", "no colours")
    .showHelpAfterError("(dunning --help lists the commands)")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: edge.write, writeErr: edge.writeError })
    .configureHelp({ showGlobalOptions: false });
  program.addHelpText(
    "after",
    `
First steps:
  dunning demo                                the whole way, on made-up data
  dunning init                                a company folder, with a commented dunning.yaml
  dunning import balance.csv                  take an aged balance into the store
  dunning run --dry-run --preview preview     what would leave today, to look through
  dunning run                                 write it`,
  );

  const act = async (name: string, body: Body): Promise<void> => {
    const raw = program.opts<RawGlobals>();
    const globals: Globals = {
      dir: resolve(edge.cwd, raw.dir),
      asOf: raw.asOf ?? null,
      json: raw.json === true,
      quiet: raw.quiet === true,
      verbose: raw.verbose === true,
      yes: raw.yes === true,
      noInput: !raw.input || !edge.canAsk || raw.json === true,
    };
    exit = await edge.run(name, globals, raw.color, body);
  };

  settingUp(program, act);
  importing(program, act);
  reminding(program, act);
  looking(program, act);
  return { program, exit: () => exit };
}

/** Parses the arguments and runs the command. Usage errors are 2; help and version are 0. */
export async function runCommandLine(argv: readonly string[], edge: Edge): Promise<number> {
  const { program, exit } = createProgram(edge);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exit();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    // Called without a command: the help is the answer, but a script should notice.
    if (error.code !== "commander.help" && argv.includes("--json")) {
      const message = error.message.replace(/^error: /, "");
      const document = {
        schema: "dunning/usage/1",
        ok: false,
        exit: EXIT.usage,
        company: null,
        asOf: null,
        warnings: [],
        error: { code: "usage", message, hint: "dunning --help lists the commands", where: null },
      };
      edge.write(`${JSON.stringify(document, null, 2)}\n`);
    }
    return EXIT.usage;
  }
}
