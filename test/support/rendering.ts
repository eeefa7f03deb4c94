import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessageExtra } from "../../src/core/message.ts";
import { cents, sum } from "../../src/core/money.ts";
import type { Action, ActionItem, Company, Day, Debtor, Finished, Language } from "../../src/core/types.ts";
import type { Written } from "../../src/core/wording.ts";
import { type RenderExtra, renderAction } from "../../src/render/render.ts";
import { SAMPLE_COMPANY, sampleFor } from "../../src/render/sample.ts";
import { loadTemplates } from "../../src/render/template.ts";

export const HOME = join(import.meta.dirname, "..", "..");
export const TODAY = "2026-11-22" as Day;
export const shipped = loadTemplates(HOME, null);

export interface Changes {
  readonly action?: Partial<Action>;
  readonly debtor?: Partial<Debtor>;
  readonly company?: Partial<Company>;
  readonly extra?: Partial<RenderExtra>;
}

/** One shipped text with the made-up debtor, changed where a test needs it. */
export async function rendered(
  template: string,
  language: Language,
  channel: Written,
  changes: Changes = {},
  templates = shipped,
): Promise<Finished> {
  const sample = sampleFor({ template, language, channel, today: TODAY });
  const debtor = { ...sample.debtor, ...changes.debtor };
  const { id, name, contact } = debtor;
  const action = { ...sample.action, debtor: id, name, contact, ...changes.action };
  const extra = {
    today: TODAY,
    at: "2026-11-22T08:30:00.000Z",
    reference: "411DUPONT",
    secret: "a secret of the tests",
    ...sample.history,
    ...changes.extra,
  } satisfies MessageExtra & RenderExtra;
  return await renderAction(action, debtor, { ...SAMPLE_COMPANY, ...changes.company }, templates, extra);
}

/** Claimed items of these amounts, numbered and one day apart; with the sums that belong on their action. */
export function claims(amounts: readonly number[], number = (at: number) => `FA-${at + 1}`): Partial<Action> {
  const [first] = sampleFor({ template: "firm", language: "fr", channel: "email", today: TODAY }).action
    .items;
  if (first === undefined) throw new Error("the sample has no items");
  const items: ActionItem[] = amounts.map((amount, at) => ({
    ...first,
    number: number(at),
    open: cents(amount),
    claimed: cents(amount),
  }));
  const total = sum(items.map(({ claimed }) => claimed));
  return { items, claimed: total, total, credits: cents(0) };
}

/** Whether a program of the machine can be used; a test that needs it says so when it is missing. */
export function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    process.stderr.write(`${program} is missing: its tests are skipped\n`);
    return false;
  }
}

/** Runs a program on bytes in a temporary file; `FILE` in the arguments stands for it. */
export function runOn(bytes: Uint8Array, name: string, program: string, args: readonly string[]): string;
export function runOn(
  bytes: Uint8Array,
  name: string,
  program: string,
  args: readonly string[],
  as: "buffer",
): Buffer;
export function runOn(
  bytes: Uint8Array,
  name: string,
  program: string,
  args: readonly string[],
  as: "utf8" | "buffer" = "utf8",
): string | Buffer {
  const folder = mkdtempSync(join(tmpdir(), "dunning-test-"));
  try {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    const all = args.map((arg) => arg.replace("FILE", file).replace("FOLDER", folder));
    return execFileSync(program, all, {
      encoding: as,
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 26,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
