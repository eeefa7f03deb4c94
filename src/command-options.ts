import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context, Outcome } from "./context.ts";
import { parseDay } from "./core/day.ts";
import { parseTerms } from "./core/terms.ts";
import type { Day } from "./core/types.ts";

/** Runs a command's body with its context; the name is that of its JSON document. */
export type Act = (name: string, body: (context: Context) => Promise<Outcome>) => Promise<void>;

export function day(text: string): Day {
  const parsed = parseDay(text);
  if (parsed === null) throw new InvalidArgumentError("expected a date such as 2026-11-22.");
  return parsed;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number such as 50.");
  return Number(text);
}

export function paymentTerms(text: string): string {
  if (parseTerms(text) === null)
    throw new InvalidArgumentError("expected terms such as 30d, 45d end-of-month or end-of-month 45d.");
  return text;
}

/** HH:MM of a day of 24 hours. */
export function timeOfDay(text: string): string {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new InvalidArgumentError("expected HH:MM such as 08:15.");
  return text;
}

const CHANNELS: readonly string[] = ["email", "letter", "registered-letter", "call", "visit"];

/** `letter=1.60`. */
export function channelCost(
  text: string,
  before: readonly (readonly [string, string])[] | undefined,
): (readonly [string, string])[] {
  const [channel = "", amount, ...more] = text.split("=");
  if (channel === "" || amount === undefined || amount === "" || more.length > 0)
    throw new InvalidArgumentError("expected CHANNEL=AMOUNT such as letter=1.60.");
  if (!CHANNELS.includes(channel)) throw new InvalidArgumentError(`the channels are ${CHANNELS.join(", ")}.`);
  return [...(before ?? []), [channel, amount]];
}

export const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

/** How a file is to be read, where somebody says so. */
export function withReadingChoices(command: Command): Command {
  return command
    .option(
      "--column <role=header>",
      "a column by its header or number: open=Solde, due=4 (repeatable)",
      columnChoice,
    )
    .addOption(
      new Option("--dates <form>", "form of the dates").choices([
        "dd/MM/yyyy",
        "MM/dd/yyyy",
        "yyyy-MM-dd",
        "ddMMyyyy",
        "yyyyMMdd",
        "excel",
      ]),
    )
    .addOption(new Option("--decimal <mark>", "decimal mark").choices([",", "."]))
    .addOption(
      new Option("--sign <how>", "how debts are printed").choices([
        "owed-positive",
        "owed-negative",
        "by-side",
      ]),
    )
    .option("--currency <code>", "currency, where no column says it", currencyCode);
}

function columnChoice(text: string, before: readonly string[] | undefined): string[] {
  if (!/^[a-z_]+=./.test(text))
    throw new InvalidArgumentError("expected a role and a header such as open=Solde.");
  return collect(text, before);
}

function currencyCode(text: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw new InvalidArgumentError("expected three letters such as EUR.");
  return text;
}

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
