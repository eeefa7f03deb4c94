/** How a text speaks: what it must not say at its time, and what it has to say. The words are data: tone/*.ts. */

import { THREATS, type Threat, TONE, type Words } from "./tone/rules.ts";
import type { Language } from "./types.ts";

/** When a text is read; `answer`: after something that the debtor did or said; `notice`: the Belgian first reminder. */
export type Phase = "before" | "reminder" | "answer" | "last" | "formal" | "after" | "notice";

/** How a text is used: when, and what the configuration can carry out from there on. */
export interface Use {
  readonly phase: Phase;
  readonly can: ReadonlySet<Threat>;
  /** Step and scenario, for the message; "" where nothing uses it. */
  readonly by: string;
  /** The step claims interest or compensation. */
  readonly claims?: boolean;
}

export interface ToneFault {
  readonly code: string;
  readonly reason: string;
  /** As it stands in the text; "" where something is missing. */
  readonly phrase: string;
  /** From 1; 1, 1 where something is missing. */
  readonly line: number;
  readonly column: number;
  /** What to write, in the language of the text. */
  readonly better: string;
}

interface Forbidden {
  readonly code: string;
  readonly reason: string;
  readonly words: Words;
  /** What stands behind {{#if charges...}} shows only where it is asked for. */
  readonly guarded?: true;
}

const EARLY: readonly Phase[] = ["before", "reminder", "answer", "notice"];
/** What the last warning may name; stopping deliveries is in nobody's configuration. */
const NAMES: Readonly<Record<Threat, string>> = {
  formal: "a formal notice",
  court: "court proceedings",
  agency: "outside help",
  charges: "interest or costs",
  stop: "an end of deliveries",
};

function forbiddenIn(language: Language, { phase, can, by }: Use): Forbidden[] {
  const words = TONE[language];
  const always: Forbidden[] = [
    {
      code: "tone-level",
      reason: "shows the debtor that there is a series, and where in it this is",
      words: words.level,
    },
    { code: "tone-duty", reason: "presses with a verb of duty", words: words.duty },
    { code: "tone-why", reason: "asks for reasons, which invites excuses", words: words.why },
    {
      code: "tone-court",
      reason:
        "borrows the words of courts and bailiffs (FR: Code pénal 433-13; BE: Code de droit économique XIX)",
      words: words.court,
    },
    { code: "tone-insult", reason: "judges the debtor", words: words.insult },
  ];
  if (phase !== "before")
    always.push({ code: "tone-blame", reason: "accuses ourselves after the due date", words: words.blame });
  if (phase === "before")
    always.push({
      code: "tone-threat",
      reason: "speaks of trouble before the due date",
      words: words.trouble,
    });
  const early = EARLY.includes(phase);
  const measures = early || !(can.has("formal") || can.has("agency"));
  if (measures)
    always.push({
      code: early ? "tone-threat" : "tone-cannot",
      reason: early
        ? "announces further steps before the last warning"
        : `announces further steps, and nothing comes after ${by}`,
      words: words.measures,
    });
  return [
    ...always,
    ...THREATS.flatMap((threat) => threatIn(threat, words.threats[threat], { phase, can, by }, early)),
  ];
}

function threatIn(threat: Threat, words: Words, { phase, can, by }: Use, early: boolean): Forbidden[] {
  // Charges may stand in a reminder where they are asked for; before the due date nothing has its place.
  if (phase === "before" || (early && threat !== "charges"))
    return [
      { code: "tone-threat", reason: `names ${NAMES[threat]} before the last warning`, words, guarded: true },
    ];
  if (can.has(threat)) return [];
  return [
    {
      code: "tone-cannot",
      reason: `names ${NAMES[threat]}, which the configuration does not carry out${by === "" ? "" : ` after ${by}`}`,
      words,
      guarded: true,
    },
  ];
}

const compiled = new WeakMap<Words, RegExp>();

export function patternOf(words: Words): RegExp {
  const known = compiled.get(words);
  if (known !== undefined) return known;
  const source = words.words.join("|").replaceAll(" ?", "\\s*").replaceAll(" ", "\\s+");
  const pattern = new RegExp(`(?<![\\p{L}\\d¤])(?:${source})(?![\\p{L}\\d])`, "giu");
  compiled.set(words, pattern);
  return pattern;
}

/** The same length: blocks and parts as spaces, values as ¤, marks of Markdown and typographic signs out of the way. */
export function plainWords(text: string): string {
  return text
    .replace(/\{\{(?<kind>[#/>!^]|else\b)?[^}]*\}\}/g, (tag: string, kind?: string) =>
      (kind === undefined ? "¤" : " ").repeat(tag.length),
    )
    .replaceAll("’", "'")
    .replaceAll("*", " ")
    .replaceAll("\u00a0", " ");
}

const TAG = /\{\{(?:#(?<open>if|unless|each)\s+(?<subject>[\w.]+)|(?<close>\/)\w+)\s*\}\}/g;

/** The same length, without what stands behind `{{#if charges.claimed}}` and the like. */
function withoutGuarded(text: string): string {
  let depth = 0;
  let from: { readonly at: number; readonly depth: number } | null = null;
  let rest = text;
  for (const { index, 0: tag, groups = {} } of text.matchAll(TAG)) {
    if (groups["open"] !== undefined) {
      if (from === null && groups["subject"]?.startsWith("charges.")) from = { at: index, depth };
      depth++;
      continue;
    }
    depth--;
    if (from === null || from.depth !== depth) continue;
    const blank = text.slice(from.at, index + tag.length).replace(/[^\n]/g, " ");
    rest = rest.slice(0, from.at) + blank + rest.slice(index + tag.length);
    from = null;
  }
  return rest;
}

function withoutAllowed(text: string, allowed: readonly string[]): string {
  let rest = text;
  for (const phrase of allowed.map((each) => plainWords(each).trim()).filter((each) => each !== "")) {
    const pattern = phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    rest = rest.replace(new RegExp(pattern, "giu"), (found) => " ".repeat(found.length));
  }
  return rest;
}

/** What stands in a text, or a part of one, and must not there. `allowed`: phrases that are not looked at. */
export function faultsIn(
  text: string,
  language: Language,
  use: Use,
  allowed: readonly string[] = [],
): ToneFault[] {
  const plain = withoutAllowed(plainWords(text), allowed);
  const unguarded = withoutAllowed(plainWords(withoutGuarded(text)), allowed);
  return forbiddenIn(language, use).flatMap(({ code, reason, words: list, guarded }) =>
    [...(guarded ? unguarded : plain).matchAll(patternOf(list))].map(({ index, 0: found }) => {
      const before = text.slice(0, index).split("\n");
      return {
        code,
        reason,
        phrase: text.slice(index, index + found.length),
        line: before.length,
        column: (before.at(-1)?.length ?? 0) + 1,
        better: list.better,
      };
    }),
  );
}

/** What a subject must not show: it stands in lists of messages and on the title of a PDF (CNIL, minimisation). */
export function faultsOfSubject(subject: string): Omit<ToneFault, "line" | "column">[] {
  const found = /\{\{(?:total|subtotal|oldest\.(?:number|name|amount)|debtor\.\w+)\}\}/.exec(subject)?.[0];
  if (found === undefined) return [];
  const reason = "puts what is owed, or by whom, where anybody may read it";
  return [{ code: "tone-subject", reason, phrase: found, better: "{{reference}}" }];
}
