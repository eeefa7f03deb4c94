import { type Command, InvalidArgumentError, Option } from "commander";
import type { InspectOptions } from "./commands/inspect.ts";
import type { Context, Outcome } from "./context.ts";
import { parseDay } from "./core/day.ts";
import type { Day } from "./core/types.ts";

/** Runs a command's body with its context; the name is that of its JSON document. */
export type Act = (name: string, body: (context: Context) => Promise<Outcome>) => Promise<void>;

export function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === null) throw new InvalidArgumentError("expected a date such as 2026-11-22.");
  return parsed;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number such as 50.");
  return Number(text);
}

function accountPrefixes(text: string): string[] {
  const prefixes = text.split(",").map((prefix) => prefix.trim());
  if (prefixes.some((prefix) => !/^\d{2,}\w*$/.test(prefix)))
    throw new InvalidArgumentError("expected prefixes of accounts such as 411,416.");
  return prefixes;
}

const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;

export function settingUp(program: Command, act: Act): void {
  program
    .command("init")
    .description("make a company folder: dunning.yaml, templates/; never overwrites")
    .option("--from <file>", "look at an export first and keep how it is read")
    .addOption(new Option("--country <code>", "country of the company").choices(["FR", "BE"]))
    .addOption(new Option("--language <code>", "language of the comments").choices(["fr", "en"]))
    .addOption(
      new Option("--default-kind <kind>", "what a debtor is where nothing says it").choices([
        "business",
        "consumer",
        "unknown",
      ]),
    )
    .addHelpText("after", examples("dunning -C clients/durand init --country FR --from balance.csv"))
    .action((options: Record<string, string>) =>
      act("init", async (context) => (await import("./commands/init.ts")).init(context, options)),
    );
  program
    .command("check")
    .description("check the configuration and the templates: every error with file, line and column")
    .addHelpText("after", examples("dunning check", "dunning check --json"))
    .action(() => act("check", async (context) => (await import("./commands/check.ts")).check(context)));
  program
    .command("demo")
    .description("the whole way on made-up data in a temporary folder, then say where to look")
    .option("--into <dir>", "use this folder (must not exist yet) instead of a temporary one")
    .action((options: { into?: string }) =>
      act("demo", async (context) => (await import("./commands/demo.ts")).demo(context, options)),
    );
}

/** Options of `import` are understood after its subcommands too: `undo 3 --dry-run` must not undo. */
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
  program
    .command("inspect")
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
      examples("dunning inspect balance.csv", "dunning inspect balance.csv --save-profile sage"),
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
    .argument("<file>", "CSV or workbook with one row per debtor")
    .option("--dry-run", "say what would change, write nothing")
    .action((file: string, _own: object, command: Command) =>
      act("import contacts", async (context) =>
        (await import("./commands/contacts.ts")).importContacts(context, file, command.optsWithGlobals()),
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

export function reminding(program: Command, act: Act): void {
  program
    .command("run")
    .description("plan, render and deliver what is due today")
    .option("--dry-run", "render everything, deliver nothing")
    .option("--preview <dir>", "write one HTML page to look through everything (with --dry-run)")
    .addOption(
      new Option("--only <channel>", "this channel alone").choices([
        "email",
        "letter",
        "registered-letter",
        "call",
      ]),
    )
    .option("--debtor <id>", "this debtor alone")
    .option("--max-messages <n>", "cap of this run instead of limits.max_messages", wholeNumber)
    .option("--approve <hash>", "go on with exactly the plan of this hash, above the cap")
    .option("--force", "also on a closed day")
    .addHelpText(
      "after",
      examples("dunning run --dry-run", "dunning run --dry-run --preview preview", "dunning run"),
    )
    .action((options: object) =>
      act("run", async (context) => (await import("./commands/run.ts")).run(context, options)),
    );
  program
    .command("approve")
    .description("let actions that wait for a person go")
    .argument("<ids...>", "their ids (dunning status)")
    .action((ids: string[]) =>
      act("approve", async (context) => (await import("./commands/approve.ts")).approve(context, ids)),
    );
  program
    .command("reject")
    .description("refuse actions that wait for a person")
    .argument("<ids...>", "their ids (dunning status)")
    .requiredOption("--reason <text>", "why: it is kept and shown")
    .action((ids: string[], options: { reason: string }) =>
      act("reject", async (context) => (await import("./commands/approve.ts")).reject(context, ids, options)),
    );

  const outbox = program.command("outbox").description("the messages and their states");
  outbox
    .command("list", { isDefault: true })
    .description("newest first")
    .option("--state <state>", "only these", collect)
    .option("--debtor <id>", "only of this debtor")
    .action((options: object) =>
      act("outbox list", async (context) =>
        (await import("./commands/outbox.ts")).outboxList(context, options),
      ),
    );
  outbox
    .command("show")
    .description("one message, its history and its text")
    .argument("<id>")
    .action((id: string) =>
      act("outbox show", async (context) => (await import("./commands/outbox.ts")).outboxShow(context, id)),
    );
  outbox
    .command("resolve")
    .description("say what became of an uncertain message")
    .argument("<id>")
    .option("--sent", "it arrived")
    .option("--resend", "it did not: send the same bytes again")
    .action((id: string, options: { sent?: true; resend?: true }) =>
      act("outbox resolve", async (context) =>
        (await import("./commands/outbox.ts")).outboxResolve(context, id, options),
      ),
    );
  outbox
    .command("void")
    .description("take back a message that did not leave (a draft that was not sent, a letter not posted)")
    .argument("<id>")
    .action((id: string) =>
      act("outbox void", async (context) => (await import("./commands/outbox.ts")).outboxVoid(context, id)),
    );
}

export function looking(program: Command, act: Act): void {
  program
    .command("status")
    .description("what needs attention today")
    .action(() => act("status", async (context) => (await import("./commands/status.ts")).status(context)));
  program
    .command("explain")
    .description("why a debtor gets what he gets, or nothing")
    .argument("<debtor>", "the customer's code")
    .action((debtor: string) =>
      act("explain", async (context) =>
        (await import("./commands/explain.ts")).explainDebtor(context, debtor),
      ),
    );
  program
    .command("debtors")
    .description("the debtors with open items")
    .action(() =>
      act("debtors", async (context) => (await import("./commands/debtors.ts")).debtors(context)),
    );
  const debtor = program.command("debtor").description("one debtor");
  debtor
    .command("show")
    .description("master data, open items and history")
    .argument("<id>", "the customer's code")
    .action((id: string) =>
      act("debtor show", async (context) => (await import("./commands/debtors.ts")).debtorShow(context, id)),
    );
  debtor
    .command("set")
    .description("change master data")
    .argument("<id>", "the customer's code")
    .argument("<changes...>", "KEY=VALUE: name email phone address postcode city country language kind ...")
    .addHelpText("after", examples("dunning debtor set 411DUPONT email=compta@dupont.example language=fr"))
    .action((id: string, changes: string[]) =>
      act("debtor set", async (context) =>
        (await import("./commands/debtors.ts")).debtorSet(context, id, changes),
      ),
    );

  const template = program.command("template").description("the texts");
  template
    .command("list", { isDefault: true })
    .description("every text and where it comes from")
    .action(() =>
      act("template list", async (context) => (await import("./commands/template.ts")).templateList(context)),
    );
  const language = (): Option =>
    new Option("--language <code>", "in this language").choices(["fr", "nl", "de", "en"]);
  template
    .command("show")
    .description("the source of one text")
    .argument("<name>")
    .addOption(language())
    .action((name: string, options: object) =>
      act("template show", async (context) =>
        (await import("./commands/template.ts")).templateShow(context, name, options),
      ),
    );
  template
    .command("preview")
    .description("one text as a debtor would get it, with made-up or real data")
    .argument("<name>")
    .addOption(language())
    .option("--debtor <id>", "with the data of this debtor")
    .addOption(new Option("--channel <channel>", "as").choices(["email", "letter", "registered-letter"]))
    .option("-o, --output <file>", "write the e-mail (.eml, .html) or letter (.pdf) there")
    .action((name: string, options: object) =>
      act("template preview", async (context) =>
        (await import("./commands/template.ts")).templatePreview(context, name, options),
      ),
    );
}
