import { basename, join, resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { EXIT } from "../problem.ts";
import { type Company, withCompany } from "./company.ts";
import { shellWord } from "./shell-word.ts";

export interface ScheduleOptions {
  /** HH:MM */
  readonly at: string;
  /** A file or a pattern in quotes, taken in before each run. */
  readonly import?: string;
  readonly profile?: string;
}

/** `%` begins the standard input of a line (crontab(5)). */
const inCrontab = (line: string): string => line.replaceAll("%", "\\%");
/** `%` begins a specifier, `$` a variable (systemd.unit(5), systemd.service(5)). */
const inUnit = (word: string): string => {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(plain)
    ? plain
    : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
};

interface Schedule {
  readonly crontab: string;
  readonly unit: string;
  readonly service: string;
  readonly timer: string;
}

/** The commands of a working day, one after the other: what is to be taken in, balance and mails, then the run. */
function commandsOf(
  { folder, config }: Company,
  program: readonly string[],
  options: ScheduleOptions,
): string[][] {
  const common = [...program, "-C", folder, "--no-input", "--quiet"];
  const taken = options.import === undefined ? [] : [resolve(folder, options.import)];
  const profile = options.profile === undefined ? [] : ["--profile", options.profile];
  return [
    ...taken.map((file) => [...common, "import", file, ...profile]),
    ...(config.email.imap === null ? [] : [[...common, "bounces", "--imap"]]),
    [...common, "run"],
  ];
}

function scheduleOf(company: Company, program: readonly string[], options: ScheduleOptions): Schedule {
  const [hour = "8", minute = "0"] = options.at.split(":").map((part) => String(Number(part)));
  const commands = commandsOf(company, program, options);
  const line = commands.map((words) => words.map(shellWord).join(" ")).join("; ");
  const unit = `dunning-${basename(company.folder).replace(/[^\w-]+/g, "-") || "company"}`;
  return {
    crontab: inCrontab(`${minute} ${hour} * * 1-5  ${line}`),
    unit,
    service: `[Unit]
Description=Reminders of ${company.company.name.replaceAll("%", "%%")}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory=${company.folder.replaceAll("%", "%%")}
UMask=0077
NoNewPrivileges=true
# Exit codes 3 and 4 ask a person to look; the others failed.
SuccessExitStatus=3 4
${commands.map((words, n) => `ExecStart=${n < commands.length - 1 ? "-" : ""}${words.map(inUnit).join(" ")}`).join("\n")}
`,
    timer: `[Unit]
Description=Reminders of ${company.company.name.replaceAll("%", "%%")}, every working day

[Timer]
OnCalendar=Mon..Fri ${options.at}
# A machine that was off catches up once, not once per day.
Persistent=true
RandomizedDelaySec=5m

[Install]
WantedBy=timers.target
`,
  };
}

/** `dunning schedule`: what to put where, so that it runs by itself. Changes nothing. */
export async function schedule(context: Context, options: ScheduleOptions): Promise<Outcome> {
  return await withCompany(context, "memory", (company) => {
    const { out } = context;
    const program = [process.execPath, join(context.home, "bin", "dunning.js")];
    const { crontab, unit, service, timer } = scheduleOf(company, program, options);
    out.say(out.paint("bold", "With cron: crontab -e, then this line"));
    out.say(`\n${crontab}\n`);
    out.say(out.paint("bold", `With systemd: ~/.config/systemd/user/${unit}.service`));
    out.say(`\n${service}`);
    out.say(out.paint("bold", `and ~/.config/systemd/user/${unit}.timer`));
    out.say(`\n${timer}`);
    out.say(`then: systemctl --user enable --now ${unit}.timer`);
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: company.today,
      document: { at: options.at, crontab, unit, service, timer },
    };
  });
}
