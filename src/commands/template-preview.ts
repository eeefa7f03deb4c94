import { extname, join } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { asIfDue, ownCurrencyFirst } from "../core/as-if-due.ts";
import { languageOf } from "../core/language.ts";
import type { Action, Company, Debtor, Finished, Language } from "../core/types.ts";
import type { Written } from "../core/wording.ts";
import { EXIT, Failure } from "../problem.ts";
import { withPictures } from "../render/html.ts";
import { renderAction } from "../render/render.ts";
import {
  historyFor,
  previewAction,
  SAMPLE_COMPANY,
  type SampleHistory,
  type SampleWish,
  sampleFor,
} from "../render/sample.ts";
import { languagesWith, type Templates, withText } from "../render/template.ts";
import { dayIn, ledgersOf, withCompany } from "./company.ts";
import { openFile } from "./open-file.ts";
import { writeOutput } from "./output-file.ts";
import { momentOf, newestBalance } from "./run-plan.ts";
import { companyHere, type LanguageOption, languageFor, textsOf } from "./template.ts";

export interface PreviewOptions extends LanguageOption {
  readonly debtor?: string;
  readonly channel?: Written;
  readonly output?: string;
  readonly open?: true;
}

const USUAL_CHANNEL: Readonly<Record<string, Written>> = {
  "last-warning": "letter",
  "formal-notice": "registered-letter",
  "hand-over": "letter",
};

/** A shared part alone, as a message of its own. */
const PART = "part-alone";

function withPart(texts: Templates, part: string): Templates {
  const text = `---\nsubject: ${part}\n---\n{{> ${part.slice(1)}}}\n`;
  const languages = texts.sources.filter(({ name }) => name === part);
  return withText(
    texts,
    languages.map((source) => ({ ...source, name: PART, text })),
  );
}

interface Case {
  readonly action: Action;
  readonly debtor: Debtor;
  readonly company: Company;
  readonly history: SampleHistory;
}

/** The debtor's own open items, as if the text's step were due today: with its charges where a step has the text. */
async function realCase(
  context: Context,
  id: string,
  wish: Omit<SampleWish, "today">,
  texts: Templates,
  wanted: Language | undefined,
): Promise<Case> {
  return await withCompany(context, "read", (opened) => {
    const { store, company, today } = opened;
    const known = store.debtors.find(id).id;
    const [ledger] = ledgersOf(opened, [known]);
    if (ledger === undefined) throw new Error(`the store has no ledger of a debtor that it knows: ${known}`);
    const { debtor } = ledger;
    const moment = momentOf(opened, newestBalance(opened));
    const due = asIfDue(ledger, opened.rules, moment, { text: wish.template, channel: wish.channel });
    const ordered = ownCurrencyFirst(ledger.dossiers, opened.rules.currency);
    const dossier = ordered.find(({ currency }) => currency === due?.currency) ?? ordered[0];
    const own = languageOf(debtor, opened.rules, null).language;
    const language = wanted ?? (languagesWith(texts, wish.template).includes(own) ? own : wish.language);
    const action =
      due === null
        ? previewAction(debtor, dossier?.items ?? [], { ...wish, language, today })
        : { ...due, language };
    if (action === null)
      throw new Failure(EXIT.missing, {
        code: "nothing-open",
        message: `debtor ${debtor.id} owes nothing that the text could speak of`,
        expected: "a debtor with an invoice that is open",
        fix: `dunning template preview ${wish.template} shows it with made-up data`,
      });
    // A text is looked at before addresses are complete.
    const to = wish.channel === "email" ? (action.to ?? "no-address@example.com") : null;
    return {
      action: { ...action, to },
      debtor,
      company,
      history: {
        ...historyFor(wish.template, today),
        // What was really sent: a step names it.
        previous:
          dossier === undefined ? [] : store.outbox.previous(debtor.key, dossier.currency, dossier.cycle),
      },
    };
  });
}

/** What is written for a file name: by its ending, as far as the channel has it. */
function contentFor(file: string, finished: Finished): Uint8Array {
  const ending = extname(file).toLowerCase();
  const contents: Readonly<Record<string, Uint8Array | null>> = {
    ".txt": Buffer.from(finished.text),
    ".html": finished.html === null ? null : Buffer.from(withPictures(finished.html, finished.attachments)),
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

/** In a new folder of its own under the system's temporary one: readable by nobody else. */
async function looseFile({ html }: Finished): Promise<string> {
  const { mkdtempSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  return join(mkdtempSync(join(tmpdir(), "dunning-preview-")), html === null ? "letter.pdf" : "mail.html");
}

/** `dunning template preview NAME`: one text as a debtor would get it; with made-up data where no debtor is named. */
export async function templatePreview(
  context: Context,
  name: string,
  options: PreviewOptions,
): Promise<Outcome> {
  const { globals, out } = context;
  const all = textsOf(context);
  const here = companyHere(context);
  const language = languageFor(all, name, options.language, here?.company.language);
  const part = name.startsWith("_");
  const texts = part ? withPart(all, name) : all;
  const wish = {
    template: part ? PART : name,
    language,
    channel: options.channel ?? USUAL_CHANNEL[name] ?? "email",
  };
  const today = globals.asOf ?? dayIn(here?.timezone ?? "Europe/Paris", context.now());
  const { action, debtor, company, history }: Case =
    options.debtor === undefined
      ? { ...sampleFor({ ...wish, today }), company: here?.company ?? SAMPLE_COMPANY }
      : await realCase(context, options.debtor, wish, texts, options.language);
  const at = `${today}T08:00:00.000Z`;
  const extra = { today, at, reference: action.debtor, ...history, secret: "preview" };
  const finished = await renderAction(action, debtor, company, texts, extra);
  const output = options.output ?? (options.open ? await looseFile(finished) : undefined);
  const file = output === undefined ? null : await writeOutput(context, output, contentFor(output, finished));
  if (file !== null && options.open) await openFile(context, file);
  if (file !== null) out.say(`${finished.subject}\n${file}`);
  else out.say(`${finished.subject}\n\n${finished.text.trimEnd()}`);
  const { subject, text, html, pages, recipient } = finished;
  const { warnings } = finished.action;
  return {
    exit: EXIT.done,
    ...(here === null ? {} : { company: here.company.name }),
    asOf: today,
    warnings,
    document: {
      name,
      language: action.language,
      channel: wish.channel,
      to: recipient,
      subject,
      text,
      html,
      pages,
      file,
    },
  };
}
