/** How a text speaks: what it must not say at its time, and what it has to say. The words are data: tone/*.ts. */

import { THREATS, type Threat, TONE, type Words } from "./tone/rules.ts";
import type { Language, Rules, Scenario, Step } from "./types.ts";

/** When a text is read; `answer`: after something that the debtor did or said. */
export type Phase = "before" | "reminder" | "answer" | "last" | "formal" | "after";

/** How a text is used: when, and what the configuration can carry out from there on. */
export interface Use {
  readonly phase: Phase;
  readonly can: ReadonlySet<Threat>;
  /** Step and scenario, for the message; "" where nothing uses it. */
  readonly by: string;
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
}

const EARLY: readonly Phase[] = ["before", "reminder", "answer"];
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
    return [{ code: "tone-threat", reason: `names ${NAMES[threat]} before the last warning`, words }];
  if (can.has(threat)) return [];
  return [
    {
      code: "tone-cannot",
      reason: `names ${NAMES[threat]}, which the configuration does not carry out${by === "" ? "" : ` after ${by}`}`,
      words,
    },
  ];
}

const compiled = new WeakMap<Words, RegExp>();

function patternOf(words: Words): RegExp {
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
  const words = withoutAllowed(plainWords(text), allowed);
  return forbiddenIn(language, use).flatMap(({ code, reason, words: list }) =>
    [...words.matchAll(patternOf(list))].map(({ index, 0: found }) => {
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

interface Needed {
  readonly phases: readonly Phase[];
  /** Null: what `says` looks for. */
  readonly has: RegExp | null;
  readonly says?: "formal" | "consequence" | "last";
  readonly reason: string;
  readonly better: string;
}

const LATE: readonly Phase[] = ["reminder", "last", "formal", "after"];
const NEEDED: readonly Needed[] = [
  {
    phases: ["formal"],
    has: null,
    says: "formal",
    reason: "a formal notice says that it is one",
    better: "",
  },
  {
    phases: ["formal"],
    has: null,
    says: "consequence",
    reason: "a formal notice says what follows without payment",
    better: "",
  },
  {
    phases: ["last"],
    has: null,
    says: "last",
    reason: "the last warning says that it is the last one",
    better: "",
  },
  {
    phases: ["last", "formal"],
    has: /\{\{deadline\}\}/,
    reason: "it sets no day up to which payment is asked",
    better: "{{deadline}}",
  },
  {
    phases: LATE,
    has: /\{\{#each items\}\}|\{\{oldest\.(?:number|name)\}\}/,
    reason: "it names no document: number, date, due date and amount are facts",
    better: "{{> items}}",
  },
  {
    phases: ["formal"],
    has: /\{\{#each items\}\}/,
    reason: "a formal notice states its sum document by document",
    better: "{{> items}}",
  },
  {
    phases: LATE,
    has: /\{\{total\}\}|\{\{subtotal\}\}/,
    reason: "it does not say how much is to be paid",
    better: "{{total}}",
  },
  {
    phases: [...LATE, "before"],
    has: /\{\{bank\.iban\}\}/,
    reason: "it does not say where to pay",
    better: "{{> payment}}",
  },
  {
    phases: [...LATE, "before", "answer"],
    has: /\{\{sender\.name\}\}/,
    reason: "it is signed by nobody",
    better: "{{> closing}}",
  },
];

/** What a text with all its parts has to say at its time and does not. */
export function missingFrom(whole: string, language: Language, { phase }: Use): ToneFault[] {
  const plain = plainWords(whole);
  return NEEDED.flatMap(({ phases, has, says, reason, better }) => {
    if (!phases.includes(phase)) return [];
    const words = says === undefined ? null : TONE[language].says[says];
    const found = words === null ? (has?.test(whole) ?? true) : new RegExp(patternOf(words)).test(plain);
    if (found) return [];
    return [
      { code: "tone-missing", reason, phrase: "", line: 1, column: 1, better: words?.better ?? better },
    ];
  });
}

/** What a subject must not show: it stands in lists of messages and on the title of a PDF (CNIL, minimisation). */
export function faultsOfSubject(subject: string): Omit<ToneFault, "line" | "column">[] {
  const found = /\{\{(?:total|subtotal|oldest\.(?:number|name|amount)|debtor\.\w+)\}\}/.exec(subject)?.[0];
  if (found === undefined) return [];
  const reason = "puts what is owed, or by whom, where anybody may read it";
  return [{ code: "tone-subject", reason, phrase: found, better: "{{reference}}" }];
}

/** The uses of each text in the scenarios and campaigns, by its name. */
export function usesOf({ scenarios, campaigns }: Rules): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (name: string, use: Use): void => {
    const known = uses.get(name);
    if (known === undefined) uses.set(name, [use]);
    else known.push(use);
  };
  for (const scenario of scenarios.values())
    for (const step of scenario.steps) for (const name of step.templates) add(name, useOf(step, scenario));
  for (const { name, templates } of campaigns.values())
    for (const template of templates)
      add(template, { phase: "reminder", can: new Set(), by: `campaign ${name}` });
  return uses;
}

function useOf(step: Step, { name, steps }: Scenario): Use {
  const onwards = steps.slice(steps.indexOf(step));
  const can = new Set<Threat>();
  if (onwards.some(({ formalNotice }) => formalNotice)) can.add("formal").add("court");
  if (onwards.some(({ channel }) => channel === "agency")) can.add("agency");
  return { phase: phaseOf(step), can, by: `step ${step.id} of ${name}` };
}

function phaseOf({ level, channel, finalWarning, formalNotice }: Step): Phase {
  if (level === null) return "before";
  if (formalNotice) return "formal";
  if (finalWarning) return "last";
  return channel === "agency" ? "after" : "reminder";
}

const PHASES: Readonly<Record<string, Phase>> = {
  courtesy: "before",
  "last-warning": "last",
  "formal-notice": "formal",
  "hand-over": "after",
  "call-follow-up": "answer",
  "promise-confirmed": "answer",
  "instalments-confirmed": "answer",
  thanks: "answer",
};

/** How a text is meant that no step names: by its name, everything possible. */
export const unusedText = (name: string): Use => ({
  phase: PHASES[name] ?? "reminder",
  can: new Set<Threat>(["formal", "court", "agency"]),
  by: "",
});
