/** When each text is read, and what the configuration can carry out from there on. */

import { FIRST_REMINDER } from "./action-charges.ts";
import type { Threat } from "./tone/rules.ts";
import type { Phase, Use } from "./tone.ts";
import type { Rules, Scenario, Step } from "./types.ts";

/** The uses of each text in the scenarios and campaigns, by its name. */
export function usesOf({
  scenarios,
  campaigns,
  charges,
  confirmations,
}: Rules): ReadonlyMap<string, readonly Use[]> {
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
  for (const name of Object.values(confirmations))
    if (name !== null) add(name, { phase: "answer", can: new Set(), by: "a confirmation" });
  if (charges.terms.consumerClause)
    add(FIRST_REMINDER, { ...unusedText(FIRST_REMINDER), by: "the first reminder" });
  return uses;
}

function useOf(step: Step, { name, steps }: Scenario): Use {
  const onwards = steps.slice(steps.indexOf(step));
  const can = new Set<Threat>();
  if (onwards.some(({ formalNotice }) => formalNotice)) can.add("formal").add("court");
  if (onwards.some(({ channel }) => channel === "agency")) can.add("agency");
  const phase = phaseOf(step);
  // A reminder names what it asks for itself; from the last warning on, what is to come may be named too.
  const asking = phase === "reminder" ? [step] : onwards;
  if (asking.some(({ charges }) => charges !== "none")) can.add("charges");
  return { phase, can, by: `step ${step.id} of ${name}`, claims: step.charges === "claimed" };
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
  "promise-confirmation": "answer",
  instalments: "answer",
  thanks: "answer",
  [FIRST_REMINDER]: "notice",
};

/** How a text is meant that no step names: by its name, everything possible. */
export function unusedText(name: string): Use {
  const phase = PHASES[name] ?? "reminder";
  const charges: Threat[] = phase === "reminder" || phase === "answer" ? [] : ["charges"];
  return { phase, can: new Set(["formal", "court", "agency", ...charges]), by: "" };
}
