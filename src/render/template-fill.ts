import Handlebars from "handlebars";
import type { Language } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import { EXIT, Failure } from "../problem.ts";
import { literal } from "./document.ts";
import { languagesWith, type Templates, templateNames } from "./template.ts";
import { checkTemplate, partsOf } from "./template-check.ts";
import { parseTemplate } from "./template-parse.ts";

/** A text that was checked and can be filled in. */
export interface Template {
  /** One line, at most 150 characters. */
  readonly subject: (view: MessageView) => string;
  /** Markdown in which values cannot act as Markdown or HTML. */
  readonly body: (view: MessageView) => string;
}

const SUBJECT_LIMIT = 150;

type Data = string | boolean | readonly Data[] | { readonly [name: string]: Data };

function mapTexts(data: Data, change: (text: string) => string): Data {
  if (typeof data === "string") return change(data);
  if (typeof data === "boolean") return data;
  if (Array.isArray(data)) return data.map((each: Data) => mapTexts(each, change));
  return Object.fromEntries(Object.entries(data).map(([name, each]) => [name, mapTexts(each, change)]));
}

/** One line for a header: no control characters, single spaces, shortened with an ellipsis. */
export function subjectLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/ +/g, " ")
    .trim();
  const letters = Array.from(line);
  return letters.length <= SUBJECT_LIMIT
    ? line
    : `${letters
        .slice(0, SUBJECT_LIMIT - 1)
        .join("")
        .trimEnd()}…`;
}

/** What must never stand in a finished text, unless the data itself says so. */
const LEAKS = /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object /g;

function withoutLeaks(text: string, view: MessageView, file: string): string {
  const found = text.match(LEAKS);
  if (found !== null) {
    const data = JSON.stringify(view);
    const leak = found.find((each) => !data.includes(each));
    if (leak !== undefined) throw new Error(`${file}: the finished text holds ${leak}`);
  }
  return text;
}

const OPTIONS = { strict: true, knownHelpersOnly: true, noEscape: true, preventIndent: true } as const;

function compile(templates: Templates, language: Language, name: string): Template {
  const source = templates.find(language, name);
  if (source === null) {
    const languages = languagesWith(templates, name);
    throw new Failure(EXIT.config, {
      code: "template-missing",
      message: `there is no text "${name}" in the language ${language}`,
      found:
        languages.length > 0
          ? `it exists in ${languages.join(", ")}`
          : `texts: ${templateNames(templates).join(", ")}`,
      expected: `templates/${language}/${name}.md`,
      fix:
        languages.length > 0
          ? "write that file, or give the debtor another language"
          : "dunning template list",
    });
  }
  const parsed = parseTemplate(source);
  const parts = partsOf(templates, language);
  const [first, ...rest] = checkTemplate(parsed, parts);
  if (first !== undefined) throw new Failure(EXIT.config, [first, ...rest]);
  const own = Handlebars.create();
  for (const [partName, part] of parts) own.registerPartial(partName, own.compile(part.body ?? "", OPTIONS));
  const subject = own.compile<MessageView>(parsed.subject ?? "", OPTIONS);
  const body = own.compile<Data>(parsed.body ?? "", OPTIONS);
  return {
    subject: (view) => withoutLeaks(subjectLine(subject(view)), view, source.file),
    body: (view) => withoutLeaks(body(mapTexts(view, literal)), view, source.file),
  };
}

const compiled = new WeakMap<Templates, Map<string, Template>>();

/** The text of this name, checked. Throws Failure (78) where it does not exist or has a mistake. */
export function templateFor(templates: Templates, language: Language, name: string): Template {
  const known = compiled.get(templates) ?? new Map<string, Template>();
  compiled.set(templates, known);
  const key = `${language}/${name}`;
  const template = known.get(key) ?? compile(templates, language, name);
  known.set(key, template);
  return template;
}
