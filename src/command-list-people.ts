import { type Command, InvalidArgumentError, Option } from "commander";
import { type Act, collect, day, examples } from "./command-options.ts";
import type { DisputeOptions } from "./commands/dispute.ts";
import type { HoldOptions } from "./commands/hold.ts";
import type { InstalmentOptions, PromiseOptions } from "./commands/promise.ts";
import { CAUSES, DISPUTE_REASONS, NEXT_STEPS, OUTCOMES } from "./core/agreements.ts";
import type { Day } from "./core/types.ts";

/** `2026-12-01=500.00`. */
function dated(text: string): readonly [Day, string] {
  const [date = "", amount, ...more] = text.split("=");
  if (amount === undefined || amount === "" || more.length > 0)
    throw new InvalidArgumentError("expected DATE=AMOUNT such as 2026-12-01=500.00.");
  return [day(date), amount];
}

const collectDated = (text: string, before: readonly (readonly [Day, string])[] | undefined) => [
  ...(before ?? []),
  dated(text),
];

const invoices = (about: string): Option =>
  new Option("--invoice <number>", `${about}; may be given several times`).argParser(collect);
const currency = (): Option => new Option("--currency <code>", "where the debtor owes in several currencies");
const ended = (): Option => new Option("--ended", "those that have ended too");
const author = (): Option =>
  new Option("--author <name>", "who records it (default: the user of this machine)");

/** Codes with what they mean, for the help of a command. */
function codes(title: string, list: Readonly<Record<string, string>>): string {
  const rows = Object.entries(list).map(([code, about]) => `  ${code.padEnd(14)} ${about}`);
  return `\n${title}:\n${rows.join("\n")}`;
}

/** What persons settle with debtors, and record of them. */
export function settling(program: Command, act: Act): void {
  holding(program, act);
  disputing(program, act);
  promising(program, act);
  inInstalments(program, act);
  logging(program, act);
  const work = program
    .command("worklist")
    .description(
      "calls, visits, approvals, address searches and what else persons do, the most important first",
    );
  work
    .command("done")
    .description("say that it was done: a claim that was declared, an answer that was read")
    .argument("<id>", "its id (dunning worklist)")
    .action((id: string) =>
      act("worklist done", async (context) =>
        (await import("./commands/worklist-done.ts")).worklistDone(context, id),
      ),
    );
  work
    .command("list", { isDefault: true })
    .description("what waits")
    .option(
      "--kind <kind>",
      "only these: answered, call, visit, approval, own-side, declare-claim, address, email, letter, dispute",
    )
    .option("--until <date>", "also next steps that were set for a day until then", day)
    .action((options: object) =>
      act("worklist", async (context) => (await import("./commands/worklist.ts")).worklist(context, options)),
    );
}

function holding(program: Command, act: Act): void {
  const hold = program
    .command("hold")
    .description("nothing is sent about a debtor, or some documents, for a while");
  hold
    .command("set")
    .description("send nothing; levels stay, and the scenario goes on where it was")
    .argument("[debtor]", "the customer's code")
    .option("--all", "everybody (with --until)")
    .addOption(invoices("only about this document"))
    .requiredOption("--reason <text>", "why: it is kept and shown")
    .option("--until <date>", "its last day; where left out, until it is released", day)
    .addOption(author())
    .addHelpText(
      "after",
      examples(
        'dunning hold set 411DUPONT --reason "new manager, call first" --until 2026-12-15',
        'dunning hold set 411DUPONT --invoice FA-2026-0153 --reason "checks delivery"',
        'dunning hold set --all --reason "moving house" --until 2026-12-04',
      ),
    )
    .action((debtor: string | undefined, options: HoldOptions) =>
      act("hold set", async (context) =>
        (await import("./commands/hold.ts")).holdSet(context, debtor, options),
      ),
    );
  hold
    .command("release")
    .description("end a hold now")
    .argument("<id>", "its id (dunning hold list)")
    .action((id: string) =>
      act("hold release", async (context) => (await import("./commands/hold.ts")).holdRelease(context, id)),
    );
  hold
    .command("list", { isDefault: true })
    .description("the holds that run")
    .addOption(ended())
    .action((options: object) =>
      act("hold list", async (context) => (await import("./commands/hold.ts")).holdList(context, options)),
    );
}

function disputing(program: Command, act: Act): void {
  const dispute = program
    .command("dispute")
    .description("what a debtor contests, whole or in part; the rest goes on");
  dispute
    .command("open")
    .description("leave an amount out of what is claimed")
    .argument("<debtor>", "the customer's code")
    .addOption(invoices("the document").makeOptionMandatory())
    .option("--amount <amount>", "the part that is contested; where left out, all of it")
    .addOption(
      new Option("--reason <code>", "why, see below")
        .choices(Object.keys(DISPUTE_REASONS))
        .makeOptionMandatory(),
    )
    .option("--note <text>", "what was said")
    .option("--owner <name>", "who settles it")
    .option("--expected <date>", "when an answer is expected: then it is on the worklist", day)
    .addHelpText(
      "after",
      codes("Reasons", DISPUTE_REASONS) +
        examples("dunning dispute open 411DUPONT --invoice FA-2026-0153 --amount 120.00 --reason price"),
    )
    .action((debtor: string, options: DisputeOptions) =>
      act("dispute open", async (context) =>
        (await import("./commands/dispute.ts")).disputeOpen(context, debtor, options),
      ),
    );
  dispute
    .command("close")
    .description("rejected: claimed again; accepted: not claimed again, until the books have deducted it")
    .argument("<id>", "its id (dunning dispute list)")
    .addOption(
      new Option("--outcome <outcome>", "who was right")
        .choices(["accepted", "rejected"])
        .makeOptionMandatory(),
    )
    .action((id: string, options: { outcome: "accepted" | "rejected" }) =>
      act("dispute close", async (context) =>
        (await import("./commands/dispute.ts")).disputeClose(context, id, options),
      ),
    );
  dispute
    .command("list", { isDefault: true })
    .description("the open ones, and how old they are")
    .addOption(ended())
    .action((options: object) =>
      act("dispute list", async (context) =>
        (await import("./commands/dispute.ts")).disputeList(context, options),
      ),
    );
}

function promising(program: Command, act: Act): void {
  const promise = program.command("promise").description("money that a debtor will pay on a day");
  promise
    .command("add")
    .description("leave what it covers alone until its date and the grace are over")
    .argument("<debtor>", "the customer's code")
    .requiredOption("--date <date>", "the day on which the money will be there", day)
    .requiredOption("--amount <amount>", "how much")
    .addOption(invoices("the document that it is about; where left out, the oldest first"))
    .addOption(currency())
    .option("--by <name>", "who gave it")
    .option("--how <text>", "by telephone, e-mail ...")
    .option("--note <text>", "what was said")
    .addHelpText(
      "after",
      examples('dunning promise add 411DUPONT --date 2026-12-01 --amount 500.00 --by "Mme Durand"'),
    )
    .action((debtor: string, options: PromiseOptions) =>
      act("promise add", async (context) =>
        (await import("./commands/promise.ts")).promiseAdd(context, debtor, options),
      ),
    );
  promise
    .command("cancel")
    .description("as if it had not been given")
    .argument("<id>", "its id (dunning promise list)")
    .action((id: string) =>
      act("promise cancel", async (context) =>
        (await import("./commands/promise.ts")).promiseCancel(context, id),
      ),
    );
  promise
    .command("list", { isDefault: true })
    .description("those that are waited for, and those that were not kept")
    .addOption(ended())
    .action((options: object) =>
      act("promise list", async (context) =>
        (await import("./commands/promise.ts")).promiseList(context, options),
      ),
    );
}

function inInstalments(program: Command, act: Act): void {
  const instalments = program.command("instalments").description("promises to pay on several days");
  instalments
    .command("add")
    .description("each instalment is followed; a missed one is a broken promise")
    .argument("<debtor>", "the customer's code")
    .addOption(
      new Option("--instalment <date=amount>", "one of them; given several times")
        .argParser(collectDated)
        .makeOptionMandatory(),
    )
    .addOption(invoices("the document that they are about; where left out, the oldest first"))
    .addOption(currency())
    .option("--by <name>", "who gave them")
    .option("--note <text>", "what was said")
    .addHelpText(
      "after",
      examples("dunning instalments add 411DUPONT --instalment 2026-12-01=500 --instalment 2027-01-04=500"),
    )
    .action((debtor: string, options: InstalmentOptions) =>
      act("instalments add", async (context) =>
        (await import("./commands/promise.ts")).instalmentsAdd(context, debtor, options),
      ),
    );
  instalments
    .command("cancel")
    .description("what is left of a plan")
    .argument("<id>", "its id (dunning instalments list)")
    .action((id: string) =>
      act("instalments cancel", async (context) =>
        (await import("./commands/promise.ts")).instalmentsCancel(context, id),
      ),
    );
  instalments
    .command("list", { isDefault: true })
    .description("plans with instalments left")
    .addOption(ended())
    .action((options: object) =>
      act("instalments list", async (context) =>
        (await import("./commands/promise.ts")).instalmentsList(context, options),
      ),
    );
}

const LOGGED = [
  ["call", "a telephone call: the call on the worklist is done, its step carried out"],
  ["visit", "a visit: the visit on the worklist is done, its step carried out"],
  ["video", "a video call: as a call"],
  ["email", "an e-mail that a person wrote or got"],
  ["letter", "a letter that a person wrote or got"],
  ["note", "anything worth keeping"],
] as const;

function logging(program: Command, act: Act): void {
  const log = program.command("log").description("record what was said or written, and what comes next");
  const outcomes = Object.fromEntries(Object.entries(OUTCOMES).map(([code, { about }]) => [code, about]));
  log
    .command("undo")
    .description("take back the newest entry of a debtor: what it ended waits again")
    .argument("<id>", "its id (dunning debtor show DEBTOR)")
    .action((id: string) =>
      act("log undo", async (context) => (await import("./commands/log.ts")).logUndo(context, id)),
    );
  for (const [kind, about] of LOGGED) {
    const command = log.command(kind).description(about).argument("<debtor>", "the customer's code");
    if (kind !== "note") {
      command
        .addOption(
          new Option("--outcome <code>", "what came of it, see below").choices(Object.keys(OUTCOMES)),
        )
        .addOption(new Option("--cause <code>", "why the debtor has not paid").choices(CAUSES))
        .option("--person <name>", "with whom")
        .addOption(
          new Option("--next <kind>", "what a person does next; scenario: nothing").choices(NEXT_STEPS),
        )
        .option("--next-date <date>", "when", day)
        .option("--promise <date=amount>", "what was promised", dated)
        .addOption(invoices("the document that the promise is about"))
        .addOption(currency());
    }
    command
      .option("--note <text>", "what was said")
      .addOption(author())
      .addHelpText("after", kind === "note" ? "" : codes("Outcomes", outcomes))
      .action((debtor: string, options: object) =>
        act(`log ${kind}`, async (context) =>
          (await import("./commands/log.ts")).log(context, kind, debtor, options),
        ),
      );
  }
}
