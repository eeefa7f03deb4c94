import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type SavedPlan, savedPlanIn } from "../config/saved-plan.ts";
import type { Context } from "../context.ts";
import { wayOf } from "../core/action.ts";
import { toDecimal } from "../core/money.ts";
import type { Action, Plan } from "../core/types.ts";
import { EXIT, Failure, noSuchFile } from "../problem.ts";
import { writeOutput } from "./output-file.ts";

const MAX_BYTES = 64 * 1024 * 1024;

function savedAction({
  id,
  debtor,
  step,
  to,
  currency,
  total,
  state,
  ...action
}: Action): SavedPlan["actions"][number] {
  return { id, debtor, step, channel: wayOf(action), to, currency, total: toDecimal(total, currency), state };
}

/** Writes a plan for `--approve FILE`; returns the path. */
export async function savePlan(context: Context, file: string, plan: Plan): Promise<string> {
  const saved: SavedPlan = {
    schema: "dunning/plan/1",
    hash: plan.hash,
    today: plan.today,
    actions: plan.actions.map(savedAction),
  };
  return await writeOutput(context, file, Buffer.from(`${JSON.stringify(saved, null, 2)}\n`));
}

/** What `--approve` names: a hash, or a file of `--save-plan`. Throws a Failure (65) for a file that is none. */
export function approvedBy({ cwd }: Context, given: string): { hash: string; saved: SavedPlan | null } {
  const path = resolve(cwd, given);
  if (/^[0-9a-f]{1,64}$/.test(given)) return { hash: given, saved: null };
  if (!existsSync(path))
    throw noSuchFile(path, "a file of dunning run --dry-run --save-plan FILE, or a plan's hash");
  try {
    if (statSync(path).size > MAX_BYTES) throw new Error("it is too large");
    const saved = savedPlanIn(readFileSync(path, "utf8"));
    return { hash: saved.hash, saved };
  } catch (error) {
    throw new Failure(EXIT.input, {
      code: "no-saved-plan",
      where: { file: path },
      message: "this file is no saved plan",
      found: (error as Error).message.split("\n")[0] ?? "",
      expected: "a file of dunning run --dry-run --save-plan FILE, or a plan's hash",
      fix: "dunning run --dry-run --save-plan plan.json",
    });
  }
}

const say = ({ debtor, step, channel, total, currency, to }: SavedPlan["actions"][number]): string =>
  `${step} for ${debtor} by ${channel}${to === null ? "" : ` to ${to}`}, ${total} ${currency}`;

/** What differs between a plan that was looked through and the one of today, one line each. */
export function differences(saved: SavedPlan, plan: Plan): string[] {
  const now = new Map(plan.actions.map((action) => [action.id, savedAction(action)]));
  const before = new Map(saved.actions.map((action) => [action.id, action]));
  const lines = saved.today === plan.today ? [] : [`the plan was of ${saved.today}, today is ${plan.today}`];
  for (const [id, action] of before) {
    const same = now.get(id);
    if (same === undefined) lines.push(`gone: ${say(action)}`);
    else if (JSON.stringify(same) !== JSON.stringify(action))
      lines.push(`changed: ${say(action)} is now ${say(same)}`);
  }
  for (const [id, action] of now) if (!before.has(id)) lines.push(`new: ${say(action)}`);
  if (lines.length > 0) return lines;
  return ["the same messages, but by a newer balance, with other texts, languages or deadlines"];
}
