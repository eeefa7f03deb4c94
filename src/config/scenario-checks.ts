import type { Problem } from "../problem.ts";
import { duplicates, error, type Finding, known, ruleFindings } from "./findings.ts";
import type { Outline, ScenarioOutline, StepOutline } from "./outline.ts";
import { DOSSIER_FACTS } from "./rules.ts";
import { WRITTEN } from "./schema.ts";
import type { YamlFile } from "./yaml.ts";

/** Levels as the engine uses them: written, or 10, 20, 30 by position; null before the due date. */
export function levelsOf(
  steps: readonly { readonly day: number | null; readonly level?: number | null | undefined }[],
): (number | null)[] {
  let position = 0;
  return steps.map(({ day, level }) => {
    if (day !== null && day < 0) return null;
    position += 1;
    return level ?? position * 10;
  });
}

function orderFindings(file: YamlFile, { steps }: ScenarioOutline): Finding[] {
  const levels = levelsOf(steps);
  let level = 0;
  let day = Number.NEGATIVE_INFINITY;
  let warned = false;
  return steps.flatMap((step, at) => {
    const found: Finding[] = [];
    const own = levels[at] ?? null;
    if (step.day !== null && step.day < 0 && step.level !== null)
      found.push(
        error(file.whereKey([...step.path, "level"]), {
          code: "level-before-due",
          message: "a step before the due date has no level",
          found: `day ${step.day}, level ${step.level}`,
          fix: "remove level",
        }),
      );
    if (own !== null && own <= level)
      found.push(
        error(file.whereValue(step.level === null ? step.path : [...step.path, "level"]), {
          code: "levels-not-rising",
          message: "the levels of the steps must rise",
          found: step.level === null ? `level ${own}, by its position` : String(own),
          expected: `more than ${level}`,
        }),
      );
    if (step.day !== null && step.day < day)
      found.push(
        error(file.whereValue([...step.path, "day"]), {
          code: "days-not-rising",
          message: "a step cannot come before the one above it",
          found: `day ${step.day}`,
          expected: `day ${day} or later`,
        }),
      );
    if (step.formalNotice && !warned)
      found.push(
        error(file.whereKey([...step.path, "formal_notice"]), {
          code: "no-final-warning",
          message: "a formal notice needs a last warning before it in the same scenario",
          expected: "an earlier step with final_warning: true",
          fix: "mark the step before it with final_warning: true, or add one",
        }),
      );
    level = Math.max(level, own ?? 0);
    day = Math.max(day, step.day ?? day);
    warned ||= step.finalWarning;
    return found;
  });
}

/** The text that speaks of a call that was made: no text for one that nobody made. */
const AFTER_A_CALL = "call-follow-up";

function channelFindings(file: YamlFile, { path, ...step }: StepOutline): Finding[] {
  const { channel } = step;
  if (channel === null) return [];
  const writes = (WRITTEN as readonly string[]).includes(channel);
  const found: Finding[] = [];
  const add = (key: string, problem: Problem): void => {
    found.push(error(file.whereKey([...path, key]), problem));
  };
  if ((writes || channel === "call") && !step.hasTemplate)
    add("channel", {
      code: "step-without-template",
      message: `step ${step.id ?? ""} has no text`,
      found: channel === "call" ? "a call, which goes on by e-mail where nobody called in time" : channel,
      expected: "template: with the name of a text",
      fix: "dunning template list",
    });
  if (!writes && (step.finalWarning || step.formalNotice))
    add(step.formalNotice ? "formal_notice" : "final_warning", {
      code: "warning-not-written",
      message: "a last warning and a formal notice must be written",
      found: `channel ${channel}`,
      expected: `one of ${WRITTEN.join(", ")}`,
    });
  const spoken = channel === "call" ? step.templates.find(({ name }) => name === AFTER_A_CALL) : undefined;
  if (spoken !== undefined)
    found.push(
      error(file.whereValue(spoken.path), {
        code: "text-of-a-call",
        message:
          "the text of a call step is sent when nobody called in time, and this one thanks for the call",
        found: AFTER_A_CALL,
        expected: "a reminder, such as reminder-b",
        fix: "template: reminder-b",
      }),
    );
  if (step.timeout && channel !== "call" && channel !== "visit")
    add("timeout", {
      code: "timeout-without-task",
      message: "only calls and visits have a timeout",
      found: `channel ${channel}`,
      fix: "remove timeout",
    });
  if (step.fallback === channel)
    add("fallback", {
      code: "fallback-same",
      message: "the fallback is the channel itself",
      found: channel,
      fix: "choose another channel, or remove fallback",
    });
  return found;
}

/** The rules inside a scenario: order, levels, channels, warnings before notices. */
export function scenarioFindings(file: YamlFile, { scenarios, senders }: Outline): Finding[] {
  return scenarios.flatMap((scenario) => [
    ...duplicates(
      file,
      "step",
      "id",
      scenario.steps.map(({ path, id }) => ({ path, name: id })),
    ),
    ...orderFindings(file, scenario),
    ...scenario.steps.flatMap((step) => [
      ...channelFindings(file, step),
      ...ruleFindings(file, [...step.path, "when"], step.when, DOSSIER_FACTS),
      ...step.senders.flatMap(({ path, name }) =>
        known(file.whereValue(path), "sender", name, senders, "add it under email.senders"),
      ),
    ]),
  ]);
}
