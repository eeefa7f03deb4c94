import { faultsIn, faultsOfSubject, type ToneFault, type Use } from "../core/tone.ts";
import { missingFrom } from "../core/tone-needs.ts";
import { unusedText } from "../core/tone-uses.ts";
import type { Language } from "../core/types.ts";
import type { Problem } from "../problem.ts";
import { readTemplates, type TemplateSource, type Templates } from "./template.ts";

const PART = /\{\{>\s*([a-z0-9-]+)\s*\}\}/g;

/** A text and the parts that it uses, directly or through another part. */
function withParts(source: TemplateSource, templates: Templates): TemplateSource[] {
  const found = new Map([[source.name, source]]);
  const visit = ({ text, language }: TemplateSource): void => {
    for (const [, name = ""] of text.matchAll(PART)) {
      const part = templates.find(language, `_${name}`);
      if (part === null || found.has(part.name)) continue;
      found.set(part.name, part);
      visit(part);
    }
  };
  visit(source);
  return [...found.values()];
}

function fixOf({ code, phrase, better }: ToneFault, { own, name }: TemplateSource): string {
  if (phrase === "") return `write ${better}`;
  const rather = `rather ${better}`;
  if (code !== "tone-cannot") return rather;
  return `a step that carries it out, or ${own ? rather : `dunning template edit-copy ${name} and ${rather}`}`;
}

function problemOf(fault: ToneFault, source: TemplateSource): Problem {
  const { code, reason, phrase, line, column } = fault;
  const { file } = source;
  return {
    code,
    where: { file, line, column },
    message: phrase === "" ? `this text lacks something: ${reason}` : `“${phrase.trim()}” ${reason}`,
    ...(phrase === "" ? {} : { found: phrase.replace(/\s+/g, " ").trim() }),
    fix: fixOf(fault, source),
  };
}

function subjectFaults({ text }: TemplateSource): ToneFault[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith("subject:"));
  const subject = lines[at] ?? "";
  return faultsOfSubject(subject).map((fault) => ({
    ...fault,
    line: at + 1,
    column: subject.indexOf(fault.phrase) + 1,
  }));
}

/** A file's name travels: drafts, previews and archives carry it. */
function nameFaults({ name }: TemplateSource): ToneFault[] {
  const found =
    /(?:relance|rappel|reminder|herinnering|aanmaning|mahnung|notice|level|niveau|stufe)-?\d+/.exec(
      name,
    )?.[0];
  if (found === undefined) return [];
  const reason = "numbers the texts, and names of files travel";
  return [
    { code: "tone-level", reason, phrase: found, line: 1, column: 1, better: "a name such as reminder-a" },
  ];
}

export interface ToneOptions {
  /** Phrases that the company wants to keep. */
  readonly allowed?: readonly string[];
  /** Of shipped texts, those in these languages; where left out, in all. */
  readonly languages?: readonly Language[];
}

/**
 * What is wrong with the tone of the texts in use and of the company's own ones, in the order of file and line. `uses`: of
 * each text, by its name.
 */
export function toneFindings(
  home: string,
  folder: string | null,
  uses: ReadonlyMap<string, readonly Use[]>,
  { allowed = [], languages }: ToneOptions = {},
): Problem[] {
  const { templates } = readTemplates(home, folder);
  const problems = new Map<string, Problem>();
  for (const source of templates.sources) {
    const used = uses.get(source.name);
    if (source.name.startsWith("_")) continue;
    // A shipped text says the same in every language: one is enough.
    const asked = used !== undefined && (languages?.includes(source.language) ?? true);
    if (!asked && !touched(source, templates)) continue;
    const whole = withParts(source, templates);
    for (const use of used ?? [unusedText(source.name)]) {
      const found = [
        ...whole.flatMap((each) =>
          faultsIn(each.text, source.language, use, allowed).map((fault) => problemOf(fault, each)),
        ),
        ...[
          ...missingFrom(whole.map(({ text }) => text).join("\n"), source.language, use),
          ...subjectFaults(source),
          ...(source.own ? nameFaults(source) : []),
        ].map((fault) => problemOf(fault, source)),
      ];
      for (const problem of found) {
        const { file = "", line = 0, column = 0 } = problem.where ?? {};
        const key = [
          file,
          String(line).padStart(6, "0"),
          String(column).padStart(6, "0"),
          problem.code,
          problem.found ?? problem.message,
        ].join("\0");
        if (!problems.has(key)) problems.set(key, problem);
      }
    }
  }
  return [...problems].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem);
}

/** The company's own, or with a part that is. */
const touched = (source: TemplateSource, templates: Templates): boolean =>
  withParts(source, templates).some(({ own }) => own);
