import { InvalidArgumentError } from "commander";
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

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number such as 50.");
  return Number(text);
}

export const collect = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
