/** What the law wants beside a configuration that claims charges, or that writes for somebody else. */

import { type Finding, warning } from "./findings.ts";
import type { Config } from "./schema.ts";
import type { YamlFile } from "./yaml.ts";

const lawOf = ({ charges, company }: Config): string =>
  charges.country === "auto" ? company.country : charges.country;

/** Mandatory elements of the first reminder to Belgian consumers that nobody has given: without them it opens no claim. */
export function lackingElements({ charges, company }: Config) {
  return [
    ...(company.enterprise_number === null
      ? [{ key: ["company"], what: "company.enterprise_number", about: "your enterprise number" }]
      : []),
    ...(charges.supplies === null
      ? [{ key: ["charges"], what: "charges.supplies", about: "what you have supplied" }]
      : []),
  ];
}

function belgianElements(file: YamlFile, config: Config): Finding[] {
  if (!config.charges.consumer_clause || lawOf(config) !== "BE") return [];
  return lackingElements(config).map(({ key, what, about }) =>
    warning(file.whereKey(key), {
      code: "first-reminder-incomplete",
      message: `the first reminder to Belgian consumers must name ${about}: without it nothing more can be claimed`,
      expected: "Code de droit économique, art. XIX.2",
      fix: `add ${what}`,
    }),
  );
}

function foreignMandate(file: YamlFile, config: Config): Finding[] {
  const { on_behalf_of: mandate, company } = config;
  if (mandate === null) return [];
  if (lawOf(config) === "BE" && company.default_kind !== "business")
    return [
      warning(file.whereKey(["on_behalf_of"]), {
        code: "collector-unregistered",
        message: "who collects from Belgian consumers for others must be registered with FPS Economy",
        expected: "letters in your client's own name, or a registration (Code de droit économique, book XIX)",
        fix: "take on_behalf_of out, or set company.default_kind to business where there are no consumers",
      }),
    ];
  return [];
}

export const chargeFindings = (file: YamlFile, config: Config): Finding[] => [
  ...belgianElements(file, config),
  ...foreignMandate(file, config),
];
