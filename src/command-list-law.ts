import { type Command, InvalidArgumentError, Option } from "commander";
import { type Act, collect, day, examples } from "./command-options.ts";
import type { ChargesOptions } from "./commands/charges.ts";
import type { NoticeOptions } from "./commands/notice.ts";
import type { NewRate, RatesFilter } from "./commands/rates.ts";

function datedAmount(text: string, before: readonly string[] | undefined): string[] {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1)
    throw new InvalidArgumentError("expected DATE=AMOUNT such as 2026-11-22=500.00.");
  return collect(`${day(text.slice(0, at))}=${text.slice(at + 1)}`, before);
}

/** What the law gives for late payment: a calculator, the rates behind it, the notices on which it hangs. */
export function lawful(program: Command, act: Act): void {
  program
    .command("charges")
    .description("what may be claimed of one invoice: interest, fixed compensation, with the legal basis")
    .requiredOption("--amount <amount>", "the invoice, VAT included")
    .requiredOption("--due <date>", "its due date", day)
    .requiredOption("--until <date>", "the day on which the money arrives, or of the letter", day)
    .option("--country <code>", "whose law counts (else that of the company, else FR)")
    .addOption(
      new Option("--kind <kind>", "what the debtor is; where nobody says it: a consumer").choices([
        "business",
        "consumer",
      ]),
    )
    .option("--payment <date=amount>", "a part payment (repeatable)", datedAmount)
    .option("--rate <percent>", "the yearly rate of the contract")
    .option(
      "--notice <date>",
      "receipt of the formal notice; of a Belgian consumer: sending of the first reminder",
      day,
    )
    .addOption(new Option("--notice-by <how>", "how it went").choices(["post", "email"]).default("post"))
    .addOption(
      new Option("--allocation <order>", "what a part payment pays first")
        .choices(["capital", "interest"])
        .default("capital"),
    )
    .option("--currency <code>", "currency (else EUR, in GB and CH their own)")
    .addHelpText(
      "after",
      examples(
        "dunning charges --amount 10000 --due 2025-05-31 --until 2025-08-15 --kind business",
        "dunning charges --amount 12000 --due 2025-03-31 --until 2025-07-20 --kind business --payment 2025-05-15=5000 --allocation interest",
        "dunning charges --amount 215 --due 2026-01-31 --until 2026-04-30 --country BE --kind consumer --notice 2026-02-20 --notice-by email",
      ),
    )
    .action((options: ChargesOptions) =>
      act("charges", async (context) => (await import("./commands/charges.ts")).charges(context, options)),
    );
  ratesCommands(program, act);
  noticeCommands(program, act);
}

function ratesCommands(program: Command, act: Act): void {
  const rates = program
    .command("rates")
    .description("the dated rates of late payment, their sources and gaps");
  const filtered = (command: Command): Command =>
    command.option("--country <code>", "of this country alone").option("--kind <kind>", "of this kind alone");
  filtered(rates.command("list"))
    .description("every rate with the days for which it holds and where it was read")
    .addHelpText("after", examples("dunning rates list --country FR", "dunning rates list --json"))
    .action((options: RatesFilter) =>
      act("rates list", async (context) => (await import("./commands/rates.ts")).ratesList(context, options)),
    );
  filtered(rates.command("check"))
    .description(
      "periods without a rate, where it is published and what to type (exit 3 where today's is missing)",
    )
    .addHelpText("after", examples("dunning rates check", "dunning rates check --country BE"))
    .action((options: RatesFilter) =>
      act("rates check", async (context) =>
        (await import("./commands/rates.ts")).ratesCheck(context, options),
      ),
    );
  const sourced = (command: Command): Command =>
    command
      .argument("<country>", "FR, BE, LU, NL, DE, GB or CH")
      .argument("<kind>", "as rates list names it")
      .requiredOption("--from <date>", "its first day", day)
      .requiredOption("--source <text>", "where you have read it")
      .requiredOption("--date <date>", "on which day you have read it there", day);
  sourced(rates.command("add"))
    .description("a new rate, written into rates.yaml; it goes before what came with the program")
    .requiredOption("--rate <percent>", "the yearly rate, such as 12.15")
    .option("--until <date>", "its last day (else the end of the half-year, or of the year)", day)
    .addHelpText(
      "after",
      examples(
        'dunning rates add FR legal_rate_creditor_other_incl_business --from 2026-07-01 --rate 2.60 --source "Journal officiel" --date 2026-07-02',
      ),
    )
    .action((country: string, kind: string, options: NewRate) =>
      act("rates add", async (context) =>
        (await import("./commands/rates.ts")).ratesAdd(context, country, kind, options),
      ),
    );
  sourced(rates.command("confirm"))
    .description("a rate that was shipped without proof: you have seen it published, from now on it counts")
    .addHelpText(
      "after",
      examples(
        'dunning rates confirm FR b2b_default_ecb_plus_10 --from 2026-07-01 --source "key rates of the Banque de France" --date 2026-11-29',
      ),
    )
    .action((country: string, kind: string, options: NewRate) =>
      act("rates confirm", async (context) =>
        (await import("./commands/rates.ts")).ratesConfirm(context, country, kind, options),
      ),
    );
}

function noticeCommands(program: Command, act: Act): void {
  const notice = program
    .command("notice")
    .description("formal notices that were received, and first reminders sent by other means");
  notice
    .command("add")
    .description("a formal notice was received (or a Belgian consumer's first reminder was sent) on a day")
    .argument("<debtor>", "code of the debtor")
    .requiredOption(
      "--date <date>",
      "the day of receipt; of a Belgian consumer's first reminder: of sending",
      day,
    )
    .addOption(new Option("--by <how>", "how it went").choices(["post", "email"]).default("post"))
    .option("--invoice <number>", "only this document (repeatable)", collect)
    .option("--note <text>", "such as the number of the registered letter")
    .option("--author <name>", "who notes it (else the user of this machine)")
    .addHelpText("after", examples("dunning notice add 411DUPONT --date 2026-11-20 --note RK123456789FR"))
    .action((debtor: string, options: NoticeOptions) =>
      act("notice add", async (context) =>
        (await import("./commands/notice.ts")).noticeAdd(context, debtor, options),
      ),
    );
  notice
    .command("list")
    .description("notices that count")
    .argument("[debtor]", "code of the debtor")
    .option("--ended", "those that were cancelled as well")
    .addHelpText("after", examples("dunning notice list", "dunning notice list 411DUPONT --ended"))
    .action((debtor: string | undefined, options: { ended?: true }) =>
      act("notice list", async (context) =>
        (await import("./commands/notice.ts")).noticeList(context, debtor, options),
      ),
    );
  notice
    .command("cancel")
    .description("it was noted by mistake")
    .argument("<id>", "such as N3")
    .addHelpText("after", examples("dunning notice cancel N3"))
    .action((id: string) =>
      act("notice cancel", async (context) =>
        (await import("./commands/notice.ts")).noticeCancel(context, id),
      ),
    );
}
