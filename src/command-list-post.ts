import { type Command, InvalidArgumentError, Option } from "commander";
import { type Act, day, examples } from "./command-options.ts";
import type { PostedOptions, ReturnReason } from "./commands/letters.ts";

/** `1c9e0a57=2C 123 456 7890 1`. */
function numbered(
  text: string,
  before: readonly (readonly [string, string])[] | undefined,
): (readonly [string, string])[] {
  const [id = "", number = "", ...more] = text.split("=").map((part) => part.trim());
  if (id === "" || number === "" || number.length > 60 || more.length > 0)
    throw new InvalidArgumentError("expected ID=NUMBER such as 1c9e0a57=2C12345678901.");
  return [...(before ?? []), [id, number]];
}

const RETURN_REASONS = ["unknown", "moved", "incomplete", "refused", "unclaimed"] as const;

/** What becomes of messages after they have left: mail that comes back or is answered, letters that are posted or returned. */
export function coming(program: Command, act: Act): void {
  program
    .command("bounces")
    .description(
      "read mails that came back or were answered: .eml and mbox files, Maildir folders, a mailbox; the same ones again change nothing",
    )
    .argument("[files...]", "what the mailbox of the sender has got")
    .option(
      "--imap",
      "what has come into the mailbox of email.imap since the last time; nothing in it is changed",
    )
    .addHelpText(
      "after",
      examples(
        "dunning bounces returned.eml",
        "dunning bounces inbox.mbox",
        "dunning bounces Maildir --json",
        "dunning bounces --imap",
      ),
    )
    .action((files: string[], options: { imap?: true }) =>
      act("bounces", async (context) =>
        (await import("./commands/bounces.ts")).bounces(context, files, options),
      ),
    );
  lettersOf(program, act);
}

function lettersOf(program: Command, act: Act): void {
  const letters = program
    .command("letters")
    .description("what becomes of letters: posted, returned by the post, printed once more");
  letters
    .command("confirm-posted")
    .description(
      "they were posted; where letters.confirm_posted is true, their steps count from that day on, not before",
    )
    .argument("<batch>", "the name of the batch (its folder), or the id of one letter")
    .option("--date <date>", "the day of posting; where left out, today", day)
    .option("--registered <id=number>", "the number of a registered letter (repeatable)", numbered)
    .option(
      "--registered-file <file>",
      "a list (CSV, workbook) with the columns Id, Number and, perhaps, Date",
    )
    .addHelpText(
      "after",
      examples(
        "dunning letters confirm-posted 2026-11-20-8f3a",
        "dunning letters confirm-posted 2026-11-20-8f3a --date 2026-11-23 --registered 1c9e0a57=2C12345678901",
        "dunning letters confirm-posted 2026-11-20-8f3a --registered-file numbers.csv",
      ),
    )
    .action((batch: string, options: PostedOptions) =>
      act("letters confirm-posted", async (context) =>
        (await import("./commands/letters.ts")).lettersPosted(context, batch, options),
      ),
    );
  letters
    .command("returned")
    .description(
      "the post brought it back: no letter goes to this address any more, another one is searched for",
    )
    .argument("<id>", "the letter's id (its file's name, or dunning letters list)")
    .addOption(
      new Option(
        "--reason <reason>",
        "unknown, moved, incomplete: the address is wrong; refused, unclaimed: a registered letter that counts all the same",
      )
        .choices(RETURN_REASONS)
        .default("unknown"),
    )
    .addHelpText("after", examples("dunning letters returned 1c9e0a57 --reason moved"))
    .action((id: string, options: { reason?: ReturnReason }) =>
      act("letters returned", async (context) =>
        (await import("./commands/letters.ts")).lettersReturned(context, id, options),
      ),
    );
  letters
    .command("reprint")
    .description("the same letters once more, each page marked as a copy; nothing counts twice")
    .argument("<name>", "the name of the batch (its folder), or the id of one letter")
    .addHelpText(
      "after",
      examples("dunning letters reprint 2026-11-20-8f3a", "dunning letters reprint 1c9e0a57"),
    )
    .action((name: string) =>
      act("letters reprint", async (context) =>
        (await import("./commands/letters.ts")).lettersReprint(context, name),
      ),
    );
  letters
    .command("list", { isDefault: true })
    .description("what was printed, posted and returned, the newest first")
    .option("--batch <name>", "only this batch")
    .action((options: { batch?: string }) =>
      act("letters list", async (context) =>
        (await import("./commands/letters.ts")).lettersList(context, options),
      ),
    );
}
