import { type Command, Option } from "commander";
import {
  type Act,
  channelCost,
  collect,
  day,
  examples,
  paymentTerms,
  wholeNumber,
  withReadingChoices,
} from "./command-options.ts";
import type { BacktestOptions } from "./commands/backtest.ts";
import type { SimulateOptions } from "./commands/simulate.ts";

export function settingUp(program: Command, act: Act): void {
  withReadingChoices(program.command("init"))
    .description("make a company folder: dunning.yaml, templates/; never overwrites")
    .option("--from <file>", "look at an export first and keep how it is read")
    .addOption(
      new Option(
        "--terms <terms>",
        "payment terms where an export has no due dates: 30d, 45d end-of-month",
      ).argParser(paymentTerms),
    )
    .addOption(new Option("--country <code>", "country of the company").choices(["FR", "BE"]))
    .addOption(new Option("--language <code>", "language of the comments").choices(["fr", "en"]))
    .addOption(
      new Option("--default-kind <kind>", "what a debtor is where nothing says it").choices([
        "business",
        "consumer",
        "unknown",
      ]),
    )
    .addHelpText(
      "after",
      examples(
        "dunning -C clients/durand init --country FR --from balance.csv",
        "dunning init --from balance.csv --column open=Solde --decimal ,",
      ),
    )
    .action((options: object) =>
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
    .option("--save-plan <file>", "keep the plan, to approve exactly this later in the day (with --dry-run)")
    .option(
      "--approve <hash>",
      "go on with exactly the plan of this hash, or of a saved file, above the cap; else say what changed",
    )
    .option("--force", "also on a closed day")
    .addHelpText(
      "after",
      examples(
        "dunning run --dry-run",
        "dunning run --dry-run --preview preview",
        "dunning run --dry-run --save-plan plan.json",
        "dunning run --approve plan.json",
        "dunning run",
      ),
    )
    .action((options: object) =>
      act("run", async (context) => (await import("./commands/run.ts")).run(context, options)),
    );
  program
    .command("simulate")
    .description("what would happen until a day, if nothing but time and payments did anything")
    .requiredOption("--until <date>", "the last day", day)
    .option("--paid-after <days>", "everybody pays so many days after the due date", wholeNumber)
    .addOption(
      new Option("--payments <how>", "nobody pays, or everybody as late as so far")
        .choices(["none", "class"])
        .conflicts("paidAfter"),
    )
    .option("--debtor <id>", "this debtor alone")
    .option("--cost <channel=amount>", "what one costs: letter=1.60 (repeatable)", channelCost)
    .option("-o, --output <file>", "write a page with each debtor's timeline (.html)")
    .addHelpText(
      "after",
      examples(
        "dunning simulate --until 2026-12-31",
        "dunning simulate --until 2027-03-31 --payments class -o foresight.html",
        "dunning simulate --until 2027-03-31 --paid-after 45 --cost letter=1.60 --cost registered-letter=6.20",
      ),
    )
    .action((options: SimulateOptions) =>
      act("simulate", async (context) => (await import("./commands/simulate.ts")).simulate(context, options)),
    );
  program
    .command("backtest")
    .description("what another configuration would have done on the balances of the past")
    .requiredOption("--scenario <file>", "a dunning.yaml with other segments and scenarios")
    .option("--from <date>", "from this day on; where left out, from the first balance", day)
    .option("--to <date>", "up to this day; where left out, the newest balance's", day)
    .addHelpText("after", examples("dunning backtest --scenario quicker.yaml"))
    .action((options: BacktestOptions) =>
      act("backtest", async (context) => (await import("./commands/backtest.ts")).backtest(context, options)),
    );
  const campaign = program
    .command("campaign")
    .description("messages to some debtors beside the scenarios: campaigns of dunning.yaml");
  campaign
    .command("run")
    .description("plan, render and deliver what a campaign sends today")
    .argument("<name>", "its name in dunning.yaml")
    .option("--dry-run", "render everything, deliver nothing")
    .option("--preview <dir>", "write one HTML page to look through everything (with --dry-run)")
    .option("--debtor <id>", "this debtor alone")
    .option("--max-messages <n>", "cap of this run instead of limits.max_messages", wholeNumber)
    .option("--approve <hash>", "go on with exactly the plan of this hash, above the cap")
    .option("--force", "also on a closed day")
    .addHelpText(
      "after",
      examples("dunning campaign run small-balances --dry-run", "dunning campaign run small-balances"),
    )
    .action((name: string, options: object) =>
      act("campaign run", async (context) =>
        (await import("./commands/campaign.ts")).campaignRun(context, name, options),
      ),
    );
  campaign
    .command("list", { isDefault: true })
    .description("every campaign, its period and how much of it has left")
    .action(() =>
      act("campaign list", async (context) => (await import("./commands/campaign.ts")).campaignList(context)),
    );
  campaign
    .command("report")
    .description("what came of it, text by text")
    .argument("<name>", "its name in dunning.yaml")
    .action((name: string) =>
      act("campaign report", async (context) =>
        (await import("./commands/campaign.ts")).campaignReport(context, name),
      ),
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
    .description("one message: what it claims, what became of it, and how to check an uncertain one")
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
    .command("retry")
    .description("let deferred messages wait no longer: the next run sends them")
    .argument("[ids...]", "their ids; left out: all deferred ones")
    .action((ids: string[]) =>
      act("outbox retry", async (context) =>
        (await import("./commands/outbox.ts")).outboxRetry(context, ids),
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
    .command("report")
    .description("what came of the work")
    .command("steps")
    .description("of each step and each of its texts: sent, paid, received")
    .option("--from <date>", "messages from this day on", day)
    .option("--to <date>", "messages up to this day", day)
    .action((options: object) =>
      act("report steps", async (context) =>
        (await import("./commands/report.ts")).reportSteps(context, options),
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

  debtor
    .command("merge")
    .description("two codes of one customer become one; without codes: which ones may be one")
    .argument("[from]", "the code that goes")
    .argument("[into]", "the code that stays")
    .option("--new", "one of the two is in no balance yet")
    .option("--dry-run", "say what would change, change nothing")
    .addHelpText(
      "after",
      examples(
        "dunning debtor merge",
        "dunning debtor merge 411DUPONT 411DUPOND --dry-run",
        "dunning debtor merge 411DUPONT C00012 --new   (the books give out other codes from now on)",
      ),
    )
    .action((from: string | undefined, into: string | undefined, options: object) =>
      act("debtor merge", async (context) =>
        (await import("./commands/merge.ts")).debtorMerge(context, from, into, options),
      ),
    );
}
