/** Habits of scenarios that debtors learn to wait for. Nothing here keeps a configuration from being used. */

import { type Finding, warning } from "./findings.ts";
import { isPersonName } from "./person-name.ts";
import { levelsOf } from "./scenario-checks.ts";
import type { Config, StepConfig } from "./schema.ts";
import type { Path, YamlFile } from "./yaml.ts";

type ScenarioConfig = Config["scenarios"][string];

interface Placed extends StepConfig {
  readonly path: Path;
}

/** The steps after the due date, in their order. */
function levelSteps(name: string, { steps }: ScenarioConfig): Placed[] {
  const levels = levelsOf(steps);
  return steps.flatMap((step, at) =>
    levels[at] === null ? [] : [{ ...step, path: ["scenarios", name, "steps", at] }],
  );
}

const WRITTEN = ["email", "letter", "registered-letter"];
const isAutomatic = ({ channel }: StepConfig): boolean => WRITTEN.includes(channel);

/** So many steps by one channel are a habit; fewer are a short scenario. */
const HABIT = 3;

function oneChannel(file: YamlFile, name: string, steps: readonly Placed[]): Finding[] {
  const channels = new Set(steps.map(({ channel }) => channel));
  const [only] = channels;
  if (steps.length < HABIT || channels.size > 1 || only === undefined) return [];
  return [
    warning(file.whereKey(["scenarios", name]), {
      code: "one-channel",
      message: `all ${steps.length} steps of ${name} go by ${only}: who does not read it never hears anything`,
      fix: "put a call between them, or a letter at the end",
    }),
  ];
}

function sameAgain(file: YamlFile, steps: readonly Placed[]): Finding[] {
  return steps.slice(1).flatMap((step, at) => {
    const before = steps[at];
    const same =
      before !== undefined &&
      isAutomatic(step) &&
      before.channel === step.channel &&
      before.sender.join() === step.sender.join() &&
      step.sender.length < 2 &&
      before.addressee.join() === step.addressee.join() &&
      step.addressee.length < 2;
    if (!same) return [];
    return [
      warning(file.whereKey([...step.path, "channel"]), {
        code: "same-again",
        message: `${step.id} comes by the same channel from the same person as ${before.id} before it`,
        fix: "another channel, a call between them, another sender or addressee",
      }),
    ];
  });
}

function tooClose(file: YamlFile, steps: readonly Placed[], { gap }: ScenarioConfig, cap: number): Finding[] {
  return steps.slice(1).flatMap((step, at) => {
    const before = steps[at];
    if (before === undefined || !isAutomatic(step) || !isAutomatic(before)) return [];
    const own = before.deadline ?? step.gap ?? gap;
    const days = Math.max(own, step.day - before.day);
    if (days >= cap) return [];
    return [
      warning(file.whereKey([...step.path, "day"]), {
        code: "closer-than-cap",
        message: `${step.id} can follow ${before.id} after ${days} days, and limits.contact_cap lets nothing leave for ${cap}`,
        expected: `at least ${cap} days, or a smaller cap`,
      }),
    ];
  });
}

function afterTheEnd(file: YamlFile, steps: readonly Placed[]): Finding[] {
  const end = steps.findIndex(({ channel }) => channel === "agency");
  if (end === -1) return [];
  const after = steps.slice(end + 1).map(({ id, path }) =>
    warning(file.whereKey(path), {
      code: "step-after-end",
      message: `${id} comes after the debt was handed over: it is never reached`,
      fix: "put it before the hand-over, or remove it",
    }),
  );
  const warned = steps.slice(0, end).some(({ final_warning: warns }) => warns);
  const unwarned = warned
    ? []
    : [
        warning(file.whereKey(steps[end]?.path ?? []), {
          code: "hand-over-unwarned",
          message: "the debt is handed over, and no step before it says that this is coming",
          expected: "a step with final_warning: true",
        }),
      ];
  return [...after, ...unwarned, ...chargesDropped(file, steps.slice(0, end + 1))];
}

/** "A payment of what follows ends the matter" would waive what a letter before has claimed beside the principal. */
function chargesDropped(file: YamlFile, steps: readonly Placed[]): Finding[] {
  const handOver = steps.at(-1);
  const claiming = steps
    .slice(0, -1)
    .findLast(
      ({ charges, formal_notice: formal }) => (charges ?? (formal ? "claimed" : "none")) === "claimed",
    );
  if (handOver === undefined || claiming === undefined) return [];
  if (handOver.template.length === 0 || (handOver.charges ?? "none") !== "none") return [];
  return [
    warning(file.whereKey(handOver.path), {
      code: "hand-over-without-charges",
      message: `${handOver.id} names the principal alone, though ${claiming.id} claimed interest and compensation`,
      expected: "charges: claimed, so that what was claimed before is named",
      fix: "add charges: claimed to this step",
    }),
  ];
}

/** Two groups of customers who get the same letters on the same days need no two scenarios. */
function sameChain(file: YamlFile, { segments, scenarios }: Config): Finding[] {
  const used = [...new Set(segments.map(({ scenario }) => scenario))];
  const chains = new Map<string, string>();
  return used.flatMap((name) => {
    const scenario = scenarios[name];
    if (scenario === undefined || scenario.steps.length < 2) return [];
    const chain = JSON.stringify(scenario.steps.map(({ channel, template }) => [channel, template]));
    const first = chains.get(chain);
    chains.set(chain, first ?? name);
    if (first === undefined) return [];
    return [
      warning(file.whereKey(["scenarios", name]), {
        code: "same-chain",
        message: `${name} sends the same texts by the same channels as ${first}: its customers are no group of their own`,
        fix: "other texts or channels, or one scenario for both",
      }),
    ];
  });
}

function noPerson(file: YamlFile, { company, email }: Config): Finding[] {
  const persons: [Path, string][] = [
    [["company", "signatory", "name"], company.signatory.name],
    ...(email.from === null ? [] : [[["email", "from", "name"], email.from.name] as [Path, string]]),
    ...Object.entries(email.senders).map(([name, each]): [Path, string] => [
      ["email", "senders", name, "name"],
      each.name,
    ]),
  ];
  return persons
    .filter(([, name]) => !isPersonName(name, company.name))
    .map(([path, name]) =>
      warning(file.whereValue(path), {
        code: "no-person",
        message: "messages are signed by nobody: a person is answered, a department is not",
        found: name,
        expected: "first name and name of whoever takes the calls",
      }),
    );
}

const UNREAD =
  /^(?:no-?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|geen-?antwoord|niet-?beantwoorden|keine-?antwort|nicht-?antworten|mailer-daemon)(?:[.+_-].*)?@/i;

/** Answering must be easy: somebody reads at the address that messages give. */
function noReader(file: YamlFile, { company, email }: Config): Finding[] {
  const places: [Path, string][] = [
    [["company", "email"], company.email],
    ...(email.reply_to === null ? [] : [[["email", "reply_to"], email.reply_to] as [Path, string]]),
    ...(email.from === null ? [] : [[["email", "from", "address"], email.from.address] as [Path, string]]),
    ...Object.entries(email.senders).map(([name, each]): [Path, string] => [
      ["email", "senders", name, "address"],
      each.address,
    ]),
  ];
  // Where answers go elsewhere, the sender's own address may be silent.
  const asked = email.reply_to === null ? places : places.filter(([path]) => path.at(-1) !== "address");
  return asked
    .filter(([, address]) => UNREAD.test(address))
    .map(([path, address]) =>
      warning(file.whereValue(path), {
        code: "no-reader",
        message: "nobody reads what debtors answer to this address",
        found: address,
        expected: "the address of whoever signs, or email.reply_to",
      }),
    );
}

/** Everything that a debtor could learn to wait for, in one configuration that is right otherwise. */
export function lintFindings(file: YamlFile, config: Config): Finding[] {
  const cap = config.limits.contact_cap;
  return [
    ...Object.entries(config.scenarios).flatMap(([name, scenario]) => {
      const steps = levelSteps(name, scenario);
      const habit = oneChannel(file, name, steps);
      return [
        ...habit,
        // Said once for the whole scenario, it need not be said of each step.
        ...(habit.length > 0 ? [] : sameAgain(file, steps)),
        ...tooClose(file, steps, scenario, cap),
        ...afterTheEnd(file, steps),
      ];
    }),
    ...sameChain(file, config),
    ...noPerson(file, config),
    ...noReader(file, config),
  ];
}
