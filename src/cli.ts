import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { looking, reminding, settingUp } from "./command-list.ts";
import { importing } from "./command-list-import.ts";
import { lawful } from "./command-list-law.ts";
import { settling } from "./command-list-people.ts";
import { coming } from "./command-list-post.ts";
import { running } from "./command-list-running.ts";
import { wording } from "./command-list-texts.ts";
import { day } from "./command-options.ts";
import type { Context, Globals, Outcome } from "./context.ts";
import { nearest } from "./core/nearest.ts";
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
  /** A command line that is not understood; "usage" where no command is known. */
  readonly misused: (command: string, message: string) => void;
  /** The command in several companies. */
  readonly inEach: (
    command: string,
    pattern: string,
    globals: { readonly json: boolean; readonly quiet: boolean },
  ) => Promise<number>;
  readonly run: (command: string, globals: Globals, colour: boolean, body: Body) => Promise<number>;
}

interface RawGlobals {
  readonly dir: string;
  readonly each?: string;
  readonly asOf?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly yes?: true;
  readonly input: boolean;
  readonly color: boolean;
}

/** The commands; each one's code is loaded only when it is called. */
export function createProgram(edge: Edge): { program: Command; exit: () => number; called: () => string } {
  let exit: number = EXIT.done;
  let called = "usage";
  const program = new Command("dunning");
  program
    .description(
      "Reminders for unpaid invoices, from the aged balance of any accounting software.\nA company is a folder with dunning.yaml, templates/ and dunning.db.",
    )
    .version(edge.version(), "--version", "print the version")
    .helpOption("-h, --help", "show this help")
    .option("-C, --dir <dir>", "company folder", ".")
    .option("--each <pattern>", "the same command in every company folder that matches, one line each")
    .option("--as-of <date>", "plan and record for this day (YYYY-MM-DD) instead of today")
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
    called = name;
    const raw = program.opts<RawGlobals>();
    if (raw.each !== undefined) {
      exit = await edge.inEach(name, raw.each, { json: raw.json === true, quiet: raw.quiet === true });
      return;
    }
    const globals: Globals = {
      dir: resolve(edge.cwd, raw.dir),
      asOf: asOf(program, raw.asOf),
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
  settling(program, act);
  looking(program, act);
  wording(program, act);
  coming(program, act);
  lawful(program, act);
  running(program, act);
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    const group = command.name() === "list" ? (command.parent ?? command) : command;
    command.showHelpAfterError(`(dunning ${wordsOf(group)} --help shows what it takes)`);
    command.configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: too many .*\n/, (line) => misspelt(command) ?? line)),
    });
    command.exitOverride((error) => {
      const other = error.code === "commander.excessArguments" ? misspelt(command) : null;
      if (called === "usage") called = other === null ? nameOf(command) : wordsOf(command.parent ?? command);
      throw other === null
        ? error
        : new CommanderError(error.exitCode, "commander.unknownCommand", other.trim());
    });
  }
  return { program, exit: () => exit, called: () => called };
}

const wordsOf = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

/** A word that was meant for another command of the group and has reached its list: what to say of it; null: something else. */
function misspelt(command: Command): string | null {
  const { parent } = command;
  const [word] = command.args;
  if (command.name() !== "list" || word === undefined || parent === null || parent.args[0] !== word)
    return null;
  const near = nearest(
    word,
    parent.commands.map((each) => each.name()),
  );
  return `error: unknown command '${word}'\n${near === null ? "" : `(Did you mean ${near}?)\n`}`;
}

const nameOf = (command: Command): string => {
  const { parent } = command;
  // The list of work is the command itself: its documents are called so.
  if (parent?.name() === "worklist" && command.name() === "list") return "worklist";
  return wordsOf(command);
};

/** Read once the command is known, so that a complaint can name it. */
function asOf(program: Command, text: string | undefined): Day | null {
  if (text === undefined) return null;
  try {
    return day(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const message = `error: option '--as-of <date>' argument '${text}' is invalid. ${error.message}`;
    return program.error(message, { code: "commander.invalidArgument" });
  }
}

/** Parses the arguments and runs the command. Usage errors are 2; help and version are 0. */
export async function runCommandLine(argv: readonly string[], edge: Edge): Promise<number> {
  const { program, exit, called } = createProgram(edge);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exit();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    // Called without a command: the help is the answer, but a script should notice.
    const bare = error.code === "commander.help";
    edge.misused(called(), bare ? "a command is missing" : error.message.replace(/^error: /, ""));
    return EXIT.usage;
  }
}
