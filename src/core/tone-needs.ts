/** What a text has to say at its time. */

import { TONE } from "./tone/rules.ts";
import { type Phase, patternOf, plainWords, type ToneFault, type Use } from "./tone.ts";
import type { Language } from "./types.ts";

export interface Needed {
  readonly phases: readonly Phase[];
  /** Null: what `says` looks for. */
  readonly has: RegExp | null;
  readonly says?: "formal" | "consequence" | "last";
  readonly reason: string;
  readonly better: string;
}

const LATE: readonly Phase[] = ["reminder", "last", "formal", "after", "notice"];
const BY_PHASE: readonly Needed[] = [
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

/** Minimum content of the first reminder (Code de droit économique, art. XIX.2 and 4). */
const OF_NOTICE: readonly (readonly [RegExp, reason: string, better: string])[] = [
  [/\{\{total\}\}/, "the first reminder says what is owed", "{{total}}"],
  [
    /\{\{first_reminder\.indemnity\}\}/,
    "the first reminder says what indemnity will be claimed afterwards",
    "{{first_reminder.indemnity}}",
  ],
  [/\{\{company\.name\}\}/, "the first reminder names the creditor", "{{company.name}}"],
  [
    /\{\{first_reminder\.enterprise_number\}\}/,
    "the first reminder gives the creditor's enterprise number",
    "{{first_reminder.enterprise_number}}",
  ],
  [
    /\{\{first_reminder\.supplies\}\}/,
    "the first reminder describes what was supplied",
    "{{first_reminder.supplies}}",
  ],
  [/\{\{due\}\}|\{\{oldest\.due\}\}/, "the first reminder gives the due date of the debt", "{{> items}}"],
  [
    /\{\{first_reminder\.deadline\}\}/,
    "the first reminder gives 14 days before anything is added",
    "{{first_reminder.deadline}}",
  ],
];

/** Everything that is looked for, by the time of a text. */
export const NEEDED: readonly Needed[] = [
  ...BY_PHASE,
  ...OF_NOTICE.map(
    ([has, reason, better]): Needed => ({
      phases: ["notice"],
      has,
      reason,
      better,
    }),
  ),
];

/** Who claims charges shows rate, days and legal basis of each. */
const OF_CHARGES: Omit<Needed, "phases"> = {
  has: /\{\{charges\.(?:interest|compensation)_basis\}\}/,
  reason: "its step claims charges, and it does not say how they are worked out and on what they rest",
  better: "{{> charges}}",
};

/** What a text with all its parts has to say at its time and does not. */
export function missingFrom(whole: string, language: Language, { phase, claims = false }: Use): ToneFault[] {
  const plain = plainWords(whole);
  const wanted = [...NEEDED.filter(({ phases }) => phases.includes(phase)), ...(claims ? [OF_CHARGES] : [])];
  return wanted.flatMap(({ has, says, reason, better }) => {
    const words = says === undefined ? null : TONE[language].says[says];
    const found = words === null ? (has?.test(whole) ?? true) : new RegExp(patternOf(words)).test(plain);
    if (found) return [];
    return [
      { code: "tone-missing", reason, phrase: "", line: 1, column: 1, better: words?.better ?? better },
    ];
  });
}
