import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { withProfile } from "../config/profiles.ts";
import type { Context, Outcome } from "../context.ts";
import { parseDay } from "../core/day.ts";
import type { Day } from "../core/types.ts";
import { writeWhole } from "../delivery/files.ts";
import { openBalance } from "../intake/balance.ts";
import { profileFrom } from "../intake/profile.ts";
import { EXIT, Failure } from "../problem.ts";
import { inspectReport } from "./inspect-report.ts";

export interface InspectOptions {
  readonly saveProfile?: string;
  readonly encoding?: string;
  readonly balanceDate?: Day;
}

/** Only to look: a file without a date can be inspected all the same. */
const SOME_DAY = parseDay("2000-01-01") as Day;

/** `dunning inspect FILE`: what the importer understands, and why; needs no company folder. */
export async function inspect(context: Context, file: string, options: InspectOptions): Promise<Outcome> {
  const path = resolve(context.cwd, file);
  const balance = await openBalance(path, {
    profile: null,
    balanceDate: options.balanceDate ?? null,
    asOf: context.globals.asOf ?? SOME_DAY,
    terms: "30d",
    currency: "EUR",
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
  });
  context.out.say(inspectReport(balance.understanding, context.out.width));
  let saved: string | null = null;
  if (options.saveProfile !== undefined) {
    saved = saveProfile(context, options.saveProfile, profileFrom(balance.understanding));
    context.out.say(
      `\nProfile ${options.saveProfile} written to ${saved}. Next: dunning import ${file} --profile ${options.saveProfile}`,
    );
  }
  return { exit: EXIT.done, document: { ...balance.understanding, file: basename(path), savedTo: saved } };
}

/** Adds a profile to dunning.yaml, comments kept. Throws a Failure (66) where there is none. */
export function saveProfile(context: Context, name: string, profile: object): string {
  const config = join(context.globals.dir, "dunning.yaml");
  let text: string;
  try {
    text = readFileSync(config, "utf8");
  } catch {
    throw new Failure(EXIT.missing, {
      code: "config-missing",
      where: { file: config },
      message: "there is no configuration to write the profile into",
      fix: "dunning init",
    });
  }
  writeWhole(config, Buffer.from(withProfile(text, name, profile), "utf8"));
  return config;
}
