import { checkConfig, type Finding } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { EXIT, Failure, formatProblem } from "../problem.ts";

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

/** `dunning check`: every mistake of the configuration and of the texts. 78 with an error, 0 with warnings only. */
export async function check(context: Context): Promise<Outcome> {
  const { globals, home, out } = context;
  const { profileFaults } = await import("../intake/profile.ts");
  const { findings: inConfig, loaded } = checkConfig(globals.dir, { home, profileFaults });
  const missing = inConfig.find(({ code }) => code === "config-missing");
  if (missing !== undefined) throw new Failure(EXIT.missing, missing);
  const { checkTemplates } = await import("../render/template-check.ts");
  const inTexts = checkTemplates(home, globals.dir).map((problem) => ({
    severity: "error" as const,
    ...problem,
  }));
  const findings: readonly Finding[] = [...inConfig, ...inTexts];
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
