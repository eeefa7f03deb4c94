import { isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkConfig } from "../config/config.ts";
import { defaultConfig } from "../config/default.ts";
import { createFolder, refuseExisting } from "../config/folder.ts";
import { withProfile } from "../config/profiles.ts";
import type { Context, Outcome } from "../context.ts";
import type { Profile } from "../intake/profile.ts";
import type { Understanding } from "../intake/understanding.ts";
import { EXIT } from "../problem.ts";
import { type Answers, askQuestions, type Choices, withoutQuestions } from "./init-questions.ts";
import { askReading, askTerms, type Choose } from "./init-reading.ts";
import { profileOfChoices, type ReadingChoices } from "./reading-choices.ts";

/** As the command line gives them: only values that it allows. */
export interface InitOptions extends ReadingChoices {
  readonly from?: string;
  readonly terms?: string;
  readonly country?: string;
  readonly language?: string;
  readonly defaultKind?: string;
}

/** The profile that a look at an export leaves in the configuration. */
const PROFILE = "export";

function chosen({ country, language, defaultKind }: InitOptions): Partial<Choices> {
  return Object.fromEntries(
    Object.entries({ country, language, kind: defaultKind }).filter(([, value]) => value !== undefined),
  ) as Partial<Choices>;
}

function readme({ language }: Answers): string {
  return language === "fr"
    ? `Vos propres textes, à la place de ceux du programme.

Un texte est un fichier <langue>/<nom>.md, par exemple fr/firm.md\u00a0; il remplace le texte du même nom.
  dunning template list           les textes et où ils se trouvent
  dunning template show firm      un texte, à copier ici et à modifier
  dunning template preview firm   ce que le client lirait
  dunning check                   vérifie chaque mot entre accolades
`
    : `Your own texts, in place of those of the program.

A text is a file <language>/<name>.md, such as en/firm.md; it replaces the text of the same name.
  dunning template list           the texts, and where they are
  dunning template show firm      a text, to copy here and change
  dunning template preview firm   what the debtor would read
  dunning check                   checks each word in braces
`;
}

/** Shows what the importer sees in an export; how it is read, null where an import would refuse it. */
async function look(context: Context, file: string, decided: Profile | null): Promise<Understanding> {
  const { inspectBalance } = await import("../intake/balance.ts");
  const { inspectReport } = await import("./inspect-report.ts");
  const { knownProfiles } = await import("./layouts.ts");
  const understanding = await inspectBalance(resolve(context.cwd, file), {
    profile: decided,
    known: knownProfiles(context, {}),
    balanceDate: null,
    asOf: context.globals.asOf,
    terms: "30d",
    currency: "EUR",
  });
  context.out.say(`${inspectReport(understanding, context.out.width)}\n`);
  return understanding;
}

/** How an export is read: as the file proves it and the options say, on a terminal until the person agrees. */
async function readingOf(
  context: Context,
  { from, ...options }: InitOptions,
  choose: Choose | null,
): Promise<Profile | null> {
  if (from === undefined) return null;
  const first = profileOfChoices(options);
  if (choose !== null) return await askReading(choose, (decided) => look(context, from, decided ?? first));
  const { problems, profile } = await look(context, from, first);
  // The day of a balance is said with each import; it is no part of how the file is read.
  return problems.some(({ code }) => code !== "balance-date-missing") ? null : profile;
}

/** `dunning init`: a company folder that works at once. Asks on a terminal; overwrites nothing. */
export async function init(context: Context, options: InitOptions): Promise<Outcome> {
  const { cwd, globals, home, out } = context;
  refuseExisting(globals.dir);
  const quiet = globals.noInput || globals.yes;
  let profile: Profile | null = null;
  let terms = options.terms ?? null;
  const answers = quiet
    ? withoutQuestions(chosen(options))
    : await askQuestions(chosen(options), async (prompts) => {
        profile = await readingOf(context, options, prompts.choose);
        terms ??= await askTerms(prompts, profile);
      });
  if (quiet) profile = await readingOf(context, options, null);
  if (answers === null) {
    out.note("Nothing was written.");
    return { exit: 130, document: { files: [] } };
  }
  const schema = pathToFileURL(join(home, "schema", "dunning.schema.json")).href;
  const text = defaultConfig({ ...answers, profile: profile === null ? "auto" : PROFILE, schema, terms });
  const config = profile === null ? text : withProfile(text, PROFILE, profile);
  const files = createFolder(globals.dir, { config, readme: readme(answers) });

  const incomplete = checkConfig(globals.dir, { home }).findings.length > 0;

  const below = relative(cwd, globals.dir) || ".";
  const folder = below.startsWith("..") || isAbsolute(below) ? globals.dir : below;
  const dunning = folder === "." ? "dunning" : `dunning -C ${folder}`;
  for (const file of files) out.say(`${out.paint("good", "made")} ${join(folder, file)}`);
  out.say(`
Next:${incomplete ? ` complete the company's data in ${join(folder, "dunning.yaml")}, then` : ""}
  ${dunning} check
  ${dunning} import ${options.from ?? "balance.csv"}
  ${dunning} run --dry-run --preview preview`);
  return { exit: EXIT.done, company: answers.name, document: { folder: globals.dir, files } };
}
