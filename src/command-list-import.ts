import { type Command, InvalidArgumentError } from "commander";
import { type Act, day, examples, wholeNumber, withReadingChoices } from "./command-options.ts";
import type { InspectOptions } from "./commands/inspect.ts";

function levelMap(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(",").map((pair) => pair.split("=").map((part) => part.trim()));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes("")))
    throw new InvalidArgumentError("A list such as 1=reminder,2=firm is expected.");
  return new Map(pairs as [string, string][]);
}

function accountPrefixes(text: string): string[] {
  const prefixes = text.split(",").map((prefix) => prefix.trim());
  if (prefixes.some((prefix) => !/^\d{2,}\w*$/.test(prefix)))
    throw new InvalidArgumentError("expected prefixes of accounts such as 411,416.");
  return prefixes;
}

function refuseOptions(imports: Command, command: Command): void {
  const given = Object.keys(imports.opts()).map(
    (name) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
  );
  if (given.length > 0) command.error(`error: ${given.join(", ")} cannot be used here`, { exitCode: 2 });
}

interface InspectWords extends InspectOptions {
  readonly profiles?: true;
}

export function importing(program: Command, act: Act): void {
  withReadingChoices(program.command("inspect"))
    .description("what the importer sees in a file, and why; changes nothing")
    .argument("[file]", "CSV export, workbook (.xlsx, .ods) or FEC")
    .option(
      "--save-profile <name>",
      "write how the file is read to dunning.yaml, for imports without questions",
    )
    .option("--profiles", "the layouts that are known by name, without a file")
    .option("--encoding <name>", "read it in this encoding")
    .option("--sheet <name>", "of a workbook: read this sheet")
    .option("--balance-date <date>", "the date of the balance, where the file has none", day)
    .option("--accounts <prefixes>", "of a FEC: the customers' accounts (411,416)", accountPrefixes)
    .addHelpText(
      "after",
      examples(
        "dunning inspect balance.csv",
        "dunning inspect balance.csv --column open=Solde --dates dd/MM/yyyy --save-profile sage",
      ),
    )
    .action((file: string | undefined, options: InspectWords, command: Command) => {
      if ((file === undefined) !== (options.profiles === true))
        command.error("error: inspect takes a file, or --profiles", { exitCode: 2 });
      return act("inspect", async (context) =>
        (await import("./commands/inspect.ts")).inspect(context, file, options),
      );
    });

  const imports = program
    .command("import")
    .description("take an aged balance or a journal (FEC) into the store")
    .argument("<files...>", "CSV exports, workbooks (.xlsx, .ods) or FEC files")
    .option("--balance-date <date>", "the date of the balance, where the file has none", day)
    .option(
      "--profile <name>",
      "read it with this profile of dunning.yaml, or a built-in one (dunning inspect --profiles)",
    )
    .option("--encoding <name>", "read it in this encoding")
    .option("--sheet <name>", "of a workbook: read this sheet")
    .option("--dry-run", "say what would change, write nothing")
    .option("--accounts <prefixes>", "of a FEC: the customers' accounts (411,416)", accountPrefixes)
    .option("--together", "the files are one balance, or journals (FEC) of years one after the other")
    .option("--refresh", "the same balance is still true today")
    .option("--expect-total <amount>", "hold the balance when its open total differs (1234.50)")
    .option("--expect-rows <n>", "hold the balance when its number of items differs", wholeNumber)
    .option("--archive <folder>", "move the files that were taken there")
    .addHelpText(
      "after",
      examples(
        "dunning import balance.csv",
        "dunning import balance.csv --balance-date 2026-11-20 --dry-run",
        "dunning import 'exports/balance-*.csv' --archive exports/taken",
        "dunning import 123456789FEC20251231.txt --accounts 411,416",
        "dunning import contacts contacts.csv",
        "dunning import accept 3",
      ),
    )
    .action((files: string[], options: object) =>
      act("import", async (context) =>
        (await import("./commands/import.ts")).importBalance(context, files, options),
      ),
    );
  imports
    .command("contacts")
    .description("names, e-mails, addresses, language and kind of debtors")
    .argument("<file>", "CSV or workbook with a row per debtor, or per person there")
    .option("--dry-run", "say what would change, write nothing")
    .action((file: string, _own: object, command: Command) =>
      act("import contacts", async (context) =>
        (await import("./commands/contacts.ts")).importContacts(context, file, command.optsWithGlobals()),
      ),
    );
  imports
    .command("scores")
    .description("credit scores and insolvencies of debtors; the newest date counts")
    .argument("<file>", "CSV or workbook: customer, date, score, insolvency")
    .option("--dry-run", "say what would change, write nothing")
    .action((file: string, _own: object, command: Command) =>
      act("import scores", async (context) =>
        (await import("./commands/scores.ts")).importScores(context, file, command.optsWithGlobals()),
      ),
    );
  imports
    .command("history")
    .description("reminders that an older tool has sent, so that nobody starts again at the first step")
    .argument("<file>", "CSV or workbook: customer, level, date, and the document where there is one")
    .option("--map <level=step>", "what the older tool's levels are here (1=reminder,2=firm)", levelMap)
    .option("--dry-run", "say what would be recorded, write nothing")
    .addHelpText("after", examples("dunning import history relances.csv --map 1=reminder,2=firm --dry-run"))
    .action((file: string, _own: object, command: Command) =>
      act("import history", async (context) =>
        (await import("./commands/history.ts")).importHistory(context, file, command.optsWithGlobals()),
      ),
    );
  imports
    .command("accept")
    .description("release a balance that is on hold")
    .argument("<id>", "its number (dunning imports)", wholeNumber)
    .option("--remember", "from now on a printed total of this layout that differs is only a warning")
    .action((id: number, own: { readonly remember?: true }, command: Command) => {
      refuseOptions(imports, command);
      return act("import accept", async (context) =>
        (await import("./commands/imports.ts")).acceptImport(context, id, own.remember === true),
      );
    });
  imports
    .command("undo")
    .description("take the newest balance back")
    .argument("<id>", "its number (dunning imports)", wholeNumber)
    .action((id: number, _own: object, command: Command) => {
      refuseOptions(imports, command);
      return act("import undo", async (context) =>
        (await import("./commands/imports.ts")).undoImport(context, id),
      );
    });
  program
    .command("imports")
    .description("the balances taken in, newest first, and their state")
    .action(() =>
      act("imports", async (context) => (await import("./commands/imports.ts")).imports(context)),
    );
}
