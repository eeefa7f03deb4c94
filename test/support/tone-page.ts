import { faultsIn, type Phase } from "../../src/core/tone.ts";
import { NEEDED } from "../../src/core/tone-needs.ts";
import type { Language } from "../../src/core/types.ts";
import { corpus } from "./tone-corpus.ts";

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["fr", "French"],
  ["nl", "Dutch"],
  ["de", "German"],
  ["en", "English"],
];
const PHASES: Readonly<Record<Phase, string>> = {
  before: "before the due date",
  reminder: "reminder",
  answer: "after something that the debtor did",
  last: "last warning",
  formal: "formal notice",
  after: "hand-over",
  notice: "Belgian first reminder",
};

const cell = (text: string): string => text.replaceAll("|", "\\|");

function examples(root: string, language: Language, title: string): string {
  const rows = corpus(root, language)
    .filter(({ code }) => code !== "-")
    .flatMap(({ code, phase, can, phrase }) => {
      const fault = faultsIn(phrase, language, { phase, can: new Set(can), by: "" }).find(
        (each) => each.code === code,
      );
      if (fault === undefined) return [];
      return [
        `| \`${code}\` | ${PHASES[phase]} | ${cell(phrase)} | ${cell(fault.phrase)} | ${cell(fault.better)} |`,
      ];
    });
  return `## ${title}\n\n| code | in a text for | phrase | found | rather |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** What `check` finds in the tone of a text, with the phrases on which the rules are tested. */
export function tonePage(root: string): string {
  const reasons = new Map<string, string>();
  for (const { code, phase, can, phrase } of corpus(root, "en"))
    for (const fault of faultsIn(phrase, "en", { phase, can: new Set(can), by: "the step" }))
      if (fault.code === code && !reasons.has(code)) reasons.set(code, fault.reason);
  const rules = [...reasons].map(([code, reason]) => `| \`${code}\` | ${cell(reason)} |`);
  const needs = NEEDED.map(
    ({ phases, reason }) => `| ${phases.map((phase) => PHASES[phase]).join(", ")} | ${reason} |`,
  );
  return `# Tone of the texts

What \`dunning check\` says about a text: always a warning, with file, line, the phrase, the reason and a better wording.
A text is read at the time at which its step sends it. What the configuration cannot carry out may not be announced: a
formal notice without a step with \`formal_notice: true\`, outside help without a step of the channel \`agency\`, interest
where \`charges\` of the steps says \`none\`. Phrases in \`tone.allow\` are not looked at. The words are data:
\`src/core/tone/<language>.ts\`.

| code | a phrase that |
| --- | --- |
${rules.join("\n")}
| \`tone-subject\` | puts what is owed, or by whom, where anybody may read it: subjects, titles of PDFs |
| \`tone-missing\` | is not there, and has to be: the next table |
| \`no-reader\` | (an address) asks for answers that nobody reads |

| in a text for | is found missing where |
| --- | --- |
${needs.join("\n")}

${LANGUAGES.map(([language, title]) => examples(root, language, title)).join("\n")}`;
}
