import type { Command } from "commander";
import { type Act, examples, timeOfDay } from "./command-options.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { ScheduleOptions } from "./commands/schedule.ts";

/** What keeps a company running: the stop flag, copies of the store, its chain of events. */
export function running(program: Command, act: Act): void {
  program
    .command("stop")
    .description(
      "nothing leaves any more until `start`; a run that is at work ends after the message in hand",
    )
    .option("--reason <text>", "why, for whoever looks next")
    .option("--author <name>", "who stops it (else the user of this machine)")
    .addHelpText("after", examples('dunning stop --reason "wrong balance was imported"', "dunning start"))
    .action((options: { reason?: string; author?: string }) =>
      act("stop", async (context) => (await import("./commands/halt.ts")).stop(context, options)),
    );
  program
    .command("start")
    .description("what was stopped may leave again, with the next run")
    .addHelpText("after", examples("dunning start"))
    .action(() => act("start", async (context) => (await import("./commands/halt.ts")).start(context)));
  program
    .command("schedule")
    .description("lines for cron and units for systemd, to copy; changes nothing")
    .option("--at <time>", "when, on working days (HH:MM)", timeOfDay, "08:15")
    .option("--import <file>", "taken in before each run: a file, or a pattern in quotes")
    .option("--profile <name>", "how that file is read")
    .addHelpText(
      "after",
      examples(
        "dunning schedule --at 08:15",
        "dunning schedule --import 'exports/balance-*.csv' --profile sage",
      ),
    )
    .action((options: ScheduleOptions) =>
      act("schedule", async (context) => (await import("./commands/schedule.ts")).schedule(context, options)),
    );
  program
    .command("doctor")
    .description(
      "what must be right for reminders to leave: ok, warn or fail, and what to do; without --replay-journal nothing is changed",
    )
    .option("--offline", "ask neither the mail server nor the name service")
    .option(
      "--replay-journal",
      "the store was restored from a backup: let it learn from sent.jsonl what has left since",
    )
    .addHelpText(
      "after",
      examples("dunning doctor", "dunning doctor --offline --json", "dunning doctor --replay-journal"),
    )
    .action(({ replayJournal, ...options }: DoctorOptions & { replayJournal?: boolean }) =>
      act("doctor", async (context) =>
        replayJournal === true
          ? await (await import("./commands/replay.ts")).replayJournal(context)
          : await (await import("./commands/doctor.ts")).doctor(context, options),
      ),
    );
  program
    .command("backup")
    .description("a copy of the store, made while others work with it, read again before it counts")
    .argument("<file>", "where to; must not exist yet")
    .addHelpText(
      "after",
      examples(
        "dunning backup backups/2026-11-30.db",
        "dunning --each 'clients/*' backup backup-november.db",
      ),
    )
    .action((file: string) =>
      act("backup", async (context) => (await import("./commands/care.ts")).backup(context, file)),
    );
  const audit = program.command("audit").description("the record of everything that was done");
  audit
    .command("verify")
    .description("read the whole chain of events again: nothing was changed, taken out or put in")
    .addHelpText("after", examples("dunning audit verify", "dunning audit verify --json"))
    .action(() =>
      act("audit verify", async (context) => (await import("./commands/care.ts")).auditVerify(context)),
    );
}
