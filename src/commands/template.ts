import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { nearest } from "../core/nearest.ts";
import type { Company, Language } from "../core/types.ts";
import { wordLines } from "../core/vocabulary.ts";
import { EXIT, Failure } from "../problem.ts";
import {
  languagesWith,
  loadTemplates,
  type TemplateSource,
  type Templates,
  templateNames,
} from "../render/template.ts";
import { subjectOf } from "../render/template-parse.ts";
import { table } from "../table.ts";
import { cannotWrite } from "./output-file.ts";

export interface LanguageOption {
  readonly language?: Language;
}

export function textsOf({ home, globals }: Context): Templates {
  return loadTemplates(home, globals.dir);
}

/** Messages first, then the parts that they share. */
const inOrder = (a: TemplateSource, b: TemplateSource): number =>
  Number(a.name.startsWith("_")) - Number(b.name.startsWith("_")) || (a.name < b.name ? -1 : 1);

/** One row per text: in which languages it exists, where it is the company's own, its subject. */
function rowsOf(all: Templates, sources: readonly TemplateSource[], language: Language): string[][] {
  const names = [...new Set(sources.map(({ name }) => name))];
  return names.map((name) => {
    const texts = sources.filter((source) => source.name === name);
    const shown = texts.find((source) => source.language === language) ?? texts[0];
    const written = languagesWith(all, name).filter((each) => texts.some((text) => text.language === each));
    const own = texts.filter((source) => source.own).map((source) => source.language);
    return [
      name,
      written.join(" "),
      own.length === 0 ? "-" : written.filter((each) => own.includes(each)).join(" "),
      shown === undefined || name.startsWith("_") ? "(shared part)" : subjectOf(shown),
    ];
  });
}

/** `dunning template list`: every text and shared part, whose it is, its subject; with `--verbose` the names that a text may use. */
export async function templateList(
  context: Context,
  { language: wanted }: LanguageOption = {},
): Promise<Outcome> {
  const { out, globals } = context;
  const all = textsOf(context);
  const listed = [...all.sources]
    .filter(({ language }) => wanted === undefined || language === wanted)
    .sort(inOrder);
  const columns = [
    { header: "text", whole: true },
    { header: "languages", whole: true },
    { header: "own", whole: true },
    { header: "subject", flexible: true },
  ];
  const language = wanted ?? companyHere(context)?.company.language ?? "fr";
  out.say(table(columns, rowsOf(all, listed, language), out.width));
  const words = wordLines();
  if (globals.verbose) {
    const about = [
      { header: "name" },
      { header: "says", flexible: true },
      { header: "example", flexible: true },
    ];
    const lines = words.map((word) => [
      word.path,
      word.about,
      word.kind === "text" ? word.example : word.kind,
    ]);
    out.say(`\n${table(about, lines, out.width)}`);
  } else
    out.note(
      "--verbose lists the names that a text may use; dunning template edit-copy NAME makes one your own",
    );
  const templates = listed.map((source) => ({
    name: source.name,
    language: source.language,
    own: source.own,
    file: source.file,
    subject: subjectOf(source),
  }));
  return { exit: EXIT.done, document: { templates, names: words } };
}

/** The company of this folder where its configuration can be used, else null. */
export function companyHere({ globals, home }: Context): { company: Company; timezone: string } | null {
  const { loaded } = checkConfig(globals.dir, { home });
  return loaded === null ? null : { company: loaded.company, timezone: loaded.config.company.timezone };
}

export function languageFor(
  texts: Templates,
  name: string,
  wanted: Language | undefined,
  own: Language | undefined,
): Language {
  const there = languagesWith(texts, name);
  const language = wanted ?? (own !== undefined && there.includes(own) ? own : there[0]);
  if (language !== undefined && there.includes(language)) return language;
  const names = [...new Set(texts.sources.map((source) => source.name))];
  const near = nearest(name, names);
  throw new Failure(EXIT.missing, {
    code: "template-missing",
    message: `there is no text "${name}"${language === undefined ? "" : ` in the language ${language}`}`,
    expected: there.length > 0 ? `one of the languages ${there.join(", ")}` : templateNames(texts).join(", "),
    fix: near === null || near === name ? "dunning template list" : `did you mean ${near}?`,
  });
}

function sourceOf(context: Context, name: string, { language }: LanguageOption): TemplateSource {
  const texts = textsOf(context);
  const found = texts.find(languageFor(texts, name, language, companyHere(context)?.company.language), name);
  if (found === null) throw new Error(`a text that exists was not found: ${name}`);
  return found;
}

/** `dunning template show NAME`: the source of one text or shared part ("_items"), as a file of one's own would start. */
export async function templateShow(
  context: Context,
  name: string,
  options: LanguageOption,
): Promise<Outcome> {
  const { language, file, own, text } = sourceOf(context, name, options);
  context.out.note(`${file}${own ? "" : "  (dunning template edit-copy ${name} makes it your own)"}`);
  context.out.say(text.replace(/\n$/, ""));
  return { exit: EXIT.done, document: { name, language, own, file, text } };
}

/** `dunning template edit-copy NAME`: the shipped text into the company folder, where it is used from then on. */
export async function templateEditCopy(
  context: Context,
  name: string,
  options: LanguageOption,
): Promise<Outcome> {
  const { globals, out } = context;
  const { language, file: from, own, text } = sourceOf(context, name, options);
  const file = join("templates", language, `${name}.md`);
  const path = join(globals.dir, file);
  if (own)
    throw new Failure(EXIT.cannotCreate, {
      code: "template-own",
      where: { file },
      message: "this text is the company's own already; nothing was changed",
      fix: `edit ${path}, or move it away first`,
    });
  try {
    mkdirSync(join(globals.dir, "templates", language), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { flag: "w", mode: 0o600 });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  out.say(file);
  out.note(
    `next: edit ${path}, then dunning check and dunning template preview ${name} --language ${language}`,
  );
  return { exit: EXIT.done, document: { name, language, from, file } };
}
