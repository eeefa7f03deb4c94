import { extname } from "node:path";
import { checkConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { nearest } from "../core/nearest.ts";
import type { Action, Company, Debtor, Finished, Language } from "../core/types.ts";
import { wordLines } from "../core/vocabulary.ts";
import type { Written } from "../core/wording.ts";
import { EXIT, Failure } from "../problem.ts";
import { renderAction } from "../render/render.ts";
import {
  previewAction,
  SAMPLE_COMPANY,
  type SampleHistory,
  type SampleWish,
  sampleFor,
} from "../render/sample.ts";
import {
  languagesWith,
  loadTemplates,
  type TemplateSource,
  type Templates,
  templateNames,
} from "../render/template.ts";
import { subjectOf } from "../render/template-parse.ts";
import { table } from "../table.ts";
import { dayIn, ledgersOf, withCompany } from "./company.ts";
import { writeOutput } from "./output-file.ts";

interface LanguageOption {
  readonly language?: Language;
}
export interface PreviewOptions extends LanguageOption {
  readonly debtor?: string;
  readonly channel?: Written;
  readonly output?: string;
}

function textsOf({ home, globals }: Context): Templates {
  return loadTemplates(home, globals.dir);
}

/** `dunning template list`: every text, whose it is, its subject; with `--verbose` the names that a text may use. */
export async function templateList(context: Context): Promise<Outcome> {
  const { out, globals } = context;
  const texts = textsOf(context).sources.filter(({ name }) => !name.startsWith("_"));
  const listed = texts
    .map((source) => ({ ...source, subject: subjectOf(source) }))
    .sort((a, b) => (`${a.name} ${a.language}` < `${b.name} ${b.language}` ? -1 : 1));
  const columns = [
    { header: "text" },
    { header: "language" },
    { header: "from" },
    { header: "subject", flexible: true },
  ];
  const rows = listed.map(({ name, language, own, subject }) => [
    name,
    language,
    own ? "own" : "shipped",
    subject,
  ]);
  out.say(table(columns, rows, out.width));
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
  } else out.note("--verbose lists the names that a text may use");
  const templates = listed.map(({ name, language, own, file, subject }) => ({
    name,
    language,
    own,
    file,
    subject,
  }));
  return { exit: EXIT.done, document: { templates, names: words } };
}

/** The company of this folder where its configuration can be used, else null. */
function companyHere({ globals, home }: Context): { company: Company; timezone: string } | null {
  const { loaded } = checkConfig(globals.dir, { home });
  return loaded === null ? null : { company: loaded.company, timezone: loaded.config.company.timezone };
}

function languageFor(
  texts: Templates,
  name: string,
  wanted: Language | undefined,
  own: Language | undefined,
): Language {
  const there = languagesWith(texts, name);
  const language = wanted ?? (own !== undefined && there.includes(own) ? own : there[0]);
  if (language !== undefined && there.includes(language)) return language;
  const near = nearest(name, templateNames(texts));
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
  context.out.note(
    `${file}${own ? "" : "  (to change it, keep a copy in templates/ of the company folder)"}`,
  );
  context.out.say(text.replace(/\n$/, ""));
  return { exit: EXIT.done, document: { name, language, own, file, text } };
}

const USUAL_CHANNEL: Readonly<Record<string, Written>> = {
  "last-warning": "letter",
  "formal-notice": "registered-letter",
};

interface Case {
  readonly action: Action;
  readonly debtor: Debtor;
  readonly company: Company;
  readonly history: SampleHistory;
}

/** The debtor's own open items, as if the text's step were due today. */
async function realCase(context: Context, id: string, wish: Omit<SampleWish, "today">): Promise<Case> {
  return await withCompany(context, "read", (opened) => {
    const { store, company, today } = opened;
    const known = store.debtors.find(id).id;
    const [ledger] = ledgersOf(opened, [known]);
    if (ledger === undefined) throw new Error(`the store has no ledger of a debtor that it knows: ${known}`);
    const { debtor } = ledger;
    const dossier =
      ledger.dossiers.find(({ currency }) => currency === company.currency) ?? ledger.dossiers[0];
    const action = previewAction(debtor, dossier?.items ?? [], { ...wish, today });
    if (action === null)
      throw new Failure(EXIT.missing, {
        code: "nothing-open",
        message: `debtor ${debtor.id} owes nothing that the text could speak of`,
        expected: "a debtor with an invoice that is open",
        fix: `dunning template preview ${wish.template} shows it with made-up data`,
      });
    // A text is looked at before addresses are complete.
    const to = wish.channel === "email" ? (action.to ?? "no-address@example.com") : null;
    return { action: { ...action, to }, debtor, company, history: { previous: [] } };
  });
}

/** What is written for a file name: by its ending, as far as the channel has it. */
function contentFor(file: string, finished: Finished): Uint8Array {
  const ending = extname(file).toLowerCase();
  const contents: Readonly<Record<string, Uint8Array | null>> = {
    ".txt": Buffer.from(finished.text),
    ".html": finished.html === null ? null : Buffer.from(finished.html),
    ".eml": finished.html === null ? null : finished.bytes,
    ".pdf": finished.html === null ? finished.bytes : null,
  };
  const content = contents[ending];
  if (content) return content;
  const endings = Object.keys(contents).filter((each) => contents[each] !== null);
  throw new Failure(EXIT.usage, {
    code: "output-kind",
    message:
      finished.html === null ? "a letter cannot be written as this" : "an e-mail cannot be written as this",
    found: file,
    expected: `a file name ending in ${endings.join(", ")}`,
    fix: finished.html === null ? "--channel email makes it an e-mail" : "--channel letter makes it a letter",
  });
}

/** `dunning template preview NAME`: one text as a debtor would get it; with made-up data where no debtor is named. */
export async function templatePreview(
  context: Context,
  name: string,
  options: PreviewOptions,
): Promise<Outcome> {
  const { globals, out } = context;
  const texts = textsOf(context);
  const here = companyHere(context);
  const language = languageFor(texts, name, options.language, here?.company.language);
  const wish = { template: name, language, channel: options.channel ?? USUAL_CHANNEL[name] ?? "email" };
  const today = globals.asOf ?? dayIn(here?.timezone ?? "Europe/Paris", context.now());
  const { action, debtor, company, history }: Case =
    options.debtor === undefined
      ? { ...sampleFor({ ...wish, today }), company: here?.company ?? SAMPLE_COMPANY }
      : await realCase(context, options.debtor, wish);
  const at = `${today}T08:00:00.000Z`;
  const extra = { today, at, reference: action.debtor, ...history, secret: "preview" };
  const finished = await renderAction(action, debtor, company, texts, extra);
  const { output } = options;
  const file = output === undefined ? null : await writeOutput(context, output, contentFor(output, finished));
  if (file !== null) out.say(`${finished.subject}\n${file}`);
  else out.say(`${finished.subject}\n\n${finished.text.trimEnd()}`);
  const { subject, text, html, pages, recipient } = finished;
  const { warnings } = finished.action;
  return {
    exit: EXIT.done,
    ...(here === null ? {} : { company: here.company.name }),
    asOf: today,
    warnings,
    document: { name, language, channel: wish.channel, to: recipient, subject, text, html, pages, file },
  };
}
