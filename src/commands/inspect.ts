import { resolve } from "node:path";
import { checkConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import type { Day } from "../core/types.ts";
import { inspectBalance } from "../intake/balance.ts";
import { profileFrom } from "../intake/profile.ts";
import type { KnownProfile } from "../intake/recognise.ts";
import { EXIT } from "../problem.ts";
import { table } from "../table.ts";
import { inspectDocument, inspectReport } from "./inspect-report.ts";
import { evidenceOf, knownProfiles, saveProfile } from "./layouts.ts";
import { profileOfChoices, type ReadingChoices } from "./reading-choices.ts";

export interface InspectOptions extends ReadingChoices {
  readonly saveProfile?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly balanceDate?: Day;
  readonly accounts?: readonly string[];
}

/** `dunning inspect FILE`: what the importer understands, and why; what an import would refuse is said (65). */
export async function inspect(
  context: Context,
  file: string | undefined,
  options: InspectOptions,
): Promise<Outcome> {
  const own = checkConfig(context.globals.dir, { home: context.home }).loaded?.config.profiles ?? {};
  const known = knownProfiles(context, own);
  if (file === undefined) return listProfiles(context, known);
  const understanding = await inspectBalance(resolve(context.cwd, file), {
    profile: profileOfChoices(options),
    known,
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
    saved = saveProfile(context, name, profileFrom(understanding), evidenceOf(understanding));
    out.say(`\nProfile ${name} written to ${saved}. Next: dunning import ${file} --profile ${name}`);
  }
  return {
    exit: refused ? EXIT.input : EXIT.done,
    ...(refused ? { because: understanding.problems } : {}),
    document: { ...inspectDocument(understanding), savedTo: saved },
  };
}

/** `dunning inspect --profiles`: by what name each known layout goes. */
function listProfiles({ out }: Context, known: readonly KnownProfile[]): Outcome {
  const rows = known.map(({ name, origin, profile }) => [
    name,
    origin === "own" ? "yours" : "built in",
    profile.title ?? "",
  ]);
  out.say(
    table([{ header: "profile" }, { header: "" }, { header: "layout", flexible: true }], rows, out.width),
  );
  const profiles = known.map(({ name, origin, profile }) => ({ name, origin, title: profile.title ?? null }));
  return { exit: EXIT.done, document: { profiles } };
}
