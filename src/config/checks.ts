import { isCountry } from "../core/country.ts";
import type { Where } from "../problem.ts";
import { duplicates, error, type Finding, known, ruleFindings, warning } from "./findings.ts";
import { regionsOf } from "./holidays.ts";
import type { Outline } from "./outline.ts";
import { DEBTOR_FACTS } from "./rules.ts";
import { scenarioFindings } from "./scenario-checks.ts";
import { STATEMENT, type Surroundings } from "./surroundings.ts";
import type { Path, YamlFile } from "./yaml.ts";

function segmentFindings(file: YamlFile, { segments, scenarios }: Outline): Finding[] {
  if (segments === null) return [];
  const names = scenarios.map(({ name }) => name);
  const catchAll = segments.findIndex(({ when }) => when?.trim() === "true");
  const last = segments.at(-1);
  const ends =
    catchAll === -1 && last !== undefined
      ? [
          error(file.whereKey(last.path), {
            code: "no-catch-all",
            message: "a debtor for whom no rule is true would get no scenario",
            found: `the last segment asks ${last.when ?? "nothing"}`,
            expected: "a last segment whose rule is 'true'",
            fix: `add below: - { name: everybody, when: 'true', scenario: ${names[0] ?? "standard"} }`,
          }),
        ]
      : segments.slice(catchAll + 1).map(({ path, name }) =>
          warning(file.whereKey(path), {
            code: "unreachable-segment",
            message: `segment ${name ?? ""} is never reached: the rule of one before it is always true`,
            fix: "put it further up, or remove it",
          }),
        );
  return [
    ...segments.flatMap(({ path, when, scenario }) => [
      ...known(
        file.whereValue([...path, "scenario"]),
        "scenario",
        scenario,
        names,
        "add it under scenarios, or choose another one",
      ),
      ...ruleFindings(file, [...path, "when"], when, DEBTOR_FACTS),
    ]),
    ...duplicates(file, "segment", "name", segments),
    ...ends,
  ];
}

/** A debtor whose segment changes goes on by level in the new scenario: both need levels that were thought of. */
function levelFindings(file: YamlFile, { segments, scenarios }: Outline): Finding[] {
  const used = scenarios.filter(({ name }) => segments?.some(({ scenario }) => scenario === name));
  if (used.length < 2) return [];
  return used
    .filter(({ steps }) => steps.some(({ day, level }) => level === null && (day ?? 0) >= 0))
    .map(({ path, name }) =>
      warning(file.whereKey(path), {
        code: "implicit-levels",
        message: `steps of ${name} have no level, and a debtor can come into ${name} from another scenario`,
        expected: "the same level for steps of the same weight in each scenario",
        fix: "write level: 10, 20 ... on each step",
      }),
    );
}

/** Texts that only a step may send, because of what has to come before them. */
const OF_STEPS: readonly string[] = ["last-warning", "formal-notice"];

function campaignFindings(file: YamlFile, { campaigns }: Outline): Finding[] {
  return campaigns.flatMap(({ path, when, from, until, templates }) => [
    ...ruleFindings(file, [...path, "when"], when, DEBTOR_FACTS),
    ...templates
      .filter(({ name }) => OF_STEPS.includes(name))
      .map(({ path: at, name }) =>
        error(file.whereValue(at), {
          code: "formal-campaign",
          message: "a campaign stands outside the steps: it gives no last warning and no formal notice",
          found: name,
          expected: "a text that threatens nothing, such as small-balance",
          fix: "a formal notice is a step, after a last warning and with approve: true",
        }),
      ),
    ...(from !== null && until !== null && until < from
      ? [
          error(file.whereValue([...path, "until"]), {
            code: "period-backwards",
            message: "a campaign cannot end before it begins",
            found: until,
            expected: `${from} or later`,
          }),
        ]
      : []),
  ]);
}

function templateFindings(
  file: YamlFile,
  { scenarios, campaigns, confirmations, company }: Outline,
  { templates }: Surroundings,
): Finding[] {
  const names = new Set([...templates.values()].flatMap((each) => [...each]));
  const { language } = company;
  const missing = (where: Where, name: string): Finding =>
    error(where, {
      code: "missing-template",
      message: `there is no text ${name} in ${language ?? ""}, the language of the company`,
      expected: `templates/${language ?? ""}/${name}.md`,
      fix: "write it, or choose a language in which it exists",
    });
  const reported = new Set<string>();
  const own = language === null ? undefined : (templates.get(language) ?? new Set<string>());
  const used = [
    ...scenarios.flatMap(({ steps }) => steps.flatMap((step) => step.templates)),
    ...campaigns.flatMap((campaign) => campaign.templates),
    ...confirmations,
  ];
  const found = used.flatMap(({ path, name }) => {
    const where = file.whereValue(path);
    if (!names.has(name)) return known(where, "template", name, [...names], "dunning template list");
    if (own === undefined || own.has(name) || reported.has(name)) return [];
    reported.add(name);
    return [missing(where, name)];
  });
  const needsStatement =
    own !== undefined && names.size > 0 && !own.has(STATEMENT) && !reported.has(STATEMENT);
  return needsStatement ? [...found, missing(file.whereValue(["company", "language"]), STATEMENT)] : found;
}

/** Known without the library: only Alsace-Moselle differs, and any region may be named. */
const OWN_TABLE = ["FR", "BE"];

function regionFindings(file: YamlFile, { calendar, company }: Outline): Finding[] {
  const { region } = calendar;
  const country = calendar.country ?? company.country;
  if (region === null || country === null || !isCountry(country)) return [];
  const where = file.whereValue(["calendar", "region"]);
  const here = region.slice(0, 2) === country;
  const ofCountry = here && !OWN_TABLE.includes(country) ? regionsOf(country) : null;
  if (here && (ofCountry === null || ofCountry.includes(region.slice(3)))) return [];
  const expected = here
    ? ofCountry?.length === 0
      ? `none: ${country} has the same holidays everywhere`
      : `one of ${ofCountry?.map((each) => `${country}-${each}`).join(", ")}`
    : `a region of ${country}`;
  return [
    error(where, {
      code: "unknown-region",
      message: `no holidays are known for ${region}`,
      found: region,
      expected,
    }),
  ];
}

function companyFindings(
  file: YamlFile,
  { company, mail, profile, profiles, letterhead, manifest }: Outline,
  around: Surroundings,
): Finding[] {
  const found = known(
    file.whereValue(["import", "profile"]),
    "profile",
    profile,
    ["auto", ...profiles, ...around.profiles],
    "dunning inspect FILE --save-profile NAME",
  );
  const { currency, currencies } = company;
  if (currency !== null && currencies !== null && !currencies.includes(currency))
    found.push(
      error(file.whereKey(["company", "accounts"]), {
        code: "no-account",
        message: `there is no account in ${currency}, the company's currency`,
        fix: `add ${currency}: { iban: ... }`,
      }),
    );
  if (mail.transport === "smtp" && !mail.smtp)
    found.push(
      error(file.whereKey(["email", "transport"]), {
        code: "no-mail-server",
        message: "transport: smtp needs a mail server",
        expected: "email.smtp with preset or host, user and password_file",
        fix: "add it, or write transport: drafts",
      }),
    );
  const files: readonly (readonly [Path, string | null])[] = [
    [["company", "logo"], company.logo],
    [["letters", "letterhead"], letterhead],
    [["invoices", "manifest"], manifest],
    ...mail.files,
  ];
  for (const [path, name] of files)
    if (name !== null && name !== "" && !around.exists(name))
      found.push(
        error(file.whereValue(path), {
          code: "missing-file",
          message: `${path.at(-1)} cannot be found`,
          found: name,
          expected: "a file beside dunning.yaml, or its full path",
        }),
      );
  return found;
}

/** The rules that span several keys, and what the configuration refers to. */
export function crossFindings(file: YamlFile, outline: Outline, around: Surroundings): Finding[] {
  return [
    ...companyFindings(file, outline, around),
    ...regionFindings(file, outline),
    ...segmentFindings(file, outline),
    ...campaignFindings(file, outline),
    ...levelFindings(file, outline),
    ...scenarioFindings(file, outline),
    ...templateFindings(file, outline, around),
  ];
}
