import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withProfile } from "../config/profiles.ts";
import type { Context, Outcome } from "../context.ts";
import type { Day } from "../core/types.ts";
import { inspectBalance } from "../intake/balance.ts";
import { profileFrom } from "../intake/profile.ts";
import { EXIT, Failure } from "../problem.ts";
import { inspectDocument, inspectReport } from "./inspect-report.ts";

export interface InspectOptions {
  readonly saveProfile?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly balanceDate?: Day;
  readonly accounts?: readonly string[];
}

/** `dunning inspect FILE`: what the importer understands, and why; what an import would refuse is said (65). */
export async function inspect(context: Context, file: string, options: InspectOptions): Promise<Outcome> {
  const understanding = await inspectBalance(resolve(context.cwd, file), {
    profile: null,
    balanceDate: options.balanceDate ?? null,
    asOf: context.globals.asOf,
    terms: "30d",
    currency: "EUR",
    ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
  });
  const { out } = context;
  out.say(inspectReport(understanding, out.width));
  const refused = understanding.problems.some(({ code }) => code !== "balance-date-missing");
  let saved: string | null = null;
  const { saveProfile: name } = options;
  if (name !== undefined && !refused) {
    saved = saveProfile(context, name, profileFrom(understanding));
    out.say(`\nProfile ${name} written to ${saved}. Next: dunning import ${file} --profile ${name}`);
  }
  return {
    exit: refused ? EXIT.input : EXIT.done,
    ...(refused ? { because: understanding.problems } : {}),
    document: { ...inspectDocument(understanding), savedTo: saved },
  };
}

/** Adds a profile to dunning.yaml, comments kept. Throws a Failure (66) where there is none. */
function saveProfile(context: Context, name: string, profile: object): string {
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
  // Beside it, then over it: a full disk must not leave half a configuration.
  writeFileSync(`${config}.new`, withProfile(text, name, profile), { mode: 0o600, flag: "wx" });
  renameSync(`${config}.new`, config);
  return config;
}
