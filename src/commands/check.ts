import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkConfig, type Finding, type Loaded } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { EXIT, Failure, formatProblem } from "../problem.ts";
import { openStore } from "../store/store.ts";
import { unknownAttributes } from "./attributes.ts";
import { dayIn } from "./company.ts";
import { unstartable } from "./programs.ts";
import { rateWarnings } from "./rate-warnings.ts";

function findingDocument({ severity, code, message, where, found, expected, fix }: Finding) {
  return {
    severity,
    code,
    message,
    where: { file: where?.file ?? null, line: where?.line ?? null, column: where?.column ?? null },
    found: found ?? null,
    expected: expected ?? null,
    suggestion: fix ?? null,
  };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What only the debtors tell about the rules. */
function inStore({ globals, now }: Context, loaded: Loaded): Finding[] {
  const file = join(globals.dir, "dunning.db");
  if (!existsSync(file)) return [];
  try {
    const store = openStore(file, { mode: "read", now });
    try {
      return unknownAttributes(loaded, store);
    } finally {
      store.close();
    }
  } catch (error) {
    // A store that is unfit is the other commands' to report.
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** What is wrong with rates.yaml, else what today's interest lacks. */
function inRates({ globals, now }: Context, loaded: Loaded): Finding[] {
  const today = globals.asOf ?? dayIn(loaded.config.company.timezone, now());
  try {
    return rateWarnings(loaded, today).map((problem) => ({ severity: "warning", ...problem }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.problems.map((problem) => ({ severity: "error", ...problem }));
  }
}

/** Programs of the user's that no run could start. */
async function inPrograms({ globals, env }: Context, { config }: Loaded): Promise<Finding[]> {
  const programs = unstartable({ config, folder: globals.dir }, env);
  if (programs.length === 0) return [];
  const { cannotStart } = await import("../delivery/command.ts");
  return programs.map(({ key, program }) => ({
    severity: "error" as const,
    where: { file: "dunning.yaml" },
    ...cannotStart(key, program),
  }));
}

/** How the texts speak, each at the time at which the scenarios send it. Texts with mistakes are mended first. */
async function ofTone({ home, globals }: Context, loaded: Loaded | null): Promise<Finding[]> {
  if (loaded === null) return [];
  const { toneFindings } = await import("../render/tone-check.ts");
  const { usesOf } = await import("../core/tone-uses.ts");
  const { rules, config } = loaded;
  const options = { allowed: config.tone.allow, languages: [rules.language] };
  return toneFindings(home, globals.dir, usesOf(rules), options).map((problem) => ({
    severity: "warning" as const,
    ...problem,
  }));
}

/** `dunning check`: every mistake of the configuration and of the texts, and how the texts speak. 78 with an error, 0 with warnings only. */
export async function check(context: Context): Promise<Outcome> {
  const { globals, home, out } = context;
  const { profileFaults } = await import("../intake/profile.ts");
  const { findings: inConfig, loaded } = checkConfig(globals.dir, { home, lint: true, profileFaults });
  const missing = inConfig.find(({ code }) => code === "config-missing");
  if (missing !== undefined) throw new Failure(EXIT.missing, missing);
  const { checkTemplates } = await import("../render/template-check.ts");
  const inTexts = checkTemplates(home, globals.dir).map((problem) => ({
    severity: "error" as const,
    ...problem,
  }));
  const inRules =
    loaded === null
      ? []
      : [...inRates(context, loaded), ...inStore(context, loaded), ...(await inPrograms(context, loaded))];
  const inTone = inTexts.length > 0 ? [] : await ofTone(context, loaded);
  const findings: readonly Finding[] = [...inConfig, ...inTexts, ...inTone, ...inRules];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;

  for (const finding of findings) {
    const word = finding.severity === "error" ? out.paint("bad", "error") : out.paint("warn", "warning");
    out.say(`${word}: ${formatProblem(finding)}`);
  }
  const summary =
    findings.length === 0
      ? out.paint("good", "The configuration and the texts are in order.")
      : `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  out.say(findings.length === 0 ? summary : `\n${summary}`);
  if (errors === 0)
    out.note("next: dunning import balance.csv, then dunning run --dry-run --preview preview");
  return {
    exit: errors > 0 ? EXIT.config : EXIT.done,
    ...(loaded === null ? {} : { company: loaded.company.name }),
    because: findings.filter(({ severity }) => severity === "error"),
    document: { findings: findings.map(findingDocument) },
  };
}
