import { pathOf } from "../config/surroundings.ts";
import type { Context, Outcome } from "../context.ts";
import type { Delivered, Ending } from "../delivery/deliver.ts";
import { EXIT, Failure } from "../problem.ts";
import { type LogLine, writeLog } from "../store/log.ts";
import type { Company } from "./company.ts";

const MEGABYTE = 1024 * 1024;

/** Writes to the company's log, where it has one. What cannot be logged stops nothing. */
function logLines(
  { now, out }: Context,
  { config: { log }, folder }: Pick<Company, "config" | "folder">,
  lines: readonly LogLine[],
): void {
  if (log.file === null || lines.length === 0) return;
  const settings = { file: pathOf(folder, log.file), maxSize: log.max_size * MEGABYTE, keep: log.keep };
  try {
    writeLog(settings, now(), lines);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    out.note(`${out.paint("warn", "warning")} the log cannot be written (${code}): ${settings.file}`);
  }
}

const SERIOUS: ReadonlySet<Ending> = new Set(["refused", "uncertain"]);

/** How each message ended: its id and its debtor's code, never a server's words. */
export function logDelivered(context: Context, company: Company, { messages }: Delivered): void {
  if (company.config.log.file === null) return;
  const lines = messages.map(({ id, ending }): LogLine => {
    const { debtor, run } = company.store.outbox.show(id);
    const level = SERIOUS.has(ending) ? "warn" : "info";
    return { level, event: "message", run, debtor, key: id, code: ending };
  });
  logLines(context, company, lines);
}

/** The exit code and the problem's code of what was thrown, as `main` will say them. */
function endOf(error: unknown): { readonly exit: number; readonly code: string } {
  if (error instanceof Failure) return { exit: error.exit, code: error.problems[0].code };
  return { exit: EXIT.bug, code: (error as NodeJS.ErrnoException)?.code ?? "internal-error" };
}

const levelOf = (exit: number): LogLine["level"] =>
  exit === EXIT.done ? "info" : exit === EXIT.partial || exit === EXIT.person ? "warn" : "error";

/** Tells the log, and for a run the health check, that a command begins and how it ended. */
export async function watched(
  context: Context,
  company: Company,
  command: string,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const url = command === "run" ? company.config.healthcheck_url : null;
  const say = async (what: "start" | number): Promise<void> => {
    if (url === null) return;
    const { ping } = await import("../delivery/ping.ts");
    if (!(await ping(url, what))) context.out.note(`the health check did not answer (${what})`);
  };
  logLines(context, company, [{ level: "info", event: "begun", command }]);
  // Nobody waits for it; the end is told after it.
  const begun = say("start");
  const end = async (exit: number, code: string | undefined): Promise<void> => {
    const ended = { level: levelOf(exit), event: "ended", command, exit } as const;
    logLines(context, company, [code === undefined ? ended : { ...ended, code }]);
    await begun;
    await say(exit);
  };
  let outcome: Outcome;
  try {
    outcome = await work();
  } catch (error) {
    const { exit, code } = endOf(error);
    await end(exit, code);
    throw error;
  }
  const [problem] = outcome.failure?.problems ?? outcome.because ?? [];
  await end(outcome.exit, problem?.code);
  return outcome;
}
